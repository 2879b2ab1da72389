import Foundation
import Model
import Synchronization

@testable import Connecting

/// A web server of this machine for tests: each connection brings one request, gets the bytes that the test makes of it, and is closed.
final class CannedServer: Sendable {
  struct Request: Sendable {
    var method: String
    /// As it was written: a path with its query, or the whole address for a proxy.
    var target: String
    var headers: [NamedValue]
    var body: Bytes

    func header(_ name: String) -> String? { headers.first { $0.name.lowercased() == name.lowercased() }?.value }
  }

  let port: Int
  private let listener: Int32
  private let seen = Mutex<[Request]>([])
  private let held = Mutex<[Int32]>([])

  var requests: [Request] { seen.withLock { $0 } }
  var address: String { "http://127.0.0.1:\(port)" }

  /// - Parameters:
  ///   - together: nobody is answered before so many requests are there.
  ///   - answer: the bytes of the answer; nil leaves the connection open without one until the server is gone.
  init(together: Int = 1, _ answer: @escaping @Sendable (Request) -> Bytes?) throws {
    let listener = socket(AF_INET, Int32(SOCK_STREAM.rawValue), 0)
    var place = sockaddr_in()
    place.sin_family = sa_family_t(AF_INET)
    place.sin_addr.s_addr = inet_addr("127.0.0.1")
    var length = socklen_t(MemoryLayout<sockaddr_in>.size)
    let port: Int? = withUnsafeMutablePointer(to: &place) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { address in
        guard bind(listener, address, length) == 0, listen(listener, 128) == 0, getsockname(listener, address, &length) == 0 else {
          return nil
        }
        return Int(UnsafeRawPointer(address).load(as: sockaddr_in.self).sin_port.bigEndian)
      }
    }
    guard let port else { throw Fault("test-server", "No port is free.") }
    self.port = port
    self.listener = listener
    let accepting = Thread { [weak self] in
      while true {
        let connection = accept(listener, nil, nil)
        guard connection >= 0 else { return }
        guard let server = self else {
          close(connection)
          return
        }
        let serving = Thread { server.serve(connection, together: together, answer) }
        serving.start()
      }
    }
    accepting.start()
  }

  deinit {
    shutdown(listener, Int32(SHUT_RDWR))
    close(listener)
    for connection in held.withLock({ $0 }) { close(connection) }
  }

  private func serve(_ connection: Int32, together: Int, _ answer: (Request) -> Bytes?) {
    guard let request = Self.read(connection) else {
      close(connection)
      return
    }
    seen.withLock { $0.append(request) }
    while requests.count < together { usleep(1_000) }
    guard let bytes = answer(request) else { return held.withLock { $0.append(connection) } }
    var sent = 0
    while sent < bytes.count {
      let count = bytes.withUnsafeBytes { send(connection, $0.baseAddress! + sent, bytes.count - sent, Int32(MSG_NOSIGNAL)) }
      guard count > 0 else { break }
      sent += count
    }
    close(connection)
  }

  private static func read(_ connection: Int32) -> Request? {
    var bytes: Bytes = []
    var request: Request?
    var block = Bytes(repeating: 0, count: 1 << 16)
    while true {
      if let request, request.body.count >= Int(request.header("Content-Length") ?? "0") ?? 0 { return request }
      let count = recv(connection, &block, block.count, 0)
      guard count > 0 else { return nil }
      if request == nil {
        bytes += block[..<count]
        request = head(in: bytes)
        // Whoever has much to send asks first.
        if request?.header("Expect") != nil { _ = send(connection, "HTTP/1.1 100 Continue\r\n\r\n", 25, Int32(MSG_NOSIGNAL)) }
      } else {
        request?.body += block[..<count]
      }
    }
  }

  /// A request with as much of its body as came along; `nil` until its headers are there.
  private static func head(in bytes: Bytes) -> Request? {
    guard let end = bytes.indices.first(where: { bytes[$0...].starts(with: Array("\r\n\r\n".utf8)) }) else { return nil }
    let lines = String(decoding: bytes[..<end], as: UTF8.self).components(separatedBy: "\r\n")
    let words = lines[0].split(separator: " ").map(String.init)
    let headers = lines.dropFirst().compactMap { line in
      line.firstIndex(of: ":").map {
        NamedValue(String(line[..<$0]), line[line.index(after: $0)...].trimmingCharacters(in: .whitespaces))
      }
    }
    return Request(method: words[0], target: words[1], headers: headers, body: Array(bytes[(end + 4)...]))
  }

  /// An answer as it goes over the wire.
  static func answer(_ status: Int = 200, headers: [String] = [], body: Bytes = []) -> Bytes {
    let lines = ["HTTP/1.1 \(status) Whatever", "Content-Length: \(body.count)", "Connection: close"] + headers
    return Array((lines.joined(separator: "\r\n") + "\r\n\r\n").utf8) + body
  }

  static func answer(_ status: Int = 200, headers: [String] = [], text: String) -> Bytes {
    answer(status, headers: headers, body: Array(text.utf8))
  }
}

/// Answers of a test's own in the place of the web.
final class WebStub: WebExchange {
  private let seen = Mutex<[WebRequest]>([])
  private let respond: @Sendable (WebRequest) throws(WebFailure) -> WebAnswer

  var requests: [WebRequest] { seen.withLock { $0 } }

  init(_ respond: @escaping @Sendable (WebRequest) throws(WebFailure) -> WebAnswer) { self.respond = respond }

  func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
    seen.withLock { $0.append(request) }
    return try respond(request)
  }
}
