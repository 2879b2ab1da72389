import Model

/// The JSON Schema (draft 2020-12) of mapping files, for editors, from the same declarations that lint reads.
public enum MappingSchema {
  /// The schema of mapping files; with a model, types and attributes are those of the model.
  public static func mapping(_ model: ModelDefinition? = nil) -> Value {
    document("Kindred mapping", MappingKeys.file, model)
  }

  /// The schema of included parts.
  public static func part(_ model: ModelDefinition? = nil) -> Value { document("Kindred mapping part", MappingKeys.part, model) }

  /// The schema of files with tests.
  public static func tests(_ model: ModelDefinition? = nil) -> Value { document("Kindred mapping tests", MappingKeys.testFile, model) }

  private static func document(_ title: String, _ keys: [KeyDeclaration], _ model: ModelDefinition?) -> Value {
    guard case .object(let body) = Writer(model: model).object(keys, others: nil) else { return .null }
    var schema: Object = ["$schema": "https://json-schema.org/draft/2020-12/schema", "title": .string(title)]
    for member in body.members { schema.append(member.name, member.value) }
    return .object(schema)
  }

  private struct Writer {
    var model: ModelDefinition?

    func schema(_ shape: KeyDeclaration.Shape) -> Value {
      switch shape {
      // YAML's editors read 12 and true as a number and a boolean; the language reads all scalars as text.
      case .text: ["type": ["string", "number", "boolean"]]
      case .boolean: ["type": "boolean"]
      case .expression:
        [
          "type": ["string", "number", "boolean"],
          "description": "A path such as $.name, functions behind |, and else null, skip, reject or 'text'.",
        ]
      case .words(let words):
        ["enum": .array(words.flatMap { Int($0).map { [.string(String($0)), .number(Number($0))] } ?? [.string($0)] })]
      case .type:
        model.map { ["enum": .array($0.types.keys.sorted().map { .string($0) })] } ?? ["type": "string"]
      case .attributes(let value):
        .object(
          [
            "type": "object", "additionalProperties": schema(value), "propertyNames": attributeNames(),
          ] as Object)
      case .literal: ["type": ["string", "number", "boolean", "null", "array"]]
      case .named(let value): ["type": "object", "additionalProperties": schema(value)]
      case .list(let element): ["type": "array", "items": schema(element)]
      case .keys(let keys, let others): object(keys, others: others)
      case .either(let shapes): ["anyOf": .array(shapes.map { schema($0) })]
      case .anything: true
      }
    }

    func object(_ keys: [KeyDeclaration], others: KeyDeclaration.Shape?) -> Value {
      var properties = Object()
      for key in keys { properties.append(key.name, described(schema(key.shape), key.summary)) }
      var object: Object = ["type": "object", "properties": .object(properties)]
      object.append("additionalProperties", others.map { schema($0) } ?? false)
      if !keys.required.isEmpty { object.append("required", .array(keys.required.map { .string($0) })) }
      if let rules = rules(keys) { object.append("allOf", rules) }
      return .object(object)
    }

    private func described(_ schema: Value, _ summary: String) -> Value {
      guard case .object(var object) = schema else { return schema }
      object["description"] = .string(summary)
      return .object(object)
    }

    /// Every attribute of every type, for keys whose type is not known where they stand.
    private func attributeNames() -> Value {
      guard let model else { return true }
      let names = Set(
        model.types.values.flatMap { $0.attributes.flatMap { [$0.name] + ($0.name.split(separator: ".").last.map { [String($0)] } ?? []) } }
      )
      return ["enum": .array(names.sorted().map { .string($0) })]
    }

    /// An output to a type takes the attributes of that type.
    private func rules(_ keys: [KeyDeclaration]) -> Value? {
      guard let model, keys.names.contains("to"), keys.names.contains("set") else { return nil }
      return .array(
        model.types.values.sorted { utf8Precedes($0.name, $1.name) }.map { type in
          let names: Value = ["propertyNames": ["enum": .array(type.attributes.map { .string($0.name) })]]
          return [
            "if": ["properties": ["to": ["const": .string(type.name)]], "required": ["to"]],
            "then": ["properties": ["set": names, "const": names, "children": names]],
          ]
        })
    }
  }
}
