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

    init?(_ result: Result<Item, ItemFault>) {
      switch result {
      case .success(let item):
        (fault, line) = (nil, item.location.line)
        switch item.content {
        case .value(let value): self.value = value
        case .xml(let root): value = .string(root.markup)
        }
      case .failure(let failure): (value, fault, line) = (nil, failure.fault.code, failure.fault.location?.line)
      }
    }
  }

  private func rows(_ body: [UInt8], _ format: Format, _ encoding: String?, _ context: ReadContext) throws -> [Row] {
    var rows: [Row] = []
    try ItemReader.read(body, format: format, encoding: encoding, context: context) { if let row = Row($0) { rows.append(row) } }
    return rows
  }

  /// What deliveries of the file give, which must be what is read of it without an import.
  private func readBack(_ body: [UInt8], _ format: Format, encoding: String? = nil, columns: [String]? = nil) async throws -> [Row] {
    try await withFolder { folder in
      try write(body, to: folder + "/a.data")
      let sink = MemorySink()
      let work = FileImport(stream: StreamName(connector: "crm", stream: "x"), format: format, encoding: encoding, digests: .quick)
      _ = try await work.run(file: folder + "/a.data", into: sink)
      #expect(sink.journal.count > 1, "the file must be long enough to be cut")
      let imported = try sink.journal.flatMap { delivery in
        #expect(delivery.format == format)
        var context = delivery.readContext
        context.columns = columns
        return try rows(sink.bytes(delivery), format, delivery.charset, context)
      }
      var read: [Row] = []
      let items = try FileItems(of: folder + "/a.data", options: UnpackOptions(format: format, encoding: encoding), columns: columns)
      try items.read { item, _ in if let row = Row(item) { read.append(row) } }
      #expect(isSame(read, imported))
      return imported
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

  @Test("sparse rows in front of something like names are rows where the mapping says that there is no header")
  func sparseRowsOfATableWithoutNames() async throws {
    let body = Array((",,概况\n\n,\"两\n行\",\n甲,乙,丙\n" + (1...20_000).map { "\($0),公司\($0),\n" }.joined()).utf8)
    let columns = ["id", "name", "note"]
    let whole = try rows(body, .csv, nil, ReadContext(file: "a.data", columns: columns))
    #expect(whole.count == 20_003 && whole[1].line == 3 && whole[2].value?["id"] == "甲")
    #expect(isSame(try await readBack(body, .csv, columns: columns), whole))
    // With names, they are titles above them.
    let named = try rows(body, .csv, nil, ReadContext(file: "a.data"))
    #expect(named.count == 20_000 && named[0].value?["甲"] == "1")
    #expect(isSame(try await readBack(body, .csv), named))
  }

  @Test("an XML document of more than 64 MB is read in parts that are documents of their own")
  func largeDocuments() async throws {
    let text = [UInt8](repeating: 0x78, count: 170_000)
    var body = Array("<?xml version=\"1.0\"?>\n<a:list xmlns:a=\"urn:a\" date=\"2024-05-06\">\n".utf8)
    for number in 0..<400 {
      body += "  <r id=\"\(number)\"><n>公司 &amp; \(number)</n><t>".utf8
      body += text
      body += "</t></r>\n".utf8
    }
    body += "</a:list>\n".utf8
    #expect(body.count > XMLSplitter.smallestDocument)
    try await withFolder { folder in
      try write(body, to: folder + "/a.xml")
      let sink = MemorySink()
      let work = FileImport(stream: StreamName(connector: "erp", stream: "x"), format: .xml, digests: .quick)
      _ = try await work.run(file: folder + "/a.xml", into: sink)
      #expect(sink.journal.count > 30)
      var imported: [String] = []
      for delivery in sink.journal {
        try ItemReader.read(sink.bytes(delivery), format: .xml, encoding: delivery.charset, context: delivery.readContext) { item in
          imported += try Self.elements(item)
        }
      }
      #expect(imported == (0..<400).map { "\($0) 公司 & \($0) 2024-05-06" })
      var read: [String] = []
      try FileItems(of: folder + "/a.xml").read { item, _ in read += try Self.elements(item) }
      #expect(read == imported)
    }
  }

  private static func elements(_ item: Result<Item, ItemFault>) throws -> [String] {
    guard case .xml(let root) = try item.get().content else { return [] }
    #expect(root.name == "list" && root.namespaceURI == "urn:a")
    return root.children.map { "\($0.attribute("id") ?? "") \($0.children.first?.text ?? "") \(root.attribute("date") ?? "")" }
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
