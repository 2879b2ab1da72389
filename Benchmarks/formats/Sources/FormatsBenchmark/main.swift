import Formats
import Foundation
import Model

// formats-benchmark rows FILE [ENCODING]: cuts a CSV file in memory and looks at every cell, as `kindred match` does.
// formats-benchmark items FILE [ENCODING]: reads it into values, as a mapping does.
// formats-benchmark unpack FILE: unpacks a file of any kind and cuts what comes out into ranges, as an import does.
let arguments = CommandLine.arguments
guard arguments.count > 2 else {
  FileHandle.standardError.write(Data("usage: formats-benchmark rows|items|unpack FILE [ENCODING]\n".utf8))
  exit(64)
}
let file = arguments[2]
let encoding = arguments.count > 3 ? arguments[3] : nil
let start = clock()
var records = 0
var bytes = 0
switch arguments[1] {
case "rows":
  let rows = try CSVRows([UInt8](Data(contentsOf: URL(filePath: file))), encoding: encoding)
  rows.forEach(in: 0..<rows.count) { _, cells in
    for column in 0..<cells.count { bytes += cells[column].count }
  }
  records = rows.count
case "items":
  try ItemReader.read([UInt8](Data(contentsOf: URL(filePath: file))), format: .csv, encoding: encoding) { item in
    if case .success(let item) = item { bytes += item.raw.count }
    records += 1
  }
default:
  let unpacker = Unpacker(try DiskFile(file), name: file, options: UnpackOptions(encoding: encoding), scratch: DiskScratch())
  while let part = try unpacker.nextPart() {
    if let fault = part.fault { throw fault }
    var csv = try CSVSplitter(encoding: part.encoding, isSheet: part.isSheet)
    var lines = try LineSplitter(encoding: part.encoding)
    while let chunk = try unpacker.nextChunk() {
      bytes += chunk.count
      if part.format == .csv { records += try csv.feed(chunk, isLast: false).reduce(0) { $0 + $1.rowCount } }
      if part.format == .jsonl { records += try lines.feed(chunk, isLast: false).reduce(0) { $0 + $1.rowCount } }
    }
    if part.format == .csv { records += try csv.feed([], isLast: true).reduce(0) { $0 + $1.rowCount } }
    if part.format == .jsonl { records += try lines.feed([], isLast: true).reduce(0) { $0 + $1.rowCount } }
  }
}
let seconds = Double(clock() - start) / Double(CLOCKS_PER_SEC)
print("records=\(records) bytes=\(bytes) cpu_s=\(seconds) records_per_s=\(Int(Double(records) / seconds))")
