/// A JSON-shaped value: what readers produce, mappings transform and records carry.
public enum Value: Hashable, Sendable {
  case null
  case bool(Bool)
  case number(Number)
  case string(String)
  case array([Value])
  case object(Object)
}

extension Value {
  /// The value as text when it is a scalar: a string as it is, a number in normalised form, `true` or `false`.
  /// `nil` for null, arrays and objects.
  public var text: String? {
    switch self {
    case .string(let string): string
    case .number(let number): number.text
    case .bool(let bool): bool ? "true" : "false"
    case .null, .array, .object: nil
    }
  }

  public var isNull: Bool { if case .null = self { true } else { false } }

  /// The elements of an array; a null has none; anything else is its own single element.
  public var elements: [Value] {
    switch self {
    case .array(let values): values
    case .null: []
    default: [self]
    }
  }

  /// The member `name` of an object.
  public subscript(_ name: String) -> Value? {
    guard case .object(let object) = self else { return nil }
    return object[name]
  }
}

/// An object whose members keep the order in which they were written. Equality ignores that order.
public struct Object: Sendable, ExpressibleByDictionaryLiteral {
  public private(set) var members: [(name: String, value: Value)]

  public init(_ members: [(name: String, value: Value)] = []) { self.members = members }

  public init(dictionaryLiteral elements: (String, Value)...) {
    members = elements.map { (name: $0.0, value: $0.1) }
  }

  public var isEmpty: Bool { members.isEmpty }
  public var count: Int { members.count }

  /// Reads, replaces or (with nil) removes a member; a new member goes to the end.
  public subscript(name: String) -> Value? {
    get { members.first { $0.name == name }?.value }
    set {
      let index = members.firstIndex { $0.name == name }
      switch (index, newValue) {
      case (let index?, let value?): members[index].value = value
      case (let index?, nil): members.remove(at: index)
      case (nil, let value?): members.append((name: name, value: value))
      case (nil, nil): break
      }
    }
  }

  /// Appends without looking for an earlier member of that name; for readers that have already refused duplicates.
  public mutating func append(_ name: String, _ value: Value) { members.append((name: name, value: value)) }
}

extension Object: Hashable {
  private var sorted: [(name: String, value: Value)] { members.sorted { utf8Precedes($0.name, $1.name) } }

  public static func == (left: Object, right: Object) -> Bool {
    guard left.count == right.count else { return false }
    return zip(left.sorted, right.sorted).allSatisfy { $0.name == $1.name && $0.value == $1.value }
  }

  public func hash(into hasher: inout Hasher) {
    for member in sorted {
      hasher.combine(member.name)
      hasher.combine(member.value)
    }
  }
}

extension Value: ExpressibleByStringLiteral, ExpressibleByIntegerLiteral, ExpressibleByBooleanLiteral, ExpressibleByArrayLiteral,
  ExpressibleByDictionaryLiteral, ExpressibleByNilLiteral
{
  public init(stringLiteral value: String) { self = .string(value) }
  public init(integerLiteral value: Int) { self = .number(Number(value)) }
  public init(booleanLiteral value: Bool) { self = .bool(value) }
  public init(arrayLiteral elements: Value...) { self = .array(elements) }
  public init(dictionaryLiteral elements: (String, Value)...) { self = .object(Object(elements.map { (name: $0.0, value: $0.1) })) }
  public init(nilLiteral: ()) { self = .null }
}

/// Orders text by its UTF-8 bytes: stable across Unicode versions and platforms, unlike `String`'s own order.
public func utf8Precedes(_ left: String, _ right: String) -> Bool {
  // Names differ within their first bytes: a plain loop over their memory is several times as quick as the general comparison.
  let inPlace = left.utf8.withContiguousStorageIfAvailable { left in
    right.utf8.withContiguousStorageIfAvailable { right in
      var index = 0
      while index < min(left.count, right.count) {
        if left[index] != right[index] { return left[index] < right[index] }
        index += 1
      }
      return left.count < right.count
    }
  }
  return (inPlace ?? nil) ?? left.utf8.lexicographicallyPrecedes(right.utf8)
}
