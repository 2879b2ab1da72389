import Configuration
import Formats
import Model
import Synchronization

/// Kind `wechat`: the callback of a WeChat official account (微信公众号) in plain mode (明文模式).
///
/// WeChat first checks the URL with a GET, then posts one XML message a request, waits 5 seconds and tries three times
/// in all; an empty body of status 200 stops it (developers.weixin.qq.com, 公众号 → 基础消息能力 → 接收普通消息). So a
/// message is answered as soon as it is accepted, and processed later.
///
/// Safe mode (安全模式), where the body is encrypted, is not spoken: such requests get 400, and ``check()`` says so.
public struct WeChat: Receiver {
  public static let kind = KindDescription(
    name: "wechat",
    summary: "Takes the messages and events of a WeChat official account, plain mode.",
    role: .receiver,
    options: [
      OptionDescription(
        "app_id", .text, isRequired: true, summary: "The account's AppID, as the platform shows it.",
        example: "wx0123456789abcdef"),
      OptionDescription(
        "token", .secret, isRequired: true, summary: "The token (令牌) that was entered on the platform beside the URL.",
        example: "secret://env/WECHAT_TOKEN"),
      OptionDescription(
        "max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.",
        example: "1MB"),
    ],
    formats: [Format.xml.rawValue],
    fixedStreams: [StreamDescription(name: Self.stream, summary: "Messages and events, one XML document each.", format: "xml")])

  static let stream = "messages"

  let connector: String
  let mapping: String?
  let appID: String
  /// Read on every use, so that a renewed secret counts without a restart.
  let token: @Sendable () throws(Fault) -> String
  let maxBody: Int
  let digests: Digests
  private let memory = Memory()

  /// What the account has done to us that its owner should know.
  private final class Memory: Sendable {
    let sawEncrypted = Mutex(false)
  }

  init(_ setup: ConnectorSetup) {
    let (secret, home) = (setup.options[secret: "token"], setup.home)
    self.init(
      connector: setup.name, mapping: setup.streams.first { $0.name == Self.stream }?.mapping,
      appID: setup.options[text: "app_id"] ?? "",
      token: { () throws(Fault) -> String in try secret?.resolve(relativeTo: home) ?? "" },
      maxBody: setup.options[bytes: "max_body"] ?? 1 << 20, digests: setup.digests)
  }

  init(
    connector: String, mapping: String?, appID: String, token: @escaping @Sendable () throws(Fault) -> String, maxBody: Int,
    digests: Digests
  ) {
    self.connector = connector
    self.mapping = mapping
    self.appID = appID
    self.token = token
    self.maxBody = maxBody
    self.digests = digests
  }

  public func check() async -> [Finding] {
    var findings: [Finding] = []
    do throws(Fault) {
      findings.append(Self.judge(try token()))
    } catch {
      findings.append(Finding(.problem, error.code, error.message, hint: error.hint))
    }
    if memory.sawEncrypted.withLock({ $0 }) {
      findings.append(
        Finding(
          .problem, "wechat-encrypted", "WeChat sends encrypted messages to \(connector), and they are refused.",
          hint: "Choose 明文模式 as the way messages are encrypted, in the platform's 服务器配置."))
    }
    return findings
  }

  /// The platform takes 3 to 32 letters and digits (接入指南).
  private static func judge(_ token: String) -> Finding {
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

  public func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    do throws(Problem) {
      switch request.method {
      case "GET": return try confirm(request)
      case "POST": return try await take(request, into: sink)
      default:
        throw Problem(
          405, "method-not-allowed", "Only GET and POST are understood here", headers: [NamedValue("Allow", "GET, POST")])
      }
    } catch {
      return error.reply
    }
  }

  /// The URL check: WeChat wants its `echostr` back, and nothing else.
  private func confirm(_ request: InboundRequest) throws(Problem) -> Reply {
    try checkSignature(request)
    guard let echo = request.query("echostr") else {
      throw Problem(400, "wechat-echostr-missing", "The request has no echostr", detail: "A URL check carries an echostr.")
    }
    return Reply(status: 200, contentType: "text/plain; charset=utf-8", body: Array(echo.utf8))
  }

  private func take(_ request: InboundRequest, into sink: some Sink) async throws(Problem) -> Reply {
    guard request.body.count <= maxBody else {
      throw Problem(
        413, "too-large", "The request is too large", detail: "The body has \(request.body.count) bytes, at most \(maxBody) are taken.")
    }
    try checkSignature(request)
    try checkMode(request)
    let delivery = Delivery(
      stream: StreamName(connector: connector, stream: Self.stream), body: .bytes(request.body),
      contentType: MediaType.canonical(.xml), origin: request.path, mapping: mapping, dedupeKey: dedupeKey(of: request.body))
    do throws(Refusal) {
      _ = try await sink.accept([delivery], checkpoint: nil)
    } catch {
      throw Problem(error)
    }
    return Reply(status: 200)
  }

  private func checkSignature(_ request: InboundRequest) throws(Problem) {
    let secret: String
    do throws(Fault) {
      secret = try token()
    } catch {
      throw Problem(503, "secret-unavailable", "The connector is not ready", detail: "Its token cannot be read.", retryAfter: .seconds(30))
    }
    // An empty token would let everybody sign.
    guard !secret.isEmpty, let signature = request.query("signature"), let timestamp = request.query("timestamp"),
      let nonce = request.query("nonce"),
      WeChatSignature.isValid(signature, token: secret, timestamp: timestamp, nonce: nonce, digests: digests)
    else {
      throw Problem(
        403, "wechat-signature", "The signature is wrong",
        detail: "It does not fit timestamp, nonce and token. Compare the token with the one on the platform.")
    }
  }

  private func checkMode(_ request: InboundRequest) throws(Problem) {
    guard let mode = request.query("encrypt_type"), mode != "raw" else { return }
    memory.sawEncrypted.withLock { $0 = true }
    throw Problem(
      400, "wechat-encrypted", "Encrypted messages are not understood",
      detail: "The request has encrypt_type=\(mode). Choose 明文模式 in the platform's 服务器配置.")
  }

  /// WeChat's documents say to compare `MsgId`, or sender and time; both are equal for different messages in practice, and
  /// whoever follows them loses customers. The whole content is equal only when the message is.
  ///
  /// A signed body that is not XML is journaled all the same, under its raw bytes: it becomes a dead letter, and WeChat
  /// does not send it again.
  private func dedupeKey(of body: Bytes) -> Bytes {
    let content = (try? WeChatContent.canonical(body)).map { [1] + $0 } ?? [0] + body
    return digests.sha256(Array(appID.utf8) + [0] + content)
  }
}
