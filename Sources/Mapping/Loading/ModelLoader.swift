import Configuration
import Model

/// Reads `model.yaml`: the types, their attributes, and the rules that go with them.
public enum ModelLoader {
  /// Loads a model file.
  ///
  /// - Returns: the model, unless there are errors, and everything that is wrong, in the order of the file.
  public static func load(text: String, file: String) -> (ModelDefinition?, [Diagnostic]) {
    let (root, diagnostics) = YAML.parse(text, file: file)
    var findings = FileFindings(text: text, file: file, diagnostics: diagnostics)
    guard let root else {
      let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
      if !findings.hasErrors { findings.error("empty-file", "The file is empty.", SourceSpan(start: start, end: start)) }
      return (nil, findings.diagnostics)
    }
    findings.checkLanguage(root)
    var types: [String: TypeDefinition] = [:]
    for entry in findings.entries(root, "a model file", allowed: ["language", "types"]) where entry.key == "types" {
      for type in findings.entries(entry.value, "types") {
        types[type.key] = self.type(type, &findings)
      }
    }
    if types.isEmpty, !findings.hasErrors {
      findings.error("missing-key", "A model needs \"types\".", root.span)
    }
    let sorted = findings.diagnostics.sorted { $0.span.start < $1.span.start }
    return (findings.hasErrors ? nil : ModelDefinition(types: types, digest: digest(types)), sorted)
  }

  private static func type(_ entry: YAMLEntry, _ findings: inout FileFindings) -> TypeDefinition {
    checkName(entry, "type", &findings)
    let what = "type \(entry.key)"
    var isResolved = false
    var attributes: [AttributeDefinition] = []
    findings.required(entry.value["attributes"], "attributes", in: what, entry.keySpan)
    for part in findings.entries(entry.value, what, allowed: ["summary", "resolved", "attributes"]) {
      switch part.key {
      case "resolved": isResolved = findings.boolean(part.value, "resolved") ?? false
      case "attributes":
        for attribute in findings.entries(part.value, "the attributes of \(what)") {
          attributes.append(self.attribute(attribute, &findings))
        }
      default: _ = findings.text(part.value, "summary")
      }
    }
    return TypeDefinition(name: entry.key, isResolved: isResolved, attributes: attributes)
  }

  /// `name: phone` is short for `name: {kind: phone}`.
  private static func attribute(_ entry: YAMLEntry, _ findings: inout FileFindings) -> AttributeDefinition {
    checkName(entry, "attribute", &findings)
    var definition = AttributeDefinition(name: entry.key)
    if entry.value.text != nil {
      definition.kind = findings.choice(entry.value, "the kind of an attribute", AttributeDefinition.Kind.self) ?? .text
      return definition
    }
    let what = "attribute \(entry.key)"
    let allowed = ["kind", "many", "required", "survivorship", "sensitivity", "summary"]
    for part in findings.entries(entry.value, what, allowed: allowed) {
      let name = "\(part.key) of \(what)"
      switch part.key {
      case "kind": definition.kind = findings.choice(part.value, name, AttributeDefinition.Kind.self) ?? .text
      case "many": definition.isMany = findings.boolean(part.value, name) ?? false
      case "required": definition.isRequired = findings.boolean(part.value, name) ?? false
      case "survivorship":
        definition.survivorship = findings.choice(part.value, name, AttributeDefinition.Survivorship.self) ?? .mostRecent
      case "sensitivity": definition.sensitivity = findings.choice(part.value, name, AttributeDefinition.Sensitivity.self) ?? .internal
      default: definition.summary = findings.text(part.value, name) ?? ""
      }
    }
    return definition
  }

  /// Names that can stand in a path, an address of the API and a column's header without quotes.
  private static func checkName(_ entry: YAMLEntry, _ what: String, _ findings: inout FileFindings) {
    let isName =
      entry.key.utf8.first.map { (0x61...0x7A).contains($0) } ?? false
      && entry.key.utf8.allSatisfy { (0x61...0x7A).contains($0) || (0x30...0x39).contains($0) || $0 == 0x5F || $0 == 0x2E }
    let reserved = ["key", "source", "type", "version", "to", "write", "delete", "fault"]
    if !isName {
      findings.error(
        "bad-name", "\"\(entry.key)\" is no name for \(what == "type" ? "a type" : "an attribute").", entry.keySpan,
        hint: "Use a-z, 0-9, _ and dots.")
    } else if what == "attribute", reserved.contains(entry.key) {
      findings.error("reserved-name", "\"\(entry.key)\" belongs to every record and cannot be an attribute.", entry.keySpan)
    }
  }

  /// Only what decides which records are one customer: resolved types, their attributes' names, kinds and cardinality.
  private static func digest(_ types: [String: TypeDefinition]) -> UInt64 {
    var hash = StableHash()
    for type in types.values.filter(\.isResolved).sorted(by: { utf8Precedes($0.name, $1.name) }) {
      hash.combine(type.name)
      for attribute in type.attributes.sorted(by: { utf8Precedes($0.name, $1.name) }) {
        hash.combine(attribute.name)
        hash.combine(attribute.kind.rawValue)
        hash.combine(attribute.isMany ? "many" : "one")
      }
    }
    return hash.value
  }
}
