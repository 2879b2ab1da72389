import Configuration
import Model

/// `outputs:`
extension MappingReader {
  mutating func outputs(_ node: YAMLNode?, _ environment: ExpressionEnvironment) -> (
    programs: [OutputProgram], types: [String], hasUnknownType: Bool
  ) {
    guard let node else { return ([], [], true) }
    guard let items = node.items, !items.isEmpty else {
      findings.error("wrong-type", "Outputs must be a list with at least one \"- to: …\".", node.span)
      return ([], [], true)
    }
    reportDuplicates(items)
    var programs: [OutputProgram] = []
    var types: [String] = []
    for item in items {
      if let type = item["to"]?.text, model.types[type] != nil, !types.contains(type) { types.append(type) }
      if let program = output(item, environment) { programs.append(program) }
    }
    return (programs, types, items.contains { model.types[$0["to"]?.text ?? ""] == nil })
  }

  private mutating func output(_ node: YAMLNode, _ environment: ExpressionEnvironment) -> OutputProgram? {
    let entries = findings.entries(node, "an output", allowed: MappingKeys.output.names)
    guard node.entries != nil else { return nil }
    for key in MappingKeys.output.required { findings.required(node[key], key, in: "an output", node.span) }
    let definition = type(node["to"])
    var targets = Targets(definition: definition)
    var program = Draft()
    for entry in entries {
      switch entry.key {
      case "to": break
      case "key": program.key = scalar(entry.value, "key", environment)
      case "version": program.version = version(entry.value, environment)
      case "write": program.write = findings.write(entry.value, "write") ?? .patch
      case "when": program.when = condition(entry.value, "when", environment)
      case "delete": program.delete = condition(entry.value, "delete", environment)
      case "const": program.constants.merge(constants(entry.value, &targets)) { _, own in own }
      case "set": program.attributes += attributes(entry.value, &targets, environment)
      case "include":
        let inclusion = included(entry.value, &targets, environment)
        program.constants.merge(inclusion.constants) { own, _ in own }
        program.attributes += inclusion.attributes
        program.includedReads += inclusion.reads
      default: program.children = children(entry.value, &targets, environment)
      }
    }
    guard let definition, let key = program.key else { return nil }
    let required = definition.attributes.filter(\.isRequired).map(\.name)
    if program.write == .replace, node["delete"]?.text != "true" {
      for name in required where targets.seen[name] == nil {
        findings.error("missing-attribute", "Type \(definition.name) requires \(name), and write is replace.", node.span)
      }
    }
    return OutputProgram(
      type: definition.name, source: environment.source, write: program.write, when: program.when, key: key, version: program.version,
      delete: program.delete,
      attributes: AttributeSet(constants: program.constants, programs: program.attributes), children: program.children,
      includedReads: program.includedReads,
      required: required)
  }

  private struct Draft {
    var write = Statement.Write.patch
    var when: LocatedExpression?
    var key: LocatedExpression?
    var version: LocatedExpression?
    var delete: LocatedExpression?
    var constants: [String: Value] = [:]
    var attributes: [OutputProgram.AttributeProgram] = []
    var children: [OutputProgram.ChildrenProgram] = []
    var includedReads: [SourceRead] = []
  }

  private mutating func type(_ node: YAMLNode?) -> TypeDefinition? {
    guard let node, let name = findings.text(node, "to") else { return nil }
    if let type = model.types[name] { return type }
    findings.error(
      "unknown-type", "The model has no type \"\(name)\".", node.span, hint: suggestion(name, among: model.types.keys.sorted()))
    return nil
  }

  // MARK: Expressions of an output

  private mutating func scalar(_ node: YAMLNode, _ what: String, _ environment: ExpressionEnvironment) -> LocatedExpression? {
    guard let expression = findings.expression(node, what, environment) else { return nil }
    findings.requireHandled(expression)
    findings.requireSingle(expression)
    let type = expression.compiled.type
    if type.isList || type == .boolean || type == .reference {
      findings.error("wrong-type", "\(what.capitalisedFirst) must be one text or number, and this is \(type.name).", node.span)
    }
    return expression
  }

  private mutating func version(_ node: YAMLNode, _ environment: ExpressionEnvironment) -> LocatedExpression? {
    guard let expression = scalar(node, "version", environment) else { return nil }
    if expression.compiled.type == .text {
      findings.error(
        "wrong-type", "Version must be a time or a whole number, and this is text.", node.span,
        hint: "Add | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else reject, or | integer else reject.")
    }
    return expression
  }

  private mutating func condition(_ node: YAMLNode, _ what: String, _ environment: ExpressionEnvironment) -> LocatedExpression? {
    guard let expression = findings.expression(node, what, environment) else { return nil }
    findings.requireHandled(expression)
    findings.requireSingle(expression)
    if ![.any, .boolean, .nodes].contains(expression.compiled.type) {
      findings.error(
        "not-a-condition", "\(what.capitalisedFirst) must be a condition, and this is \(expression.compiled.type.name).", node.span,
        hint: "Compare it, for example == 'x', or use exists(…).")
    }
    if let value = expression.compiled.constant, !(what == "delete" && value) {
      findings.warning(
        "constant-condition", "\(what.capitalisedFirst) is always \(value).", node.span,
        hint: value == (what == "when") ? "Remove it." : "Nothing ever comes of this: remove it all.")
    }
    return expression
  }

  /// Warns of a second output that says the same of the same record.
  private mutating func reportDuplicates(_ items: [YAMLNode]) {
    var seen: [String: YAMLNode] = [:]
    for item in items where item["when"] == nil {
      guard let type = item["to"]?.text, let key = item["key"]?.text else { continue }
      let identity = "\(type) \(key.split(whereSeparator: \.isWhitespace).joined(separator: " "))"
      if let earlier = seen[identity], let node = item["key"] {
        findings.warning(
          "duplicate-output", "The output on line \(earlier.span.start.line) makes the same record.", node.span,
          hint: "Put their attributes together, or give one of them a when.")
      } else {
        seen[identity] = item
      }
    }
  }

  // MARK: Attributes

  /// The attributes that entries may name, and those that were named.
  struct Targets {
    var definition: TypeDefinition?
    /// `lines.` inside the children `lines`.
    var prefix = ""
    var seen: [String: SourceSpan] = [:]
  }

  /// The declaration of a target; reports unknown, doubled and misplaced ones.
  private mutating func target(_ entry: YAMLEntry, _ targets: inout Targets) -> AttributeDefinition? {
    guard let definition = targets.definition else { return nil }
    if let earlier = targets.seen[entry.key] {
      findings.error(
        "duplicate-target", "\(entry.key) is already set on line \(earlier.start.line).", entry.keySpan, hint: "Remove one of the two.")
      return nil
    }
    targets.seen[entry.key] = entry.keySpan
    let name = targets.prefix + entry.key
    let parent = name.split(separator: ".").dropLast().joined(separator: ".")
    if targets.prefix.isEmpty, let list = definition.attribute(parent), list.kind == .list {
      findings.error("misplaced-target", "\(entry.key) belongs to the rows of \(parent): set it under children.", entry.keySpan)
      return nil
    }
    if let attribute = definition.attribute(name) { return attribute }
    if targets.prefix.isEmpty, MappingKeys.output.names.contains(entry.key) {
      findings.error("misplaced-key", "\"\(entry.key)\" is no attribute: it stands beside \"to\", not inside.", entry.keySpan)
      return nil
    }
    let names = definition.attributes.map(\.name).filter { $0.hasPrefix(targets.prefix) }.map { String($0.dropFirst(targets.prefix.count)) }
    let owner = targets.prefix.isEmpty ? definition.name : "\(definition.name)'s \(targets.prefix.dropLast())"
    findings.error(
      "unknown-attribute", "The model gives \(owner) no attribute \"\(entry.key)\".", entry.keySpan,
      hint: suggestion(entry.key, among: names) ?? "To add one, copy model.yaml into mappings/ and write it there.")
    return nil
  }

  mutating func attributes(_ node: YAMLNode, _ targets: inout Targets, _ environment: ExpressionEnvironment)
    -> [OutputProgram.AttributeProgram]
  {
    var programs: [OutputProgram.AttributeProgram] = []
    var endOfCut = 0
    for entry in findings.entries(node, "set") where entry.keySpan.start.offset >= endOfCut {
      let definition = target(entry, &targets)
      // Even for an unknown attribute the expression is checked: all mistakes at once.
      guard let expression = findings.expression(entry.value, entry.key, environment) else {
        endOfCut = findings.endOfCut(entry.value) ?? endOfCut
        continue
      }
      findings.requireHandled(expression)
      guard let definition else { continue }
      let coercion = AttributeCoercion(definition)
      if let objection = coercion.objection(to: expression.compiled.type, name: entry.key) {
        findings.error(
          "wrong-type", objection.message.capitalisedFirst, expression.positions.span(expression.compiled.span), hint: objection.hint)
      }
      programs.append(OutputProgram.AttributeProgram(name: entry.key, expression: expression, coercion: coercion))
    }
    return programs
  }

  mutating func constants(_ node: YAMLNode, _ targets: inout Targets) -> [String: Value] {
    var constants: [String: Value] = [:]
    for entry in findings.entries(node, "const") {
      guard let definition = target(entry, &targets) else { continue }
      guard let value = constant(entry.value, definition) else {
        findings.error("wrong-type", "\(entry.key) cannot be this: it is \(definition.kind.rawValue).", entry.value.span)
        continue
      }
      constants[entry.key] = value
    }
    return constants
  }

  private func constant(_ node: YAMLNode, _ definition: AttributeDefinition) -> Value? {
    if node.isNull { return .null }
    let literals: [Value]
    if let text = node.text {
      guard let literal = Self.literal(text, definition.kind) else { return nil }
      literals = [literal]
    } else if definition.isMany, let items = node.items {
      literals = items.compactMap { $0.text.flatMap { Self.literal($0, definition.kind) } }
      guard literals.count == items.count else { return nil }
    } else {
      return nil
    }
    return try? AttributeCoercion(definition).apply(definition.isMany ? .array(literals) : literals[0])
  }

  /// Scalars are text; the attribute's kind says what they mean.
  static func literal(_ text: String, _ kind: AttributeDefinition.Kind) -> Value? {
    switch kind {
    case .decimal, .integer: return Number(parsing: text).map { .number($0) }
    case .boolean: return ["true": true, "false": false][text].map { .bool($0) }
    case .reference: return RecordKey(parsing: text).map { Reference($0).value }
    default: return .string(text)
    }
  }

  // MARK: Children

  private mutating func children(_ node: YAMLNode, _ targets: inout Targets, _ environment: ExpressionEnvironment)
    -> [OutputProgram.ChildrenProgram]
  {
    var programs: [OutputProgram.ChildrenProgram] = []
    for entry in findings.entries(node, "children") {
      let list = target(entry, &targets)
      if let list, list.kind != .list {
        findings.error("wrong-type", "\(entry.key) is \(list.kind.rawValue), not a list of rows.", entry.keySpan)
      }
      let what = "children \(entry.key)"
      let parts = findings.entries(entry.value, what, allowed: MappingKeys.children.names)
      findings.required(entry.value["each"], "each", in: what, entry.keySpan)
      guard let eachNode = entry.value["each"] else { continue }
      let each = self.each(eachNode, environment)
      var inner = environment
      inner.hasParent = true
      var rows = Targets(definition: targets.definition, prefix: "\(entry.key).")
      var draft = Draft()
      for part in parts {
        switch part.key {
        case "key": draft.key = scalar(part.value, "key", inner)
        case "when": draft.when = condition(part.value, "when", inner)
        case "const": draft.constants = constants(part.value, &rows)
        case "set": draft.attributes = attributes(part.value, &rows, inner)
        default: break
        }
      }
      guard let each else { continue }
      programs.append(
        OutputProgram.ChildrenProgram(
          name: entry.key, each: each, when: draft.when, key: draft.key,
          attributes: AttributeSet(constants: draft.constants, programs: draft.attributes)))
    }
    return programs
  }
}
