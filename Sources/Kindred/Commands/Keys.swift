import ArgumentParser
import Hub
import Model
import Serving

struct Keys: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Make, list and revoke API keys.",
    discussion: """
      A key is printed once and kept only as a hash.

        kindred keys create support-desk
      """,
    subcommands: [Create.self, ListKeys.self, Revoke.self])

  struct Create: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key and print it, this once.")
    @OptionGroup var options: HomeOptions
    @Argument(help: "Whose key it is.") var name: String

    func run() async throws {
      try await failing { Console.print(try KeyRing(folder: options.dataFolder).create(name)) }
    }
  }

  struct ListKeys: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the names of the keys.")
    @OptionGroup var options: HomeOptions
    @Option(help: "text, json or csv.") var format: OutputFormat = .text

    func run() async throws {
      try await failing {
        let rows = try KeyRing(folder: options.dataFolder).list().map { entry -> Value in
          ["name": .string(entry.name), "created": .string(Moment.text(entry.created))]
        }
        try Table(rows, columns: ["name", "created"]).print(format)
      }
    }
  }

  struct Revoke: AsyncParsableCommand {
    static let configuration = CommandConfiguration(abstract: "Make a key worthless at once.")
    @OptionGroup var options: HomeOptions
    @Argument(help: "Whose key it is.") var name: String

    func run() async throws {
      try await failing { try KeyRing(folder: options.dataFolder).revoke(name) }
    }
  }
}
