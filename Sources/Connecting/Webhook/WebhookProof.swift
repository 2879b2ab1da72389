import Configuration
import Model

/// How a connector tells its sender from others: a profile with the secrets that count now.
struct WebhookProof: Sendable {
  typealias Reading = @Sendable () throws(Fault) -> String

  let profile: SignatureProfile
  let recipe: SignatureRecipe?
  let user: String
  /// The header that holds the token of profile `token`.
  let header: String
  let secret: Reading
  /// The one before, while senders still use it.
  let previousSecret: Reading?
  let tolerance: Duration
  /// The connector's address as senders see it: scheme, host and path.
  let address: String

  var idHeader: String? { recipe?.idHeader }

  func check(_ request: InboundRequest, now: Int64, cryptography: Cryptography) throws(Problem) {
    guard profile != .none else { return }
    let secrets = try secrets()
    if let recipe {
      do throws(SignatureRecipe.Flaw) {
        try recipe.verify(request, secrets: secrets, address: address, tolerance: tolerance, now: now, cryptography: cryptography)
      } catch {
        throw Problem(401, error.code, "The request is not believed", detail: error.detail)
      }
      return
    }
    let written = request.header(profile == .token ? header : "Authorization") ?? ""
    let isRight = secrets.reduce(false) { areEqualInConstantTime(Array(expected($1).utf8), Array(written.utf8)) || $0 }
    guard isRight else {
      let scheme = profile == .basic ? "Basic realm=\"kindred\"" : "Bearer"
      throw Problem(
        401, "webhook-credentials", "The credentials are wrong", detail: "Compare the secret with the sender's.",
        headers: profile == .token ? [] : [NamedValue("WWW-Authenticate", scheme)])
    }
  }

  private func expected(_ secret: String) -> String {
    switch profile {
    case .basic: "Basic " + Base64.text(Array("\(user):\(secret)".utf8))
    case .bearer: "Bearer " + secret
    default: secret
    }
  }

  /// An empty secret would let everybody in, so it counts as none.
  private func secrets() throws(Problem) -> [String] {
    var secrets: [String] = []
    do throws(Fault) {
      secrets.append(try secret())
      if let previousSecret { secrets.append(try previousSecret()) }
    } catch {
      if secrets.isEmpty {
        throw Problem(503, "secret-unavailable", "The connector is not ready", detail: error.message, retryAfter: .seconds(30))
      }
    }
    secrets.removeAll(where: \.isEmpty)
    guard !secrets.isEmpty else {
      throw Problem(503, "secret-unavailable", "The connector is not ready", detail: "Its secret is not set.", retryAfter: .seconds(30))
    }
    return secrets
  }
}
