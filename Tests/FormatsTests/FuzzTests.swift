import Foundation
import Model
import Seeding
import Testing

@testable import Formats

/// Bytes of every format, damaged at random: whatever comes, readers give items or faults, in bounded time. `KINDRED_FUZZ_SECONDS=1200`
/// runs each of them for 20 minutes of processor time. An input that breaks a reader belongs into `fixtures/formats/corpus`.
@Suite struct FuzzTests {
  private static let seconds = ProcessInfo.processInfo.environment["KINDRED_FUZZ_SECONDS"].flatMap(Double.init) ?? (isHeavy ? 5 : 0.2)

  private static func seeds() throws -> [(name: String, bytes: [[UInt8]])] {
    let csv = "编号,名称;x\n1,\"a\"\"b\nc\"\n\n2,=|\r\n"
    let json = #"{"a":[1,-2.5e3,"é\n",{"b":null}],"c":true}"#
    let page = "<html><table><tr><th colspan=2>a<td rowspan=3>b</tr><tr><td>1<td>2&amp;</tr></table></html>"
    let sheet = "<row r=\"1\"><c r=\"A1\" t=\"str\"><v>a</v></c><c r=\"B1\"><v>1.5</v></c></row><row r=\"3\"><c t=\"s\"><v>0</v></c></row>"
    let merges = "<mergeCells><mergeCell ref=\"A1:B1\"/></mergeCells>"
    let xml =
      "<Workbook xmlns=\"urn:schemas-microsoft-com:office:spreadsheet\"><Worksheet ss:Name=\"a\"><Row ss:Index=\"2\"><Cell ss:MergeAcross=\"1\"><Data ss:Type=\"Number\">1</Data></Cell></Row></Worksheet></Workbook>"
    var zip = StoredZip()
    zip.add("a.csv", csv)
    zip.add("b.json", json)
    return [
      ("csv", [Array(csv.utf8), try encoded(csv, "GB18030"), try encoded(csv, "UTF-16LE")]), ("json", [Array(json.utf8)]),
      ("jsonl", [Array("\(json)\n{}\n".utf8)]),
      ("xml", [Array("<?xml version=\"1.0\"?><a b=\"c\"><d>&lt;</d></a>".utf8), Array(xml.utf8)]),
      ("xlsx", [SpreadsheetTests.workbook(sheet, strings: "<si><t>s</t></si>", after: merges), try fixture("formulas-1904.xlsx")]),
      ("xls", [try fixture("customers.xls")]), ("html", [Array(page.utf8)]),
      ("gz", [storedGzip(Array(csv.utf8)), try fixture("formulas-1904.xlsx")]),
      ("zip", [zip.file]),
    ]
  }

  /// What `fixtures/formats/corpus` has of a kind.
  private static func corpus(_ kind: String) throws -> [[UInt8]] {
    let folder = fixturesFolder.appending(path: "corpus")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { $0.hasSuffix(".\(kind)") }.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
  }

  @Test(arguments: ["csv", "json", "jsonl", "xml", "xlsx", "xls", "html", "gz", "zip"])
  func damagedFilesGiveItemsOrFaults(_ kind: String) throws {
    let seed = UInt64(
      ProcessInfo.processInfo.environment["KINDRED_SEED"].flatMap { UInt64($0) } ?? (Self.seconds > 1 ? .random(in: 0 ... .max) : 7))
    var random = SeededGenerator(seed: seed)
    let seeds = try #require(try Self.seeds().first { $0.name == kind }).bytes + Self.corpus(kind)
    let limits = UnpackLimits(maximumBytes: 64 << 20, maximumRatio: 100, ratioFrom: 1 << 20)
    let start = clock()
    var runs = 0
    var faults: [String: Int] = [:]
    while Double(clock() - start) / Double(CLOCKS_PER_SEC) < Self.seconds {
      let bytes = mutated(seeds[Int.random(in: 0..<seeds.count, using: &random)], &random)
      let format = Format(rawValue: kind)
      do {
        for part in try unpack(bytes, name: "f.\(kind)", options: UnpackOptions(format: format, limits: limits))
        where part.part.fault == nil {
          try ItemReader.read(
            part.bytes, format: part.part.format, encoding: part.part.encoding, context: ReadContext(isSheet: part.part.isSheet)
          ) {
            if case .failure(let fault) = $0 { faults[fault.fault.code, default: 0] += 1 }
          }
        }
      } catch let fault as Fault {
        faults[fault.code, default: 0] += 1
      }
      runs += 1
    }
    // Damage must be noticed, or the mutations do not reach the reader.
    #expect(runs > 10 && !faults.isEmpty, "seed \(seed), \(runs) runs of \(kind): \(faults)")
  }

  private func mutated(_ bytes: [UInt8], _ random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 1...6, using: &random) {
      guard !bytes.isEmpty else { return bytes }
      let at = Int.random(in: 0..<bytes.count, using: &random)
      let length = min(bytes.count - at, Int.random(in: 1...16, using: &random))
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes[at] ^= 1 << UInt8.random(in: 0..<8, using: &random)
      case 1: bytes[at] = UInt8.random(in: 0...255, using: &random)
      case 2: bytes.removeSubrange(at..<at + length)
      case 3: bytes.insert(contentsOf: bytes[at..<at + length], at: Int.random(in: 0...bytes.count, using: &random))
      case 4: bytes.removeSubrange(at...)
      case 5: bytes.replaceSubrange(at..<at + length, with: [0xFF, 0xFF, 0xFF, 0xFF, 0x7F, 0, 0, 0].prefix(length))
      case 6: bytes.insert(contentsOf: [UInt8](repeating: [0x22, 0x3C, 0x5B, 0, 0x80, 0x2C][at % 6], count: length), at: at)
      default: bytes.swapAt(at, Int.random(in: 0..<bytes.count, using: &random))
      }
    }
    return bytes
  }
}
