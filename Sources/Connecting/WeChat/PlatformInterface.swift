import Formats
import Model

/// Calls the interfaces of a WeChat official account or of a WeCom app: JSON over HTTPS, an access token in the query, and `errcode` in the
/// answer when something is wrong.
struct PlatformInterface: Sendable {
  struct Answer: Sendable {
    var value: Value
    /// As it came.
    var bytes: Bytes
  }

  /// `WeChat` or `WeCom`, for messages.
  let product: String
  /// Without a slash at its end.
  let base: String
  let web: any WebExchange
  let tokens: AccessTokens
  /// What must never stand in a message; read when it is needed.
  private let secret: @Sendable () throws(Fault) -> String

  /// - Parameter grant: the request for a token; see ``AccessTokens/Fetch``.
  init(
    product: String, base: String, web: any WebExchange, secret: @escaping @Sendable () throws(Fault) -> String,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now },
    grant: @escaping @Sendable (_ base: String, _ secret: String, _ isForced: Bool) -> WebRequest
  ) {
    let base = base.last == "/" ? String(base.dropLast()) : base
    self.product = product
    self.base = base
    self.web = web
    self.secret = secret
    tokens = AccessTokens(now: now) { isForced throws(PlatformRefusal) in
      try await Self.fetch(product, secret, web) { grant(base, $0, isForced) }
    }
  }

  func get(_ path: String, _ query: [NamedValue]) async throws(PlatformRefusal) -> Answer {
    try await call { token in WebRequest("GET", WebRequest.url(base + path, query: [NamedValue("access_token", token)] + query)) }
  }

  func post(_ path: String, _ body: Value) async throws(PlatformRefusal) -> Answer {
    try await call { token in .json("POST", WebRequest.url(base + path, query: [NamedValue("access_token", token)]), body: body) }
  }

  /// Calls once more with another token when the platform refuses the one that we have: it may have been given anew elsewhere.
  private func call(_ request: (_ token: String) -> WebRequest) async throws(PlatformRefusal) -> Answer {
    let token = try await tokens.current()
    do throws(PlatformRefusal) {
      return try await Self.answer(request(token), product, web, secrets: [token])
    } catch {
      guard let errcode = error.errcode, PlatformRefusal.tokenTrouble.contains(errcode) else { throw error }
    }
    let next = try await tokens.renewed(after: token)
    return try await Self.answer(request(next), product, web, secrets: [token, next])
  }

  private static func fetch(
    _ product: String, _ secret: @Sendable () throws(Fault) -> String, _ web: any WebExchange, _ request: (_ secret: String) -> WebRequest
  ) async throws(PlatformRefusal) -> AccessTokens.Grant {
    let key: String
    do throws(Fault) {
      key = try secret()
    } catch {
      throw PlatformRefusal(.reauthorise(error))
    }
    let (answer, date) = try await granted(request(key), product, web, key)
    guard let token = answer.value["access_token"]?.text, !token.isEmpty else {
      throw PlatformRefusal(.retry(Fault("platform-answer", "\(product) answered without an access token.")))
    }
    let seconds = answer.value["expires_in"]?.text.flatMap { Int($0) } ?? 7_200
    return AccessTokens.Grant(token: token, lifetime: .seconds(min(max(seconds, 1), 86_400)), date: date)
  }

  private static func granted(
    _ request: WebRequest, _ product: String, _ web: any WebExchange, _ key: String
  ) async throws(PlatformRefusal) -> (Answer, Int?) {
    let raw = try await raw(request, web)
    do throws(PlatformRefusal) {
      return (try checked(raw.body, product, secrets: [key]), raw.date)
    } catch {
      // Where a token is asked for, 40001 is about the secret (全局错误码).
      guard error.errcode == 40_001 else { throw error }
      throw PlatformRefusal(
        errcode: 40_001,
        .reauthorise(Fault("secret-refused", "\(product) does not know the secret.", hint: PlatformRefusal.secretHint)))
    }
  }

  private static func answer(
    _ request: WebRequest, _ product: String, _ web: any WebExchange, secrets: [String]
  ) async throws(PlatformRefusal) -> Answer {
    try checked(try await raw(request, web).body, product, secrets: secrets)
  }

  private static func raw(_ request: WebRequest, _ web: any WebExchange) async throws(PlatformRefusal) -> WebAnswer {
    do throws(WebFailure) {
      let answer = try await web.answer(request)
      if let failure = answer.failure(of: request) { throw failure }
      return answer
    } catch {
      throw PlatformRefusal(error)
    }
  }

  private static func checked(_ body: Bytes, _ product: String, secrets: [String]) throws(PlatformRefusal) -> Answer {
    guard let value = try? JSON.parse(body), case .object = value else {
      throw PlatformRefusal(
        .retry(
          Fault(
            "platform-answer", "\(product) answered with something that is no JSON object.",
            hint: "Is base_url the address of the platform or of a gateway to it?")))
    }
    guard let code = value["errcode"]?.text, code != "0" else { return Answer(value: value, bytes: body) }
    throw PlatformRefusal(errcode: Int(code) ?? 0, message: value["errmsg"]?.text ?? "", product: product, secrets: secrets)
  }
}
