import Model

/// What an attribute's declaration makes of a value: checked once against the expression's type, then applied to every value.
struct AttributeCoercion: Sendable {
  var kind: AttributeDefinition.Kind
  var isMany: Bool

  /// True when one text is all that is wanted, and any text will do.
  private var isPlainText: Bool {
    switch kind {
    case .text, .phone, .email, .url, .code: !isMany
    default: false
    }
  }

  init(_ definition: AttributeDefinition) {
    kind = definition.kind
    isMany = definition.isMany
  }

  /// True when an expression that may select several values gives all of them.
  var collectsAll: Bool { isMany }

  // MARK: Before any data

  /// Why an expression of that type can never fit, with what to do about it.
  func objection(to type: ValueType, name: String) -> (message: String, hint: String?)? {
    if type == .any || type == .null { return nil }
    if type.isList || type == .nodes {
      guard isMany || kind == .list else {
        return ("\(name) holds one value, and this is \(type.name).", "Add | first or | join(', ').")
      }
      if type == .nodes { return ("\(name) takes a list, and this path selects several values.", "Add | list.") }
      return kind == .list ? nil : AttributeCoercion(kind: kind).objection(to: type.element, name: name)
    }
    let fits: Bool
    switch kind {
    case .text, .phone, .email, .url, .code: fits = type != .reference
    case .decimal, .integer: fits = type == .number
    case .boolean: fits = type == .boolean
    case .date: fits = type == .date
    case .datetime: fits = type == .datetime
    case .reference: fits = type == .reference
    case .list: fits = false
    }
    return fits ? nil : ("\(name) is \(Self.name(kind)), and this is \(type.name).", Self.advice(kind))
  }

  private init(kind: AttributeDefinition.Kind) {
    self.kind = kind
    isMany = false
  }

  private static func name(_ kind: AttributeDefinition.Kind) -> String {
    switch kind {
    case .text, .phone, .email, .url, .code: "text"
    case .decimal: "a number"
    case .integer: "a whole number"
    case .boolean: "true or false"
    case .date: "a date"
    case .datetime: "a date and time"
    case .reference: "a reference"
    case .list: "a list"
    }
  }

  private static func advice(_ kind: AttributeDefinition.Kind) -> String? {
    switch kind {
    case .text, .phone, .email, .url, .code: nil
    case .decimal: "Add | decimal else …"
    case .integer: "Add | integer else …"
    case .boolean: "Compare it, or add | boolean else …"
    case .date: "Add | date('yyyy-MM-dd') else …"
    case .datetime: "Add | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else …"
    case .reference: "Write ref('type', …)."
    case .list: "Describe its rows under children."
    }
  }

  // MARK: For every value

  /// The value as the store keeps it. A list with nothing in it is null: it clears the attribute.
  func apply(_ value: Value) throws(Cause) -> Value {
    if isPlainText, case .string = value { return value }
    if value.isNull { return .null }
    guard isMany else { return try one(value) }
    var values: [Value] = []
    for element in value.elements where !element.isNull {
      let element = try one(element)
      if !values.contains(where: { sameValue($0, element) }) { values.append(element) }
    }
    return values.isEmpty ? .null : .array(values)
  }

  private func one(_ value: Value) throws(Cause) -> Value {
    switch (kind, value) {
    case (.text, .string), (.phone, .string), (.email, .string), (.url, .string), (.code, .string): return value
    case (.text, .number), (.text, .bool), (.phone, .number), (.email, .number), (.url, .number), (.code, .number), (.code, .bool):
      return .string(try scalarText(value))
    case (.decimal, .number), (.boolean, .bool), (.list, .array): return value
    case (.integer, .number(let number)) where ExactDecimal(number).isInteger: return value
    case (.date, .string(let text)) where DatePattern.isoDate.parse(text) != nil: return value
    case (.datetime, .string(let text)):
      if text.utf8.count > 10, let instant = Instant.microseconds(text).flatMap(Instant.text) { return .string(instant) }
    case (.reference, .object) where Reference(value) != nil: return value
    default: break
    }
    let advice = Self.advice(kind).map { "; \($0.prefix(1).lowercased() + $0.dropFirst())" } ?? ""
    throw Cause("is not \(Self.name(kind))\(advice)", value)
  }
}
