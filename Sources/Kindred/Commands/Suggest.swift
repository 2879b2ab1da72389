import ArgumentParser
import Configuration
import Formats
import Foundation
import Hub
import Mapping
import Model
import Serving

struct Suggest: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Propose a mapping for a file: what each field most likely is, how sure that is, and why.",
    discussion: """
      The proposal is a mapping file that lints; it says what it leaves out. Look at every line before you use it.

        kindred suggest members.csv > mappings/members.yaml
        kindred suggest trades.jsonl --to order --format json
      """)

  enum Shown: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "A CSV, Excel, JSON, JSON Lines or XML file.") var file: String
  @Option(help: "The type of the records: customer, product, stock, order or interaction; without it, the one that fits best.") var to:
    String?
  @Option(help: "The file's encoding; without it, found out.") var encoding: String?
  @Option(help: "A workbook's sheet, by its name or number; without it, the first that is not hidden.") var sheet: String?
  @Option(help: "The name of the mapping and its connector; without it, the file's.") var name: String?
  @Option(help: "text (the mapping file) or json.") var format: Shown = .text

  func run() async throws {
    try await failing {
      if let to, !MappingSuggester.types.contains(to) {
        let hint = suggestion(to, among: MappingSuggester.types)
        throw Fault("unknown-type", "Nothing is known about the type \(to).", hint: hint)
      }
      let fileFormat = try FileSample.format(of: file)
      let sample = try Sample(file, fileFormat, encoding, sheet)
      let type = to ?? MappingSuggester.type(of: sample.items, isXML: sample.xml != nil)
      let found = MappingSuggester.suggest(sample.items, to: type, isXML: sample.xml != nil)
      switch format {
      case .json: Console.print(bytes: JSONText.indented(Self.document(found, isXML: sample.xml != nil)))
      case .text: Console.print(bytes: Array(try proposal(found, sample, fileFormat).yaml.utf8))
      }
      Console.talk(
        "\(found.fields.count) fields of \(found.fields.count + found.ignored.count) as \(type), \(found.ignored.count) left out")
    }
  }

  /// The items of the file as values.
  private struct Sample {
    var items: [Value] = []
    /// The elements of a document that is an array are the items.
    var isArray = false
    var xml: XMLSample?

    init(_ file: String, _ format: Format, _ encoding: String?, _ sheet: String?) throws {
      for item in try FileSample.items(of: file, format: format, encoding: encoding, sheet: sheet) {
        switch item.content {
        case .value(let value): items.append(value)
        case .xml(let root): xml = XMLSample(root)
        }
      }
      if let xml { items = xml.items }
      if format == .json, case .array? = items.first {
        isArray = true
        items = items[0].elements
      }
      guard items.contains(where: { if case .object = $0 { true } else { false } }) else {
        throw Fault("table-empty", "The file \(file) has no rows to learn from.")
      }
    }
  }

  private func proposal(_ found: MappingSuggestion, _ sample: Sample, _ format: Format) throws -> MappingProposal {
    let definition = Home(folder: options.home).read(digests: CryptoDigests.standard).loaded?.settings.definition
    guard let type = definition?.types[found.type] else {
      throw Fault("unknown-type", "The model of the home has no type \(found.type), or the home cannot be read.", hint: "See kindred lint.")
    }
    let stem = (file as NSString).lastPathComponent.split(separator: ".").first.map(String.init) ?? "sample"
    let plain = String((name ?? stem).map { $0.isLetter || $0.isNumber || $0 == "-" || $0 == "_" ? $0 : "-" })
    return MappingProposal(
      found, items: sample.items, isArray: sample.isArray, xml: sample.xml, name: plain, format: format, definition: type)
  }

  private static func document(_ found: MappingSuggestion, isXML: Bool) -> Value {
    func shown(_ path: String) -> Value { .string(isXML ? XMLSample.xpath(path) : path) }
    return [
      "to": .string(found.type),
      "fields": .array(
        found.fields.map { field in
          [
            "path": shown(field.path), "target": .string(field.target),
            "confidence": .number(Number(parsing: String((field.confidence * 100).rounded() / 100)) ?? Number(0)),
            "reason": .string(field.reason),
          ]
        }),
      "ignored": .array(found.ignored.map(shown)),
    ]
  }
}
