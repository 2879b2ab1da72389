import ArgumentParser
import Hub
import Mapping
import Model
import Serving

struct Schema: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the JSON Schema of mapping files for editors, or the page of all functions.",
    discussion: """
      Types and attributes are those of the home's model. An editor with the YAML language server completes and checks a mapping whose
      first line is  # yaml-language-server: $schema=mapping.schema.json

        kindred schema > mapping.schema.json
        kindred schema functions
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case mapping, part, tests, functions
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "mapping, part (a file that mappings include), tests (a file of tests beside a mapping) or functions.")
  var what: What = .mapping

  func run() async throws {
    // Without a home that can be read, the schema says all but the names of types and attributes.
    let model = Home(folder: options.home).read(digests: CryptoDigests.standard).loaded?.settings.definition
    switch what {
    case .mapping: Console.print(bytes: JSONText.indented(MappingSchema.mapping(model)))
    case .part: Console.print(bytes: JSONText.indented(MappingSchema.part(model)))
    case .tests: Console.print(bytes: JSONText.indented(MappingSchema.tests(model)))
    case .functions: Console.print(bytes: Array(LanguageReference.markdown.utf8))
    }
  }
}
