import ArgumentParser
import Model

/// The command line. Data goes to stdout, talk to stderr; exit codes follow sysexits (DESIGN §7).
@main
struct Kindred: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "kindred",
    abstract: "Brings customers from many systems together, and says why.",
    discussion: """
      A home folder holds hub.yaml, connectors/ and mappings/; a data folder holds what was received and what is known.
      Commands work through the daemon when one has the data folder open, and open it themselves otherwise.
      """,
    version: version,
    subcommands: [
      Run.self, Reload.self, Plan.self, Import.self, Match.self, Train.self, Show.self, Search.self, Why.self, How.self, List.self,
      Decide.self, Export.self, Connectors.self, Check.self,
      Create.self, Lint.self, Test.self, MapFile.self, Suggest.self, Path.self, Schema.self, Echo.self, DeadLetters.self, Keys.self,
      Verify.self, Version.self,
    ])

  static let version = "0.1.0"
}

struct Version: ParsableCommand {
  static let configuration = CommandConfiguration(abstract: "Print the version.")

  func run() { Console.print("kindred \(Kindred.version)") }
}
