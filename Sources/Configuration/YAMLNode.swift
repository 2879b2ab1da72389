import Model

/// A node of a YAML file with its place in the file. Scalars stay the text that was written (`NO` is `NO`).
public struct YAMLNode: Hashable, Sendable {
  public enum Content: Hashable, Sendable {
    /// `isPlain` is true for an unquoted scalar: only a plain `null`, `~` or nothing is null.
    case scalar(text: String, isPlain: Bool)
    case sequence([YAMLNode])
    /// In the order of the file.
    case mapping([YAMLEntry])
  }

  public var content: Content
  public var span: SourceSpan

  public init(_ content: Content, span: SourceSpan) {
    self.content = content
    self.span = span
  }
}

/// One `key: value` of a YAML mapping.
public struct YAMLEntry: Hashable, Sendable {
  public var key: String
  public var keySpan: SourceSpan
  public var value: YAMLNode

  public init(key: String, keySpan: SourceSpan, value: YAMLNode) {
    self.key = key
    self.keySpan = keySpan
    self.value = value
  }
}

extension YAMLNode {
  /// The text of a scalar; `nil` for collections.
  public var text: String? {
    if case .scalar(let text, _) = content { text } else { nil }
  }

  /// True for an unquoted `null`, `~` or nothing at all.
  public var isNull: Bool {
    if case .scalar(let text, isPlain: true) = content { text.isEmpty || text == "~" || text == "null" } else { false }
  }

  public var items: [YAMLNode]? {
    if case .sequence(let items) = content { items } else { nil }
  }

  public var entries: [YAMLEntry]? {
    if case .mapping(let entries) = content { entries } else { nil }
  }

  /// Whether both say the same, wherever they stand.
  public func says(_ other: YAMLNode) -> Bool {
    switch (content, other.content) {
    case (.scalar(let text, _), .scalar(let otherText, _)): text == otherText && isNull == other.isNull
    case (.sequence(let items), .sequence(let others)): items.count == others.count && zip(items, others).allSatisfy { $0.says($1) }
    case (.mapping(let entries), .mapping(let others)):
      entries.count == others.count && zip(entries, others).allSatisfy { $0.key == $1.key && $0.value.says($1.value) }
    default: false
    }
  }

  /// The value of `key` in a mapping.
  public subscript(_ key: String) -> YAMLNode? { entries?.first { $0.key == key }?.value }
}
