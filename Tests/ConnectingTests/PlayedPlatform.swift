import Formats
import Model
import Synchronization

@testable import Connecting

/// WeChat's or WeCom's interfaces as far as tests need them: gives tokens, refuses those that it did not give last, and answers paths as the
/// test says.
final class PlayedPlatform: WebExchange {
  struct Call: Sendable {
    var path: String
    var query: [String: String]
    var body: Value
    func query(_ name: String) -> String? { query[name] }
  }

  private struct State {
    var tokens = 0
    var calls: [Call] = []
    /// Numbers that the next calls are answered with, whatever they ask.
    var refusals: [Int] = []
    var tokenAnswer: String?
    var date: String?
  }

  static let secret = "the-app-secret"
  private let state = Mutex(State())
  private let answers: @Sendable (Call) -> Value
  /// How long a token takes to be given.
  private let patience: Duration

  init(patience: Duration = .zero, _ answers: @escaping @Sendable (Call) -> Value = { _ in ["errcode": 0] }) {
    self.patience = patience
    self.answers = answers
  }

  /// How many tokens were asked for.
  var tokens: Int { state.withLock { $0.tokens } }
  /// All calls but those for tokens.
  var calls: [Call] { state.withLock { $0.calls } }
  func refuse(_ codes: Int...) { state.withLock { $0.refusals = codes } }
  /// What a request for a token is answered with from now on.
  func answerTokens(_ json: String?, date: String? = nil) {
    state.withLock { state in
      state.tokenAnswer = json
      state.date = date
    }
  }

  func answer(_ request: WebRequest) async throws(WebFailure) -> WebAnswer {
    let parts = request.url.split(separator: "?", maxSplits: 1)
    let path = String(parts[0].drop { $0 != ":" }.dropFirst(3).drop { $0 != "/" })
    if path.hasSuffix("/stable_token") || path.hasSuffix("/gettoken") { return await token() }
    var query: [String: String] = [:]
    for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let pair = item.split(separator: "=", maxSplits: 1).map(String.init)
      query[pair[0]] = pair.count > 1 ? pair[1] : ""
    }
    guard case .bytes(let bytes) = request.body else { return WebAnswer(status: 500) }
    let call = Call(path: path, query: query, body: bytes.isEmpty ? .null : (try? JSON.parse(bytes)) ?? .null)
    let refusal: Int? = state.withLock { state in
      state.calls.append(call)
      if !state.refusals.isEmpty { return state.refusals.removeFirst() }
      return query["access_token"] == "T\(state.tokens)" ? nil : 40_001
    }
    let value = refusal.map { ["errcode": .number(Number($0)), "errmsg": "no rid: 1"] } ?? answers(call)
    return WebAnswer(status: 200, body: CanonicalJSON.orderedBytes(value))
  }

  private func token() async -> WebAnswer {
    if patience > .zero { try? await Task.sleep(for: patience) }
    return state.withLock { state in
      state.tokens += 1
      let text = state.tokenAnswer ?? #"{"access_token":"T\#(state.tokens)","expires_in":7200}"#
      return WebAnswer(status: 200, headers: state.date.map { [NamedValue("Date", $0)] } ?? [], body: Array(text.utf8))
    }
  }

  func wechat(now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }) -> PlatformInterface {
    WeChat.interface(base: "https://api.example/", account: "wx1", secret: fixed(Self.secret), web: self, now: now)
  }

  func wecom() -> PlatformInterface {
    WeCom.interface(base: "https://api.example/gateway", corp: "ww1", secret: fixed(Self.secret), web: self)
  }
}

/// One pass of a source in a test.
func pass(_ hints: [Hint] = [], reading sink: MemorySink, stop: StopSignal = StopSignal()) -> Run {
  var run = Run(connector: "c", streams: [], stop: stop, checkpoint: { sink.checkpoint($0) })
  run.hints = hints
  return run
}

extension MemorySink {
  /// The JSON documents that were accepted for a stream, in order.
  func documents(_ stream: String) -> [Value] {
    journal.filter { $0.stream.stream == stream }.compactMap { try? JSON.parse(bytes($0)) }
  }
}
