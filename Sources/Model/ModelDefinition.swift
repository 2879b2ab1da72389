/// The types and attributes of `mappings/model.yaml`. `Mapping` reads the file; everyone else reads this.
public struct ModelDefinition: Sendable {
  public var types: [String: TypeDefinition]
  /// A hash of everything that can change which records are one customer; part of the configuration digest (C2).
  public var digest: UInt64

  public init(types: [String: TypeDefinition], digest: UInt64) {
    self.types = types
    self.digest = digest
  }
}

public struct TypeDefinition: Sendable {
  public var name: String
  /// True for types that identity resolution joins into customers.
  public var isResolved: Bool
  /// In the order of the file.
  public let attributes: [AttributeDefinition]
  private let places: [String: Int]

  public init(name: String, isResolved: Bool, attributes: [AttributeDefinition]) {
    self.name = name
    self.isResolved = isResolved
    self.attributes = attributes
    places = Dictionary(attributes.enumerated().map { ($1.name, $0) }, uniquingKeysWith: { first, _ in first })
  }

  public func attribute(_ name: String) -> AttributeDefinition? { places[name].map { attributes[$0] } }
}

public struct AttributeDefinition: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    case text, phone, email, url, date, datetime, decimal, integer, boolean, code, reference, list
  }

  /// The rule that picks the golden value among the records' values.
  public enum Survivorship: String, Hashable, Sendable, CaseIterable {
    case mostRecent = "most-recent"
    case mostFrequent = "most-frequent"
    case mostTrusted = "most-trusted"
    case longest
    case union
  }

  public enum Sensitivity: String, Hashable, Sendable, CaseIterable {
    case `public`, `internal`, personal, secret
  }

  public var name: String
  public var kind: Kind
  /// True when a record may carry several values (an array).
  public var isMany: Bool
  /// True when a statement without it is an error.
  public var isRequired: Bool
  public var survivorship: Survivorship
  public var sensitivity: Sensitivity
  public var summary: String

  public init(
    name: String, kind: Kind = .text, isMany: Bool = false, isRequired: Bool = false, survivorship: Survivorship = .mostRecent,
    sensitivity: Sensitivity = .internal, summary: String = ""
  ) {
    self.name = name
    self.kind = kind
    self.isMany = isMany
    self.isRequired = isRequired
    self.survivorship = survivorship
    self.sensitivity = sensitivity
    self.summary = summary
  }
}
