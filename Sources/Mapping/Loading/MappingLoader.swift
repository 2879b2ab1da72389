import Configuration
import Formats
import Model

/// Reads mapping files. Lint, test, map, run and reload all come through here, so there is one truth about what is right.
public enum MappingLoader {
  static let keys = ["language", "mapping", "from", "missing", "tables", "namespaces", "each", "outputs", "tests"]

  /// Loads a mapping file.
  ///
  /// - Parameters:
  ///   - file: the file's path as diagnostics and faults shall name it.
  ///   - model: the types and attributes that outputs may use.
  /// - Returns: the program, unless there are errors, and everything that is wrong, in the order of the file.
  public static func load(text: String, file: String, model: ModelDefinition) -> (MappingProgram?, [Diagnostic]) {
    let (root, diagnostics) = YAML.parse(text, file: file)
    var reader = MappingReader(findings: FileFindings(text: text, file: file, diagnostics: diagnostics), model: model)
    let program = root.flatMap { reader.read($0) }
    if root == nil, !reader.findings.hasErrors {
      let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
      reader.findings.error("empty-file", "The file is empty.", SourceSpan(start: start, end: start))
    }
    // What is left of a line that YAML could not read gives findings that the YAML error explains.
    let broken = Set(diagnostics.map(\.span.start.line))
    let found = reader.findings.diagnostics.dropFirst(diagnostics.count).filter { !broken.contains($0.span.start.line) }
    let sorted = (diagnostics + found).sorted { $0.span.start < $1.span.start }
    return (reader.findings.hasErrors ? nil : program, sorted)
  }
}

/// The state of reading one mapping file.
struct MappingReader {
  var findings: FileFindings
  let model: ModelDefinition

  mutating func read(_ root: YAMLNode) -> MappingProgram? {
    guard root.entries != nil else {
      findings.error("wrong-type", "A mapping file must be a mapping of keys to values.", root.span)
      return nil
    }
    _ = findings.entries(root, "a mapping file", allowed: MappingLoader.keys)
    findings.checkLanguage(root)
    let start = SourceSpan(start: root.span.start, end: root.span.start)
    for key in ["mapping", "from", "outputs"] { findings.required(root[key], key, in: "a mapping file", start) }
    let name = self.name(root["mapping"], "the mapping's name")
    let origin = self.origin(root["from"])
    var environment = ExpressionEnvironment(
      format: origin.format ?? .json, source: origin.connector ?? "", types: model.types.keys.sorted(), tables: tables(root["tables"]),
      namespaces: namespaces(root["namespaces"]), missing: MissingTexts(texts(root["missing"], "missing")))
    // Without a format nothing is known about the paths, and every finding about them would be a guess.
    guard origin.format != nil else { return nil }
    let each = root["each"].flatMap { self.each($0, environment) }
    environment.hasParent = root["each"] != nil
    let outputs = self.outputs(root["outputs"], environment)
    reportUnusedTables(root)
    let tests = self.tests(root["tests"], outputs.types)
    guard let name, let connector = origin.connector, let format = origin.format else { return nil }
    return MappingProgram(
      name: name, file: findings.file, source: connector, stream: origin.stream, format: format, types: outputs.types, each: each,
      outputs: outputs.programs, tests: tests)
  }

  // MARK: Head

  private mutating func name(_ node: YAMLNode?, _ what: String) -> String? {
    guard let name = findings.text(node, what), let node else { return nil }
    let isName = name.utf8.allSatisfy { $0 >= 0x80 || $0 > 0x20 && !"/\\:*?\"<>|".utf8.contains($0) }
    if !isName { findings.error("bad-name", "\"\(name)\" cannot name a file: no spaces and none of / \\ : * ? \" < > |.", node.span) }
    return name
  }

  private mutating func origin(_ node: YAMLNode?) -> (connector: String?, stream: String?, format: Format?) {
    var result: (connector: String?, stream: String?, format: Format?)
    guard let node else { return result }
    for entry in findings.entries(node, "from", allowed: ["connector", "stream", "format"]) {
      switch entry.key {
      case "connector": result.connector = name(entry.value, "from.connector")
      case "stream": result.stream = name(entry.value, "from.stream")
      default: result.format = findings.choice(entry.value, "from.format", Format.self)
      }
    }
    if node.entries != nil {
      for key in ["connector", "format"] { findings.required(node[key], key, in: "from", node.span) }
    }
    return result
  }

  private mutating func texts(_ node: YAMLNode?, _ what: String) -> [String] {
    guard let node else { return [] }
    guard let items = node.items else {
      findings.error("wrong-type", "\(what.capitalisedFirst) must be a list of texts.", node.span, hint: "For example ['', '-', 'NULL'].")
      return []
    }
    return items.compactMap { item in
      if item.text == nil { findings.error("wrong-type", "\(what.capitalisedFirst) lists texts only.", item.span) }
      return item.text
    }
  }

  private mutating func tables(_ node: YAMLNode?) -> [String: [(key: String, value: Value)]] {
    var tables: [String: [(key: String, value: Value)]] = [:]
    for table in findings.entries(node, "tables") {
      tables[table.key] = findings.entries(table.value, "table \(table.key)").map { row in
        if row.value.text == nil { findings.error("wrong-type", "A table maps texts to texts.", row.value.span) }
        return (row.key, row.value.isNull ? .null : .string(row.value.text ?? ""))
      }
    }
    return tables
  }

  private mutating func namespaces(_ node: YAMLNode?) -> [String: String] {
    var namespaces: [String: String] = [:]
    for entry in findings.entries(node, "namespaces") {
      if let uri = findings.text(entry.value, "the namespace of \(entry.key)") { namespaces[entry.key] = uri }
    }
    return namespaces
  }

  private mutating func reportUnusedTables(_ root: YAMLNode) {
    let text = String(decoding: findings.bytes, as: UTF8.self)
    for table in root["tables"]?.entries ?? [] where !text.contains("'\(table.key)'") {
      findings.warning("unused-table", "No expression uses table \"\(table.key)\".", table.keySpan)
    }
  }

  // MARK: each

  /// One path, or a list of paths of which the first that selects anything counts: `['$.items[*]', '$']`.
  mutating func each(_ node: YAMLNode, _ environment: ExpressionEnvironment) -> MappingProgram.EachProgram? {
    guard environment.format != .csv else {
      findings.error("each-in-csv", "A CSV row has nothing to select from with each.", node.span)
      return nil
    }
    let nodes = node.items ?? [node]
    let selectors = nodes.compactMap { selector($0, environment, isOnly: nodes.count == 1) }
    guard !selectors.isEmpty, selectors.count == nodes.count else { return nil }
    let start = nodes[0].span.start
    return MappingProgram.EachProgram(selectors: selectors, place: "\(findings.file):\(start.line):\(start.column)")
  }

  private mutating func selector(_ node: YAMLNode, _ environment: ExpressionEnvironment, isOnly: Bool) -> MappingProgram.EachProgram
    .Selector?
  {
    guard findings.expression(node, "each", environment) != nil, let text = node.text, let parsed = try? ExpressionParser.parse(text) else {
      return nil
    }
    switch parsed.kind {
    case .path(.item, let path):
      if path.isSingular, isOnly {
        findings.warning("each-singular", "This path selects one value at most.", node.span, hint: "Elements of a list are \(text)[*].")
      }
      return .jsonPath(path)
    case .xpath(let xpath): return .xpath(xpath, namespaces: environment.namespaces)
    default:
      findings.error("bad-each", "Each must be a path from $ or an xpath('…'), and nothing else.", node.span)
      return nil
    }
  }
}
