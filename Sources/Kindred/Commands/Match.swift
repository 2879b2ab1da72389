import ArgumentParser
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
      two columns, id and cluster: rows with the same cluster are the same customer.

        kindred match customers.csv --output clusters.csv
      """)

  @Argument(help: "A CSV file in UTF-8, GB18030 or another encoding, with a header row.")
  var file: String

  @Option(help: "Where to write; without it, to stdout.")
  var output: String?

  @Option(help: "The column with the ids; without it, the first one.")
  var id: String?

  @Option(help: "The encoding, when the file does not show it: gb18030, big5, utf-16 …")
  var encoding: String?

  @Option(help: "balanced, or automatic for merges that are right 99 times in 100.")
  var cut: MatchModel.Cut = .balanced

  func run() async throws {
    try await failing {
      guard let data = FileManager.default.contents(atPath: file) else {
        throw Fault("file-unreadable", "The file \(file) cannot be read.")
      }
      let match = TableMatch(cut: cut, idColumn: id)
      let result = try match.run(Array(data), encoding: encoding, file: file) { Console.progress("\($0) rows prepared") }
      Console.endProgress()
      talk(result)
      try write(result)
      if !result.faults.isEmpty { throw ExitCode.findings }
    }
  }

  private func talk(_ result: TableMatch.Result) {
    let used = result.columns.filter { !$0.isID && $0.role != "ignored" }.map { "\($0.header) as \($0.role)" }
    Console.talk("compared: \(used.isEmpty ? "nothing (no column was recognised)" : used.joined(separator: ", "))")
    Console.talk("\(result.rows.count) rows are \(result.clusterCount) customers")
    for fault in result.faults.prefix(20) { Console.talk("not read: \(fault.fault)") }
    if result.faults.count > 20 { Console.talk("… and \(result.faults.count - 20) more rows that could not be read") }
  }

  private func write(_ result: TableMatch.Result) throws {
    var writer = CSVWriter()
    writer.append(["id", "cluster"])
    for row in result.rows { writer.append([row.id, String(row.cluster)]) }
    guard let output else {
      Console.print(bytes: writer.bytes)
      return
    }
    guard FileManager.default.createFile(atPath: output, contents: Data(writer.bytes)) else {
      throw Fault("file-unwritable", "The file \(output) cannot be written.")
    }
  }
}

extension MatchModel.Cut: ExpressibleByArgument {}
