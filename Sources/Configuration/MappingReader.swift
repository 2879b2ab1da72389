import Model

/// Reads the members of one YAML mapping by name and collects what is wrong with them: missing, unknown and mistyped keys.
public struct MappingReader {
  public let node: YAMLNode
  public let file: String
  public private(set) var diagnostics: [Diagnostic] = []
  private var known: [String] = []

  /// A node that is not a mapping is one error; every member is then missing without further ado.
  ///
  /// - Parameter what: what the mapping is, for the message: `A connector`.
  public init(_ node: YAMLNode, file: String, what: String) {
    self.node = node
    self.file = file
    if node.entries == nil {
      report("mapping-expected", "\(what) must be a mapping of keys to values.", at: node.span)
    }
  }

  /// The value of `key`; `nil` when it is absent.
  public mutating func optional(_ key: String) -> YAMLNode? {
    known.append(key)
    return node[key]
  }

  /// The value of `key`; its absence is an error.
  public mutating func required(_ key: String) -> YAMLNode? {
    if let value = optional(key) { return value }
    if node.entries != nil {
      let start = node.span.start
      report("missing-key", "The key \"\(key)\" is missing.", at: SourceSpan(start: start, end: start))
    }
    return nil
  }

  /// The text of a scalar that is not null and not empty; anything else is an error.
  public mutating func text(_ value: YAMLNode?, of key: String) -> String? {
    guard let value else { return nil }
    if let text = value.text, !value.isNull, !text.isEmpty { return text }
    report("text-expected", "\"\(key)\" must be a text.", at: value.span)
    return nil
  }

  /// One of a fixed set of words.
  public mutating func choice(_ value: YAMLNode?, of key: String, among choices: [String]) -> String? {
    guard let value, let text = text(value, of: key) else { return nil }
    if choices.contains(text) { return text }
    report("unknown-value", "\"\(key)\" cannot be \"\(text)\".", at: value.span, hint: suggestion(text, among: choices))
    return nil
  }

  /// `language: 1`, which every file of ours starts with.
  public mutating func language() {
    guard let value = required("language"), value.text != "1" else { return }
    report(
      "unknown-language", "This version of Kindred reads language 1, not \(value.text.map { "\"\($0)\"" } ?? "this").", at: value.span,
      hint: "Write \"language: 1\".")
  }

  public mutating func report(_ code: String, _ message: String, at span: SourceSpan, hint: String? = nil) {
    diagnostics.append(Diagnostic(.error, code, message, file: file, span: span, hint: hint))
  }

  /// Adds the findings of a part.
  public mutating func add(_ others: [Diagnostic]) { diagnostics += others }

  /// The members that nobody asked for, in the order of the file.
  public var rest: [YAMLEntry] { (node.entries ?? []).filter { !known.contains($0.key) } }

  /// Reports every member that nobody asked for.
  public mutating func refuseUnknownKeys(besides: [String] = []) {
    for entry in rest where !besides.contains(entry.key) {
      report(
        "unknown-key", "There is no key \"\(entry.key)\" here.", at: entry.keySpan, hint: suggestion(entry.key, among: known + besides))
    }
  }
}
