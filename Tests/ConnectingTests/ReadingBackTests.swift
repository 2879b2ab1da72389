import Formats
import Foundation
import Model
import TestDigests
import Testing

@testable import Connecting

/// What the pipeline does with the ranges of a file must give what reading the whole file gives: same items, same places,
/// same faults.
@Suite struct ReadingBackTests {
  private struct Row: Hashable {
    var value: Value?
    var fault: String?
    var line: Int?
  }

  private func rows(_ body: [UInt8], _ format: Format, _ encoding: String?, _ context: ReadContext) throws -> [Row] {
    var rows: [Row] = []
    try ItemReader.read(body, format: format, encoding: encoding, context: context) { result in
      switch result {
      case .success(let item):
        guard case .value(let value) = item.content else { return }
        rows.append(Row(value: value, fault: nil, line: item.location.line))
      case .failure(let failure): rows.append(Row(value: nil, fault: failure.fault.code, line: failure.fault.location?.line))
      }
    }
    return rows
  }

  private func readBack(_ body: [UInt8], _ format: Format, encoding: String? = nil) async throws -> [Row] {
    try await withFolder { folder in
      try write(body, to: folder + "/a.data")
      let sink = MemorySink()
      let work = FileImport(stream: StreamName(connector: "crm", stream: "x"), format: format, encoding: encoding, digests: .quick)
      _ = try await work.run(file: folder + "/a.data", into: sink)
      #expect(sink.journal.count > 1, "the file must be long enough to be cut")
      return try sink.journal.flatMap { delivery in
        #expect(delivery.format == format)
        return try rows(sink.bytes(delivery), format, delivery.charset, delivery.readContext)
      }
    }
  }

  private var table: String {
    "编号,名称,备注\r\n"
      + (1...9_000).map { row in
        switch row % 500 {
        case 0: "\(row),少一列\r\n"
        case 1: "\(row),公司\(row),\"两行\r\n\"\"引号\"\"\"\r\n\r\n"
        default: "\(row),公司\(row),备注文字，足够长以便切开文件\r\n"
        }
      }.joined()
  }

  private func encoded(_ text: String, _ encoding: String) throws -> [UInt8] {
    // Foundation has no name for GB18030; this is its number (kCFStringEncodingGB_18030_2000 with the high bit).
    let known: [String: String.Encoding] = [
      "UTF-8": .utf8, "UTF-16LE": .utf16LittleEndian, "GB18030": String.Encoding(rawValue: 0x8000_0632),
    ]
    let name = try #require(known[encoding])
    return Array(try #require(text.data(using: name)))
  }

  @Test(arguments: ["UTF-8", "GB18030", "UTF-16LE"]) func tables(_ encoding: String) async throws {
    let mark: [UInt8] = encoding == "UTF-16LE" ? [0xFF, 0xFE] : []
    let body = mark + (try encoded(table, encoding))
    let whole = try rows(body, .csv, nil, ReadContext(file: "a.data"))
    #expect(whole.count == 9_000 && whole.count { $0.fault == "csv-field-count" } == 18)
    #expect(isSame(try await readBack(body, .csv), whole))
  }

  @Test func tablesWithAMarkAndWithABrokenByte() async throws {
    var body = [0xEF, 0xBB, 0xBF] + Array(table.utf8)
    body[body.count / 2] = 0xFF
    let whole = try rows(body, .csv, nil, ReadContext(file: "a.data"))
    #expect(whole.count { $0.fault == "text-undecodable" } == 1)
    #expect(isSame(try await readBack(body, .csv), whole))
  }

  @Test func lines() async throws {
    let text = (1...9_000).map { $0 % 700 == 0 ? "{\"broken\": \n" : "{\"编号\": \($0), \"备注\": \"足够长的文字\"}\n\n" }.joined()
    let whole = try rows(Array(text.utf8), .jsonl, nil, ReadContext(file: "a.data"))
    #expect(whole.count == 9_000 && whole.count { $0.fault != nil } == 12)
    #expect(isSame(try await readBack(Array(text.utf8), .jsonl), whole))
  }

  @Test func aTableThatCannotBeCutIsKeptWhole() async throws {
    let body = Array("\"never closed,\n1,2\n".utf8)
    try await withFolder { folder in
      try write(body, to: folder + "/a.csv")
      let sink = MemorySink()
      let work = FileImport(stream: StreamName(connector: "crm", stream: "x"), format: .csv, digests: .quick)
      _ = try await work.run(file: folder + "/a.csv", into: sink)
      #expect(sink.journal.map(sink.bytes) == [body])
      #expect(sink.journal[0].meta["header"] == nil)
      #expect(throws: Fault.self) { try rows(body, .csv, sink.journal[0].charset, sink.journal[0].readContext) }
    }
  }
}
