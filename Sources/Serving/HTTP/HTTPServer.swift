import Connecting
import Hummingbird
import HummingbirdCore
import Logging
import Model
import NIOCore
import ServiceLifecycle

/// The API behind a socket: HTTP/1.1, keep-alive, graceful shutdown.
struct HTTPServer: Service {
  let api: API
  let host: String
  /// 0 takes any free port.
  let port: Int
  let logger: Logger
  /// How many seconds a body may take however short it is; then it must come at a kilobyte a second.
  var bodyGrace: Int64 = 20
  /// Told the real port, once connections are taken.
  let onListening: @Sendable (Int) async -> Void

  /// Connections on which nothing happens for so long are closed, also in the middle of a request; a header that is not
  /// complete counts as nothing.
  private static let idleSeconds: Int64 = 75
  /// What one request's header may take.
  private static let header = HTTP1Channel.Configuration.DecoderConfiguration(
    maxHeaderFieldSize: 16 << 10, maxHeaderListSize: 32 << 10, maxHeaderFieldCount: 200)
  /// Connections that wait to be taken: a sender may open all of its own at once.
  private static let backlog = 4_096
  /// Open files that connections must leave to the hub itself.
  private static let ownFiles = 256

  func run() async throws {
    let application = Application(
      responder: APIResponder(api: api), server: Self.builder(api, bodyGrace: .seconds(bodyGrace)),
      configuration: ApplicationConfiguration(
        address: .hostname(host, port: port), backlog: Self.backlog,
        availableConnectionsDelegate: MaximumAvailableConnections(max(64, OpenFiles.raise() - Self.ownFiles))),
      onServerRunning: { channel in await onListening(channel.localAddress?.port ?? port) }, logger: logger)
    do {
      try await withGracefulShutdownHandler {
        try await application.run()
      } onGracefulShutdown: {
        api.drain()
      }
    } catch let error as CancellationError {
      throw error
    } catch {
      throw Fault(
        "cannot-listen", "Nothing can listen on \(host):\(port): \(error).",
        hint: "Choose another address with \"listen\" in hub.yaml; port 0 is any free one.")
    }
  }

  /// HTTP/1.1 that answers `Expect: 100-continue`, which clients send before big bodies and then wait for. A request that is
  /// refused anyway gets the refusal instead, before its body was sent.
  private static func builder(_ api: API, bodyGrace: TimeAmount) -> HTTPServerBuilder {
    HTTPServerBuilder { responder in
      HTTP1Channel(
        responder: { request, writer, channel in
          if request.headers[.expect]?.lowercased() == "100-continue", api.admits(request) {
            try await writer.writeInformationalHead(HTTPResponse(status: .continue))
          }
          try await responder(request, writer, channel)
        },
        configuration: HTTP1Channel.Configuration(
          additionalChannelHandlers: [BodyPace(grace: bodyGrace)], idleTimeout: .seconds(idleSeconds), httpDecoderConfiguration: header))
    }
  }
}

extension API {
  fileprivate func admits(_ request: Request) -> Bool {
    guard let inbound = try? InboundRequest(request, remoteAddress: nil) else { return false }
    return (try? admit(inbound)) != nil
  }
}

extension InboundRequest {
  /// Everything but the body.
  init(_ request: Request, remoteAddress: String?) throws(Problem) {
    let target = request.head.path ?? "/"
    let (path, query) = try PercentEncoding.target(target)
    self.init(
      method: request.method.rawValue, path: path, query: query,
      querySuffix: target.firstIndex(of: "?").map { String(target[$0...]) } ?? "",
      headers: request.headers.map { NamedValue($0.name.rawName, $0.value) }, remoteAddress: remoteAddress)
  }
}
