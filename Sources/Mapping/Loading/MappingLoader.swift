import Configuration
import Formats
import Model

/// Reads mapping files. Lint, test, map, run and reload all come through here, so there is one truth about what is right.
public enum MappingLoader {
  /// Loads a mapping file.
  ///
  /// - Parameters:
  ///   - file: the file's path as diagnostics and faults shall name it.
  ///   - model: the types and attributes that outputs may use.
  ///   - tests: the text and path of the file with tests beside it, when there is one.
  ///   - files: where parts and tables come from.
  /// - Returns: the program, unless there are errors, and everything that is wrong, in the order of the file.
  public static func load(
    text: String, file: String, model: ModelDefinition, digests: Digests, tests: (text: String, file: String)? = nil,
    files: MappingFiles = .disk
  ) -> (MappingProgram?, [Diagnostic]) {
    let (root, diagnostics) = YAML.parse(text, file: file)
    var reader = MappingReader(
      findings: FileFindings(text: text, file: file, diagnostics: diagnostics), model: model, digests: digests, files: files)
    var program = root.flatMap { reader.read($0) }
    if root == nil, !reader.findings.hasErrors {
      let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
      reader.findings.error("empty-file", "The file is empty.", SourceSpan(start: start, end: start))
    }
    // What is left of a line that YAML could not read gives findings that the YAML error explains.
    let broken = Set(diagnostics.map(\.span.start.line))
    let found = reader.findings.diagnostics.dropFirst(diagnostics.count).filter { !broken.contains($0.span.start.line) }
    let sorted = (diagnostics + found).sorted { $0.span.start < $1.span.start }
    if let tests {
      let beside = reader.testsBeside(text: tests.text, file: tests.file, name: program?.name)
      program?.tests += beside
    }
    // A part that several outputs include is compiled for each of them; what is wrong with it is said once.
    var seen: Set<Diagnostic> = []
    let foreign = reader.foreign.filter { seen.insert($0).inserted }
    let hasErrors = reader.findings.hasErrors || foreign.contains { $0.severity == .error }
    return (hasErrors ? nil : program, sorted + foreign)
  }
}

/// The state of reading one mapping file.
struct MappingReader {
  var findings: FileFindings
  let model: ModelDefinition
  let digests: Digests
  let files: MappingFiles
  /// What is wrong with other files: parts that are included, tests beside the mapping.
  var foreign: [Diagnostic] = []
  /// The files that the mapping depends on, besides its own.
  var references: Set<String> = []
  /// The parts that were read, which may use the mapping's tables.
  var partTexts: [String] = []
  /// The types of the outputs, and the names of tests so far.
  var testedTypes: [String] = []
  var testNames: Set<String> = []
  /// The parts in which reading is, from the outside to the inside.
  var including: [String] = []

  init(findings: FileFindings, model: ModelDefinition, digests: Digests, files: MappingFiles) {
    self.findings = findings
    self.model = model
    self.digests = digests
    self.files = files
  }

  mutating func read(_ root: YAMLNode) -> MappingProgram? {
    guard root.entries != nil else {
      findings.error("wrong-type", "A mapping file must be a mapping of keys to values.", root.span)
      return nil
    }
    _ = findings.entries(root, "a mapping file", allowed: MappingKeys.file.names)
    findings.checkLanguage(root)
    let start = SourceSpan(start: root.span.start, end: root.span.start)
    for key in MappingKeys.file.required where key != "language" { findings.required(root[key], key, in: "a mapping file", start) }
    let name = self.name(root["mapping"], "the mapping's name")
    let origin = self.origin(root["from"])
    let vocabulary = self.vocabulary(root)
    var environment = ExpressionEnvironment(
      format: origin.format ?? .json, source: origin.connector ?? "", types: model.types.keys.sorted(), digests: digests,
      tables: vocabulary.tables, namespaces: vocabulary.namespaces, missing: MissingTexts(vocabulary.missing))
    // Without a format nothing is known about the paths, and every finding about them would be a guess.
    guard origin.format != nil else { return nil }
    let each = root["each"].flatMap { self.each($0, environment) }
    environment.hasParent = root["each"] != nil
    let outputs = self.outputs(root["outputs"], environment)
    reportUnusedTables(root)
    // Tests are not wrong because the outputs that they expect are.
    let tests = self.tests(root["tests"], findings.isBroken || outputs.hasUnknownType ? model.types.keys.sorted() : outputs.types)
    guard let name, let connector = origin.connector, let format = origin.format else { return nil }
    return MappingProgram(
      name: name, file: findings.file, source: connector, stream: origin.stream, format: format, columns: origin.columns,
      types: outputs.types,
      each: each, outputs: outputs.programs, readsMeta: outputs.programs.contains(where: \.readsMeta) || (each?.readsMeta ?? false),
      tests: tests,
      references: references.sorted())
  }

  // MARK: Head

  private mutating func name(_ node: YAMLNode?, _ what: String) -> String? {
    guard let name = findings.text(node, what), let node else { return nil }
    let isName = name.utf8.allSatisfy { $0 >= 0x80 || $0 > 0x20 && !"/\\:*?\"<>|".utf8.contains($0) }
    if !isName { findings.error("bad-name", "\"\(name)\" cannot name a file: no spaces and none of / \\ : * ? \" < > |.", node.span) }
    return name
  }

  /// Which deliveries a mapping is for, and how they are to be read.
  private struct Origin {
    var connector: String?
    var stream: String?
    var format: Format?
    /// See ``ReadContext/columns``.
    var columns: [String]?
  }

  private mutating func origin(_ node: YAMLNode?) -> Origin {
    var result = Origin()
    guard let node else { return result }
    for entry in findings.entries(node, "from", allowed: MappingKeys.from.names) {
      switch entry.key {
      case "connector": result.connector = name(entry.value, "from.connector")
      case "stream": result.stream = name(entry.value, "from.stream")
      case "format": result.format = findings.choice(entry.value, "from.format", Format.self)
      case "header":
        if findings.word(entry.value, "from.header", among: ["none"]) != nil { result.columns = columns(node["columns"]) }
      default: break
      }
    }
    checkHeader(node, result)
    if node.entries != nil || node.isNull {
      for key in MappingKeys.from.required { findings.required(node[key], key, in: "from", node.span) }
    }
    return result
  }

  private mutating func columns(_ node: YAMLNode?) -> [String] {
    let names = texts(node, "from.columns")
    var seen: Set<String> = []
    for item in node?.items ?? [] {
      guard let name = item.text else { continue }
      if name.isEmpty { findings.error("wrong-type", "A column needs a name.", item.span) }
      if !name.isEmpty, !seen.insert(name).inserted { findings.error("duplicate-column", "Two columns are called \"\(name)\".", item.span) }
    }
    return names
  }

  private mutating func checkHeader(_ node: YAMLNode, _ origin: Origin) {
    for entry in node.entries ?? [] where entry.key == "header" || entry.key == "columns" {
      if let format = origin.format, format != .csv {
        findings.error(
          "header-not-csv", "Only CSV has a header row: \"\(entry.key)\" says nothing about \(format.rawValue).", entry.keySpan)
      } else if entry.key == "columns", node["header"] == nil {
        findings.error(
          "columns-with-header", "\"columns\" names the columns of tables that have no header row.", entry.keySpan,
          hint: "Add header: none if the first row is data; otherwise the first row has the names.")
      }
    }
  }

  mutating func texts(_ node: YAMLNode?, _ what: String) -> [String] {
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

  mutating func namespaces(_ node: YAMLNode?) -> [String: String] {
    var namespaces: [String: String] = [:]
    for entry in findings.entries(node, "namespaces") {
      if let uri = findings.text(entry.value, "the namespace of \(entry.key)") { namespaces[entry.key] = uri }
    }
    return namespaces
  }

  private mutating func reportUnusedTables(_ root: YAMLNode) {
    let texts = partTexts + [String(decoding: findings.bytes, as: UTF8.self)]
    for table in root["tables"]?.entries ?? [] where !texts.contains(where: { $0.contains("'\(table.key)'") }) {
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
    if let whole = nodes.dropLast().first(where: { $0.text == "$" }),
      let next = nodes.drop(while: { $0.span.start <= whole.span.start }).first
    {
      findings.warning("unreachable", "$ always selects something, so this path is never tried.", next.span, hint: "Put $ at the end.")
    }
    guard !selectors.isEmpty, selectors.count == nodes.count else { return nil }
    let start = nodes[0].span.start
    return MappingProgram.EachProgram(selectors: selectors, place: "\(findings.file):\(start.line):\(start.column)")
  }

  private mutating func selector(_ node: YAMLNode, _ environment: ExpressionEnvironment, isOnly: Bool) -> MappingProgram.EachProgram
    .Selector?
  {
    guard let expression = findings.expression(node, "each", environment), let text = node.text,
      let parsed = try? ExpressionParser.parse(text)
    else { return nil }
    switch parsed.kind {
    case .path(.item, let path):
      if path.isSingular, isOnly {
        findings.warning("each-singular", "This path selects one value at most.", node.span, hint: "Elements of a list are \(text)[*].")
      }
      return .jsonPath(path)
    case .xpath(let xpath): return .xpath(xpath, namespaces: environment.namespaces)
    default:
      // The elements of what an expression gives: rows of JSON inside a text, for example.
      findings.requireHandled(expression)
      guard environment.format != .xml,
        expression.compiled.type == .any || expression.compiled.type.isList || expression.compiled.type == .nodes
      else {
        findings.error("bad-each", "Each must be a path from $, an xpath('…'), or an expression that gives a list.", node.span)
        return nil
      }
      return .expression(expression)
    }
  }
}
