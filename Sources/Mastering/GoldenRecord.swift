import Model

/// A value that a person fixed for a customer, whatever the sources say (contract C4: people win).
public struct Pin: Hashable, Sendable {
  /// Rises with every pin that is set: of two pins for one attribute the later one counts.
  public var id: Int64
  public var attribute: String
  /// The value; null says that the attribute has no value.
  public var value: Value
  public var author: String
  public var reason: String

  public init(id: Int64, attribute: String, value: Value, author: String, reason: String) {
    self.id = id
    self.attribute = attribute
    self.value = value
    self.author = author
    self.reason = reason
  }
}

/// The best known values of one customer, each with where it comes from.
public struct GoldenRecord: Hashable, Sendable {
  /// In the order of the type's definition; attributes that it does not define follow by name.
  public var attributes: [GoldenAttribute]

  public init(attributes: [GoldenAttribute]) { self.attributes = attributes }

  public subscript(name: String) -> GoldenAttribute? { attributes.first { $0.name == name } }

  /// The values alone, as one object.
  public var values: Object {
    Object(attributes.compactMap { $0.value == .null ? nil : (name: $0.name, value: $0.value) })
  }

  /// Everything, for the API and for comparing: one member an attribute with `value`, `rule`, `source` (a record's key) or
  /// `author` and `reason`, `holders` and `others`.
  public var document: Value { .object(Object(attributes.map { (name: $0.name, value: $0.document) })) }
}

/// One golden value, why it won and what it won against.
public struct GoldenAttribute: Hashable, Sendable {
  public enum Origin: Hashable, Sendable {
    /// The record whose value it is; when several hold it, the one that the rule prefers.
    case record(RecordKey)
    /// Values of several records together; `holders` says whose each element is.
    case union
    case person(author: String, reason: String)
  }

  public enum Rule: Hashable, Sendable {
    case survivorship(AttributeDefinition.Survivorship)
    case pin

    public var name: String {
      switch self {
      case .survivorship(let rule): rule.rawValue
      case .pin: "pin"
      }
    }
  }

  /// A value and all records that say so, in the order of their keys.
  public struct Holding: Hashable, Sendable {
    public var value: Value
    public var records: [RecordKey]

    public init(value: Value, records: [RecordKey]) {
      self.value = value
      self.records = records
    }
  }

  public var name: String
  /// Null only when a pin says that there is none.
  public var value: Value
  public var origin: Origin
  public var rule: Rule
  /// Who says so: one entry for a single value, one an element for a union, none when no record agrees with a pin.
  public var holders: [Holding]
  /// The values that lost, best first.
  public var others: [Holding]

  public init(name: String, value: Value, origin: Origin, rule: Rule, holders: [Holding], others: [Holding]) {
    self.name = name
    self.value = value
    self.origin = origin
    self.rule = rule
    self.holders = holders
    self.others = others
  }

  fileprivate var document: Value {
    var object: Object = ["value": value, "rule": .string(rule.name)]
    switch origin {
    case .record(let key): object["source"] = .string(key.description)
    case .union: break
    case .person(let author, let reason):
      object["author"] = .string(author)
      object["reason"] = .string(reason)
    }
    object["holders"] = .array(holders.map(\.document))
    object["others"] = .array(others.map(\.document))
    return .object(object)
  }
}

extension GoldenAttribute.Holding {
  fileprivate var document: Value { ["value": value, "records": .array(records.map { .string($0.description) })] }
}
