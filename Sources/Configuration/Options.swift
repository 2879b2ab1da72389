import Model

/// The options of one connector, checked against its kind's descriptions. Absent options have their default values.
///
/// A subscript gives `nil` for an option that is absent without a default, and for one of another kind.
public struct Options: Hashable, Sendable {
  private enum Checked: Hashable {
    case text(String)
    case integer(Int)
    case boolean(Bool)
    case duration(Duration)
    case bytes(Int)
    case secret(Secret)
    case map([String: String])
    case list([String])
  }

  private var values: [String: Checked] = [:]

  /// Options that are all absent.
  public init() {}

  /// Checks the mapping `node` (`nil` when there is none).
  ///
  /// - Parameter span: where to report what is missing when there is no node.
  /// - Returns: the options that are right, and what is wrong with the others: `unknown-option`, `missing-option`,
  ///   `wrong-option`, `secret-in-file`, `misplaced-secret`.
  public static func check(
    _ node: YAMLNode?, against descriptions: [OptionDescription], file: String, span: SourceSpan
  ) -> (options: Options, diagnostics: [Diagnostic]) {
    var options = Options()
    var diagnostics: [Diagnostic] = []
    let report = { (code: String, message: String, span: SourceSpan, hint: String?) in
      diagnostics.append(Diagnostic(.error, code, message, file: file, span: span, hint: hint))
    }
    if let node, node.entries == nil, !node.isNull {
      report("mapping-expected", "The options must be a mapping of keys to values.", node.span, nil)
    }
    for entry in node?.entries ?? [] where !descriptions.contains(where: { $0.name == entry.key }) {
      report(
        "unknown-option", "There is no option \"\(entry.key)\".", entry.keySpan, suggestion(entry.key, among: descriptions.map(\.name)))
    }
    for description in descriptions {
      if let value = node?[description.name], !value.isNull {
        if let checked = checked(value, description.kind) {
          options.values[description.name] = checked
        } else {
          let (code, message, hint) = refusal(value, description)
          report(code, message, value.span, hint)
        }
      } else if let value = description.defaultValue {
        options.values[description.name] = checked(Self.node(of: value, at: span), description.kind)
      } else if description.isRequired {
        let hint = description.example?.text.map { "For example \"\(description.name): \($0)\"." }
        report("missing-option", "The option \"\(description.name)\" is missing: \(description.summary)", node?.span ?? span, hint)
      }
    }
    return (options, diagnostics.sorted { $0.span.start < $1.span.start })
  }

  public subscript(text name: String) -> String? { if case .text(let value) = values[name] { value } else { nil } }
  /// The word of a choice.
  public subscript(choice name: String) -> String? { self[text: name] }
  /// The path as written.
  public subscript(folder name: String) -> String? { self[text: name] }
  public subscript(int name: String) -> Int? { if case .integer(let value) = values[name] { value } else { nil } }
  public subscript(bool name: String) -> Bool? { if case .boolean(let value) = values[name] { value } else { nil } }
  public subscript(duration name: String) -> Duration? { if case .duration(let value) = values[name] { value } else { nil } }
  public subscript(bytes name: String) -> Int? { if case .bytes(let value) = values[name] { value } else { nil } }
  public subscript(secret name: String) -> Secret? { if case .secret(let value) = values[name] { value } else { nil } }
  public subscript(map name: String) -> [String: String]? { if case .map(let value) = values[name] { value } else { nil } }
  public subscript(list name: String) -> [String]? { if case .list(let value) = values[name] { value } else { nil } }

  private static func checked(_ node: YAMLNode, _ kind: OptionDescription.Kind) -> Checked? {
    switch kind {
    case .map:
      var result: [String: String] = [:]
      for entry in node.entries ?? [] {
        guard let text = entry.value.text, !Secret.isReference(text) else { return nil }
        result[entry.key] = text
      }
      return node.entries == nil ? nil : .map(result)
    case .list:
      guard let texts = node.items?.map(\.text), texts.allSatisfy({ $0.map { !Secret.isReference($0) } ?? false }) else { return nil }
      return .list(texts.compactMap { $0 })
    default: return node.text.flatMap { checked($0, kind) }
    }
  }

  private static func checked(_ text: String, _ kind: OptionDescription.Kind) -> Checked? {
    switch kind {
    case .text: Secret.isReference(text) ? nil : .text(text)
    case .folder: text.isEmpty || Secret.isReference(text) ? nil : .text(text)
    case .integer: Int(text).map { .integer($0) }
    case .boolean: Bool(text).map { .boolean($0) }
    case .duration: Quantity.duration(text).map { .duration($0) }
    case .bytes: Quantity.bytes(text).map { .bytes($0) }
    case .secret: Secret(text).map { .secret($0) }
    case .choice(let choices): choices.contains(text) ? .text(text) : nil
    case .map, .list: nil
    }
  }

  private static func refusal(_ node: YAMLNode, _ description: OptionDescription) -> (code: String, message: String, hint: String?) {
    let name = description.name
    switch description.kind {
    case .secret where node.text.map(Secret.isReference) ?? false:
      return ("secret-reference", "\"\(name)\" refers to a secret in a way that does not exist.", "Write \(Secret.spellings).")
    case .secret where node.text != nil:
      // The text may be the secret itself: it is not repeated.
      return ("secret-in-file", "\"\(name)\" is a secret and does not belong into a file.", "Write \(Secret.spellings).")
    case .text, .folder, .map, .list:
      let texts = [node.text] + (node.items ?? []).map(\.text) + (node.entries ?? []).map(\.value.text)
      if texts.contains(where: { $0.map { Secret($0) != nil } ?? false }) {
        return ("misplaced-secret", "\"\(name)\" is not a secret and cannot refer to one.", "Write the value itself.")
      }
    case .choice(let choices):
      if let text = node.text, let near = nearest(text, among: choices) {
        return ("wrong-option", "\"\(name)\" cannot be \"\(text)\".", "Did you mean \"\(near)\"?")
      }
    default: break
    }
    return ("wrong-option", "\"\(name)\" must be \(description.kind.expectation).", nil)
  }

  /// A default value as if it stood in the file.
  private static func node(of value: Value, at span: SourceSpan) -> YAMLNode {
    switch value {
    case .array(let elements): YAMLNode(.sequence(elements.map { node(of: $0, at: span) }), span: span)
    case .object(let object):
      YAMLNode(.mapping(object.members.map { YAMLEntry(key: $0.name, keySpan: span, value: node(of: $0.value, at: span)) }), span: span)
    default: YAMLNode(.scalar(text: value.text ?? "", isPlain: false), span: span)
    }
  }
}
