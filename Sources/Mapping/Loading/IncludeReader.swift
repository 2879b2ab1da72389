import Configuration
import Model

/// `include:`, parts of other files: their tables and word lists for the whole mapping, their attributes for one output.
extension MappingReader {
  /// How deep parts may include parts.
  static let includeLimit = 8

  /// A file that was read: what it holds, and what is wrong with it apart from its expressions.
  struct Part {
    var path: String
    var root: YAMLNode
    var text: String
    var parameters: [String]
  }

  // MARK: For the whole mapping

  /// What the file and the parts that it includes say about missing texts, tables and namespaces.
  struct Vocabulary {
    var missing: [String] = []
    var tables: [String: MappingTable] = [:]
    var namespaces: [String: String] = [:]
  }

  mutating func vocabulary(_ root: YAMLNode) -> Vocabulary {
    var vocabulary = Vocabulary()
    for node in includes(root["include"]) {
      guard let path = findings.text(node, "an included file"), let part = part(path, node.span) else { continue }
      within(part) { reader in
        let inner = reader.own(part.root)
        vocabulary.missing += inner.missing
        vocabulary.tables.merge(inner.tables) { first, _ in first }
        vocabulary.namespaces.merge(inner.namespaces) { first, _ in first }
      }
    }
    vocabulary.missing += texts(root["missing"], "missing")
    vocabulary.tables = tables(root["tables"], adding: vocabulary.tables)
    vocabulary.namespaces.merge(namespaces(root["namespaces"])) { _, own in own }
    return vocabulary
  }

  private mutating func own(_ root: YAMLNode) -> Vocabulary {
    Vocabulary(missing: texts(root["missing"], "missing"), tables: tables(root["tables"]), namespaces: namespaces(root["namespaces"]))
  }

  private mutating func includes(_ node: YAMLNode?) -> [YAMLNode] {
    guard let node else { return [] }
    if let items = node.items { return items }
    findings.error("wrong-type", "Include must be a list.", node.span)
    return []
  }

  // MARK: For one output

  /// The attributes that the parts of `include:` set.
  mutating func included(_ node: YAMLNode?, _ targets: inout Targets, _ environment: ExpressionEnvironment) -> Inclusion {
    var result = Inclusion()
    for node in includes(node) {
      let entries = findings.entries(node, "an inclusion", allowed: MappingKeys.inclusion.names)
      guard node.entries != nil else { continue }
      findings.required(node["file"], "file", in: "an inclusion", node.span)
      guard let fileNode = node["file"], let path = findings.text(fileNode, "an included file"), let part = part(path, fileNode.span) else {
        continue
      }
      var inner = environment
      inner.parameters = arguments(entries.first { $0.key == "with" }?.value, for: part, fileNode.span, environment, &result.reads)
      var reached = targets
      within(part) { reader in
        inner.tables.merge(reader.tables(part.root["tables"])) { _, own in own }
        inner.namespaces.merge(reader.namespaces(part.root["namespaces"])) { _, own in own }
        let nested = reader.included(part.root["include"], &reached, inner)
        result.constants.merge(nested.constants) { first, _ in first }
        result.attributes += nested.attributes
        result.reads += nested.reads
        if let node = part.root["const"] { result.constants.merge(reader.constants(node, &reached)) { first, _ in first } }
        if let node = part.root["set"] { result.attributes += reader.attributes(node, &reached, inner) }
      }
      targets = reached
    }
    return result
  }

  struct Inclusion {
    var constants: [String: Value] = [:]
    var attributes: [OutputProgram.AttributeProgram] = []
    /// What the parameters read.
    var reads: [SourceRead] = []
  }

  /// A value for every parameter of a part.
  private mutating func arguments(
    _ node: YAMLNode?, for part: Part, _ span: SourceSpan, _ environment: ExpressionEnvironment, _ reads: inout [SourceRead]
  ) -> [String: CompiledExpression] {
    var arguments: [String: CompiledExpression] = [:]
    for entry in findings.entries(node, "with") {
      guard part.parameters.contains(entry.key) else {
        findings.error(
          "unknown-parameter", "The part \(part.path) has no parameter \"\(entry.key)\".", entry.keySpan,
          hint: suggestion(entry.key, among: part.parameters))
        continue
      }
      // Even with a mistake the parameter is given: its mistake is reported here, once.
      arguments[entry.key] = .invalid(0..<0)
      guard let expression = findings.expression(entry.value, entry.key, environment) else { continue }
      findings.requireHandled(expression)
      arguments[entry.key] = expression.compiled
      reads += expression.reads
    }
    for name in part.parameters where arguments[name] == nil {
      findings.error("missing-parameter", "The part \(part.path) needs \"\(name)\".", span, hint: "Add \(name) to with.")
    }
    return arguments
  }

  // MARK: Files

  /// Reads and checks a part. Reports at `span` of the including file what is wrong with finding it.
  private mutating func part(_ path: String, _ span: SourceSpan) -> Part? {
    let resolved = MappingFiles.resolve(path, from: findings.file)
    references.insert(resolved)
    guard !including.contains(resolved), resolved != findings.file else {
      findings.error("include-cycle", "The part \(resolved) includes itself: \((including + [resolved]).joined(separator: " → ")).", span)
      return nil
    }
    guard including.count < Self.includeLimit else {
      findings.error("include-depth", "Parts are included more than \(Self.includeLimit) deep.", span)
      return nil
    }
    let text: String
    do throws(Fault) {
      guard let read = String(validating: try files.bytes(resolved), as: UTF8.self) else {
        findings.error("not-utf8", "The file \(resolved) is not UTF-8.", span)
        return nil
      }
      text = read
    } catch {
      findings.error(error.code, error.message, span)
      return nil
    }
    let (root, diagnostics) = YAML.parse(text, file: resolved)
    var inner = FileFindings(text: text, file: resolved, diagnostics: diagnostics)
    var parameters: [String] = []
    if let root {
      let start = SourceSpan(start: root.span.start, end: root.span.start)
      _ = inner.entries(root, "a part", allowed: MappingKeys.part.names)
      inner.checkLanguage(root)
      inner.required(root["part"], "part", in: "a part", start)
      parameters = (root["parameters"]?.items ?? []).compactMap(\.text)
    } else if diagnostics.isEmpty {
      inner.error("empty-file", "The file is empty.", SourceSpan(start: span.start, end: span.start))
    }
    foreign += inner.diagnostics
    partTexts.append(text)
    guard let root, !inner.hasErrors else { return nil }
    return Part(path: resolved, root: root, text: text, parameters: parameters)
  }

  /// Reads on in the part's file, and comes back.
  private mutating func within(_ part: Part, _ body: (inout MappingReader) -> Void) {
    let outer = findings
    findings = FileFindings(text: part.text, file: part.path)
    including.append(part.path)
    body(&self)
    including.removeLast()
    foreign += findings.diagnostics
    findings = outer
  }
}
