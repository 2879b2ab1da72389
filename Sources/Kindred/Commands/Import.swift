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
    abstract: "Bring a file in: CSV, Excel, JSON, JSON Lines or XML, also packed.",
    discussion: """
      The mapping is found by the file's format and content unless it is named. The same file again is recognised, and
      nothing is new.

        kindred import crm.csv
        kindred import erp.xml --mapping erp-customers
        kindred import book.xlsx --sheet 客户
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "The file.") var file: String
  @Option(help: "The mapping to use.") var mapping: String?
  @Option(help: "The format, when the name's ending does not say it: csv, json, jsonl, xml or mail.") var format: Format?
  @Option(help: "The encoding, when the file does not show it: gb18030, big5 …") var encoding: String?
  @Option(help: "A workbook's sheet, by its name or number; without it, the first that is not hidden.") var sheet: String?

  func run() async throws {
    try await failing {
      guard FileManager.default.isReadableFile(atPath: file) else { throw Fault("file-unreadable", "The file \(file) cannot be read.") }
      let mapping = try self.mapping ?? chooseMapping()
      var query = [("name", (file as NSString).lastPathComponent), ("mapping", mapping)]
      if let encoding { query.append(("encoding", encoding)) }
      if let format { query.append(("format", format.rawValue)) }
      if let sheet { query.append(("sheet", sheet)) }
      try await Session.with(options) { session in
        let lastLetter = try await deadLetters(session, after: 0).last
        let summary = try await session.upload(file, to: "/v1/imports", query: query) { Console.progress("\($0 >> 10) KB read") }
        try await session.settle()
        Console.endProgress()
        try await report(summary, session)
        let buried = try await deadLetters(session, after: lastLetter ?? 0).count
        if buried > 0 {
          Console.talk("\(buried) could not be processed; see kindred deadletters")
          throw ExitCode.findings
        }
      }
    }
  }

  /// The numbers of the dead letters behind one.
  private func deadLetters(_ session: Session, after: Int64) async throws -> [Int64] {
    var numbers: [Int64] = []
    while true {
      let query = [("after", String(numbers.last ?? after)), ("limit", "1000")]
      let page = try await session.get("/v1/deadletters", query: query)["dead_letters"]?.elements ?? []
      numbers += page.compactMap { $0["id"]?.text.flatMap { Int64($0) } }
      if page.count < 1000 { return numbers }
    }
  }

  private func chooseMapping() throws -> String {
    let programs = try options.load().settings.catalog.programs
    let format = try format ?? FileSample.format(of: file)
    let sample = try FileSample.items(of: file, format: format, encoding: encoding, sheet: sheet)
    return try MappingForFile.program(file, format: format, items: sample, named: nil, among: programs, home: options.home).name
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

extension Format: ExpressibleByArgument {}
