import Configuration
import Formats
import Model

/// Kind `wechat`: the callback of a WeChat official account (微信公众号), plain, compatible or safe mode (明文, 兼容, 安全模式).
///
/// WeChat first checks the URL with a GET, then posts one XML message a request, waits 5 seconds and tries three times
/// in all; an empty body of status 200 stops it (developers.weixin.qq.com, 公众号 → 基础消息能力 → 接收普通消息). So a
/// message is answered as soon as it is accepted, and processed later.
///
/// With an `aes_key` only encrypted messages are taken: in plain mode the signature does not cover the body, so that
/// whoever has seen one signed address could send another body to it. Compatible mode sends both, and the encrypted part counts.
public struct WeChat: Receiver {
  public static let kind = KindDescription(
    name: "wechat",
    summary: "Takes the messages and events of a WeChat official account.",
    role: .receiver,
    options: [
      OptionDescription(
        "app_id", .text, isRequired: true, summary: "The account's AppID, as the platform shows it.",
        example: "wx0123456789abcdef"),
      OptionDescription(
        "token", .secret, isRequired: true, summary: "The token (令牌) that was entered on the platform beside the URL.",
        example: "secret://env/WECHAT_TOKEN"),
      OptionDescription(
        "aes_key", .secret, summary: "The EncodingAESKey (消息加解密密钥); set it when the platform encrypts.",
        example: "secret://env/WECHAT_AES_KEY"),
      OptionDescription(
        "max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.",
        example: "1MB"),
    ],
    formats: [Format.xml.rawValue],
    fixedStreams: [StreamDescription(name: Self.stream, summary: "Messages and events, one XML document each.", format: "xml")],
    authenticates: true)

  static let stream = "messages"

  let connector: String
  let mapping: String?
  let callback: WeChatCallback

  init(_ setup: ConnectorSetup) {
    self.init(
      connector: setup.name, mapping: setup.streams.first { $0.name == Self.stream }?.mapping,
      callback: WeChatCallback(
        account: setup.options[text: "app_id"] ?? "", token: setup.reading("token"), encodingKey: setup.readingIfSet("aes_key"),
        receiver: setup.options[text: "app_id"] ?? "", maxBody: setup.options[bytes: "max_body"] ?? 1 << 20,
        cryptography: setup.cryptography))
  }

  init(connector: String, mapping: String?, callback: WeChatCallback) {
    self.connector = connector
    self.mapping = mapping
    self.callback = callback
  }

  public func check() async -> [Finding] {
    var findings = callback.findings()
    if callback.memory.count("wechat-encrypted") > 0 {
      findings.append(
        Finding(
          .problem, "wechat-encrypted", "WeChat sends encrypted messages to \(connector), and they are refused.",
          hint: "Enter the EncodingAESKey as aes_key, or choose 明文模式 in the platform's 服务器配置."))
    }
    if callback.memory.count("wechat-plain") > 0 {
      findings.append(
        Finding(
          .problem, "wechat-plain", "Messages that are not encrypted come to \(connector), and they are refused.",
          hint: "Choose 安全模式 in the platform's 服务器配置, or remove aes_key."))
    }
    return findings
  }

  public func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    do throws(Problem) {
      // The URL check is signed without what it asks to be given back.
      if request.method == "GET" { try callback.checkSignature("signature", of: request) }
      return try await callback.answer(
        request, into: sink, as: StreamName(connector: connector, stream: Self.stream), mapping: mapping
      ) { echo throws(Problem) in
        Array(echo.utf8)
      } message: { () throws(Problem) in
        try message(of: request)
      }
    } catch {
      return error.reply
    }
  }

  private func message(of request: InboundRequest) throws(Problem) -> Bytes {
    if let type = request.query("encrypt_type"), type != "raw" { return try callback.message(of: request) }
    try callback.checkSignature("signature", of: request)
    guard callback.encodingKey == nil else {
      callback.memory.note("wechat-plain")
      throw Problem(
        400, "wechat-plain", "The message is not encrypted",
        detail: "This connector has an aes_key, so only encrypted messages are taken. Choose 安全模式 on the platform, or remove aes_key.")
    }
    return request.body
  }
}
