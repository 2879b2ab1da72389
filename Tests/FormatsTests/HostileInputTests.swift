import Model
import Seeding
import Testing

@testable import Formats

/// Seeded damage to good input of every format: whatever arrives, items and faults are numbered without a gap, or one `Fault` is thrown.
@Suite struct HostileInputTests {
  private static let samples: [(format: Format, text: String)] = [
    (.csv, "编号,\"名,称\",备注\r\n1,\"a\"\"b\n\",x\r\n2,客户,\r\n\r\n3,𠮷,\"y\"\r\n"),
    (.jsonl, "{\"a\":[1,2.5,{\"b\":\"中\\u4e2d\"}]}\r\n\n{\"c\":null}\n[true,\"\\\"\"]\n"),
    (.json, "{\"a\":[1,-2.5e3,{\"b\":\"中\\ud83d\\ude00\"}],\"c\":[[],{}]}"),
    (.xml, "<?xml version=\"1.0\" encoding=\"UTF-8\"?><r xmlns:n=\"urn:n\"><n:c a=\"1\">中&amp;<![CDATA[x]]></n:c><!--y--></r>"),
  ]
  private static let pieces: [[UInt8]] = [
    [0], [0xFF], [0xEF, 0xBB, 0xBF], [0xFF, 0xFE], [0xC3], [0xED, 0xA0, 0x80], [0x81, 0x30], Array("\"".utf8), Array("\r".utf8),
    Array("\n".utf8), Array("<!DOCTYPE r [".utf8), Array("&l;".utf8), Array("<a>".utf8), Array("{".utf8), Array(",".utf8),
  ]

  @Test(arguments: [nil, "utf-8", "gb18030", "utf-16le", "iso-8859-1", "big5"])
  func nothingCrashesOrGetsLost(encoding: String?) throws {
    let seed: UInt64 = 99
    var random = SeededGenerator(seed: seed)
    var throwing = 0
    for round in 0..<2_000 {
      let sample = Self.samples[round % Self.samples.count]
      let bytes = damaged(Array(sample.text.utf8), using: &random)
      var indexes: [Int] = []
      do {
        try ItemReader.read(bytes, format: sample.format, encoding: encoding) { item in
          switch item {
          case .success(let item): indexes.append(item.index)
          case .failure(let fault): indexes.append(fault.index)
          }
        }
        #expect(indexes == Array(0..<indexes.count), "seed \(seed), round \(round)")
      } catch {
        #expect(error is Fault, "seed \(seed), round \(round): \(error)")
        #expect(indexes.isEmpty, "seed \(seed), round \(round)")
        throwing += 1
      }
    }
    #expect(throwing > 100)
    #expect(throwing < 2_000)
  }

  private func damaged(_ bytes: [UInt8], using random: inout SeededGenerator) -> [UInt8] {
    var bytes = bytes
    for _ in 0..<Int.random(in: 0...3, using: &random) {
      let at = Int.random(in: 0...bytes.count, using: &random)
      switch Int.random(in: 0..<4, using: &random) {
      case 0: bytes.removeSubrange(at..<min(bytes.count, at + Int.random(in: 1...6, using: &random)))
      case 1: bytes.insert(contentsOf: Self.pieces[Int.random(in: 0..<Self.pieces.count, using: &random)], at: at)
      case 2: bytes.removeLast(bytes.count - at)
      default: bytes.insert(UInt8.random(in: 0...255, using: &random), at: at)
      }
    }
    return bytes
  }

  @Test func damagedXPathIsRefusedOrWorks() throws {
    let seed: UInt64 = 5
    var random = SeededGenerator(seed: seed)
    let root = try XMLNode.parse(Array("<r><客户 a='1'><n>x</n></客户></r>".utf8))
    let source = Array("客户[@a='1' and position()<2]/n/text() | //n[last()]".unicodeScalars)
    let extra = Array("[]()@/'\"|*:$-+=<>!,1a ".unicodeScalars)
    var accepted = 0
    for _ in 0..<5_000 {
      var scalars = source
      for _ in 0..<Int.random(in: 0...2, using: &random) {
        let at = Int.random(in: 0..<scalars.count, using: &random)
        if Bool.random(using: &random) {
          scalars.remove(at: at)
        } else {
          scalars.insert(extra[Int.random(in: 0..<extra.count, using: &random)], at: at)
        }
      }
      let expression = String(String.UnicodeScalarView(scalars))
      if XMLNode.checkXPath(expression, namespaces: [:]) != nil { continue }
      accepted += 1
      do {
        _ = try root.xpath(expression)
      } catch {
        // What only an evaluation can show: operands of the wrong type, variables.
        #expect(error.code == "xpath-syntax", "seed \(seed): \(expression): \(error)")
      }
    }
    #expect(accepted > 300)
  }
}
