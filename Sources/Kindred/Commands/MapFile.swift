import ArgumentParser
import Configuration
import Formats
import Foundation
import Hub
import Mapping
import Model
import Serving

struct MapFile: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "map", abstract: "Show what a mapping makes of a file: each target, where it came from, and why it has no value.",
    discussion: """
      Nothing is stored. With --watch the file, the mapping and everything that the mapping names are looked at, and the answer is printed
      anew whenever one of them changes.

        kindred map members.csv
        kindred map trades.json --mapping taobao-trades --limit 1 --watch
        kindred map customers.jsonl --format records > records.jsonl
      """)

  enum Shown: String, ExpressibleByArgument, CaseIterable {
    case text, json, records
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "A CSV, Excel, JSON, JSON Lines or XML file.") var file: String
  @Option(help: "The mapping; without it, the one that fits the file.") var mapping: String?
  @Option(help: "The file's encoding; without it, found out.") var encoding: String?
  @Option(help: "A workbook's sheet, by its name or number; without it, the first that is not hidden.") var sheet: String?
  @Option(help: "The first row, line or part to show.") var from = 1
  @Option(help: "At most so many of them; 3 unless said.") var limit = 3
  @Flag(help: "Print again when a file changes.") var watch = false
  @Option(help: "text, json, or records: all statements of the whole file as JSON Lines.") var format: Shown = .text

  func run() async throws {
    guard watch else {
      try await failing { _ = try show() }
      return
    }
    var watched: [String] = []
    var seen: [String: Date?] = [:]
    while true {
      let now = Dictionary(uniqueKeysWithValues: Set(watched + homeFiles + [file]).map { ($0, Self.changed($0)) })
      if now != seen {
        do { watched = try show() } catch let fault as Fault { Console.talk("kindred: \(fault)") } catch is ExitCode {}
        Console.talk("watching; end with Ctrl-C")
        seen = Dictionary(uniqueKeysWithValues: Set(watched + homeFiles + [file]).map { ($0, Self.changed($0)) })
      }
      try await Task.sleep(for: .milliseconds(300))
    }
  }

  private var homeFiles: [String] {
    let folder = options.home + "/mappings"
    return [folder] + ((try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []).map { folder + "/" + $0 }
  }

  private static func changed(_ path: String) -> Date? {
    (try? FileManager.default.attributesOfItem(atPath: path))?[.modificationDate] as? Date
  }

  /// Prints once. Returns the files on which the answer depends besides those of the home.
  private func show() throws -> [String] {
    let programs = try options.load().settings.catalog.programs
    let format = try FileSample.format(of: file)
    let sample = try FileSample.items(of: file, format: format, encoding: encoding, sheet: sheet)
    let program = try MappingForFile.program(file, format: format, items: sample, named: mapping, among: programs, home: options.home)
    let all = try FileSample.all(file, format: format, encoding: encoding, sheet: sheet, columns: program.columns)
    if self.format == .records {
      try RecordLines(program: program).write(all)
      return program.references
    }
    var shown: [Value] = []
    var number = 0
    struct Enough: Error {}
    func part(_ outputs: [OutputExplanation], _ place: Location) throws {
      number += 1
      guard number >= from else { return }
      guard number < from + limit else { throw Enough() }
      if self.format == .json {
        shown.append(MapReport.document(outputs, place))
      } else {
        MapReport.lines(outputs, place, number: number).forEach(Console.print)
      }
    }
    do {
      try all.read { result, row in
        switch result {
        case .success(let item):
          do {
            let parts = try program.explain(item, meta: ["row": String(row)])
            for outputs in parts { try part(outputs, item.location) }
            if parts.isEmpty { Console.talk("\(item.location): each selects nothing") }
          } catch let fault as Fault { Console.talk("\(item.location): \(fault)") }
        case .failure(let failure): Console.talk("\(failure.fault)")
        }
      }
    } catch is Enough {}
    if self.format == .json { Console.print(bytes: JSONText.indented(.array(shown))) }
    Console.talk("by mapping \(program.name); nothing was stored")
    return program.references
  }
}
