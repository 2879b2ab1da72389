import Model
import Testing

@testable import Formats

/// What may stand above a header: a line that names the delimiter, and titles.
@Suite struct OpeningTests {
  /// The names of the columns, then `line: cells`.
  private func table(_ bytes: [UInt8], encoding: String? = nil) throws -> [String] {
    let rows = try CSVRows(bytes, encoding: encoding)
    var lines = [rows.names.joined(separator: "|")]
    var cells: [String] = []
    rows.forEach(in: 0..<rows.count) { _, row in
      cells.append((0..<row.count).map { String(decoding: row[$0], as: UTF8.self) }.joined(separator: "|"))
    }
    for (row, cells) in cells.enumerated() { lines.append("\(rows.location(of: row).line ?? 0): \(cells)") }
    return lines + rows.faults.map { "\($0.fault.location?.line ?? 0): \($0.fault.code)" }
  }

  private func table(_ text: String) throws -> [String] { try table(Array(text.utf8)) }

  @Test("a line sep= names the delimiter, and is no row", arguments: [",", ";", "\t", "|", "^"])
  func delimiterLine(_ delimiter: String) throws {
    let cells = { (cells: String...) in cells.joined(separator: delimiter) }
    for opening in ["sep=\(delimiter)\r\n", "SEP=\(delimiter)\n", "\"sep=\(delimiter)\"\r\n", "\u{FEFF}sep=\(delimiter)\n"] {
      // Another delimiter within a name does not count.
      let name = delimiter == ";" ? "a,b,c" : "a;b;c"
      let found = try table(opening + cells("编号", name) + "\r\n" + cells("1", "2"))
      #expect(found == ["编号|\(name)", "3: 1|2"], "\(opening.debugDescription)")
    }
    let chinese = try encoded("sep=\(delimiter)\n\(cells("编号", "名称"))\n\(cells("1", "张伟"))\n", "GB18030")
    #expect(try table(chinese, encoding: "gb18030") == ["编号|名称", "3: 1|张伟"])
  }

  @Test func whatOnlyLooksLikeSuchALine() throws {
    #expect(try table("sep=,b\n1,2\n") == ["sep=|b", "2: 1|2"])
    #expect(try table("sep=\n\nx\n") == ["sep=", "3: x"])
    #expect(try table("sep=\"\nx\n") == ["sep=\"", "2: x"])
    #expect(try table("separator,b\n1,2\n") == ["separator|b", "2: 1|2"])
    #expect(code { _ = try table("sep=;\n") } == "csv-empty")
  }

  @Test func titlesAboveTheHeader() throws {
    // As a spreadsheet program saves them: padded with delimiters.
    #expect(try table("客户名单,,\n,,\n编号,名称,城市\nK1,张伟,\n") == ["编号|名称|城市", "4: K1|张伟|"])
    #expect(try table("名单;\r\n编号;名称\r\nK1;张伟\r\n") == ["编号|名称", "3: K1|张伟"])
    // By hand: only a table of three columns is told from text with a delimiter in it.
    #expect(try table("客户名单 2024\n\n编号,名称,城市\nK1,a,b\nK2,c,d\n") == ["编号|名称|城市", "4: K1|a|b", "5: K2|c|d"])
    #expect(try table("名单\na,b\n1,2\n3,4\n") == ["名单", "2: csv-field-count", "3: csv-field-count", "4: csv-field-count"])
    // Values are no names.
    #expect(try table("id\n1,2,3\n4,5,6\n7,8,9\n")[0] == "id")
    let both = try encoded("sep=;\n客户名单;;\n编号;名称;城市\nK1;张伟;杭州\n", "GB18030")
    #expect(try table(both) == ["编号|名称|城市", "4: K1|张伟|杭州"])
  }

  @Test func rangesKnowTheDelimiterAndTheLines() throws {
    let rows = (1...40).map { "K\($0);a,b;\"c\n\(Array(repeating: "d", count: $0).joined())\"" }.joined(separator: "\n")
    let bytes = Array("sep=;\n名单;;\n编号;名称;城市\n\(rows)".utf8)
    var splitter = try CSVSplitter(rangeSize: 100)
    var found: [String] = []
    for range in try splitter.feed(bytes, isLast: true) {
      let body = Array(bytes[range.offset..<range.offset + range.length])
      try ItemReader.read(body, format: .csv, context: range.context(header: splitter.header, file: nil)) { item in
        let item = try item.get()
        guard case .value(let value) = item.content else { return }
        found.append("\(item.location.line ?? 0): \(value["编号"]?.text ?? "") \(value["名称"]?.text ?? "")")
      }
    }
    #expect(found == (1...40).map { "\(2 + $0 * 2): K\($0) a,b" })
  }

  @Test("rows of a sheet count as one line each, whatever their cells hold")
  func sheets() throws {
    let bytes = Array("a,b\n\"x\ny\nz\",1\n\n2\n\"p\nq\",3\n".utf8)
    let rows = try CSVRows(bytes, context: ReadContext(firstRow: 10, firstLine: 5, isSheet: true))
    #expect((0..<rows.count).map { rows.location(of: $0).line } == [6, 9])
    #expect(rows.faults.map { "\($0.fault.location?.line ?? 0) \($0.fault.message)" } == ["8 Row 11 has 1 field, the header has 2."])
    let text = try CSVRows(bytes)
    #expect((0..<text.count).map { text.location(of: $0).line } == [2, 7])
  }
}
