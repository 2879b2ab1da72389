import Foundation
import Model
import Testing

@testable import Formats

@Suite struct SpreadsheetTests {
  /// A workbook with these sheets, each the inside of its `sheetData`.
  static func workbook(_ sheet: String, strings: String = "", after: String = "", state: String = "visible") -> [UInt8] {
    var zip = StoredZip()
    zip.add("[Content_Types].xml", "<Types/>")
    zip.add(
      "xl/workbook.xml",
      """
      <workbook xmlns:r="r"><sheets><sheet name="A&amp;B" sheetId="1" state="\(state)" r:id="r1"/>\
      <sheet name="Second" sheetId="2" r:id="r2"/></sheets></workbook>
      """)
    zip.add(
      "xl/_rels/workbook.xml.rels",
      """
      <Relationships><Relationship Id="r1" Type="x/worksheet" Target="worksheets/sheet1.xml"/>\
      <Relationship Id="r2" Type="x/worksheet" Target="/xl/worksheets/sheet2.xml"/>\
      <Relationship Id="r3" Type="x/sharedStrings" Target="sharedStrings.xml"/>\
      <Relationship Id="r4" Type="x/externalLink" Target="file:///etc/passwd" TargetMode="External"/></Relationships>
      """)
    zip.add("xl/sharedStrings.xml", "<sst>\(strings)</sst>")
    zip.add("xl/worksheets/sheet1.xml", "<worksheet><sheetData>\(sheet)</sheetData>\(after)</worksheet>")
    zip.add(
      "xl/worksheets/sheet2.xml", "<worksheet><sheetData><row><c t=\"inlineStr\"><is><t>zwei</t></is></c></row></sheetData></worksheet>")
    return zip.file
  }

  private func read(_ bytes: [UInt8], sheet: SheetChoice? = nil) throws -> [String] {
    let parts = try unpack(bytes, name: "book.xlsx", options: UnpackOptions(sheet: sheet))
    let (part, text) = try #require(parts.first)
    return try [String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)] + rows(part, text)
  }

  @Test func titlesAreLeftOutHeadersJoinedAndMergedValuesRepeated() throws {
    let parts = try unpack(try fixture("two-row-header.xlsx"), name: "book.xlsx")
    let (part, text) = try #require(parts.first)
    #expect(part.name == "book.xlsx[客户]" && part.otherSheets == ["隐藏 (hidden)", "供应商"] && parts.count == 1)
    #expect(
      String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self)
        == "\"客户编号\",\"公司名称\",\"联系 / 联系人\",\"联系 / 手机\",\"其他 / 建档日期\",\"其他 / 有效\",\"其他 / 余额\"")
    #expect(
      try rows(part, text) == [
        "6: KH0001|上海海龙化工有限公司|王小明|13800138000|2024-03-05|TRUE|1234.5",
        "7: KH0002|O'Brien & Söhne \"GmbH\"|Anna,\nMüller|13900139000|1999-12-31|FALSE|0.3",
        "8: KH0003|深圳市前海科技||15012345678|1900-02-28|TRUE|-7",
        "9: KH0004|一家两人|甲||||", "10: KH0004|一家两人|乙||||",
      ])
  }

  @Test func storedValuesOfFormulasDatesFrom1904AndNumberFormats() throws {
    #expect(
      try read(try fixture("formulas-1904.xlsx")).last
        == "2: 1|3|ab|#DIV/0!|2024-03-05 13:45:30|12:00:00|36:00:00|000123|plain bold|=cmd|' /C calc'!A0")
  }

  @Test func workbooksOfExcel97() throws {
    let parts = try unpack(try fixture("customers.xls"), name: "customers.xls")
    let (part, text) = try #require(parts.first)
    #expect(part.name == "customers.xls[客户]" && part.otherSheets == ["空 (hidden)"])
    let found = try rows(part, text)
    #expect(
      found.prefix(2).map { $0.filter { $0 != "\n" } } == [
        "3: KH0001|上海海龙化工有限公司|王小明|13800138000|2024-03-05|TRUE|1234.5",
        "4: KH0002|O'Brien & Söhne \"GmbH\"|Anna,Müller|13900139000|1999-12-31|FALSE|0.3",
      ])
    #expect(found.count == 4)
    #expect(found[3].hasPrefix("6: 000042|" + String(repeating: "长", count: 5000) + "|"))
    #expect(found[3].contains(String(repeating: "x", count: 300)))
  }

  @Test func sheetsByNameAndNumberAndTheFirstThatIsVisible() throws {
    let sheet = "<row r=\"1\"><c r=\"A1\" t=\"s\"><v>0</v></c></row>"
    let strings = "<si><r><t>ri</t></r><r><t>ch</t></r><rPh><t>reading</t></rPh></si>"
    #expect(try read(Self.workbook(sheet, strings: strings)) == ["\"rich\""])
    #expect(try read(Self.workbook(sheet, strings: strings, state: "hidden")) == ["\"zwei\""])
    #expect(try read(Self.workbook(sheet, strings: strings), sheet: SheetChoice("second")) == ["\"zwei\""])
    #expect(try read(Self.workbook(sheet, strings: strings, state: "hidden"), sheet: SheetChoice("1")) == ["\"rich\""])
    #expect(try unpack(Self.workbook(sheet, strings: strings)).first?.part.name == "file[A&B]")
    #expect(code { _ = try read(Self.workbook(sheet, strings: strings), sheet: SheetChoice("third")) } == "sheet-missing")
  }

  @Test func rowsAndCellsWithoutReferencesGapsAndControlCharacters() throws {
    let sheet = """
      <row><c t="str"><v>a</v></c><c t="str"><v>b</v></c></row><row r="4"><c r="B4" t="str"><v>x_x000D_y</v></c></row>\
      <row r="6"><c><v>1.5E-3</v></c><c t="b"><v>1</v></c></row><row><c r="B7"><v>123456789012345678</v></c><c r="C7"><v>9</v></c></row>
      """
    #expect(try read(Self.workbook(sheet)) == ["\"a\",\"b\",\"\"", "4: |x\ry|", "6: 0.0015|TRUE|", "7: |123456789012345678|9"])
  }

  @Test func whatCannotBeRightIsNamed() throws {
    #expect(code { _ = try read(Self.workbook("<row r=\"2000000\"><c r=\"A1\"><v>1</v></c></row>")) } == "sheet-size")
    #expect(code { _ = try read(Self.workbook("<row r=\"1\"><c r=\"XFE1\"><v>1</v></c></row>")) } == "sheet-size")
    #expect(code { _ = try read(Self.workbook("<row><c t=\"s\"><v>7</v></c></row>")) } == "xlsx-damaged")
    #expect(code { _ = try read(Self.workbook("<row>")) } == "xml-malformed")
    var doctype = StoredZip()
    doctype.add("[Content_Types].xml", "<Types/>")
    doctype.add("xl/workbook.xml", "<!DOCTYPE x [<!ENTITY a SYSTEM \"file:///etc/passwd\">]><workbook>&a;</workbook>")
    #expect(code { _ = try unpack(doctype.file) } == "xml-doctype")
  }

  @Test func sixteenThousandColumns() throws {
    let cells = String(repeating: "<c t=\"str\"><v>n</v></c>", count: 16_384)
    let parts = try unpack(Self.workbook("<row>\(cells)</row><row>\(cells)</row>"))
    #expect(text(parts[0].bytes).split(separator: "\n").map { $0.split(separator: ",").count } == [16_384, 16_384])
    #expect(code { _ = try read(Self.workbook("<row>\(cells)<c t=\"str\"><v>n</v></c></row>")) } == "sheet-size")
  }

  @Test func sharedStringsGoToScratchSpaceAndComeBack() throws {
    let strings = SharedStrings(MemoryScratch())
    let long = String(repeating: "x", count: 5_000)
    for number in 0..<20_000 { try strings.append(Array("\(number) \(long)".utf8)) }
    for number in [0, 15, 16, 9_999, 10_000, 19_999, 3, 19_998] {
      #expect(try strings.text(number).map { String(decoding: $0, as: UTF8.self) } == "\(number) \(long)")
    }
    #expect(try strings.text(20_000) == nil)
  }

  @Test func tablesInHTML() throws {
    let page = """
      <html><head><meta http-equiv="Content-Type" content="text/html; charset=gb2312"></head><body><table border=1>\
      <tr><th rowspan=2>编号</th><th colspan=2>联系</th></tr><tr><td>姓名<td>手机&nbsp;</tr>\
      <tr><td x:str>1<td rowspan=2>王 &amp; 李<td>13800138000</tr>\n<tr><td>2</td><td>139<br>00</td></tr></table>
      """
    let bytes = try encoded(page, "GB18030")
    let parts = try unpack(bytes, name: "客户.xls")
    let (part, text) = try #require(parts.first)
    #expect(String(decoding: text.prefix { $0 != 0x0A }, as: UTF8.self) == "\"编号\",\"联系 / 姓名\",\"联系 / 手机\"")
    #expect(try rows(part, text) == ["3: 1|王 & 李|13800138000", "4: 2|王 & 李|139 00"])
    let layout = "<table><tr><td><table><tr><td>a<td>b<tr><td>1<td>2</table></td></tr></table>"
    #expect(try unpack(Array(layout.utf8)).map { try rows($0.part, $0.bytes) } == [["2: 1|2"]])
  }

  @Test func xmlSpreadsheets() throws {
    let document = """
      <?xml version="1.0"?><?mso-application progid="Excel.Sheet"?>
      <Workbook xmlns="urn:schemas-microsoft-com:office:spreadsheet" xmlns:ss="urn:schemas-microsoft-com:office:spreadsheet">
      <Worksheet ss:Name="Blatt"><Table><Row><Cell><Data ss:Type="String">id</Data></Cell><Cell ss:Index="3"><Data ss:Type="String">名</Data></Cell></Row>
      <Row ss:Index="4"><Cell><Data ss:Type="Number">7</Data></Cell><Cell><Data ss:Type="DateTime">2024-03-05T00:00:00.000</Data></Cell>
      <Cell ss:Formula="=1"><Data ss:Type="Boolean">1</Data></Cell></Row></Table></Worksheet></Workbook>
      """
    let parts = try unpack(Array(document.utf8), name: "x.xls")
    #expect(try rows(parts[0].part, parts[0].bytes) == ["4: 7|2024-03-05|TRUE"])
    #expect(code { _ = try unpack(Array(document.utf8), options: UnpackOptions(sheet: .name("other"))) } == "sheet-missing")
  }

  @Test(arguments: [
    ("yyyy-mm-dd", NumberFormat.date), ("General", .number), ("0.00E+00", .number), ("[$-804]yyyy\"年\"m\"月\";@", .date),
    ("[h]:mm", .duration),
    ("h:mm AM/PM", .time), ("mm:ss.0", .time), ("m/d/yy h:mm", .dateTime), ("\"day\" 0", .number), ("000000", .padded(6)),
    ("#,##0;[Red]-#,##0", .number),
    ("e\"年\"m\"月\"", .date), ("\\d0", .number), ("@", .number),
  ])
  func formatCodes(_ code: String, _ format: NumberFormat) { #expect(NumberFormat(code: code) == format) }

  @Test(arguments: [
    (0.5, NumberFormat.time, false, "12:00:00"), (1, .date, false, "1900-01-01"), (59, .date, false, "1900-02-28"),
    (61, .date, false, "1900-03-01"),
    (45356, .date, false, "2024-03-05"), (0, .date, true, "1904-01-01"), (45356.999_999_9, .dateTime, false, "2024-03-06 00:00:00"),
    (2_958_465, .date, false, "9999-12-31"),
  ])
  func serialDates(_ serial: Double, _ format: NumberFormat, _ is1904: Bool, _ expected: String) {
    #expect(SheetDate.text(serial, format, is1904: is1904).map { text($0) } == expected)
    #expect(SheetDate.text(-1, format, is1904: is1904) == nil)
  }

  @Test(arguments: [
    ("13800138000", "13800138000"), ("1.3800138E+10", "13800138000"), ("0.30000000000000004", "0.3"), ("1E-7", "0.0000001"),
    ("-1.5E+20", "-150000000000000000000"),
    ("12.50", "12.50"), ("x", "x"),
  ])
  func numbers(_ raw: String, _ expected: String) { #expect(text(SheetNumber.text(Array(raw.utf8)[...])) == expected) }
}

/// Text in an encoding, by iconv.
func encoded(_ text: String, _ encoding: String) throws -> [UInt8] {
  let handle = iconv_open(encoding, "UTF-8")
  defer { iconv_close(handle) }
  var input = Array(text.utf8).map { CChar(bitPattern: $0) }
  var output = [CChar](repeating: 0, count: input.count * 4 + 16)
  let written = input.withUnsafeMutableBufferPointer { input in
    output.withUnsafeMutableBufferPointer { output in
      var (from, left) = (input.baseAddress, input.count)
      var (to, room) = (output.baseAddress, output.count)
      let result = iconv(handle, &from, &left, &to, &room)
      return result == Int(bitPattern: UInt.max) ? -1 : output.count - room
    }
  }
  try #require(written >= 0)
  return output[..<written].map { UInt8(bitPattern: $0) }
}
