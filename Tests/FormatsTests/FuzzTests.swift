import Foundation
import Model
import Seeding
import Testing

@testable import Formats

/// Bytes of every format, damaged at random: whatever comes, readers give items or faults, in bounded time. `make fuzz` gives each of them
/// twenty minutes.
@Suite struct FuzzTests {
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
      // What lies in the archive is damaged, and the archive is not.
      ("sheet", [Array(sheet.utf8), Array("<row><c t=\"inlineStr\"><is><r><t>a</t></r><rPh><t>b</t></rPh></is></c></row>".utf8)]),
      ("xls", [try fixture("customers.xls")]), ("html", [Array(page.utf8)]),
      ("gz", [storedGzip(Array(csv.utf8)), try fixture("formulas-1904.xlsx")]),
      ("zip", [zip.file]),
      (
        "mail",
        [
          Array(Self.mail.utf8),
          Array("From a@b.example Mon Mar  3 10:00:00 2025\n\(Self.mail)\nFrom - Tue Mar 4 10:00:01 2025\n\(Self.mail)".utf8),
        ]
      ),
    ]
  }

  private static let mail = """
    From: =?gb2312?B?zfW3vA==?= <a@b.example>, "Li, Ming" <c@d.example>, G: e@f.example;
    Subject: =?UTF-8?Q?a_=E4=BD=A0?= x
    Date: Mon, 3 Mar 2025 10:00:00 +0800
    References: <a@b> <c@d>
    Content-Type: multipart/mixed; boundary="o"

    --o
    Content-Type: multipart/alternative; boundary=i

    --i
    Content-Type: text/plain; charset=gb2312; format=flowed
    Content-Transfer-Encoding: quoted-printable

    =C4=FA=BA=C3 =
    x

    On 3 March, Li <a@b.example> wrote:
    > old
    --\u{20}
    Li
    --i
    Content-Type: text/html; charset=utf-8
    Content-Transfer-Encoding: base64

    PHA+YTxibG9ja3F1b3RlPmI8L2Jsb2NrcXVvdGU+PC9wPg==
    --i--
    --o
    Content-Type: message/rfc822

    From: x@y.example
    Content-Type: text/plain; charset=iso-2022-jp

    >From z
    --o
    Content-Type: message/delivery-status

    Final-Recipient: rfc822; a@b.example
    Action: failed
    --o
    Content-Type: application/pdf; name*0*=gbk''%B1; name*1*=%A8.pdf
    Content-Disposition: attachment; filename="=?utf-8?B?YS5wZGY=?="
    Content-Transfer-Encoding: x-uuencode

    begin 644 a
    #86)C
    `
    end
    --o--
    """

  /// What `fixtures/formats/corpus` has of a kind.
  private static func corpus(_ kind: String) throws -> [[UInt8]] {
    let folder = fixturesFolder.appending(path: "corpus")
    let names = try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted()
    return try names.filter { $0.hasSuffix(".\(kind)") }.map { [UInt8](try Data(contentsOf: folder.appending(path: $0))) }
  }

  @Test(arguments: ["csv", "json", "jsonl", "xml", "xlsx", "sheet", "xls", "html", "gz", "zip", "mail"])
  func damagedFilesGiveItemsOrFaults(_ kind: String) throws {
    guard let run = FuzzRun(kind) else { return }
    var random = SeededGenerator(seed: run.seed)
    let seeds = try #require(try Self.seeds().first { $0.name == kind }).bytes + Self.corpus(kind) + run.found()
    var faults: [String: Int] = [:]
    while !run.isOver {
      let bytes = mutated(seeds[Int.random(in: 0..<seeds.count, using: &random)], &random)
      let took = try run.attempt(bytes) { try read(kind == "sheet" ? Self.workbook(bytes) : bytes, kind, &faults) }
      guard took >= 2 else { continue }
      run.keep()
      Issue.record("seed \(run.seed), round \(run.rounds) of \(kind): \(took) s")
    }
    // Damage must be noticed, or the mutations do not reach the reader.
    #expect(run.rounds > 10 && !faults.isEmpty, "seed \(run.seed), \(run.rounds) runs of \(kind): \(faults)")
    run.end("\(faults.count) kinds of faults")
  }

  /// A workbook with the damaged text as its sheet and as its shared strings.
  private static func workbook(_ bytes: [UInt8]) -> [UInt8] {
    let text = String(decoding: bytes, as: UTF8.self)
    return SpreadsheetTests.workbook(text, strings: "<si><t>s</t></si>\(text)", after: text)
  }

  private func read(_ bytes: [UInt8], _ kind: String, _ faults: inout [String: Int]) throws {
    let limits = UnpackLimits(maximumBytes: 64 << 20, maximumRatio: 100, ratioFrom: 1 << 20)
    do {
      let name = kind == "sheet" ? "f.xlsx" : kind == "mail" ? "f.eml" : "f.\(kind)"
      let parts = try unpack(bytes, name: name, options: UnpackOptions(format: Format(rawValue: kind), limits: limits))
      for part in parts where part.part.fault == nil {
        let context = ReadContext(isSheet: part.part.isSheet)
        try ItemReader.read(part.bytes, format: part.part.format, encoding: part.part.encoding, context: context) {
          if case .failure(let fault) = $0 { faults[fault.fault.code, default: 0] += 1 }
        }
      }
    } catch let fault as Fault {
      faults[fault.code, default: 0] += 1
    }
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
