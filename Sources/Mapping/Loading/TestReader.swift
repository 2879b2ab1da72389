import Configuration
import Model

/// A test of a mapping file, as written.
struct MappingTest: Sendable {
  enum Given: Sendable {
    /// In the mapping's format.
    case text(String)
    case value(Value)
    /// A path, from the mapping's folder unless it is absolute.
    case file(String)
  }

  var name: String
  /// The file in which it stands, and where its name is.
  var file: String
  var span: SourceSpan
  var given: Given
  var meta: [String: String]
  var expectations: [Expectation]

  struct Expectation: Sendable {
    var type: String?
    var key: String?
    var version: String?
    var write: String?
    var isDelete: Bool?
    var fault: String?
    var attributes: [(name: String, value: Value)]
    var span: SourceSpan
  }
}

/// `tests:`. A mistake in a test is an error like any other: a test with a misspelt attribute checks nothing.
extension MappingReader {
  mutating func tests(_ node: YAMLNode?, _ types: [String]) -> [MappingTest] {
    testedTypes = types
    guard let node else { return [] }
    guard let items = node.items else {
      findings.error("wrong-type", "Tests must be a list of \"- name: …\".", node.span)
      return []
    }
    return items.compactMap { item in
      guard let test = test(item, types) else { return nil }
      if !testNames.insert(test.name).inserted {
        findings.error("duplicate-test", "Two tests are called \"\(test.name)\".", item["name"]?.span ?? item.span)
      }
      return test
    }
  }

  /// The tests of a file beside the mapping.
  ///
  /// - Parameter name: of the mapping, when it could be read.
  mutating func testsBeside(text: String, file: String, name: String?) -> [MappingTest] {
    let (root, diagnostics) = YAML.parse(text, file: file)
    let outer = findings
    findings = FileFindings(text: text, file: file, diagnostics: diagnostics)
    defer {
      foreign += findings.diagnostics
      findings = outer
    }
    guard let root else {
      let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
      if diagnostics.isEmpty { findings.error("empty-file", "The file is empty.", SourceSpan(start: start, end: start)) }
      return []
    }
    _ = findings.entries(root, "a file of tests", allowed: MappingKeys.testFile.names)
    findings.checkLanguage(root)
    let start = SourceSpan(start: root.span.start, end: root.span.start)
    for key in MappingKeys.testFile.required where key != "language" { findings.required(root[key], key, in: "a file of tests", start) }
    if let name, let node = root["mapping"], let written = findings.text(node, "mapping"), written != name {
      findings.error("other-mapping", "These tests are for \"\(written)\", and the mapping beside them is \"\(name)\".", node.span)
    }
    return tests(root["tests"], testedTypes)
  }

  private mutating func test(_ node: YAMLNode, _ types: [String]) -> MappingTest? {
    _ = findings.entries(node, "a test", allowed: MappingKeys.test.names)
    guard node.entries != nil else { return nil }
    for key in MappingKeys.test.required { findings.required(node[key], key, in: "a test", node.span) }
    var meta: [String: String] = [:]
    for entry in findings.entries(node["meta"], "meta") { meta[entry.key] = findings.text(entry.value, "meta \(entry.key)") }
    let expectations = self.expectations(node["expect"], types)
    guard let name = findings.text(node["name"], "a test's name"), let givenNode = node["given"] else { return nil }
    return MappingTest(
      name: name, file: findings.file, span: node["name"]?.span ?? node.span, given: given(givenNode), meta: meta,
      expectations: expectations)
  }

  private func given(_ node: YAMLNode) -> MappingTest.Given {
    if let text = node.text { return .text(text) }
    if let entries = node.entries, entries.count == 1, entries[0].key == "file", let path = entries[0].value.text { return .file(path) }
    return .value(Self.json(node))
  }

  /// A node as JSON: quoted scalars are strings, plain ones are numbers, true, false and null when they look like JSON's.
  static func json(_ node: YAMLNode) -> Value {
    switch node.content {
    case .sequence(let items): return .array(items.map(json))
    case .mapping(let entries): return .object(Object(entries.map { (name: $0.key, value: json($0.value)) }))
    case .scalar(let text, let isPlain):
      guard isPlain else { return .string(text) }
      if node.isNull { return .null }
      if text == "true" { return true }
      if text == "false" { return false }
      return isJSONNumber(text) ? Number(parsing: text).map { .number($0) } ?? .string(text) : .string(text)
    }
  }

  /// RFC 8259 §6: neither a plus sign nor leading zeros, so that `0123` and `+86` stay text.
  private static func isJSONNumber(_ text: String) -> Bool {
    let digits = text.utf8.first == UInt8(ascii: "-") ? text.utf8.dropFirst() : text.utf8[...]
    guard let first = digits.first, (0x30...0x39).contains(first) else { return false }
    if first == 0x30, let second = digits.dropFirst().first, (0x30...0x39).contains(second) { return false }
    return true
  }

  private mutating func expectations(_ node: YAMLNode?, _ types: [String]) -> [MappingTest.Expectation] {
    guard let node else { return [] }
    guard let items = node.items else {
      findings.error("wrong-type", "Expect must be a list with one entry for every output, in order; [] for none.", node.span)
      return []
    }
    return items.compactMap { expectation($0, types) }
  }

  private mutating func expectation(_ node: YAMLNode, _ types: [String]) -> MappingTest.Expectation? {
    guard node.entries != nil else {
      findings.error("wrong-type", "An expected output is written {to: type, attribute: value}.", node.span)
      return nil
    }
    var result = MappingTest.Expectation(attributes: [], span: node.span)
    if node["to"] == nil, node["fault"] == nil { findings.required(nil, "to", in: "an expected output", node.span) }
    result.type = expectedType(node["to"], types)
    let definition = result.type.flatMap { model.types[$0] }
    for entry in node.entries ?? [] {
      let what = "\(entry.key) of an expected output"
      switch entry.key {
      case "to": break
      case "key": result.key = findings.text(entry.value, what)
      case "version": result.version = findings.text(entry.value, what)
      case "write": result.write = findings.write(entry.value, what)?.rawValue
      case "delete": result.isDelete = findings.boolean(entry.value, what)
      case "fault": result.fault = findings.text(entry.value, what)
      default:
        if let definition { checkExpected(entry, definition, prefix: "") }
        result.attributes.append((entry.key, Self.json(entry.value)))
      }
    }
    return result
  }

  private mutating func expectedType(_ node: YAMLNode?, _ types: [String]) -> String? {
    guard let node, let type = findings.text(node, "to") else { return nil }
    if types.contains(type) { return type }
    findings.error("unknown-type", "This mapping has no output to \"\(type)\".", node.span, hint: suggestion(type, among: types))
    return nil
  }

  private mutating func checkExpected(_ entry: YAMLEntry, _ definition: TypeDefinition, prefix: String) {
    guard let attribute = definition.attribute(prefix + entry.key) else {
      let keys = prefix.isEmpty ? MappingKeys.expectation.names : ["key"]
      if !prefix.isEmpty, entry.key == "key" { return }
      let names = definition.attributes.map(\.name).filter { $0.hasPrefix(prefix) }.map { String($0.dropFirst(prefix.count)) }
      findings.error(
        "unknown-attribute", "The model gives \(definition.name) no attribute \"\(prefix)\(entry.key)\".", entry.keySpan,
        hint: suggestion(entry.key, among: names + keys))
      return
    }
    guard attribute.kind == .list else { return }
    for row in entry.value.items ?? [] {
      for cell in row.entries ?? [] { checkExpected(cell, definition, prefix: "\(prefix)\(entry.key).") }
    }
  }
}
