import Model

/// One option of a connector kind, declared once: lint, `create`, `check` and the reference documentation come from it.
public struct OptionDescription: Hashable, Sendable {
  public enum Kind: Hashable, Sendable {
    case text
    case integer
    /// `true` or `false`.
    case boolean
    /// As ``Quantity/duration(_:)`` reads it.
    case duration
    /// As ``Quantity/bytes(_:)`` reads it.
    case bytes
    /// A reference; see ``Secret``.
    case secret
    /// A path of a folder, relative to the home folder unless it is absolute.
    case folder
    case choice([String])
    /// Names to texts.
    case map
    /// Texts.
    case list
  }

  public var name: String
  public var kind: Kind
  public var isRequired: Bool
  /// Written as in a file: `10s` for a duration.
  public var defaultValue: Value?
  /// One line of plain English.
  public var summary: String
  public var example: Value?

  public init(
    _ name: String, _ kind: Kind, isRequired: Bool = false, defaultValue: Value? = nil, summary: String, example: Value? = nil
  ) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.defaultValue = defaultValue
    self.summary = summary
    self.example = example
  }
}

extension OptionDescription.Kind {
  /// What a value of this kind looks like, for messages and documentation.
  public var expectation: String {
    switch self {
    case .text: "a text"
    case .integer: "a whole number"
    case .boolean: "true or false"
    case .duration: "a duration such as 500ms, 10s, 5m or 1h"
    case .bytes: "a size such as 64 KB or 32 MB"
    case .secret: "a reference to a secret, \(Secret.spellings)"
    case .folder: "the path of a folder"
    case .choice(let choices): "one of \(choices.joined(separator: ", "))"
    case .map: "a mapping of names to texts"
    case .list: "a list of texts"
    }
  }
}
