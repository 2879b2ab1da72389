import ArgumentParser
import Configuration
import Foundation
import Hub
import Mapping
import Model
import Serving

struct Test: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Run the tests inside the mappings.",
    discussion: """
      Every test that fails shows what was expected and what came out. Exit code 1 when one fails.

        kindred test --home .
        kindred test crm-customers
      """)

  @OptionGroup var options: HomeOptions

  @Argument(help: "Names of mappings; without one, all of them.")
  var mappings: [String] = []

  func run() async throws {
    try await failing {
      let programs = try chosen(options.load().settings.catalog.programs)
      let runner = MappingTestRunner { path in
        guard let data = FileManager.default.contents(atPath: path) else {
          throw Fault("file-unreadable", "The file \(path) cannot be read.")
        }
        return Array(data)
      }
      let results = programs.flatMap { runner.run($0) }
      for result in results {
        Console.print("\(result.isPassed ? "ok    " : "FAILED") \(result.mapping): \(result.name)")
        for line in result.differences { Console.print("         \(line)") }
        if !result.isPassed { Console.print("         at \(result.file):\(result.span.start.line):\(result.span.start.column)") }
      }
      let failed = results.count { !$0.isPassed }
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
