import ArgumentParser
import Hub
import Model

struct Echo: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the configuration that the home gives: all defaults filled in, and where each value comes from.",
    discussion: """
      Secrets are printed as references, never as values. The digest is that of all files; GET /v1/configuration says which digest the
      running daemon works by.

        kindred echo --home .
        kindred echo --format json
      """)

  enum Shown: String, ExpressibleByArgument, CaseIterable {
    case yaml, json
  }

  @OptionGroup var options: HomeOptions
  @Option(help: "yaml or json.") var format: Shown = .yaml

  func run() async throws {
    try await failing {
      let effective = EffectiveConfiguration(try options.load(), home: Home(folder: options.home))
      switch format {
      case .yaml: Console.print(bytes: Array(effective.yaml.utf8))
      case .json: Console.print(bytes: JSONText.indented(effective.document))
      }
    }
  }
}
