import ArgumentParser
import Configuration
import Hub
import Serving

struct Lint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find every mistake in hub.yaml, the connectors and the mappings at once.",
    discussion: """
      Each finding has a file, line and column, a stable code, and a hint. Exit code 1 when there are errors.

        kindred lint --home .
      """)

  @OptionGroup var options: HomeOptions

  @Option(help: "text or json.")
  var format: OutputFormat = .text

  func run() async throws {
    let reading = Home(folder: options.home).read(digests: CryptoDigests.standard)
    report(reading.diagnostics, sources: reading.sources, format: format)
    guard let loaded = reading.loaded else { throw ExitCode.findings }
    Console.talk("\(loaded.settings.catalog.programs.count) mappings and \(loaded.connectors.count) connectors are fine")
  }
}
