import Model
import Testing

@testable import Formats

@Suite struct UnpackerTests {
  private let table = "编号,名称\n1,甲\n2,乙\n"

  @Test func gzipOfEverything() throws {
    for (name, content, format) in [
      ("a.csv.gz", table, Format.csv), ("a.gz", "{\"a\":1}\n{\"a\":2}\n", .jsonl), ("a.json.gz", "[1]", .json), ("a.gz", "<a/>", .xml),
      ("a.gz", "{\n\"a\":1}", .json),
    ] {
      let parts = try unpack(storedGzip(Array(content.utf8)), name: name)
      #expect(parts.count == 1 && parts[0].part.format == format)
      #expect(text(parts[0].bytes) == content)
    }
    let twoMembers = storedGzip(Array("a,b\n".utf8)) + storedGzip(Array("1,2\n".utf8))
    #expect(try unpack(twoMembers).map { text($0.bytes) } == ["a,b\n1,2\n"])
    let workbook = SpreadsheetTests.workbook("<row><c t=\"str\"><v>a</v></c></row><row><c><v>1</v></c></row>")
    #expect(try unpack(storedGzip(workbook), name: "b.xlsx.gz").map { try rows($0.part, $0.bytes) } == [["2: 1"]])
  }

  @Test func eachFileInAZipIsReadByItself() throws {
    var zip = StoredZip()
    zip.add("folder/", "")
    zip.add("folder/crm.csv", table)
    zip.add("__MACOSX/crm.csv", "no")
    zip.add("folder/.DS_Store", "no")
    zip.add(try encoded("客户.jsonl", "GB18030"), Array("{\"a\":1}\n{\"a\":2}\n".utf8))
    zip.add(Array("wide.xml".utf8), Array("<a/>".utf8), isWide: true)
    zip.add(Array("../../etc/passwd.csv".utf8), Array("a\n1\n".utf8))
    zip.add(
      Array("inner.zip".utf8),
      {
        var inner = StoredZip(); inner.add("x.csv", "a\n2\n"); return inner.file
      }())
    let parts = try unpack(zip.file, name: "all.zip")
    #expect(
      parts.map(\.part.name) == [
        "all.zip/folder/crm.csv", "all.zip/客户.jsonl", "all.zip/wide.xml", "all.zip/../../etc/passwd.csv", "all.zip/inner.zip/x.csv",
      ])
    #expect(parts.map(\.part.format) == [.csv, .jsonl, .xml, .csv, .csv])
    #expect(parts.map { text($0.bytes) } == [table, "{\"a\":1}\n{\"a\":2}\n", "<a/>", "a\n1\n", "a\n2\n"])
    // A program that unpacks itself stands in front of the archive.
    #expect(try ZipArchive(MemoryBytes([1, 2, 3] + zip.file), name: "x", budget: UnpackBudget(UnpackLimits())).entries.count == 8)
  }

  @Test func oneBadEntryDoesNotHinderTheOthers() throws {
    var zip = StoredZip()
    zip.add(Array("secret.csv".utf8), Array("xx".utf8), flags: 1)
    zip.add(Array("new.csv".utf8), Array("xx".utf8), method: 93)
    zip.add(Array("photo.jpg".utf8), [0xFF, 0xD8, 0, 0, 1, 2])
    zip.add("good.csv", "a\n1\n")
    let parts = try unpack(zip.file)
    #expect(parts.map { $0.part.fault?.code } == ["zip-encrypted", "zip-method", "format-unknown", nil])
    #expect(parts.last.map { text($0.bytes) } == "a\n1\n")
  }

  @Test func damageIsNamed() throws {
    var zip = StoredZip()
    zip.add("a.csv", "a\n1\n")
    var broken = zip.file
    broken[36] ^= 1
    #expect(try unpack(broken).first?.part.fault?.code == "zip-damaged")
    #expect(code { _ = try unpack(Array(zip.file.dropLast(30))) } == "zip-damaged")
    #expect(code { _ = try unpack(StoredZip().file) } == "zip-empty")
    let packed = storedGzip(Array(table.utf8))
    #expect(code { _ = try unpack(Array(packed.dropLast(20))) } == "unpack-damaged")
    #expect(code { _ = try unpack(packed.prefix(10) + [7, 7, 7]) } == "unpack-damaged")
    #expect(code { _ = try unpack(CompoundFile.signature + [UInt8](repeating: 0, count: 600)) } == "xls-damaged")
    #expect(code { _ = try unpack([0xFF, 0xD8, 0, 0, 1, 2]) } == "format-unknown")
  }

  @Test func bombsStopAtTheirLimits() throws {
    let bomb = try fixture("zeros.gz")
    func limits(_ change: (inout UnpackLimits) -> Void) -> UnpackOptions {
      var options = UnpackOptions(format: .csv)
      change(&options.limits)
      return options
    }
    #expect(code { _ = try unpack(bomb, options: limits { $0.ratioFrom = 1 << 20 }) } == "unpack-ratio")
    #expect(code { _ = try unpack(bomb, options: limits { $0.maximumBytes = 1 << 20 }) } == "unpack-size")
    #expect(try unpack(bomb, options: limits { _ in }).map(\.bytes.count) == [4 << 20])
    var nested = bomb
    for _ in 0..<4 { nested = storedGzip(nested) }
    #expect(code { _ = try unpack(nested) } == "unpack-depth")
    var zip = StoredZip()
    for number in 0..<20 { zip.add("\(number).csv", "a\n") }
    #expect(code { _ = try unpack(zip.file, options: limits { $0.maximumEntries = 10 }) } == "zip-entries")
    let full = UnpackOptions(limits: UnpackLimits(maximumDepth: 9))
    #expect(
      code { _ = try unpack(storedGzip(SpreadsheetTests.workbook("")), options: full, scratch: MemoryScratch(limit: 10)) } == "scratch-full"
    )
  }

  @Test func ordinaryFilesNeedNoUnpacking() {
    for text in [table, "{\"a\":1}", "<orders/>", "<?xml version=\"1.0\"?>\n<orders/>", "", "PK,name\n"] {
      #expect(!Unpacker.isNeeded(for: Array(text.utf8)))
    }
    #expect(Unpacker.isNeeded(for: Array("\n<!-- x --><HTML><table>".utf8)))
    #expect(Unpacker.isNeeded(for: storedGzip([])))
    #expect(!Unpacker.isNeeded(for: Array("<table><row/></table>".utf8), format: .xml))
  }
}
