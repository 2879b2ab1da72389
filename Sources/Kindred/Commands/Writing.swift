import ArgumentParser
import Formats
import Foundation
import Model

struct Decide: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Say that two records are, or are not, one customer; or take a decision back.",
    discussion: """
        kindred decide must-link crm/customer/K1 erp/customer/7 --reason 'same owner'
        kindred decide undo 3
      """)

  enum Action: String, ExpressibleByArgument, CaseIterable {
    case mustLink = "must-link"
    case cannotLink = "cannot-link"
    case undo
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "must-link, cannot-link or undo.") var action: Action
  @Argument(help: "source/type/key; after undo, the decision's number.") var first: String
  @Argument(help: "source/type/key.") var second: String?
  @Option(help: "Why, for those who ask later.") var reason: String?
  @Option(help: "When it ends, as 2027-01-31T00:00:00Z.") var expires: String?

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        if action == .undo {
          try await session.delete("/v1/decisions/\(first)")
          Console.talk("decision \(first) no longer counts")
          return
        }
        guard let second else { throw ValidationError("\(action.rawValue) needs two records.") }
        guard let reason, !reason.isEmpty else { throw ValidationError("Say why, with --reason.") }
        var body: Object = [
          "kind": .string(action.rawValue), "first": .string(first), "second": .string(second), "reason": .string(reason),
        ]
        if let expires { body["expires"] = .string(expires) }
        let made = try await session.post("/v1/decisions", .object(body))
        Console.print(made["id"]?.text ?? "")
      }
    }
  }
}

struct Export: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Print the crosswalk of all records, or everything in canonical form.",
    discussion: """
      crosswalk is CSV: source,type,key,customer. canonical is sorted JSON Lines without ids and times of ours: two hubs
      that know the same print the same.

        kindred export crosswalk --format csv
        kindred export canonical
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case crosswalk, canonical
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "crosswalk or canonical.") var what: What = .crosswalk
  @Flag(name: .customLong("canonical"), help: .hidden) var isCanonical = false
  @Option(help: "csv or json, for the crosswalk.") var format: OutputFormat = .csv
  @Option(help: "Where to write; without it, to stdout.") var output: String?

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        let kind: What = isCanonical ? .canonical : what
        var bytes = try await session.fetch("/v1/export/\(kind.rawValue)").body
        if kind == .crosswalk, format == .json { bytes = try Self.json(bytes) }
        guard let output else { return Console.print(bytes: bytes) }
        guard FileManager.default.createFile(atPath: output, contents: Data(bytes)) else {
          throw Fault("file-unwritable", "The file \(output) cannot be written.")
        }
      }
    }
  }

  private static func json(_ csv: [UInt8]) throws -> [UInt8] {
    var rows: [Value] = []
    try ItemReader.read(csv, format: .csv, encoding: "utf-8") { item in
      if case .success(let item) = item, case .value(let row) = item.content { rows.append(row) }
    }
    return CanonicalJSON.orderedBytes(.array(rows)) + [0x0A]
  }
}

struct DeadLetters: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "deadletters", abstract: "List what could not be processed, or show one with its bytes.",
    discussion: """
        kindred deadletters
        kindred deadletters --connector crm --format json
        kindred deadletters 3
        kindred deadletters 3 --as-test
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "The number of one.") var id: Int64?
  @Flag(help: "Print it as a test, to be put below tests: of the mapping, with what comes of it today.") var asTest = false
  @Option(help: "The mapping for the test; without it, that of the connector's stream.") var mapping: String?
  @Option(help: "The CSV file that a row came from, for its header row; without it, the one that the dead letter names.") var file: String?
  @Option(help: "Of this connector only.") var connector: String?
  @Option(help: "Of this code only.") var code: String?
  @Option(help: "At most so many.") var limit = 100
  @Option(help: "text, json or csv.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        if let id {
          let letter = try await session.get("/v1/deadletters/\(id)")
          if asTest {
            let raw = try await session.fetch("/v1/deadletters/\(id)", query: [("raw", "true")]).body
            let test = try DeadLetterTest(letter: letter, raw: raw, mapping: mapping, file: file)
            Console.print(try test.text(try options.load().settings.catalog.programs))
            return
          }
          Console.print(bytes: CanonicalJSON.orderedBytes(letter) + [0x0A])
          return
        }
        var query = [("limit", String(limit))]
        if let connector { query.append(("connector", connector)) }
        if let code { query.append(("code", code)) }
        let letters = try await session.get("/v1/deadletters", query: query)["dead_letters"]?.elements ?? []
        try Table(letters, columns: ["id", "stream", "item", "code", "location", "message"]).print(format)
      }
    }
  }
}
