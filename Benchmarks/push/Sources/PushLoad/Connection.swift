import Foundation

/// One connection that is kept: a request, its answer, the next request.
final class Connection {
  struct Failure: Error {
    var what: String
  }

  private let descriptor: Int32
  private let host: String
  private var buffer: [UInt8]

  init(port: Int, bufferSize: Int = 256 << 10) throws {
    buffer = [UInt8](repeating: 0, count: bufferSize)
    host = "127.0.0.1:\(port)"
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    descriptor = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let size = socklen_t(MemoryLayout<sockaddr_in>.size)
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, size) }
    }
    guard result == 0 else { throw Failure(what: "not connected: \(String(cString: strerror(errno)))") }
    var yes: Int32 = 1
    setsockopt(descriptor, Int32(IPPROTO_TCP), TCP_NODELAY, &yes, socklen_t(MemoryLayout<Int32>.size))
  }

  deinit { close(descriptor) }

  /// - Returns: the status and the body.
  func exchange(_ method: String, _ target: String, headers: String = "", body: [UInt8] = []) throws -> (
    status: Int, body: ArraySlice<UInt8>
  ) {
    var request = Array("\(method) \(target) HTTP/1.1\r\nHost: \(host)\r\nContent-Length: \(body.count)\r\n\(headers)\r\n".utf8)
    request += body
    try send(request)
    return try receive()
  }

  func send(_ bytes: [UInt8]) throws {
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress! + sent, bytes.count - sent, 0) }
      guard count > 0 else { throw Failure(what: "not sent") }
      sent += count
    }
  }

  private func receive() throws -> (status: Int, body: ArraySlice<UInt8>) {
    var count = 0
    var head: (status: Int, end: Int, length: Int)?
    while true {
      if count == buffer.count { buffer += [UInt8](repeating: 0, count: buffer.count) }
      let got = buffer.withUnsafeMutableBytes { recv(descriptor, $0.baseAddress! + count, $0.count - count, 0) }
      guard got > 0 else { throw Failure(what: "no whole answer") }
      count += got
      if head == nil { head = Self.head(buffer[..<count]) }
      if let head, count >= head.end + head.length { return (head.status, buffer[head.end..<head.end + head.length]) }
    }
  }

  /// Status, where the body starts, and its length; nil while the header is not complete.
  private static func head(_ bytes: ArraySlice<UInt8>) -> (status: Int, end: Int, length: Int)? {
    guard let end = bytes.indices.dropLast(3).first(where: { bytes[$0..<$0 + 4].elementsEqual([13, 10, 13, 10]) }) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).split(separator: "\r\n")
    let status = lines.first?.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.split(separator: ":")[1].drop { $0 == " " }) }
    return (status, end + 4, length ?? 0)
  }
}
