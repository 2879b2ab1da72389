import Configuration
import Model

/// Everything that is wrong with one file, collected while it is read, and the small readings that every part of it needs.
struct FileFindings {
  let file: String
  /// The file's bytes, for looking at what YAML left out of a value.
  let bytes: [UInt8]
  var diagnostics: [Diagnostic]
  /// True when YAML could not read all of the file.
  let isBroken: Bool

  init(text: String, file: String, diagnostics: [Diagnostic] = []) {
    self.file = file
    isBroken = !diagnostics.isEmpty
    bytes = Array(text.utf8)
    self.diagnostics = diagnostics
  }

  var hasErrors: Bool { diagnostics.contains { $0.severity == .error } }

  mutating func error(_ code: String, _ message: String, _ span: SourceSpan, hint: String? = nil) {
    diagnostics.append(Diagnostic(.error, code, message, file: file, span: span, hint: hint))
  }

  mutating func warning(_ code: String, _ message: String, _ span: SourceSpan, hint: String? = nil) {
    diagnostics.append(Diagnostic(.warning, code, message, file: file, span: span, hint: hint))
  }

  /// The entries of a mapping whose keys are known; a `nil` node has none.
  mutating func entries(_ node: YAMLNode?, _ what: String, allowed: [String]) -> [YAMLEntry] {
    let all = entries(node, what)
    for entry in all where !allowed.contains(entry.key) {
      error(
        "unknown-key", "\(what.capitalisedFirst) has no key \"\(entry.key)\".", entry.keySpan, hint: suggestion(entry.key, among: allowed))
    }
    return all.filter { allowed.contains($0.key) }
  }

  /// The entries of a mapping with keys of the user's own.
  mutating func entries(_ node: YAMLNode?, _ what: String) -> [YAMLEntry] {
    guard let node, !node.isNull else { return [] }
    guard let entries = node.entries else {
      error("wrong-type", "\(what.capitalisedFirst) must be a mapping of keys to values.", node.span)
      return []
    }
    return entries
  }

  /// The text of a scalar that is not empty.
  mutating func text(_ node: YAMLNode?, _ what: String) -> String? {
    guard let node else { return nil }
    guard let text = node.text, !text.isEmpty else {
      error("wrong-type", "\(what.capitalisedFirst) must be text.", node.span)
      return nil
    }
    return text
  }

  mutating func boolean(_ node: YAMLNode?, _ what: String) -> Bool? {
    guard let node else { return nil }
    switch node.text {
    case "true": return true
    case "false": return false
    default:
      error("wrong-type", "\(what.capitalisedFirst) must be true or false.", node.span)
      return nil
    }
  }

  /// One of the words of an enumeration.
  mutating func choice<Choice: RawRepresentable & CaseIterable>(_ node: YAMLNode?, _ what: String, _: Choice.Type) -> Choice?
  where Choice.RawValue == String {
    word(node, what, among: Choice.allCases.map(\.rawValue)).flatMap { Choice(rawValue: $0) }
  }

  mutating func word(_ node: YAMLNode?, _ what: String, among words: [String]) -> String? {
    guard let node, let text = text(node, what) else { return nil }
    if words.contains(text) { return text }
    error("unknown-value", "\(what.capitalisedFirst) cannot be \"\(text)\".", node.span, hint: suggestion(text, among: words))
    return nil
  }

  mutating func write(_ node: YAMLNode?, _ what: String) -> Statement.Write? {
    word(node, what, among: [Statement.Write.patch, .replace].map(\.rawValue)).flatMap { Statement.Write(rawValue: $0) }
  }

  mutating func required(_ node: YAMLNode?, _ key: String, in what: String, _ span: SourceSpan) {
    if node == nil { error("missing-key", "\(what.capitalisedFirst) needs \"\(key)\".", span) }
  }

  /// `language: 1` stands in every file, so that a later language can change its meaning.
  mutating func checkLanguage(_ root: YAMLNode) {
    guard let node = root["language"] else {
      error("missing-key", "The file needs \"language: 1\".", SourceSpan(start: root.span.start, end: root.span.start))
      return
    }
    if node.text != "1" {
      error("unknown-language", "This program reads language 1.", node.span)
    }
  }
}
