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
///
/// With a `secret` it calls the platform's interfaces: it asks who its followers are (``WeChatUsers``) and sends messages
/// (``WeChatSending``).
public struct WeChat: Receiver, Source, Target {
  public static let kind = KindDescription(
    name: "wechat",
    summary: "Takes the messages and events of a WeChat official account, asks who its followers are, and sends messages.",
    roles: [.receiver, .source, .target],
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
        "max_age", .duration, summary: "How far a signed time may be from ours; set it when the platform does not encrypt.", example: "10m"),
      OptionDescription(
        "secret", .secret, summary: "The AppSecret, for calling the platform's interfaces.", example: "secret://env/WECHAT_SECRET"),
      OptionDescription(
        "base_url", .text, defaultValue: "https://api.weixin.qq.com", summary: "Where the interfaces are; a gateway of one's own, perhaps.",
        example: "https://gateway.example.com/wechat"),
      OptionDescription("refresh", .duration, defaultValue: "24h", summary: "How often all followers are asked for.", example: "24h"),
      OptionDescription(
        "max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.",
        example: "1MB"),
    ],
    formats: [Format.xml.rawValue, Format.json.rawValue],
    fixedStreams: [
      StreamDescription(name: Self.stream, summary: "Messages and events, one XML document each.", format: "xml"),
      StreamDescription(
        name: WeChatUsers.stream, summary: "Who the followers are, by the platform's interface.", format: "json", isOptional: true),
    ],
    authenticates: true)

  static let stream = "messages"

  let connector: String
  let mapping: String?
  let callback: WeChatCallback
  /// `nil` without a secret.
  let interface: PlatformInterface?
  /// `nil` when its connector file does not ask for them.
  let users: WeChatUsers?
  /// What its connector file asks for although there is no secret.
  let unserved: [String]
  private let recent = RecentNames()

  init(_ setup: ConnectorSetup, web: any WebExchange) {
    let account = setup.options[text: "app_id"] ?? ""
    let interface = setup.readingIfSet("secret").map { secret in
      Self.interface(base: setup.options[text: "base_url"] ?? "", account: account, secret: secret, web: web)
    }
    self.init(
      connector: setup.name, mapping: setup.mapping(of: Self.stream),
      callback: WeChatCallback(
        account: account, token: setup.reading("token"), encodingKey: setup.readingIfSet("aes_key"), receiver: account,
        maxBody: setup.options[bytes: "max_body"] ?? 1 << 20, cryptography: setup.cryptography,
        maximumAge: setup.options[duration: "max_age"]),
      interface: interface,
      users: interface.flatMap { interface in
        guard setup.hasStream(WeChatUsers.stream) else { return nil }
        return WeChatUsers(
          connector: setup.name, mapping: setup.mapping(of: WeChatUsers.stream), interface: interface,
          refresh: setup.options[duration: "refresh"] ?? .seconds(86_400), clock: { Timestamp.now })
      }, unserved: interface == nil && setup.hasStream(WeChatUsers.stream) ? [WeChatUsers.stream] : [])
  }

  init(
    connector: String, mapping: String?, callback: WeChatCallback, interface: PlatformInterface? = nil, users: WeChatUsers? = nil,
    unserved: [String] = []
  ) {
    self.connector = connector
    self.mapping = mapping
    self.callback = callback
    self.interface = interface
    self.users = users
    self.unserved = unserved
  }

  /// The parts that a connector file asks for.
  var roles: Set<KindDescription.Role> {
    Set([.receiver] + (users == nil ? [] : [.source]) + (interface == nil ? [] : [.target]))
  }

  /// `stable_token` gives the same token to all who ask, so that two programs do not take it from each other
  /// (developers.weixin.qq.com, getStableAccessToken).
  static func interface(
    base: String, account: String, secret: @escaping @Sendable () throws(Fault) -> String, web: any WebExchange,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) -> PlatformInterface {
    PlatformInterface(product: "WeChat", base: base, web: web, secret: secret, now: now) { base, secret, isForced in
      .json(
        "POST", base + "/cgi-bin/stable_token",
        body: [
          "grant_type": "client_credential", "appid": .string(account), "secret": .string(secret), "force_refresh": .bool(isForced),
        ])
    }
  }

  public func check() async -> [Finding] {
    var findings = callback.findings()
    if callback.encodingKey == nil && callback.maximumAge == nil {
      findings.append(
        Finding(
          .warning, "wechat-unprotected", "Without encryption, whoever has seen one signed address can send messages to \(connector).",
          hint: "Choose 安全模式 in the platform's 服务器配置 and enter aes_key, or set max_age."))
    }
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
    guard let interface else { return findings + PlatformCheck.missingSecret(connector, for: unserved) }
    let calls = users == nil ? [] : [PlatformCheck.Call(path: "/cgi-bin/user/get", fine: "The app may ask who its followers are.")]
    return findings + (await PlatformCheck(interface: interface, now: callback.now).findings(calls))
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
      } hints: {
        hints($0)
      }
    } catch {
      callback.memory.note(error.code)
      return error.reply
    }
  }

  private func message(of request: InboundRequest) throws(Problem) -> Bytes {
    if let type = request.query("encrypt_type"), type != "raw" { return try callback.message(of: request) }
    try callback.checkSignature("signature", of: request)
    guard callback.encodingKey == nil else {
      throw Problem(
        400, "wechat-plain", "The message is not encrypted",
        detail: "This connector has an aes_key, so only encrypted messages are taken. Choose 安全模式 on the platform, or remove aes_key.")
    }
    return request.body
  }

  /// Somebody who follows, scans a code, or writes for the first time in a while is asked for.
  private func hints(_ message: WeChatMessage) -> [Hint] {
    guard users != nil, let sender = message.field("FromUserName") else { return [] }
    let isArrival = ["subscribe", "SCAN"].contains(message.field("Event"))
    guard message.field("Event") != "unsubscribe", recent.note(sender) || isArrival else { return [] }
    return [Hint(connector: connector, stream: WeChatUsers.stream, notes: [WeChatUsers.openIDNote: sender])]
  }

  // MARK: Calling the platform

  public var pause: Duration { users?.pause ?? .seconds(3_600) }

  public func discover() async throws -> [StreamDescription] { Self.kind.fixedStreams }

  public func run(_ run: Run, into sink: some Sink) async throws {
    guard let users, run.takes(WeChatUsers.stream) else { return }
    try await users.run(run, into: sink)
  }

  public func write(_ writes: [Write]) async throws -> [WriteOutcome] {
    guard let interface else { throw SourceError.configure(Fault("secret-missing", "The connector \(connector) has no secret.")) }
    let sending = WeChatSending(interface: interface, digests: callback.cryptography.digests)
    return try await written(writes) { write throws(SourceError) in try await sending.send(write) }
  }
}
