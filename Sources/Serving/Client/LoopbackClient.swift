import CCurl
import Connecting
import Foundation
import Model

/// The API of a daemon on this machine, over HTTP.
public struct LoopbackClient: APITransport {
  private let host: String
  private let port: Int
  /// Sent with every request.
  private let headers: [NamedValue]

  /// - Parameters:
  ///   - host: an address or name; an IPv6 address without brackets.
  ///   - key: an API key; nil sends none.
  public init(host: String, port: Int, key: String? = nil) {
    self.host = host
    self.port = port
    headers = key.map { [NamedValue("Authorization", "Bearer \($0)")] } ?? []
  }

  /// The daemon that holds a data folder.
  /// - Parameter author: who makes the decisions that are sent.
  public init(_ daemon: DaemonFile, author: String) {
    host = daemon.host
    port = daemon.port
    headers = [NamedValue("Authorization", "Bearer \(daemon.token)"), NamedValue(Caller.authorHeader, author)]
  }

  public func send(_ request: InboundRequest, _ transfer: Transfer) async throws -> Reply {
    let file = try transfer.file.map { path throws(Fault) in try DiskFile(reading: path) }
    let body: CurlExchange.Body = file.map { .file($0, size: $0.size) } ?? .bytes(request.body)
    let address = host.contains(":") ? "[\(host)]" : host
    let exchange = CurlExchange(
      url: "http://\(address):\(port)" + PercentEncoding.target(path: request.path, query: request.query), method: request.method,
      headers: request.headers + headers, body: body, progress: transfer.progress, receive: transfer.receive)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        // libcurl blocks: a thread of its own, which ends with the transfer.
        let thread = Thread { continuation.resume(with: Result { try exchange.perform() }) }
        thread.name = "kindred-client"
        thread.start()
      }
    } onCancel: {
      exchange.cancel()
    }
  }
}
