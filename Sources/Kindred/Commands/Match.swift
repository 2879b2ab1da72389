import ArgumentParser
import Configuration
import Formats
import Foundation
import Hub
import Matching
import Model

struct Match: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find the rows of a table that are the same customer.",
    discussion: """
      Columns are recognised by their names and values; stderr says which attribute each was taken for. The output has
      two columns, id and cluster: rows with the same cluster are the same customer. Several files are one table; with
      --link they are two, and the output is the pairs between them.

        kindred match customers.csv --output clusters.csv
        kindred match --link crm.csv erp.csv --unique b
        kindred match --pairs pairs.csv
      """)

  @Argument(help: "CSV files (also with tabs) in UTF-8, GB18030 or another encoding, with a header row; or JSON Lines.")
  var files: [String] = []

  @Option(help: "Where to write; without it, to stdout.")
  var output: String?

  @Option(help: "The column with the ids; without it, the one that looks like it, or else the numbers of the rows.")
  var id: String?

  @OptionGroup var reading: TableOptions

  @Option(help: "balanced, or automatic for merges that are right 99 times in 100.")
  var cut: MatchModel.Cut = .balanced

  @Flag(help: "Two files: find the pairs that have one row in each.")
  var link = false

  @Option(help: "With --link: a, b or both hold every customer only once.")
  var unique: String?

  @Option(help: "A YAML file that says what columns hold and what levels are worth.")
  var config: String?

  @Option(help: "A model that kindred train wrote; without it, one is fitted to the table where that helps.")
  var model: String?

  @Option(help: "Write a report, one HTML page, to this file.")
  var report: String?

  @Flag(help: "The file holds hand-written pairs (pair, kind, context, a, b); print a verdict for each.")
  var pairs = false

  func validate() throws {
    guard !files.isEmpty else { throw ValidationError("Name a file.") }
    if link, files.count != 2 { throw ValidationError("--link needs exactly two files.") }
    if unique != nil, !link { throw ValidationError("--unique needs --link.") }
    if let unique, TableMatch.Unique(name: unique) == nil { throw ValidationError("--unique is a, b or both.") }
    if pairs, link || report != nil || files.count != 1 { throw ValidationError("--pairs takes one file, and only --output besides.") }
  }

  func run() async throws {
    try await failing {
      if pairs { return try judgePairs() }
      let result = try match().run(try reading.tables(files), progress: ProgressLine().show)
      Console.endProgress()
      let links = link ? result.links : []
      talk(result, links: links.count)
      try link ? write(links, of: result) : writeClusters(of: result)
      if let report {
        let page = MatchReport(result, title: files.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " + "))
        try TableOutput.write(Array(page.html.utf8), to: report)
        Console.talk("report: \(report)")
      }
      if !result.faults.isEmpty { throw ExitCode.findings }
    }
  }

  private func match() throws -> TableMatch {
    var match = TableMatch(cut: cut, idColumn: id)
    if let config { match.settings = try TableOptions.settings(config) }
    if let model { match.model = try MatchModelFile.read(try PlainFile.bytes(of: model)) }
    match.isLink = link
    match.unique = unique.flatMap { TableMatch.Unique(name: $0) } ?? []
    match.wantsDetails = report != nil
    return match
  }

  private func judgePairs() throws {
    var writer = CSVWriter()
    writer.append(["pair", "verdict"])
    for pair in try PairVerdicts.read(try PlainFile.bytes(of: files[0]), encoding: reading.encoding, file: files[0]) {
      writer.append([pair.name, pair.verdict.rawValue])
    }
    try TableOutput.write(writer.bytes, to: output)
  }

  private func talk(_ result: TableMatch.Result, links: Int) {
    TableOutput.talk(result)
    if link {
      Console.talk("\(result.files.count { $0 == 0 }) and \(result.files.count { $0 == 1 }) rows have \(links) pairs")
    } else {
      Console.talk("\(result.ids.count) rows are \(result.clusterCount) customers")
    }
    for fault in result.faults.prefix(20) { Console.talk("not read: \(fault.fault)") }
    if result.faults.count > 20 { Console.talk("… and \(result.faults.count - 20) more rows that could not be read") }
  }

  private func writeClusters(of result: TableMatch.Result) throws {
    try TableOutput.write(["id", "cluster"], result.clusters.indices, to: output) { row, writer in
      result.ids.withBytes(of: row) { writer.append(field: $0) }
      writer.append(field: String(result.clusters[row]))
    }
  }

  private func write(_ links: [(a: Int, b: Int)], of result: TableMatch.Result) throws {
    try TableOutput.write(["id_a", "id_b"], links, to: output) { link, writer in
      result.ids.withBytes(of: link.a) { writer.append(field: $0) }
      result.ids.withBytes(of: link.b) { writer.append(field: $0) }
    }
  }
}

extension MatchModel.Cut: ExpressibleByArgument {}
