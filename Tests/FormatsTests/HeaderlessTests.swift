import Model
import Seeding
import Testing

@testable import Formats

/// CSV whose first row is data already.
@Suite struct HeaderlessTests {
  /// `row line offset: name=value|…`, faults by their code.
  private func rows(_ bytes: [UInt8], encoding: String? = nil, _ context: ReadContext) throws -> [String] {
    var rows: [String] = []
    try ItemReader.read(bytes, format: .csv, encoding: encoding, context: context) { item in
      switch item {
      case .failure(let fault): rows.append("\(fault.fault.location?.line ?? 0): \(fault.fault.code)")
      case .success(let item):
        guard case .value(.object(let object)) = item.content else { return }
        let cells = object.members.map { "\($0.name)=\($0.value.text ?? "?")" }.joined(separator: "|")
        rows.append("\(item.location.line ?? 0): \(cells)")
      }
    }
    return rows
  }

  @Test func theFirstRowIsData() throws {
    let bytes = Array("\u{FEFF}K1;张伟\r\n\r\nK2;\"李\n娜\"\r\nK3\r\n".utf8)
    #expect(
      try rows(bytes, ReadContext(columns: ["id", "name"])) == ["1: id=K1|name=张伟", "3: id=K2|name=李\n娜", "5: csv-field-count"])
    #expect(try rows(bytes, ReadContext(columns: [])).first == "1: column_1=K1|column_2=张伟")
  }

  @Test func namesMustFitTheFirstRow() throws {
    let context = ReadContext(file: "f", columns: ["id"])
    let fault = #expect(throws: Fault.self) { try rows(Array("\nK1,a\n".utf8), context) }
    #expect(fault?.code == "csv-columns" && fault?.location?.line == 2)
    #expect(code { _ = try rows([], ReadContext(columns: ["id"])) } == "csv-empty")
  }

  @Test("one field in the first rows is no title when rows are data")
  func noTitles() throws {
    let bytes = Array("K1,,\nK2,,\nid,name,city\nK3,a,b\nK4,c,d\n".utf8)
    #expect(try rows(bytes, ReadContext()).count == 2)
    #expect(try rows(bytes, ReadContext(columns: [])).count == 5)
  }

  /// What an import does: the file is cut before anybody knows that its first row is data.
  @Test func rangesGiveTheRowsOfTheWholeFile() throws {
    let seed: UInt64 = 5
    var random = SeededGenerator(seed: seed)
    let lines = ["K1,张伟\n", "K2,\"李\n娜\"\n", "\n", "K3\n", "K4,\"x\"\"y\"\r\n"]
    for round in 0..<300 {
      // Sparse rows in front of one that looks like names would be titles.
      let opening = ["", "sep=,\r\n", "\n\n", ",概况\n\n", "sep=,\n\nK0,\n,\"两\n行\"\n"].randomElement(using: &random) ?? ""
      let first = ["A1,王\n", "A1,\"王\n五\"\n"].randomElement(using: &random) ?? ""
      let others = (0..<Int.random(in: 0...30, using: &random)).map { _ in lines.randomElement(using: &random) ?? "" }.joined()
      let text = opening + (others.isEmpty && Bool.random(using: &random) ? "A1,王" : first + others)
      let isWide = Bool.random(using: &random)
      let bytes = isWide ? [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] } : Array(text.utf8)
      var splitter = try CSVSplitter(rangeSize: 60)
      let ranges = try splitter.feed(bytes, isLast: true)
      var found: [String] = []
      for range in ranges {
        var context = range.context(header: splitter.header, file: nil)
        context.columns = ["id", "name"]
        context.beginning = splitter.beginning
        found += try rows(Array(bytes[range.offset..<range.offset + range.length]), encoding: splitter.encoding, context)
      }
      let expected = try rows(bytes, ReadContext(columns: ["id", "name"]))
      #expect(found == expected, "seed \(seed), round \(round): \(text)")
    }
  }
}
