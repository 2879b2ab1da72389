import Model
import Testing

@testable import Formats

/// Workbooks of Excel 5 and 95 (BIFF5), written record by record: text in the workbook's code page, no table of strings, and sometimes one
/// sheet without a list of sheets.
@Suite struct OldWorkbookTests {
  private static func record(_ kind: UInt16, _ payload: [UInt8]) -> [UInt8] { little(kind) + little(UInt16(payload.count)) + payload }

  private static func begin(_ kind: UInt16) -> [UInt8] { record(0x0809, little(UInt16(0x0500)) + little(kind) + little(UInt32(0))) }

  private static func cell(_ row: UInt16, _ column: UInt16, style: UInt16 = 0) -> [UInt8] { little(row) + little(column) + little(style) }

  private static func label(_ row: UInt16, _ column: UInt16, _ text: String, kind: UInt16 = 0x0204) throws -> [UInt8] {
    let bytes = try encoded(text, "GB18030")
    return record(kind, cell(row, column) + little(UInt16(bytes.count)) + bytes)
  }

  private static func number(_ row: UInt16, _ column: UInt16, _ value: Double, style: UInt16 = 0) -> [UInt8] {
    record(0x0203, cell(row, column, style: style) + little(value.bitPattern))
  }

  private static let end = record(0x000A, [])
  private static let chinese = record(0x0042, little(UInt16(936)))

  private static func cells() throws -> [UInt8] {
    // The result of a formula is text: it stands in the record behind it.
    let result = try encoded("上海", "GB18030")
    let formula = cell(2, 3) + [0, 0, 0, 0, 0, 0, 0xFF, 0xFF] + [UInt8](repeating: 0, count: 8)
    return
      try label(0, 0, "编号") + label(0, 1, "名称") + label(0, 2, "日期") + label(0, 3, "城市") + label(1, 0, "K1")
      + label(1, 1, "张伟", kind: 0x00D6) + number(1, 2, 45_296, style: 1) + label(1, 3, "杭州") + number(2, 0, 2.5)
      // 12345 hundredths, as an integer of 30 bits.
      + record(0x027E, cell(2, 1) + little(UInt32(12_345 << 2 | 3))) + record(0x0006, formula)
      + record(0x0207, little(UInt16(result.count)) + result)
  }

  @Test func aWorkbookOfExcel5() throws {
    let styles =
      Self.record(0x00E0, [UInt8](repeating: 0, count: 16)) + Self.record(0x00E0, [0, 0, 14, 0] + [UInt8](repeating: 0, count: 12))
    let name = try encoded("客户", "GB18030")
    func globals(_ offset: Int) -> [UInt8] {
      Self.begin(0x05) + Self.chinese + styles
        + Self.record(0x0085, little(UInt32(offset)) + [0, 0, UInt8(name.count)] + name) + Self.end
    }
    let bytes = try globals(globals(0).count) + Self.begin(0x10) + Self.cells() + Self.end
    let part = try #require(try unpack(bytes, name: "old.xls").first)
    #expect(part.part.name == "old.xls[客户]")
    #expect(text(part.bytes).hasPrefix("\"编号\",\"名称\",\"日期\",\"城市\""))
    #expect(try rows(part.part, part.bytes) == ["2: K1|张伟|2024-01-05|杭州", "3: 2.5|123.45||上海"])
  }

  @Test func oneSheetWithoutAList() throws {
    let bytes = try Self.begin(0x10) + Self.chinese + Self.cells() + Self.end
    let part = try #require(try unpack(bytes, name: "old.xls").first)
    #expect(part.part.name == "old.xls[Sheet1]")
    #expect(try rows(part.part, part.bytes).first?.hasPrefix("2: K1|张伟|45296|杭州") == true)
  }

  @Test func damageIsNamedOrLeftOut() throws {
    let whole = try Self.begin(0x10) + Self.chinese + Self.cells() + Self.end
    for length in stride(from: 20, to: whole.count, by: 7) {
      for part in (try? unpack(Array(whole[..<length]), name: "old.xls")) ?? [] where part.part.fault == nil {
        // What is there is read as it was written.
        #expect(text(part.bytes).split(separator: "\r\n").allSatisfy { !$0.contains("\u{FFFD}") })
      }
    }
  }
}
