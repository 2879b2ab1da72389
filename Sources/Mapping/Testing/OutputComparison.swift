import Model

/// What differs between an expected and an actual output, as lines for people.
struct OutputComparison {
  private(set) var lines: [String] = []

  init(_ expected: MappingTest.Expectation, _ actual: MappingTestRunner.Actual, number: Int) {
    var body: [String] = []
    switch actual {
    case .fault(let type, let fault):
      if let wanted = expected.type, let type, wanted != type { body += Self.difference("to", wanted, type) }
      if expected.fault != fault.code { body += Self.difference("fault", expected.fault ?? "none", "\(fault.code): \(fault.message)") }
    case .statement(let statement): body = Self.compare(expected, statement)
    }
    guard !body.isEmpty else { return }
    lines = ["output \(number), \(actual.summary):"] + body.map { "  " + $0 }
  }

  private static func compare(_ expected: MappingTest.Expectation, _ statement: Statement) -> [String] {
    var lines: [String] = []
    if let type = expected.type, type != statement.key.type { return difference("to", type, statement.key.type) }
    if let fault = expected.fault { lines += difference("fault", fault, "none") }
    if let key = expected.key, key != statement.key.key { lines += difference("key", key, statement.key.key) }
    if let version = expected.version, !isVersion(statement.version, version) {
      lines += difference("version", version, statement.version.map(describe) ?? "none")
    }
    if let write = expected.write, write != statement.write.rawValue { lines += difference("write", write, statement.write.rawValue) }
    if let isDelete = expected.isDelete, isDelete != statement.isDelete {
      lines += difference("delete", String(isDelete), String(statement.isDelete))
    }
    for (name, value) in expected.attributes where !fits(statement.attributes[name], value) {
      lines += difference(name, show(value), statement.attributes[name].map(show) ?? "missing")
    }
    return lines
  }

  /// A version may be expected as its number or as the time that it stands for.
  private static func isVersion(_ version: Version?, _ expected: String) -> Bool {
    guard let version else { return expected == "null" }
    return String(version.order) == expected || Instant.microseconds(expected) == version.order
  }

  private static func describe(_ version: Version) -> String {
    guard version.order > 1_000_000_000_000, let time = Instant.text(microseconds: version.order) else { return String(version.order) }
    return "\(version.order) (\(time))"
  }

  private static func difference(_ name: String, _ expected: String, _ actual: String) -> [String] {
    [name, "  expected  \(expected)", "  got       \(actual)"]
  }

  private static func show(_ value: Value) -> String {
    if let reference = Reference(value) { return reference.target.description }
    if case .string(let text) = value { return text.isEmpty ? "''" : text }
    return String(decoding: CanonicalJSON.orderedBytes(value), as: UTF8.self)
  }

  /// Whether an actual value is what a test wrote. Types come from the model: `12` fits the text and the number, one value
  /// fits a list of one, a reference may be written `source/type/key`, rows of children need only the cells that are named.
  static func fits(_ actual: Value?, _ expected: Value) -> Bool {
    guard let actual, actual != .null else { return expected == .null }
    if let reference = Reference(actual), let text = expected.text { return reference.target.description == text }
    switch (actual, expected) {
    case (.array(let elements), .array(let wanted)):
      return elements.count == wanted.count && zip(elements, wanted).allSatisfy { fits($0, $1) }
    case (.array(let elements), _): return elements.count == 1 && fits(elements[0], expected)
    case (.object(let object), .object(let wanted)): return wanted.members.allSatisfy { fits(object[$0.name], $0.value) }
    case (.number(let number), _): return expected.text.flatMap { Number(parsing: $0) } == number
    default:
      guard let text = actual.text, let wanted = expected.text else { return false }
      return sameText(text, wanted)
    }
  }
}
