/// What is known about an expression's value before any data has been seen.
indirect enum ValueType: Hashable, Sendable {
  /// A JSON value of whatever type the sender chose.
  case any
  case text, number, boolean, null
  /// Text of the form `yyyy-MM-dd`.
  case date
  /// RFC 3339 text in UTC.
  case datetime
  case reference
  case list(ValueType)
  /// What a plural path selects; it must be reduced by `first`, `last`, `list` or `join`.
  case nodes

  var name: String {
    switch self {
    case .any: "any value"
    case .text: "text"
    case .number: "a number"
    case .boolean: "a condition (true or false)"
    case .null: "null"
    case .date: "a date"
    case .datetime: "a date and time"
    case .reference: "a reference"
    case .list: "a list"
    case .nodes: "several values"
    }
  }

  /// The type of a value that is either of this type or of that one.
  func joined(_ other: ValueType) -> ValueType {
    if self == other || other == .null { return self }
    if self == .null { return other }
    switch (self, other) {
    case (.list(let left), .list(let right)): return .list(left.joined(right))
    default: return .any
    }
  }

  var element: ValueType {
    switch self {
    case .list(let element): element
    case .nodes: .any
    default: self
    }
  }

  var isList: Bool { if case .list = self { true } else { false } }
}
