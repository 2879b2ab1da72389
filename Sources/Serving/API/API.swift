import Connecting
import Formats
import Hub
import Logging
import Model

/// The HTTP API without HTTP: requests in, replies out. The daemon puts it behind a socket, the command line calls it in
/// its own process when no daemon runs, tests call it directly.
///
/// A request takes two steps, so that nothing is read from anybody who may not ask: ``admit(_:as:)`` looks at everything but
/// the body, ``answer(_:body:)`` reads the body, within the route's limit, and does the work.
public struct API: Sendable {
  let hub: Hub
  let keys: KeyRing
  let live: LiveHolder
  /// Nil without a daemon.
  let reloader: Reloader?
  /// Nil without a daemon.
  let runners: SourceRunners?
  /// Bytes of one imported file.
  let maxImport: Int
  let state = APIState()
  let logger: Logger

  /// - Parameters:
  ///   - connectors: those of the home, with their files.
  ///   - maxBody: bytes; more is answered with 413.
  ///   - maxImport: bytes of a file sent to `/v1/imports`, which is never held in memory.
  ///   - digest: that of the home's files.
  public init(
    hub: Hub, keys: KeyRing, connectors: [String: LiveConnector] = [:], maxBody: Int = 32 << 20, maxImport: Int = 1 << 30,
    digest: String = "", logger: Logger = Logger(label: "kindred.api")
  ) {
    let live = LiveConfiguration(digest: digest, since: Hub.systemClock(), connectors: connectors, maxBody: maxBody)
    self.init(hub: hub, keys: keys, live: LiveHolder(live), reloader: nil, runners: nil, maxImport: maxImport, logger: logger)
  }

  init(
    hub: Hub, keys: KeyRing, live: LiveHolder, reloader: Reloader?, runners: SourceRunners?, maxImport: Int = 1 << 30, logger: Logger
  ) {
    self.hub = hub
    self.keys = keys
    self.live = live
    self.reloader = reloader
    self.runners = runners
    self.maxImport = maxImport
    self.logger = logger
    for (name, connector) in live.current.connectors where !connector.roles.contains(.source) {
      hub.sink.status(Status(connector: name, state: .idle))
    }
  }

  /// Answers a request whose body is at hand. Never throws: what is wrong is a problem (RFC 9457) in the reply.
  public func handle(_ request: InboundRequest) async -> Reply { await handle(request, as: nil) }

  /// - Parameter caller: whom to take it for, without asking for a key; nil goes by the request's key.
  func handle(_ request: InboundRequest, as caller: Caller?) async -> Reply {
    var head = request
    head.body = []
    let answer: Answer
    do throws(Problem) {
      answer = await self.answer(try admit(head, as: caller), body: OneChunk(bytes: request.body))
    } catch {
      answer = refuse(head, error)
    }
    do {
      return try await answer.collected()
    } catch {
      return Problem(.internalFault, "\(error)").reply
    }
  }

  /// Says that the hub is about to close: `/ready` answers 503 from now on.
  public func drain() { state.drain() }

  // MARK: Before the body

  /// A request that may go on, with the route that it takes.
  struct Admitted: Sendable {
    let route: Route
    /// Bytes of its body.
    let limit: Int
    /// Whether the body is handed on as it comes.
    let isStreamed: Bool
    var call: Call
  }

  /// Finds the route, checks the key, the parameters and the declared length.
  /// - Parameter request: without its body.
  func admit(_ request: InboundRequest, as caller: Caller? = nil) throws(Problem) -> Admitted {
    let (route, path) = try Route.find(request)
    // Looked up once: a reload between the check of the key and the answer must not put another connector behind it.
    let live = live.current
    let receiver = path["connector"].flatMap { live.connectors[$0]?.receiver }
    let known: Caller? = if let caller { caller } else { try self.caller(of: request, route, receiver) }
    let query = try Query(request.query, of: route)
    if route.body != .none { try Self.checkCoding(request) }
    let streamLimit = route.body == .streamed ? maxImport : receiver?.streamLimit(of: request)
    let limit = streamLimit ?? live.maxBody
    if let length = request.header("Content-Length").flatMap({ Int($0) }), length > limit { throw Self.tooLarge(length, limit) }
    return Admitted(
      route: route, limit: limit, isStreamed: streamLimit != nil,
      call: Call(request: request, path: path, query: query, caller: known, receiver: receiver))
  }

  /// Nothing is unpacked on the way in: a few bytes could become more than memory holds.
  private static func checkCoding(_ request: InboundRequest) throws(Problem) {
    let codings = request.headers.filter { $0.name.lowercased() == "content-encoding" && $0.value.lowercased() != "identity" }
    guard let coding = codings.first?.value else { return }
    throw Problem(.unsupportedCoding, "The body is coded as \(coding). Send it as it is.")
  }

  static func tooLarge(_ length: Int?, _ limit: Int) -> Problem {
    let size = length.map { "The body has \($0) bytes" } ?? "The body is larger"
    return Problem(.tooLarge, "\(size); at most \(limit) are taken. Send it in smaller parts.")
  }

  /// Who asks; nil where nobody needs to say so.
  private func caller(of request: InboundRequest, _ route: Route, _ receiver: (any Receiver)?) throws(Problem) -> Caller? {
    switch route.access {
    case .open: return nil
    case .key: return try authenticate(request)
    case .connector:
      if let receiver, Self.signs(receiver) { return nil }
      return try authenticate(request)
    }
  }

  /// Kinds whose senders cannot carry a key of ours and sign each request instead; they check that themselves.
  private static func signs(_ receiver: any Receiver) -> Bool { type(of: receiver).kind.authenticates }

  private func authenticate(_ request: InboundRequest) throws(Problem) -> Caller {
    let challenge = [NamedValue("WWW-Authenticate", #"Bearer realm="kindred""#)]
    guard let header = request.header("Authorization") else {
      throw Problem(
        .keyMissing, "Send an API key as \"Authorization: Bearer kdr_…\". `kindred keys create NAME` makes one.", headers: challenge)
    }
    let parts = header.split(separator: " ", maxSplits: 1)
    guard parts.count == 2, parts[0].lowercased() == "bearer" else {
      throw Problem(.keyWrong, "The Authorization header must read \"Bearer\" and then the key.", headers: challenge)
    }
    do throws(Fault) {
      if let caller = try keys.authenticate(String(parts[1]), author: request.header(Caller.authorHeader)) { return caller }
    } catch {
      logger.error("the API keys cannot be read", metadata: ["fault": "\(error)"])
      throw Problem(.unavailable, "The API keys cannot be read.", retryAfter: .seconds(30))
    }
    throw Problem(.keyWrong, "The key is not known here; it may have been revoked.", headers: challenge)
  }

  // MARK: With the body

  /// Does what the request asks for. Every error becomes a problem.
  func answer(_ admitted: Admitted, body: some AsyncSequence<Bytes, any Error> & Sendable) async -> Answer {
    let route = admitted.route
    var call = admitted.call
    var answer: Answer
    do {
      let limited = LimitedBody(base: body, limit: admitted.limit)
      switch route.body {
      case .none: break
      case _ where admitted.isStreamed: call.stream = limited
      case .whole, .streamed: call.request.body = try await limited.collect()
      }
      call.isStreamed = admitted.isStreamed
      answer = try await route.handler(self, call)
    } catch {
      answer = Answer(problem(for: error).reply)
    }
    answer = answer.masked
    if call.request.method == "HEAD" { answer = answer.withoutBody }
    answer.route = route.pattern.text
    state.count(route: route, status: answer.reply.status)
    return answer
  }

  /// The answer to a request that was not admitted.
  func refuse(_ request: InboundRequest, _ problem: Problem) -> Answer {
    state.count(route: nil, status: problem.status)
    let answer = Answer(problem.reply).masked
    return request.method == "HEAD" ? answer.withoutBody : answer
  }

  private func problem(for error: any Error) -> Problem {
    switch error {
    case let problem as Problem: return problem
    case let refusal as Refusal: return Problem(refusal)
    case let fault as Fault where fault.code.hasPrefix("storage-") || fault.code == "journal-closed":
      logger.error("a request met a storage fault", metadata: ["fault": "\(fault)"])
      return Problem(.unavailable, "\(fault)", retryAfter: .seconds(30))
    default:
      logger.error("a request failed", metadata: ["error": "\(error)"])
      return Problem(.internalFault, "\(error)")
    }
  }
}
