import Formats
import Foundation
import Model

// formats-benchmark rows FILE [ENCODING]: cuts a CSV file into ranges, as an import does, and looks at the bytes of every cell.
// formats-benchmark items FILE [ENCODING]: cuts any file into ranges and makes values of their items, as an import and a mapping do: of a
//   CSV row the text of every cell, of other items everything.
// formats-benchmark match FILE [ENCODING]: cuts a CSV file in memory and looks at the bytes of every cell, as `kindred match` does.
let arguments = CommandLine.arguments
guard arguments.count > 2, ["rows", "items", "match"].contains(arguments[1]) else {
  FileHandle.standardError.write(Data("usage: formats-benchmark rows|items|match FILE [ENCODING]\n".utf8))
  exit(64)
}
let file = arguments[2]
let encoding = arguments.count > 3 ? arguments[3] : nil
var counted = Counted()
if arguments[1] == "match" {
  try counted.count(CSVRows(try DiskFile(file).whole(), encoding: encoding))
} else {
  let unpacker = Unpacker(try DiskFile(file), name: file, options: UnpackOptions(encoding: encoding), scratch: DiskScratch())
  while let part = try unpacker.nextPart() {
    if let fault = part.fault { throw fault }
    var ranges = try PartRanges(part)
    while true {
      let chunk = try unpacker.nextChunk()
      try ranges.feed(chunk ?? [], isLast: chunk == nil) { body, encoding, context in
        try counted.count(body, context, part.format, encoding, inPlace: arguments[1] == "rows")
      }
      if chunk == nil { break }
    }
  }
}
let usage = Usage()
print(
  "records=\(counted.records) faults=\(counted.faults) bytes=\(counted.bytes) cpu_s=\(usage.seconds)",
  "records_per_s=\(Int(Double(counted.records) / usage.seconds)) memory_mb=\(usage.megabytes)")

/// What was read.
struct Counted {
  private(set) var records = 0
  private(set) var faults = 0
  /// In UTF-8.
  private(set) var bytes = 0

  mutating func count(_ body: [UInt8], _ context: ReadContext, _ format: Format, _ encoding: String?, inPlace: Bool) throws {
    if inPlace, format == .csv {
      try count(CSVRows(body, encoding: encoding, context: context))
    } else {
      try ItemReader.read(body, format: format, encoding: encoding, context: context) { item in
        switch item {
        case .success(let item): if let row = item.row { count(row) } else { count(item.content) }
        case .failure: faults += 1
        }
      }
    }
  }

  mutating func count(_ rows: CSVRows) {
    var bytes = 0
    rows.forEach(in: 0..<rows.count) { _, cells in
      for column in 0..<cells.count { bytes += cells[column].count }
    }
    self.bytes += bytes
    records += rows.count
    faults += rows.faults.count
  }

  private mutating func count(_ row: CSVItem) {
    records += 1
    for column in 0..<row.columnCount {
      if case .string(let text) = Value.string(row.text(at: column)) { bytes += text.utf8.count }
    }
  }

  private mutating func count(_ content: Item.Content) {
    records += 1
    guard case .value(.object(let object)) = content else { return }
    for member in object.members {
      if case .string(let text) = member.value { bytes += text.utf8.count }
    }
  }
}
