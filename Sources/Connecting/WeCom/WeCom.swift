import Configuration
import Formats
import Model

/// Kind `wecom`: the callback of WeCom (企业微信): messages to an app, and events such as customers being added.
///
/// WeCom always encrypts. It checks the URL with a GET whose `echostr` must come back decrypted within a second, without
/// quotes or line break; then it posts, waits 5 seconds and tries three times in all; an empty body of status 200 stops it
/// (developer.work.weixin.qq.com, 回调配置 and 加解密方案说明). Events of customer contacts carry ids only.
public struct WeCom: Receiver {
  public static let kind = KindDescription(
    name: "wecom",
    summary: "Takes the messages and events of a WeCom (企业微信) app.",
    role: .receiver,
    options: [
      OptionDescription(
        "corp_id", .text, isRequired: true, summary: "The corp id (企业ID), as the console shows it.", example: "ww0123456789abcdef"),
      OptionDescription(
        "token", .secret, isRequired: true, summary: "The Token of the app's callback (接收消息服务器配置).", example: "secret://env/WECOM_TOKEN"),
      OptionDescription(
        "aes_key", .secret, isRequired: true, summary: "The EncodingAESKey of the app's callback.", example: "secret://env/WECOM_AES_KEY"),
      OptionDescription(
        "receiver", .choice(["corp", "suite", "none"]), defaultValue: "corp",
        summary:
          "Whose id ends a message: the corp's for an own app, the suite's for events of a third-party app, none's for one of a person.",
        example: "corp"),
      OptionDescription(
        "suite_id", .text, summary: "The suite id of a third-party app; needed when the receiver is suite.", example: "ww4asffe99e54c0f4c"),
      OptionDescription("max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.", example: "1MB"),
    ],
    formats: [Format.xml.rawValue],
    fixedStreams: [StreamDescription(name: Self.stream, summary: "Messages and events, one XML document each.", format: "xml")],
    authenticates: true)

  static let stream = "events"

  let connector: String
  let mapping: String?
  let callback: WeChatCallback
  /// False when the receiver is a suite without an id: then no envelope could be believed.
  let isReceiverKnown: Bool

  init(_ setup: ConnectorSetup) {
    let corp = setup.options[text: "corp_id"] ?? ""
    let (receiver, suite) = (setup.options[choice: "receiver"] ?? "corp", setup.options[text: "suite_id"])
    self.init(
      connector: setup.name, mapping: setup.streams.first { $0.name == Self.stream }?.mapping,
      callback: WeChatCallback(
        account: corp, token: setup.reading("token"), encodingKey: setup.reading("aes_key"),
        receiver: receiver == "suite" ? suite ?? "" : receiver == "none" ? "" : corp,
        maxBody: setup.options[bytes: "max_body"] ?? 1 << 20, cryptography: setup.cryptography),
      isReceiverKnown: receiver != "suite" || suite != nil)
  }

  init(connector: String, mapping: String?, callback: WeChatCallback, isReceiverKnown: Bool = true) {
    self.connector = connector
    self.mapping = mapping
    self.callback = callback
    self.isReceiverKnown = isReceiverKnown
  }

  public func check() async -> [Finding] {
    let unknown = Finding(
      .problem, "suite-id-missing", "The receiver of \(connector) is a suite, and its id is not known.", hint: "Enter it as suite_id.")
    return callback.findings() + (isReceiverKnown ? [] : [unknown])
  }

  public func receive(_ request: InboundRequest, into sink: some Sink) async -> Reply {
    do throws(Problem) {
      guard isReceiverKnown else {
        throw Problem(503, "suite-id-missing", "The connector is not ready", detail: "Its suite_id is not set.", retryAfter: .seconds(30))
      }
      return try await callback.answer(
        request, into: sink, as: StreamName(connector: connector, stream: Self.stream), mapping: mapping
      ) { echo throws(Problem) in
        try callback.checkSignature("msg_signature", of: request, encrypted: echo)
        return try callback.open(echo)
      } message: { () throws(Problem) in
        try callback.message(of: request)
      }
    } catch {
      return error.reply
    }
  }
}
