import Foundation
import Model

/// One request, one answer, one connection: a sender so plain that nothing of ours can hide behind it. Blocks for at most
/// ``patience``.
enum HTTPExchange {
  struct Answer: Sendable {
    var status: Int
    var body: [UInt8]
  }

  /// Longer than the daemon keeps anybody waiting.
  private static let patience = 15

  static func post(port: Int, path: String, body: [UInt8], headers: [String: String]) throws -> Answer {
    try exchange("POST", port: port, path: path, body: body, headers: headers)
  }

  static func get(port: Int, path: String, headers: [String: String]) throws -> Answer {
    try exchange("GET", port: port, path: path, body: [], headers: headers)
  }

  private static func exchange(_ method: String, port: Int, path: String, body: [UInt8], headers: [String: String]) throws -> Answer {
    let descriptor = try connected(port)
    defer { close(descriptor) }
    var head = "\(method) \(path) HTTP/1.1\r\nHost: 127.0.0.1:\(port)\r\nConnection: close\r\nContent-Length: \(body.count)\r\n"
    for (name, value) in headers { head += "\(name): \(value)\r\n" }
    try send(Array(head.utf8) + Array("\r\n".utf8) + body, descriptor)
    return try parse(try receive(descriptor))
  }

  private static func connected(_ port: Int) throws -> Int32 {
    #if canImport(Darwin)
      let descriptor = socket(AF_INET, SOCK_STREAM, 0)
    #else
      let descriptor = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    #endif
    guard descriptor >= 0 else { throw failure("no socket") }
    var limit = timeval(tv_sec: patience, tv_usec: 0)
    for option in [SO_RCVTIMEO, SO_SNDTIMEO] { setsockopt(descriptor, SOL_SOCKET, option, &limit, socklen_t(MemoryLayout<timeval>.size)) }
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_port = in_port_t(UInt16(port)).bigEndian
    address.sin_addr.s_addr = inet_addr("127.0.0.1")
    let result = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { connect(descriptor, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) }
    }
    guard result == 0 else {
      close(descriptor)
      throw failure("not connected")
    }
    return descriptor
  }

  private static func send(_ bytes: [UInt8], _ descriptor: Int32) throws {
    #if canImport(Darwin)
      let flags: Int32 = 0
    #else
      // A daemon that is killed meanwhile must not end the test by a signal.
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var rest = bytes[...]
    while !rest.isEmpty {
      let sent = rest.withUnsafeBytes { Foundation.send(descriptor, $0.baseAddress, $0.count, flags) }
      guard sent > 0 else { throw failure("not sent") }
      rest = rest.dropFirst(sent)
    }
  }

  private static func receive(_ descriptor: Int32) throws -> [UInt8] {
    var received: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 64 << 10)
    while true {
      let count = recv(descriptor, &buffer, buffer.count, 0)
      guard count >= 0 else { throw failure("not received") }
      guard count > 0 else { return received }
      received += buffer[..<count]
    }
  }

  /// An answer that was cut off is none: its length must be that of its `Content-Length`.
  private static func parse(_ bytes: [UInt8]) throws -> Answer {
    let text = String(decoding: bytes, as: UTF8.self)
    guard let end = text.range(of: "\r\n\r\n") else { throw failure("no answer") }
    let lines = text[..<end.lowerBound].components(separatedBy: "\r\n")
    let start = lines[0].split(separator: " ")
    let body = Array(text[end.upperBound...].utf8)
    let length = lines.first { $0.lowercased().hasPrefix("content-length:") }
      .flatMap { Int($0.drop { $0 != ":" }.dropFirst().trimmingCharacters(in: .whitespaces)) }
    guard start.count >= 2, let status = Int(start[1]), length == body.count else { throw failure("half an answer") }
    return Answer(status: status, body: body)
  }

  private static func failure(_ what: String) -> Fault { Fault("no-exchange", "\(what), error \(errno)") }
}
