import Configuration
import Formats
import Model

/// What a connector file says about a webhook.
struct WebhookSettings: Sendable {
  var proof: WebhookProof
  var handshake: Handshake
  var maxBody: Int
  var answer: Reply
  /// Headers that mappings read as `$meta`, by their names in lower case.
  var headers: [String]

  init(
    proof: WebhookProof, handshake: Handshake = .none, maxBody: Int = 1 << 20, answer: Reply = Reply(status: 200), headers: [String] = []
  ) {
    self.headers = headers
    self.proof = proof
    self.handshake = handshake
    self.maxBody = maxBody
    self.answer = answer
  }

  init(_ setup: ConnectorSetup) {
    let options = setup.options
    let profile = options[choice: "signature"].flatMap(SignatureProfile.init(rawValue:)) ?? .none
    var recipe = profile.recipe
    if profile == .hmac { recipe?.take(options) }
    if let header = options[text: "id_header"] { recipe?.idHeader = header }
    self.init(
      proof: WebhookProof(
        profile: profile, recipe: recipe, user: options[text: "user"] ?? "", header: options[text: "header"] ?? "X-Token",
        secret: setup.reading("secret"), previousSecret: setup.readingIfSet("previous_secret"),
        tolerance: options[duration: "tolerance"] ?? profile.tolerance, address: options[text: "address"] ?? ""),
      handshake: options[choice: "handshake"].flatMap(Handshake.init(rawValue:)) ?? .none, maxBody: options[bytes: "max_body"] ?? 1 << 20,
      answer: options[text: "answer"].map { Reply(status: 200, contentType: "text/plain; charset=utf-8", body: Array($0.utf8)) }
        ?? Reply(status: 200),
      headers: options[list: "headers"] ?? [])
  }

  func findings() -> [Finding] {
    guard proof.profile != .none else {
      return [
        Finding(
          .warning, "webhook-unsigned", "Everybody who knows the address can send to it.",
          hint: "Choose a signature that the sender offers; hmac, token, basic or bearer serve most.")
      ]
    }
    do throws(Fault) {
      let secret = try proof.secret()
      guard !secret.isEmpty else {
        return [Finding(.problem, "secret-missing", "The secret is not set.", hint: "Enter secret: with a reference to it.")]
      }
      if proof.recipe?.parts.contains(.address) == true && proof.address.isEmpty {
        return [
          Finding(
            .problem, "webhook-address", "The sender signs the address, and ours is not known.",
            hint: "Enter it as address, as the sender has it: https://YOUR-HOST/v1/ingest/NAME.")
        ]
      }
      return [Finding(.fine, "secret", "The secret is set.")]
    } catch {
      return [Finding(.problem, error.code, error.message, hint: error.hint)]
    }
  }
}

extension SignatureRecipe {
  fileprivate mutating func take(_ options: Options) {
    header = options[text: "header"] ?? header
    shape = options[text: "prefix"].map { .prefix($0) } ?? shape
    encoding = options[choice: "encoding"].flatMap(Encoding.init(rawValue:)) ?? encoding
    algorithm = options[choice: "algorithm"].flatMap(Algorithm.init(rawValue:)) ?? algorithm
    guard let name = options[text: "timestamp_header"] else { return }
    timestamp = .header(name, options[choice: "timestamp_unit"] == "ms" ? .milliseconds : .seconds)
    parts = [.timestamp, .literal(options[text: "separator"] ?? "."), .body]
  }
}

extension Webhook {
  public static let kind = KindDescription(
    name: "webhook",
    summary: "Takes what any system posts: JSON, forms, XML or CSV, signed in one of the usual ways.",
    roles: [.receiver],
    options: [
      OptionDescription(
        "signature", .choice(SignatureProfile.allCases.map(\.rawValue)), isRequired: true,
        summary: "How the sender proves itself; none lets everybody in.", example: "standard-webhooks"),
      OptionDescription("secret", .secret, summary: "The secret that both sides know.", example: "secret://env/WEBHOOK_SECRET"),
      OptionDescription(
        "previous_secret", .secret, summary: "The secret before, while senders still use it.", example: "secret://env/OLD_SECRET"),
      OptionDescription("user", .text, summary: "The user name of basic.", example: "shop"),
      OptionDescription("header", .text, summary: "The header with the signature of hmac, or with the token.", example: "X-Signature"),
      OptionDescription("prefix", .text, summary: "What stands before the signature of hmac.", example: "sha256="),
      OptionDescription(
        "encoding", .choice(SignatureRecipe.Encoding.allCases.map(\.rawValue)), defaultValue: "hex", summary: "How hmac writes it.",
        example: "base64"),
      OptionDescription(
        "algorithm", .choice(SignatureRecipe.Algorithm.allCases.map(\.rawValue)), defaultValue: "sha256", summary: "The hash of hmac.",
        example: "sha256"),
      OptionDescription(
        "timestamp_header", .text, summary: "The header with the time that hmac signs before the body.", example: "X-Timestamp"),
      OptionDescription("timestamp_unit", .choice(["s", "ms"]), defaultValue: "s", summary: "What that time counts.", example: "ms"),
      OptionDescription("separator", .text, defaultValue: ".", summary: "What hmac signs between time and body.", example: "."),
      OptionDescription("id_header", .text, summary: "The header that names a delivery.", example: "X-Event-Id"),
      OptionDescription("tolerance", .duration, summary: "How old a signed time may be: 5m, dingtalk 1h.", example: "5m"),
      OptionDescription(
        "address", .text, summary: "The connector's address as the sender has it; hubspot-v3 signs it.",
        example: "https://hub.example.com/v1/ingest/hubspot"),
      OptionDescription(
        "handshake", .choice(Handshake.allCases.map(\.rawValue)), defaultValue: "none",
        summary: "What the sender asks before its first event.",
        example: "query"),
      OptionDescription(
        "headers", .list, summary: "Headers that mappings read, as $meta['x-shopify-topic'].", example: ["X-Shopify-Topic"]),
      OptionDescription("answer", .text, summary: "The text of the answer; empty unless the sender wants one.", example: "success"),
      OptionDescription("max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.", example: "1MB"),
    ],
    formats: formats.map(\.rawValue), authenticates: true)
}
