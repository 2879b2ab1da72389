import Model

/// `hub.yaml`: the settings of the whole hub. Everything has a default; without the file all of them count.
public struct HubFile: Hashable, Sendable {
  /// How sure a match must be: `automatic` merges at 99 % precision and leaves the rest to people.
  public enum Cut: String, Hashable, Sendable, CaseIterable {
    case balanced, automatic
  }

  /// Where to listen.
  public struct Address: Hashable, Sendable {
    public var host: String
    /// 0 takes any free port.
    public var port: Int

    public init(host: String, port: Int) {
      self.host = host
      self.port = port
    }

    /// Reads `127.0.0.1:8787`, `[::1]:8787` or `localhost:0`; nil for anything else.
    public init?(parsing text: String) {
      guard let colon = text.lastIndex(of: ":"), let port = Int(text[text.index(after: colon)...]), (0...65_535).contains(port) else {
        return nil
      }
      var host = text[..<colon]
      if host.hasPrefix("["), host.hasSuffix("]") {
        host = host.dropFirst().dropLast()
      } else if host.contains(":") {
        return nil
      }
      guard !host.isEmpty else { return nil }
      self.init(host: String(host), port: port)
    }
  }

  public var address = Address(host: "127.0.0.1", port: 8787)
  /// Bytes of one request's body; more is answered with 413.
  public var maximumBody = 32 << 20
  /// Sources from the most to the least trusted, for survivorship `most-trusted`; those not named come last.
  public var trust: [String] = []
  public var cut = Cut.balanced
  /// A model that `kindred train` wrote, beside `hub.yaml`; nil is the shipped one.
  public var model: String?
  /// Where people are told that something is wrong.
  public var alerts: [AlertChannel] = []

  /// Where the value of each key stands in the file; keys that have their defaults are not here.
  public var places: [String: SourceSpan] = [:]

  /// All defaults.
  public init() {}

  /// - Returns: `nil` when anything is wrong; an empty file has all defaults.
  public static func load(text: String, file: String) -> (HubFile?, [Diagnostic]) {
    let (root, syntax) = YAML.parse(text, file: file)
    guard syntax.isEmpty else { return (nil, syntax) }
    guard let root else { return (HubFile(), []) }
    var reader = MappingReader(root, file: file, what: "hub.yaml")
    var hub = HubFile()
    reader.language()
    hub.readListen(&reader)
    hub.readMaximumBody(&reader)
    hub.readTrust(&reader)
    if let cut = reader.choice(reader.optional("cut"), of: "cut", among: Cut.allCases.map(\.rawValue)) {
      hub.cut = Cut(rawValue: cut) ?? .balanced
    }
    if let node = reader.optional("model") { hub.model = reader.text(node, of: "model") }
    hub.readAlerts(&reader)
    reader.refuseUnknownKeys()
    for entry in root.entries ?? [] { hub.places[entry.key] = entry.value.span }
    let diagnostics = reader.diagnostics.sorted { $0.span.start < $1.span.start }
    return (diagnostics.isEmpty ? hub : nil, diagnostics)
  }

  private mutating func readListen(_ reader: inout MappingReader) {
    guard let node = reader.optional("listen"), let text = reader.text(node, of: "listen") else { return }
    guard let address = Address(parsing: text) else {
      reader.report(
        "wrong-value", "\"listen\" must be an address and a port.", at: node.span, hint: "For example 127.0.0.1:8787 or [::1]:8787.")
      return
    }
    self.address = address
  }

  private mutating func readMaximumBody(_ reader: inout MappingReader) {
    guard let node = reader.optional("max_body"), let text = reader.text(node, of: "max_body") else { return }
    guard let bytes = Quantity.bytes(text), (1...(1 << 30)).contains(bytes) else {
      reader.report("wrong-value", "\"max_body\" must be a size of at most 1 GB.", at: node.span, hint: "For example 32 MB.")
      return
    }
    maximumBody = bytes
  }

  private mutating func readAlerts(_ reader: inout MappingReader) {
    guard let node = reader.optional("alerts"), !node.isNull else { return }
    guard let items = node.items else {
      reader.report(
        "list-expected", "\"alerts\" must be a list of places to tell.", at: node.span, hint: "For example - {to: wecom, url: …}.")
      return
    }
    alerts = items.compactMap { AlertChannel.read($0, &reader) }
  }

  private mutating func readTrust(_ reader: inout MappingReader) {
    guard let node = reader.optional("trust") else { return }
    guard let items = node.items else {
      reader.report("list-expected", "\"trust\" must be a list of sources.", at: node.span, hint: "For example [erp, crm].")
      return
    }
    for item in items {
      guard let source = reader.text(item, of: "trust") else { continue }
      if trust.contains(source) {
        reader.report("duplicate-value", "The source \"\(source)\" is listed twice.", at: item.span)
      } else {
        trust.append(source)
      }
    }
  }
}
