import Model

@testable import Formats

/// A second reader of CSV, slow and plain: record after record by ``CSVScanner``, each cell decoded by itself. What ``CSVRows`` and
/// ``ItemReader`` cut by marks and decode by rows must be the same.
struct ScannedCSV {
  private let body: CSVBody
  private let row: CSVRow
  private var scanner: CSVScanner
  private var at: Int
  private var line: Int
  private var index = 0

  init(_ body: [UInt8], encoding label: String?, context: ReadContext) throws(Fault) {
    self.body = try CSVBody(body, encoding: label, context: context)
    row = CSVRow(decoder: TextDecoder(self.body.currentEncoding))
    scanner = self.body.scanner()
    at = self.body.start
    line = self.body.firstLine
  }

  mutating func read(_ each: (Result<Item, ItemFault>) throws -> Void) throws {
    try body.bytes.withUnsafeBufferPointer { buffer in
      while case .record(let record) = scanner.next(buffer, from: at, isFinal: true) {
        line += record.skippedLines
        try each(item(record, buffer))
        index += 1
        line += body.context.isSheet ? 1 : record.lines
        at = record.next
      }
    }
  }

  private mutating func item(_ record: CSVScanner.Record, _ buffer: UnsafeBufferPointer<UInt8>) -> Result<Item, ItemFault> {
    let raw = Array(buffer[record.start..<record.end])
    var members: [(name: String, value: Value)] = []
    if let flaw = read(record, buffer, into: &members) {
      let fault = body.fault(flaw, in: record, number: body.context.firstRow + index, line: line, buffer, row.decoder)
      return .failure(ItemFault(index: index, fault: fault, raw: raw))
    }
    return .success(
      Item(index: index, content: .value(.object(Object(members))), location: body.location(record.start, line: line), raw: raw))
  }

  private mutating func read(
    _ record: CSVScanner.Record, _ buffer: UnsafeBufferPointer<UInt8>, into members: inout [(name: String, value: Value)]
  ) -> CSVFlaw? {
    if let problem = record.problem { return .problem(problem) }
    if body.holdsReplacement(record.start..<record.end) { return .undecodable }
    members.reserveCapacity(scanner.fields.count)
    for (column, field) in scanner.fields.enumerated() {
      guard let text = row.text(of: field, in: buffer) else { return .undecodableField(column, at: field.start) }
      members.append((name: body.header.names[column], value: .string(text)))
    }
    return buffer[record.start..<record.end].contains(0) ? .nul : nil
  }
}
