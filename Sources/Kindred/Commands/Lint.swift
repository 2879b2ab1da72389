import ArgumentParser
import Configuration
import Formats
import Hub
import Mapping
import Model
import Serving

struct Lint: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find every mistake in hub.yaml, the connectors and the mappings at once.",
    discussion: """
      Each finding has a file, line and column, a stable code, a hint and a link into the documentation. With a sample of what a source
      sends, the fields that its mapping never reads are listed, too. Exit code 1 when there are errors.

        kindred lint --home .
        kindred lint --sample members.csv
      """)

  enum Shown: String, ExpressibleByArgument, CaseIterable {
    case text, json
  }

  @OptionGroup var options: HomeOptions

  @Option(help: "A file as a source sends it.")
  var sample: String?

  @Option(help: "The mapping for the sample; without it, the one that fits.")
  var mapping: String?

  @Option(help: "text or json.")
  var format: Shown = .text

  func run() async throws {
    try await failing {
      let reading = Home(folder: options.home).read(digests: CryptoDigests.standard)
      var diagnostics = reading.diagnostics
      var summary: String?
      if let loaded = reading.loaded, let sample {
        let found = try unused(sample, loaded.settings.catalog.programs)
        diagnostics += found.diagnostics
        summary = found.summary
      }
      report(diagnostics, sources: reading.sources, format: format == .json ? .json : .text)
      guard let loaded = reading.loaded else { throw ExitCode.findings }
      if let summary { Console.talk(summary) }
      Console.talk("\(loaded.settings.catalog.programs.count) mappings and \(loaded.connectors.count) connectors are fine")
    }
  }

  /// The fields of the sample that its mapping never reads, as notes at the head of the mapping.
  private func unused(_ sample: String, _ programs: [MappingProgram]) throws -> (diagnostics: [Diagnostic], summary: String) {
    let format = try FileSample.format(of: sample)
    var items = try FileSample.items(of: sample, format: format, encoding: nil)
    let program = try MappingForFile.program(sample, format: format, items: items, named: mapping, among: programs, home: options.home)
    if let columns = program.columns { items = try FileSample.items(of: sample, format: format, encoding: nil, columns: columns) }
    let fields = SourceFields(program, items)
    let start = SourceSpan.Position(line: 1, column: 1, offset: 0)
    let diagnostics = fields.unused.map { field in
      Diagnostic(
        .note, "unused-field", "The mapping never reads \(field).", file: program.file, span: SourceSpan(start: start, end: start))
    }
    let summary = "\(program.name) reads \(fields.all.count - fields.unused.count) of the \(fields.all.count) fields of \(sample)"
    return (diagnostics, summary)
  }
}
