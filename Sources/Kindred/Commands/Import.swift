import ArgumentParser
import Configuration
import Formats
import Foundation
import Hub
import Mapping
import Model
import Serving

struct Import: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Bring a file in: CSV, JSON, JSON Lines or XML.",
    discussion: """
      The mapping is found by the file's format and content unless it is named. The same file again is recognised, and
      nothing is new.

        kindred import crm.csv
        kindred import erp.xml --mapping erp-customers
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "The file.") var file: String
  @Option(help: "The mapping to use.") var mapping: String?
  @Option(help: "The format, when the name's ending does not say it: csv, json, jsonl or xml.") var format: String?
  @Option(help: "The encoding, when the file does not show it: gb18030, big5 …") var encoding: String?

  func run() async throws {
    try await failing {
      guard FileManager.default.isReadableFile(atPath: file) else { throw Fault("file-unreadable", "The file \(file) cannot be read.") }
      let mapping = try self.mapping ?? chooseMapping()
      var query = [("name", (file as NSString).lastPathComponent), ("mapping", mapping)]
      if let encoding { query.append(("encoding", encoding)) }
      try await Session.with(options) { session in
        let summary = try await session.upload(file, to: "/v1/imports", query: query) { Console.progress("\($0 >> 10) KB read") }
        try await session.settle()
        Console.endProgress()
        try await report(summary, session)
      }
    }
  }

  private func chooseMapping() throws -> String {
    let programs = try options.load().settings.catalog.programs
    let format = try Format(rawValue: format ?? "") ?? FileSample.format(of: file)
    let sample = try FileSample.items(of: file, format: format, encoding: encoding)
    switch MappingChoice.choose(among: programs, format: format, items: sample) {
    case .one(let program): return program.name
    case .tie(let programs):
      throw Fault(
        "mapping-ambiguous", "The mappings \(programs.map(\.name).joined(separator: " and ")) fit \(file) equally well.",
        hint: "Say which with --mapping.")
    case .none(let reasons):
      let why = reasons.map { "\($0.mapping) lacks \($0.absent.joined(separator: ", "))" }.joined(separator: "; ")
      throw Fault("no-mapping", "No mapping fits \(file)\(why.isEmpty ? "" : ": \(why)").", hint: "Say which with --mapping.")
    }
  }

  private func report(_ summary: Value, _ session: Session) async throws {
    let source = summary["source"]?.text ?? ""
    let stream = summary["stream"]?.text ?? ""
    if summary["known"] == true {
      Console.talk("\(file): nothing is new; all of it was here before")
    } else {
      Console.talk("\(file): \(Table.plain(summary["deliveries"])) deliveries by mapping \(Table.plain(summary["mapping"]))")
    }
    let streams = try await session.get("/v1/accounting")["streams"]?.elements ?? []
    let line = streams.first { $0["connector"]?.text == source && $0["stream"]?.text == stream }
    guard let items = line?["items"] else { return }
    let counts = ["produced", "applied", "unchanged", "stale", "filtered", "dead_lettered"].map {
      "\($0.replacing("_", with: "-")) \(Table.plain(items[$0]))"
    }
    Console.talk("\(source)/\(stream) so far: \(counts.joined(separator: ", "))")
  }
}
