import Mapping
import Model

/// What a mapping made of an item, for people and for programs.
enum MapReport {
  static func lines(_ outputs: [OutputExplanation], _ place: Location, number: Int) -> [String] {
    var lines = ["\(number). \(place)"]
    for output in outputs {
      lines.append("   \(title(output))")
      let width = output.targets.map(\.name.count).max() ?? 0
      for target in output.targets {
        let name = target.name + String(repeating: " ", count: width - target.name.count)
        lines.append("     \(name)  \(target.value.map(short) ?? "–")\(origin(target))")
        for remark in target.remarks { lines.append("     \(String(repeating: " ", count: width))  why: \(remark)") }
      }
    }
    return lines
  }

  private static func title(_ output: OutputExplanation) -> String {
    switch output.result {
    case .statement(let statement): "\(statement.key)\(statement.isDelete ? " is deleted" : "")"
    case .filtered: "\(output.type): filtered, because when does not hold"
    case .fault(let fault): "\(output.type): dead letter [\(fault.code)] \(fault.message)"
    }
  }

  private static func origin(_ target: OutputExplanation.Target) -> String {
    guard target.place != nil else { return "   (constant)" }
    guard !target.reads.isEmpty else { return "" }
    return "   ← " + target.reads.map { "\($0.path)\($0.value.map { " = \(short($0))" } ?? " is missing")" }.joined(separator: ", ")
  }

  /// At most 60 characters.
  private static func short(_ value: Value) -> String {
    let text = CanonicalJSON.text(value)
    return text.count <= 60 ? text : text.prefix(59) + "…"
  }

  static func document(_ outputs: [OutputExplanation], _ place: Location) -> Value {
    [
      "place": .string(place.description),
      "outputs": .array(
        outputs.map { output in
          var document: Object = ["to": .string(output.type), "result": .string(title(output))]
          document.append("targets", .array(output.targets.map(Self.document)))
          return .object(document)
        }),
    ]
  }

  private static func document(_ target: OutputExplanation.Target) -> Value {
    var document: Object = ["target": .string(target.name), "value": target.value ?? .null]
    document["place"] = target.place.map { .string($0) }
    document.append(
      "read", .array(target.reads.map { ["path": .string($0.path), "value": $0.value ?? .null, "missing": .bool($0.value == nil)] }))
    document.append("why", .array(target.remarks.map { .string($0) }))
    return .object(document)
  }
}
