import ArgumentParser
import Connecting
import Formats
import Hub
import Model
import Serving

struct Create: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Write the first files of a new source: connector, mapping, sample and test.",
    discussion: """
      The connector's options come from its kind: what must be there is filled in, the rest stands in comments. The mapping has a test
      on the sample. All of it lints and passes at once; then make it fit. Nothing is ever overwritten. The kind "mapping" writes
      no connector, for files that are imported by hand.

      Kinds: \((Registry.standard.kinds.map(\.name) + [Scaffold.mappingOnly]).joined(separator: ", "))

        kindred create files shop --to order --format csv
        kindred create mapping members
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "The kind of the connector, or mapping.") var kind: String
  @Argument(help: "The name of the connector and the mapping.") var name: String
  @Option(help: "The type of the records, of those in model.yaml; without it, customer.") var to: String?
  @Option(help: "csv, json, jsonl or xml; without it, the kind's first.") var format: Format?

  func run() async throws {
    try await failing {
      let loaded = try options.load()
      let scaffold = try Scaffold(
        kind, name, type: to, format: format?.rawValue, registry: .standard, model: loaded.settings.definition,
        digests: loaded.settings.digests)
      try scaffold.write(into: options.home)
      for file in scaffold.files { Console.print("\(options.home)/\(file.path)") }
      Console.talk("see whether it is right: kindred lint --home \(options.home) and kindred test --home \(options.home)")
    }
  }
}
