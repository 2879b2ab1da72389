import ArgumentParser
import Configuration
import Hub
import Mapping
import Model
import Serving

struct Test: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests inside the mappings, and those beside them (NAME.tests.yaml).",
    discussion: """
      Every test that fails shows what was expected and what came out. Exit code 1 when one fails. --coverage lists what no test reaches:
      targets that never get a value, branches that are never taken, fields of the input that are never read.

        kindred test --home .
        kindred test crm-customers --coverage
      """)

  @OptionGroup var options: HomeOptions

  @Argument(help: "Names of mappings; without one, all of them.")
  var mappings: [String] = []

  @Flag(help: "Also say what the tests do not reach.")
  var coverage = false

  @Option(help: "text or json.")
  var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      let programs = try chosen(options.load().settings.catalog.programs)
      let runner = MappingTestRunner { path in try MappingFiles.disk.bytes(path) }
      let results = programs.flatMap { runner.run($0) }
      let coverages = coverage ? programs.map { runner.coverage(of: $0) } : []
      let failed = results.count { !$0.isPassed }
      if format == .json {
        Console.print(bytes: CanonicalJSON.orderedBytes(TestReport.document(results, coverages)) + [0x0A])
      } else {
        for line in results.flatMap(TestReport.lines) + coverages.flatMap(TestReport.lines) { Console.print(line) }
      }
      Console.talk("\(results.count - failed) passed, \(failed) failed")
      for program in programs where program.testCount == 0 { Console.talk("note: \(program.name) has no tests") }
      if failed > 0 { throw ExitCode.findings }
    }
  }

  private func chosen(_ programs: [MappingProgram]) throws -> [MappingProgram] {
    guard !mappings.isEmpty else { return programs }
    return try mappings.map { name in
      guard let program = programs.first(where: { $0.name == name }) else {
        let hint = nearest(name, among: programs.map(\.name)).map { "Did you mean \($0)?" }
        throw Fault("unknown-mapping", "There is no mapping \(name).", hint: hint)
      }
      return program
    }
  }
}
