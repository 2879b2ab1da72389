import Configuration
import Formats
import Model
import Synchronization

/// What the callbacks of official accounts and of WeCom have in common: a token that signs, a key that encrypts, and the
/// rule that one message is told from another by its whole content.
struct WeChatCallback: Sendable {
  typealias Reading = @Sendable () throws(Fault) -> String

  /// What an official account's app or a WeCom corp is called in the key by which repetitions are recognised.
  let account: String
  /// Secrets are read on every use, so that a renewed one counts without a restart.
  let token: Reading
  /// The EncodingAESKey; `nil` when the platform was told not to encrypt.
  let encodingKey: Reading?
  /// Whose id an envelope must end with.
  let receiver: String
  let maxBody: Int
  let cryptography: Cryptography
  /// How far a signed time may be from ours, in both directions; `nil` for any time.
  var maximumAge: Duration?
  /// Seconds since 1970.
  var now: @Sendable () -> Int = { Int(Timestamp.now / 1_000_000) }
  /// Why requests were refused, and how often.
  let memory = Memory()

  final class Memory: Sendable {
    private let flaws = Mutex<[String: Int]>([:])

    /// Counts by code, which names no person.
    func note(_ code: String) { flaws.withLock { $0[code, default: 0] += 1 } }
    func count(_ code: String) -> Int { flaws.withLock { $0[code] ?? 0 } }
    var all: [String: Int] { flaws.withLock { $0 } }
  }

  /// Answers a request: a GET is the URL check, a POST a message, which is accepted into `stream` before the answer.
  /// - Parameters:
  ///   - confirm: what the URL check is answered with.
  ///   - message: the checked, decrypted message of a POST.
  ///   - hints: what there is to read now, once the message is accepted.
  func answer(
    _ request: InboundRequest, into sink: some Sink, as stream: StreamName, mapping: String?,
    confirm: (_ echo: String) throws(Problem) -> Bytes, message: () throws(Problem) -> Bytes, hints: (WeChatMessage) -> [Hint]
  ) async throws(Problem) -> Reply {
    switch request.method {
    case "GET":
      guard let echo = request.query("echostr") else {
        throw Problem(400, "wechat-echostr-missing", "The request has no echostr", detail: "A URL check carries an echostr.")
      }
      return Reply(status: 200, contentType: "text/plain; charset=utf-8", body: try confirm(echo))
    case "POST":
      try checkSize(request)
      let message = WeChatMessage(try message())
      let delivery = delivery(message, stream: stream, origin: request.path, mapping: mapping)
      do throws(Refusal) {
        _ = try await sink.accept([delivery], checkpoint: nil)
      } catch {
        throw Problem(error)
      }
      for hint in hints(message) { sink.hint(hint) }
      return Reply(status: 200)
    default:
      throw Problem(405, "method-not-allowed", "Only GET and POST are understood here", headers: [NamedValue("Allow", "GET, POST")])
    }
  }

  private func checkSize(_ request: InboundRequest) throws(Problem) {
    guard request.body.count <= maxBody else {
      throw Problem(
        413, "too-large", "The request is too large", detail: "The body has \(request.body.count) bytes, at most \(maxBody) are taken.")
    }
    if let coding = request.header("Content-Encoding"), coding.lowercased() != "identity" {
      throw Problem(415, "unsupported-encoding", "The content coding is not understood", detail: "The body is coded as \(coding).")
    }
  }

  /// Checks the query item `name` against token, timestamp, nonce and, when it is encrypted, the text.
  func checkSignature(_ name: String, of request: InboundRequest, encrypted: String? = nil) throws(Problem) {
    let secret = try secret("token", token)
    // An empty token would let everybody sign.
    guard !secret.isEmpty, let signature = request.query(name), let timestamp = request.query("timestamp"),
      let nonce = request.query("nonce"),
      WeChatSignature.isValid(
        signature, token: secret, timestamp: timestamp, nonce: nonce, encrypted: encrypted, digests: cryptography.digests)
    else {
      throw Problem(
        403, "wechat-signature", "The signature is wrong",
        detail: "It does not fit timestamp, nonce and token. Compare the token with the one on the platform.")
    }
    try checkAge(timestamp)
  }

  private func checkAge(_ timestamp: String) throws(Problem) {
    guard let maximumAge else { return }
    guard let signed = Int(timestamp), signed.magnitude < 1 << 60, abs(signed - now()) <= maximumAge.components.seconds else {
      throw Problem(
        403, "wechat-stale", "The signature is not of this time",
        detail: "Its timestamp is more than \(maximumAge.components.seconds) s away from our clock. Compare the clock of this machine.")
    }
  }

  /// The message in an encrypted body, after its own signature was checked.
  func message(of request: InboundRequest) throws(Problem) -> Bytes {
    if encodingKey == nil {
      try checkSignature("signature", of: request)
      throw noKey()
    }
    let envelope: XMLNode
    do throws(Fault) {
      envelope = try XMLNode.parse(request.body, limits: XMLLimits(maximumNodes: 100))
    } catch {
      // The reader quotes what it found, and that may be somebody's message.
      throw Problem(400, error.code, "The envelope cannot be read", detail: error.location.map { "The place is \($0)." })
    }
    guard let encrypted = envelope.children.first(where: { $0.name == "Encrypt" })?.text else {
      throw Problem(400, "wechat-envelope", "The body is no envelope", detail: "It has no element Encrypt.")
    }
    try checkSignature("msg_signature", of: request, encrypted: encrypted)
    return try open(encrypted)
  }

  func open(_ encrypted: String) throws(Problem) -> Bytes {
    guard let encodingKey else { throw noKey() }
    let envelope: WeChatEnvelope
    do throws(Fault) {
      envelope = try WeChatEnvelope(encodingKey: try encodingKey(), receiver: receiver, cryptography: cryptography)
    } catch {
      throw Problem(503, "secret-unavailable", "The connector is not ready", detail: error.message, retryAfter: .seconds(30))
    }
    do throws(WeChatEnvelope.Flaw) {
      return try envelope.open(encrypted)
    } catch {
      throw Problem(400, error.rawValue, "The envelope cannot be opened", detail: Self.advice(error))
    }
  }

  /// The delivery of a message. Platforms' documents say to compare `MsgId`, or sender and time; both are equal for different
  /// messages in practice, and whoever follows them loses customers. The whole content is equal only when the message is, and
  /// an encrypted message looks different each time it is sent: so the key is made of what was inside.
  ///
  /// A signed message that is not XML is journaled all the same, under its raw bytes: it becomes a dead letter, and is not
  /// sent again.
  func delivery(_ message: WeChatMessage, stream: StreamName, origin: String, mapping: String?) -> Delivery {
    Delivery(
      stream: stream, body: .bytes(message.bytes), contentType: MediaType.canonical(.xml), origin: origin, mapping: mapping,
      dedupeKey: cryptography.digests.sha256(Array(account.utf8) + [0] + message.identity))
  }

  /// The platform takes 3 to 32 letters and digits (接入指南).
  func findings() -> [Finding] {
    var findings: [Finding] = []
    do throws(Fault) {
      findings.append(Self.judge(token: try token()))
      if let encodingKey {
        _ = try WeChatEnvelope(encodingKey: try encodingKey(), receiver: receiver, cryptography: cryptography)
        findings.append(Finding(.fine, "aes-key", "The EncodingAESKey is set."))
      }
    } catch {
      findings.append(Finding(.problem, error.code, error.message, hint: error.hint))
    }
    for flaw in WeChatEnvelope.Flaw.allCases where memory.count(flaw.rawValue) > 0 {
      findings.append(
        Finding(.problem, flaw.rawValue, "\(memory.count(flaw.rawValue)) envelopes could not be opened.", hint: Self.advice(flaw)))
    }
    if memory.count("wechat-stale") > 0 {
      findings.append(
        Finding(
          .problem, "wechat-stale", "\(memory.count("wechat-stale")) requests were signed at another time than now.",
          hint: "When the platform sent them, the clock of this machine is wrong."))
    }
    if memory.count("wechat-signature") > 0 {
      findings.append(
        Finding(
          .warning, "wechat-signature", "\(memory.count("wechat-signature")) requests had a wrong signature.",
          hint: "When the platform sent them, its token is another one than ours."))
    }
    let explained = WeChatEnvelope.Flaw.allCases.map(\.rawValue) + ["wechat-stale", "wechat-signature", "wechat-encrypted", "wechat-plain"]
    return findings
      + memory.all.filter { !explained.contains($0.key) }.sorted { utf8Precedes($0.key, $1.key) }.map { code, count in
        Finding(.warning, code, "\(count) requests were refused.", hint: "See the page of errors about \(code).")
      }
  }

  private func noKey() -> Problem {
    Problem(
      400, "wechat-encrypted", "Encrypted messages are not understood",
      detail: "Enter the EncodingAESKey as aes_key, or choose 明文模式 in the platform's 服务器配置.")
  }

  private func secret(_ name: String, _ read: Reading) throws(Problem) -> String {
    do throws(Fault) {
      return try read()
    } catch {
      throw Problem(
        503, "secret-unavailable", "The connector is not ready", detail: "Its \(name) cannot be read.", retryAfter: .seconds(30))
    }
  }

  private static func judge(token: String) -> Finding {
    let isUsable = (3...32).contains(token.utf8.count) && token.utf8.allSatisfy(isLetterOrDigit)
    return isUsable
      ? Finding(.fine, "token", "The token is set.")
      : Finding(
        .problem, "token-shape", "The token is not one that WeChat accepts.", hint: "It has 3 to 32 letters and digits of ASCII.")
  }

  private static func isLetterOrDigit(_ byte: UInt8) -> Bool {
    switch byte {
    case 0x30...0x39, 0x41...0x5A, 0x61...0x7A: true
    default: false
    }
  }

  private static func advice(_ flaw: WeChatEnvelope.Flaw) -> String {
    switch flaw {
    case .notBase64: "The element Encrypt is not Base64."
    case .notDecrypted, .padding, .length: "Compare the EncodingAESKey with the one on the platform: a wrong one gives garbage."
    case .receiver: "It was meant for somebody else: compare the app id, corp id or suite id with the platform."
    }
  }
}
