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
        kindred match customers.csv --truth truth.csv
      """)

  @OptionGroup var table: TableOptions

  @Option(help: "balanced, or automatic for merges that are right 99 times in 100.")
  var cut: MatchModel.Cut?

  @Flag(help: "Two files: find the pairs that have one row in each.")
  var link = false

  @Option(help: "With --link: a, b or both hold every customer only once.")
  var unique: String?

  @Option(help: "A model that kindred train wrote; without it, one is fitted to the table where that helps.")
  var model: String?

  @Option(help: "Write a report, one HTML page, to this file.")
  var report: String?

  @Option(help: "A table with the columns id and cluster that says who is who: tell how right the clusters are.")
  var truth: String?

  @Flag(help: "The file holds hand-written pairs (pair, kind, context, a, b); print a verdict for each.")
  var pairs = false

  func validate() throws {
    if link, table.files.count != 2 { throw ValidationError("--link needs exactly two files.") }
    if unique != nil, !link { throw ValidationError("--unique needs --link.") }
    if let unique, TableMatch.Unique(name: unique) == nil { throw ValidationError("--unique is a, b or both.") }
    if truth != nil, link { throw ValidationError("--truth is about one table: it does not go with --link.") }
    guard pairs else { return }
    let others = [cut?.rawValue, table.config, model, report, truth, table.id, table.format?.rawValue]
    if link || table.files.count != 1 || others.contains(where: { $0 != nil }) {
      throw ValidationError("--pairs takes one file, and only --output and --encoding besides.")
    }
  }

  func run() async throws {
    try await failing {
      if pairs { return try judgePairs() }
      try table.limitMemory()
      let result = try match().run(try table.tables(), progress: ProgressLine().show)
      Console.endProgress()
      let links = link ? result.links : []
      talk(result, links: links.count)
      try link ? write(links, of: result) : writeClusters(of: result)
      if let report {
        let page = MatchReport(result, title: table.files.map { URL(fileURLWithPath: $0).lastPathComponent }.joined(separator: " + "))
        try TableOutput.write(Array(page.html.utf8), to: report)
        Console.talk("report: \(report)")
      }
      if !result.faults.isEmpty { throw ExitCode.findings }
    }
  }

  private func match() throws -> TableMatch {
    var match = try table.match()
    // What is said on the command line goes before what the configuration says.
    if let cut { match.settings.cut = cut }
    if let model { match.model = try MatchModelFile.read(try PlainFile.bytes(of: model)) }
    if let truth { match.truth = try MatchTruth(TableFile(name: truth, bytes: try PlainFile.bytes(of: truth))) }
    match.isLink = link
    match.unique = unique.flatMap { TableMatch.Unique(name: $0) } ?? []
    match.wantsDetails = report != nil
    return match
  }

  private func judgePairs() throws {
    var writer = CSVWriter(formulas: .asTheyAre)
    writer.append(["pair", "verdict"])
    let file = table.files[0]
    for pair in try PairVerdicts.read(try PlainFile.bytes(of: file), encoding: table.encoding, file: file) {
      writer.append([pair.name, pair.verdict.rawValue])
    }
    try TableOutput.write(writer.bytes, to: table.output)
  }

  private func talk(_ result: TableMatch.Result, links: Int) {
    TableOutput.talk(result)
    if link {
      Console.talk("\(result.files.count { $0 == 0 }) and \(result.files.count { $0 == 1 }) rows have \(links) pairs")
    } else {
      Console.talk("\(result.ids.count) rows are \(result.clusterCount) customers")
    }
    if result.oversizedCount > 0 {
      Console.talk("too many rows hang together: \(result.oversizedCount) of them are joined only by equal exclusive ids")
    }
    if let score = result.score { talk(score) }
    for fault in result.faults.prefix(20) { Console.talk("not read: \(fault.fault)") }
    if result.faults.count > 20 { Console.talk("… and \(result.faults.count - 20) more rows that could not be read") }
  }

  private func talk(_ score: MatchTruth.Score) {
    let shares = [score.precision, score.recall, score.f1].map { String(format: "%.4f", $0) }
    Console.talk(
      "precision \(shares[0]), recall \(shares[1]), F1 \(shares[2]): "
        + "\(score.rightPairs) of \(score.truePairs) true pairs found, \(score.wrongPairs) wrong ones")
    if score.unknownRows > 0 { Console.talk("\(score.unknownRows) rows do not stand in the truth: they do not count") }
    if score.missingRows > 0 { Console.talk("\(score.missingRows) ids of the truth stand in no row") }
  }

  private func writeClusters(of result: TableMatch.Result) throws {
    try TableOutput.write(["id", "cluster"], result.clusters.indices, to: table.output) { row, writer in
      result.ids.withBytes(of: row) { writer.append(field: $0) }
      writer.append(field: String(result.clusters[row]))
    }
  }

  private func write(_ links: [(a: Int, b: Int)], of result: TableMatch.Result) throws {
    try TableOutput.write(["id_a", "id_b"], links, to: table.output) { link, writer in
      result.ids.withBytes(of: link.a) { writer.append(field: $0) }
      result.ids.withBytes(of: link.b) { writer.append(field: $0) }
    }
  }
}

extension MatchModel.Cut: ExpressibleByArgument {}
