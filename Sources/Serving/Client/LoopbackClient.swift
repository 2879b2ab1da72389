import Connecting
import Foundation
import Model
import Synchronization

/// The API of a daemon on this machine, over HTTP.
public struct LoopbackClient: APITransport {
  private let host: String
  private let port: Int
  /// Sent with every request.
  private let headers: [NamedValue]
  /// A proxy of the environment must not see what stays on this machine.
  private let web = WebClient(WebClient.Settings(proxy: .none))

  /// How long a connection to this machine may take to come about.
  private static let connectTimeout = Duration.seconds(5)

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
    let broken = Broken()
    do throws(WebFailure) {
      let answer = try await web.answer(outbound(request, file: file, transfer, broken))
      return Reply(status: answer.status, headers: answer.headers, body: answer.body)
    } catch {
      if Task.isCancelled { throw CancellationError() }
      if let reason = broken.reason.withLock({ $0 }) { throw reason }
      throw Fault("daemon-unreachable", error.fault.message, hint: "Look at its log; `kindred run` starts it.")
    }
  }

  /// Why the body could not be read, or the reply's body not be taken.
  private final class Broken: Sendable {
    let reason = Mutex<(any Error)?>(nil)

    func watching<T>(_ work: () throws -> T) throws -> T {
      do {
        return try work()
      } catch {
        reason.withLock { $0 = error }
        throw error
      }
    }
  }

  private func outbound(_ request: InboundRequest, file: DiskFile?, _ transfer: Transfer, _ broken: Broken) -> WebRequest {
    let address = host.contains(":") ? "[\(host)]" : host
    var outbound = WebRequest(
      request.method, "http://\(address):\(port)" + PercentEncoding.target(path: request.path, query: request.query),
      headers: request.headers + headers, body: .bytes(request.body))
    if let file {
      outbound.body = .parts(size: file.size) { offset, buffer in try broken.watching { try file.read(at: offset, into: buffer) } }
    }
    outbound.connectTimeout = Self.connectTimeout
    outbound.timeout = nil
    outbound.maximumBody = .max
    outbound.progress = transfer.progress
    if let receive = transfer.receive { outbound.receive = { bytes in try broken.watching { try receive(bytes) } } }
    return outbound
  }
}
