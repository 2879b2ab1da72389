import Configuration
import Formats
import Model

/// Kind `wecom`: the callback of WeCom (企业微信): messages to an app, and events such as customers being added.
///
/// WeCom always encrypts. It checks the URL with a GET whose `echostr` must come back decrypted within a second, without
/// quotes or line break; then it posts, waits 5 seconds and tries three times in all; an empty body of status 200 stops it
/// (developer.work.weixin.qq.com, 回调配置 and 加解密方案说明). Events of customer contacts carry ids only: with a `secret` it calls the platform's
/// interfaces for who they are (``WeComContacts``), reads the conversations of 微信客服 (``WeComService``) and writes into them.
public struct WeCom: Receiver, Source, Target {
  public static let kind = KindDescription(
    name: "wecom",
    summary: "Takes the messages and events of a WeCom (企业微信) app, asks who its customers are, reads and writes 微信客服.",
    roles: [.receiver, .source, .target],
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
      OptionDescription(
        "secret", .secret, summary: "The Secret of the app, for calling the platform's interfaces.", example: "secret://env/WECOM_SECRET"),
      OptionDescription(
        "base_url", .text, defaultValue: "https://qyapi.weixin.qq.com",
        summary: "Where the interfaces are; a gateway of one's own, perhaps.",
        example: "https://gateway.example.com/wecom"),
      OptionDescription("refresh", .duration, defaultValue: "24h", summary: "How often all customers are asked for.", example: "24h"),
      OptionDescription(
        "max_age", .duration, summary: "How far a signed time may be from ours; any time counts unless it is set.", example: "10m"),
      OptionDescription("max_body", .bytes, defaultValue: "1MB", summary: "The largest body of one request.", example: "1MB"),
    ],
    formats: [Format.xml.rawValue, Format.json.rawValue],
    fixedStreams: [
      StreamDescription(name: Self.stream, summary: "Messages and events, one XML document each.", format: "xml"),
      StreamDescription(
        name: WeComContacts.stream, summary: "Customers of 客户联系, with the colleagues who know them.", format: "json", isOptional: true),
      StreamDescription(
        name: WeComService.stream, summary: "Conversations of 微信客服, up to 1,000 messages each.", format: "json", isOptional: true),
      StreamDescription(name: WeComService.customerStream, summary: "Who wrote to 微信客服.", format: "json", isOptional: true),
    ],
    authenticates: true)

  static let stream = "events"

  let connector: String
  let mapping: String?
  let callback: WeChatCallback
  /// False when the receiver is a suite without an id: then no envelope could be believed.
  let isReceiverKnown: Bool
  let parts: Parts

  /// What needs the platform's interfaces; each is `nil` when its connector file does not ask for it.
  struct Parts: Sendable {
    var interface: PlatformInterface?
    var contacts: WeComContacts?
    var service: WeComService?
    /// What its connector file asks for although there is no secret.
    var unserved: [String] = []
  }

  init(_ setup: ConnectorSetup, web: any WebExchange) {
    let corp = setup.options[text: "corp_id"] ?? ""
    let (receiver, suite) = (setup.options[choice: "receiver"] ?? "corp", setup.options[text: "suite_id"])
    self.init(
      connector: setup.name, mapping: setup.mapping(of: Self.stream),
      callback: WeChatCallback(
        account: corp, token: setup.reading("token"), encodingKey: setup.reading("aes_key"),
        receiver: receiver == "suite" ? suite ?? "" : receiver == "none" ? "" : corp,
        maxBody: setup.options[bytes: "max_body"] ?? 1 << 20, cryptography: setup.cryptography,
        maximumAge: setup.options[duration: "max_age"]),
      isReceiverKnown: receiver != "suite" || suite != nil, parts: Parts(setup, corp: corp, web: web))
  }

  init(connector: String, mapping: String?, callback: WeChatCallback, isReceiverKnown: Bool = true, parts: Parts = Parts()) {
    self.connector = connector
    self.mapping = mapping
    self.callback = callback
    self.isReceiverKnown = isReceiverKnown
    self.parts = parts
  }

  /// The parts that a connector file asks for.
  var roles: Set<KindDescription.Role> {
    let isSource = parts.contacts != nil || parts.service != nil
    return Set([.receiver] + (isSource ? [.source] : []) + (parts.interface == nil ? [] : [.target]))
  }

  /// The platform gives the same token until it ends, however often it is asked (developer.work.weixin.qq.com, 获取access_token).
  static func interface(
    base: String, corp: String, secret: @escaping @Sendable () throws(Fault) -> String, web: any WebExchange,
    now: @escaping @Sendable () -> ContinuousClock.Instant = { .now }
  ) -> PlatformInterface {
    PlatformInterface(product: "WeCom", base: base, web: web, secret: secret, now: now) { base, secret, _ in
      WebRequest(
        "GET", WebRequest.url(base + "/cgi-bin/gettoken", query: [NamedValue("corpid", corp), NamedValue("corpsecret", secret)]))
    }
  }

  public func check() async -> [Finding] {
    var findings = callback.findings()
    if !isReceiverKnown {
      findings.append(
        Finding(
          .problem, "suite-id-missing", "The receiver of \(connector) is a suite, and its id is not known.", hint: "Enter it as suite_id."))
    }
    guard let interface = parts.interface else { return findings + PlatformCheck.missingSecret(connector, for: parts.unserved) }
    var calls: [PlatformCheck.Call] = []
    if parts.contacts != nil {
      calls.append(
        PlatformCheck.Call(path: "/cgi-bin/externalcontact/get_follow_user_list", fine: "The app may ask who its customers are."))
    }
    if parts.service != nil {
      calls.append(
        PlatformCheck.Call(path: "/cgi-bin/kf/account/list", body: ["offset": 0, "limit": 1], fine: "The app may read 微信客服."))
    }
    return findings + (await PlatformCheck(interface: interface, now: callback.now).findings(calls))
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
      } hints: {
        hints($0)
      }
    } catch {
      callback.memory.note(error.code)
      return error.reply
    }
  }

  private func hints(_ message: WeChatMessage) -> [Hint] {
    switch message.field("Event") {
    case "change_external_contact":
      guard parts.contacts != nil, let contact = message.field("ExternalUserID") else { return [] }
      return [Hint(connector: connector, stream: WeComContacts.stream, notes: [WeComContacts.contactNote: contact])]
    case "kf_msg_or_event":
      guard parts.service != nil, let account = message.field("OpenKfId") else { return [] }
      let notes = [WeComService.accountNote: account, WeComService.tokenNote: message.field("Token") ?? ""]
      return [Hint(connector: connector, stream: WeComService.stream, notes: notes)]
    default: return []
    }
  }

  // MARK: Calling the platform

  public var pause: Duration { parts.contacts?.progress.isUnfinished == true ? .seconds(1) : .seconds(300) }

  public func discover() async throws -> [StreamDescription] { Self.kind.fixedStreams }

  public func run(_ run: Run, into sink: some Sink) async throws {
    // Conversations first: their tokens do not live long.
    if let service = parts.service, run.takes(WeComService.stream) { try await service.run(run, into: sink) }
    if let contacts = parts.contacts, run.takes(WeComContacts.stream) { try await contacts.run(run, into: sink) }
  }

  public func write(_ writes: [Write]) async throws -> [WriteOutcome] {
    guard let interface = parts.interface else {
      throw SourceError.configure(Fault("secret-missing", "The connector \(connector) has no secret."))
    }
    let sending = WeComSending(interface: interface, digests: callback.cryptography.digests)
    return try await written(writes) { write throws(SourceError) in try await sending.send(write) }
  }
}

extension WeCom.Parts {
  init(_ setup: ConnectorSetup, corp: String, web: any WebExchange) {
    guard let secret = setup.readingIfSet("secret") else {
      unserved = [WeComContacts.stream, WeComService.stream, WeComService.customerStream].filter(setup.hasStream)
      return
    }
    let interface = WeCom.interface(base: setup.options[text: "base_url"] ?? "", corp: corp, secret: secret, web: web)
    self.interface = interface
    if setup.hasStream(WeComContacts.stream) {
      contacts = WeComContacts(
        connector: setup.name, mapping: setup.mapping(of: WeComContacts.stream), interface: interface,
        refresh: setup.options[duration: "refresh"] ?? .seconds(86_400), clock: { Timestamp.now })
    }
    if setup.hasStream(WeComService.stream) {
      service = WeComService(
        connector: setup.name, mapping: setup.mapping(of: WeComService.stream),
        customerMapping: setup.mapping(of: WeComService.customerStream), asksCustomers: setup.hasStream(WeComService.customerStream),
        interface: interface, digests: setup.digests, corp: corp)
    }
  }
}
