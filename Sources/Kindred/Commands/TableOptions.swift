import ArgumentParser
import Configuration
import Formats
import Foundation
import Hub
import Matching
import Model

/// What `kindred match` and `kindred train` share: the table, how it is read, and where the answer goes.
struct TableOptions: ParsableArguments {
  @Argument(help: "CSV files (also with tabs) in UTF-8, GB18030 or another encoding, with a header row; Excel; or JSON Lines. Also packed.")
  var files: [String]

  @Option(help: "Where to write; without it, to stdout.")
  var output: String?

  @Option(help: "The column with the ids; without it, the one that looks like it, or else the numbers of the rows.")
  var id: String?

  @Option(help: "The encoding, when a file does not show it: gb18030, big5, utf-16 …")
  var encoding: String?

  @Option(help: "csv (also for tabs) or jsonl; without it, the name of the file says which.")
  var format: TableFormat?

  @Option(help: "A YAML file that says what columns hold and what levels are worth.")
  var config: String?

  @Option(
    help: ArgumentHelp(
      "How much memory the tables may take: 4GB, 500MB. What is more lies in a file in TMPDIR. Without it, half of the machine's.",
      valueName: "size"))
  var memory: String?

  enum TableFormat: String, ExpressibleByArgument, CaseIterable {
    case csv, tsv, jsonl

    var format: Format { self == .jsonl ? .jsonl : .csv }
  }

  /// Has the process keep to its memory from now on.
  func limitMemory() throws {
    LargeMemory.isReturnedWhenFreed()
    if let memory {
      guard let limit = Quantity.bytes(memory) else { throw ValidationError("--memory is a size such as 4GB or 500MB.") }
      return LargeMemory.spill(beyond: limit, to: try SpillFile())
    }
    // Most tables are far smaller: without room for a temporary file there is nothing to complain about yet.
    if let file = try? SpillFile() { LargeMemory.spill(beyond: MachineMemory.byteCount / 2, to: file) }
  }

  func tables() throws -> [TableFile] {
    try files.map { file in
      let bytes = try PlainFile.bytes(of: file)
      guard Unpacker.isNeeded(for: Array(bytes.prefix(16_384))) else {
        return TableFile(name: file, bytes: bytes, format: format?.format, encoding: encoding)
      }
      let (part, table) = try Unpacker.first(in: bytes, name: file, options: UnpackOptions(format: format?.format, encoding: encoding))
      return TableFile(name: part.name, bytes: table, format: part.format, encoding: part.encoding, isSheet: part.isSheet)
    }
  }

  /// The match with what is said here about ids and columns.
  func match() throws -> TableMatch {
    var match = TableMatch(idColumn: id)
    if let config { match.settings = try Self.settings(config) }
    return match
  }

  /// Says everything that is wrong with the file, and ends.
  private static func settings(_ file: String) throws -> MatchFile {
    let text = String(decoding: try PlainFile.bytes(of: file), as: UTF8.self)
    let (settings, diagnostics) = MatchFile.load(text: text, file: file)
    if let settings { return settings }
    Console.talk(DiagnosticRenderer.text(diagnostics, sources: [file: text], color: Console.isColored))
    throw ExitCode.badConfiguration
  }
}

/// What both commands say and write.
enum TableOutput {
  static func talk(_ result: TableMatch.Result) {
    let used = result.columns.filter { !$0.isID && $0.role != "ignored" }.map { "\($0.header) as \($0.role)" }
    Console.talk("compared: \(used.isEmpty ? "nothing (no column was recognised)" : used.joined(separator: ", "))")
    if !result.hasIDs { Console.talk("no column holds ids: rows are called by their number, from 1") }
  }

  static func write(_ bytes: [UInt8], to output: String?) throws {
    let file = try OutputFile(output)
    try bytes.withUnsafeBytes { try file.write($0) }
    try file.finish()
  }

  /// Writes a table row by row, a megabyte at a time.
  ///
  /// - Parameter append: adds the fields of one row.
  static func write<Row>(_ header: [String], _ rows: some Sequence<Row>, to output: String?, append: (Row, inout CSVWriter) -> Void) throws
  {
    let file = try OutputFile(output)
    // Programs join this to the table that was read, by ids that must come back as they were.
    var writer = CSVWriter(formulas: .asTheyAre)
    writer.append(header)
    for row in rows {
      append(row, &writer)
      writer.endRow()
      if writer.bytes.count >= 1 << 20 { try writer.drain { try file.write($0) } }
    }
    try writer.drain { try file.write($0) }
    try file.finish()
  }
}

/// The work of `kindred match` on one line of a terminal, with the time that is left; elsewhere silent.
final class ProgressLine {
  private let start = ContinuousClock.now

  func show(_ progress: TableMatch.Progress) {
    switch progress {
    case .preparing(let done, let all):
      let seconds = Double((ContinuousClock.now - start) / .milliseconds(1)) / 1_000
      let left = Int((seconds / Double(done) * Double(all - done)).rounded(.up))
      Console.progress("\(Self.bar(done, all)) \(done) of \(all) rows read, \(left) s left")
    case .learning(let rows): Console.progress("\(Self.bar(1, 1)) learning from \(rows) rows")
    case .comparing(let rows): Console.progress("\(Self.bar(1, 1)) comparing \(rows) rows")
    }
  }

  private static func bar(_ done: Int, _ all: Int) -> String {
    let width = 24
    let filled = all == 0 ? width : done * width / all
    return "[" + String(repeating: "#", count: filled) + String(repeating: ".", count: width - filled) + "]"
  }
}
