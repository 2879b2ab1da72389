import Configuration
import Formats
import Mapping
import Model

/// A mapping of a few attributes of a type, a sample that fits it, and a test of what comes of the sample.
struct MappingScaffold {
  let name: String
  let connector: String
  let stream: String
  let format: Format
  let type: TypeDefinition

  /// Those in which a sample can be written.
  static let formats: [Format] = [.csv, .json, .jsonl, .xml]

  /// More than the most telling ones would only have to be deleted.
  private static let most = 5
  private static let telling = ["name", "phone", "email", "address", "subject", "text", "status", "quantity", "amount", "price", "unit"]

  /// An attribute, the field of the sample that gives it, and what stands in that field.
  private struct Field {
    var attribute: String
    var field: String
    var sample: String
    /// With the place of the field in it.
    var expression: String
  }

  /// The mapping with its test, and the sample.
  /// - Throws: `scaffold-failed` when what was written does not lint, which would be a mistake of ours.
  func files(_ model: ModelDefinition, _ digests: Digests) throws(Fault) -> [Scaffold.File] {
    let fields = fields
    let (file, sample) = ("fixtures/\(name)/\(stream).\(format.rawValue)", sample(fields))
    let path = "mappings/\(name).yaml"
    let text = text(fields)
    let (program, diagnostics) = MappingLoader.load(text: text, file: path, model: model, digests: digests)
    guard let program else {
      let why = diagnostics.first { $0.severity == .error }.map { " \($0.message)" } ?? ""
      throw Fault("scaffold-failed", "No mapping can be written for the type \(type.name).\(why)")
    }
    let test = TestWriter.test("what the sample gives", file: "../\(file)", holding: Array(sample.utf8), program)
    let indented = test.split(separator: "\n", omittingEmptySubsequences: false).map { $0.isEmpty ? "" : "  \($0)" }
    return [
      Scaffold.File(path: path, text: text + "tests:\n" + indented.joined(separator: "\n")), Scaffold.File(path: file, text: sample),
    ]
  }

  private var fields: [Field] {
    // What stands in rows is set under children, which a first mapping does not have.
    let plain = type.attributes.filter { attribute in
      attribute.kind != .list && !type.attributes.contains { $0.kind == .list && attribute.name.hasPrefix($0.name + ".") }
    }
    let required = plain.filter(\.isRequired)
    let wanted = Self.telling.compactMap { name in plain.first { $0.name == name && !$0.isRequired } }
    let others = plain.filter { $0.kind != .reference && !$0.isRequired && !Self.telling.contains($0.name) }
    let chosen = required + (wanted.isEmpty ? others : wanted).prefix(max(0, Self.most - required.count))
    return chosen.map(field)
  }

  private func field(_ attribute: AttributeDefinition) -> Field {
    let field = attribute.name.replacing(".", with: "_")
    let place = place(field)
    let (sample, expression): (String, String) =
      switch attribute.kind {
      case .text, .url, .code, .list: (attribute.kind == .url ? "https://www.example.com" : "Example \(attribute.name)", "\(place) | trim")
      case .phone: ("+44 20 7946 0958", "\(place) | phone('GB') else null")
      case .email: ("info@example.com", "\(place) | email else null")
      case .decimal: ("12.50", "\(place) | decimal else null")
      case .integer: ("7", "\(place) | integer else null")
      case .boolean: ("true", "\(place) | boolean else null")
      case .date: ("2026-01-31", "\(place) | date('yyyy-MM-dd') else null")
      case .datetime: ("2026-01-31 08:00:00", "\(place) | datetime('yyyy-MM-dd HH:mm:ss', 'UTC') else null")
      case .reference: ("1", "ref('\(type.name)', \(place))")
      }
    return Field(attribute: attribute.name, field: field, sample: sample, expression: expression)
  }

  private func place(_ field: String) -> String { format == .xml ? "xpath('\(field)')" : "$.\(field)" }

  private func text(_ fields: [Field]) -> String {
    var lines = [
      "# Say what each field of \(connector) is. `kindred suggest` proposes it from a real file, `kindred map` shows what comes of one.",
      "language: 1", "mapping: \(YAMLWriting.scalar(name))",
      "from: {connector: \(YAMLWriting.scalar(connector)), stream: \(YAMLWriting.scalar(stream)), format: \(format.rawValue)}",
      "missing: ['', '-']",
    ]
    if format == .xml { lines.append("each: xpath('//item')") }
    lines += ["outputs:", "  - to: \(type.name)", "    key: \(place("id"))", "    write: replace"]
    if !fields.isEmpty { lines.append("    set:") }
    lines += fields.map { "      \($0.attribute): \($0.expression)" }
    return lines.joined(separator: "\n") + "\n"
  }

  private func sample(_ fields: [Field]) -> String {
    let values = [("id", "1")] + fields.map { ($0.field, $0.sample) }
    let object = String(decoding: CanonicalJSON.orderedBytes(.object(Object(values.map { ($0.0, Value.string($0.1)) }))), as: UTF8.self)
    switch format {
    case .json, .jsonl: return object + "\n"
    case .xml:
      let members = values.map { "<\($0.0)>\($0.1)</\($0.0)>" }.joined()
      return "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<items>\n  <item>\(members)</item>\n</items>\n"
    default: return values.map(\.0).joined(separator: ",") + "\n" + values.map(\.1).joined(separator: ",") + "\n"
    }
  }
}
