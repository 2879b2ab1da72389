import Model

/// An entry of `alerts` in `hub.yaml`: where people are told that something is wrong, and that it is well again.
public struct AlertChannel: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// Any address that takes JSON.
    case webhook
    /// A robot in a WeCom group (企业微信群机器人).
    case wecom
    /// A robot in a DingTalk group (钉钉自定义机器人).
    case dingtalk
    /// A mail, handed to a mail server.
    case mail
  }

  /// What can be told of. The codes of incidents.
  public enum Event: String, Hashable, Sendable, CaseIterable {
    /// Nothing has come on a stream for longer than is usual.
    case overdue
    /// A source looks alive and hears nothing.
    case silent
    /// A source failed so often in a row that it is left alone for a while.
    case tripped
    /// Credentials are refused.
    case unauthorised
    /// A connector's configuration cannot work.
    case misconfigured
    /// Many dead letters in a short time.
    case deadLetters = "dead-letters"
    /// The disk with the data is nearly full.
    case diskNearlyFull = "disk-nearly-full"
    /// What was accepted cannot be applied.
    case applyingFailed = "applying-failed"
  }

  public var kind: Kind
  public var options: Options
  /// What it is told of.
  public var events: Set<Event>
  /// Where `url` stands, for what is wrong with the secret behind it.
  public var span: SourceSpan

  /// Besides `to`.
  public static func options(of kind: Kind) -> [OptionDescription] {
    let url = OptionDescription(
      "url", .secret, isRequired: true, summary: "Where to send to; the address holds a key, so it is a secret.",
      example: "secret://env/ALERT_URL")
    let on = OptionDescription(
      "on", .list, defaultValue: .array(Event.allCases.map { .string($0.rawValue) }), summary: "What to tell of; without it, everything.")
    switch kind {
    case .wecom: return [url, on]
    case .mail:
      return [
        OptionDescription(
          "server", .text, isRequired: true, summary: "The mail server; smtps speaks TLS from the first byte on.",
          example: "smtp://mail.example.com:587"),
        OptionDescription("from", .text, isRequired: true, summary: "The sender's address.", example: "kindred@example.com"),
        OptionDescription("recipients", .list, isRequired: true, summary: "Who gets it.", example: ["it@example.com"]),
        OptionDescription("user", .text, summary: "Whom to log in as; without it, nobody.", example: "kindred"),
        OptionDescription("password", .secret, summary: "That user's password.", example: "secret://env/MAIL_PASSWORD"),
        OptionDescription(
          "encryption", .choice(["required", "none"]), defaultValue: "required",
          summary: "Whether the server must speak TLS; none is for one on the same machine.", example: "required"),
        on,
      ]
    case .webhook:
      let secret = OptionDescription(
        "secret", .secret, summary: "Signs each message by Standard Webhooks; whsec_ and Base64.", example: "secret://env/ALERT_SECRET")
      return [url, secret, on]
    case .dingtalk:
      let secret = OptionDescription(
        "secret", .secret, summary: "The secret of the robot whose security setting is 加签; starts with SEC.",
        example: "secret://env/ROBOT_SECRET")
      return [url, secret, on]
    }
  }

  /// - Returns: nil when anything is wrong.
  static func read(_ node: YAMLNode, _ reader: inout MappingReader) -> AlertChannel? {
    var entry = MappingReader(node, file: reader.file, what: "An alert")
    let word = entry.choice(entry.required("to"), of: "to", among: Kind.allCases.map(\.rawValue))
    var diagnostics = entry.diagnostics
    var channel: AlertChannel?
    if let kind = word.flatMap(Kind.init(rawValue:)) {
      let rest = YAMLNode(.mapping(entry.rest), span: node.span)
      let (options, wrong) = Options.check(rest, against: options(of: kind), file: reader.file, span: node.span)
      let names = options[list: "on"] ?? []
      let unknown = names.filter { Event(rawValue: $0) == nil }
      diagnostics += wrong
      for name in unknown {
        diagnostics.append(
          Diagnostic(
            .error, "unknown-value", "\"on\" cannot be \"\(name)\".", file: reader.file, span: node["on"]?.span ?? node.span,
            hint: suggestion(name, among: Event.allCases.map(\.rawValue))
              ?? "There are \(Event.allCases.map(\.rawValue).joined(separator: ", "))."))
      }
      channel = AlertChannel(
        kind: kind, options: options, events: Set(names.compactMap(Event.init(rawValue:))), span: node["url"]?.span ?? node.span)
    }
    reader.add(diagnostics)
    return diagnostics.isEmpty ? channel : nil
  }
}
