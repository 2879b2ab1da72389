import Foundation
import Model
import Seeding
import Testing

@testable import Formats

/// Random bytes in the encodings of Chinese and Japanese text, half of them good: the same text for every chunking, the text of Foundation
/// where both take the bytes, and that of iconv alone. `make fuzz` gives each of them twenty minutes.
@Suite struct DecoderTests {
  /// Pieces of any size, also of none.
  private final class Pieces: ByteStream {
    private var rest: ArraySlice<UInt8>
    private var random: SeededGenerator

    init(_ bytes: [UInt8], _ random: SeededGenerator) {
      rest = bytes[...]
      self.random = random
    }

    func next() throws(Fault) -> [UInt8]? {
      guard !rest.isEmpty else { return nil }
      let piece = rest.prefix(Int.random(in: 0...7, using: &random))
      rest = rest.dropFirst(piece.count)
      return Array(piece)
    }
  }

  /// Text that the encoding has.
  private static func texts(_ name: String) -> [String] {
    let ascii = ["a", "1,2\n", "\"", "|"]
    switch name {
    case "BIG5", "BIG5-HKSCS": return ascii + ["張偉", "上海市浦東新區", "許功蓋"]
    case "SHIFT_JIS", "CP932", "EUC-JP": return ascii + ["ヤマダ タロウ", "東京都", "ソ能表", "ﾔﾏﾀﾞ"]
    case "WINDOWS-1252": return ascii + ["é", "€"]
    default: return ascii + ["客户编号,名称\r\n", "張偉", "ヤマダ タロウ", "€", "𠮷", "😀", "é", "\u{E000}", "\u{FFFD}"]
    }
  }

  /// Bytes as they may come: text of the encoding, bytes that mean much in one of them, and any others.
  private func bytes(_ name: String, _ random: inout SeededGenerator) throws -> [UInt8] {
    let texts = Self.texts(name)
    var bytes: [UInt8] = []
    for _ in 0..<Int.random(in: 0...40, using: &random) {
      switch Int.random(in: 0..<8, using: &random) {
      case 0: bytes.append(.random(in: 0...255, using: &random))
      case 1: bytes += [.random(in: 0x81...0xFE, using: &random), .random(in: 0x30...0xFE, using: &random)]
      case 2: bytes += [.random(in: 0x81...0xFE, using: &random), 0x30, .random(in: 0x81...0xFE, using: &random), 0x39]
      case 3:
        bytes +=
          [[0x80], [0xFF], [0xD8, 0x00], [0x00, 0xDC], [0xE3, 0x32, 0x9A, 0x36], [0x88, 0x62]].randomElement(using: &random) ?? []
      default: bytes += try encoded(texts.randomElement(using: &random) ?? "", name)
      }
    }
    return bytes
  }

  @Test(arguments: ["GB18030", "BIG5", "BIG5-HKSCS", "SHIFT_JIS", "CP932", "EUC-JP", "UTF-16LE", "UTF-16BE", "UTF-8", "WINDOWS-1252"])
  func anyBytesInAnyChunks(_ name: String) throws {
    guard let run = FuzzRun(name) else { return }
    var random = SeededGenerator(seed: run.seed)
    let encoding = try Encoding(label: name)
    let decoder = TextDecoder(encoding)
    let found = run.found()
    var whole = 0
    while !run.isOver {
      let bytes = run.rounds < found.count ? found[run.rounds] : try bytes(name, &random)
      let pieces = Pieces(bytes, random)
      _ = try run.attempt(bytes) {
        let result = decodeText(bytes, encoding: encoding)
        let comment = Comment(rawValue: "seed \(run.seed), \(name): \(bytes)")
        #expect(result.undecodable.allSatisfy { bytes.indices.contains($0) } && result.undecodable == result.undecodable.sorted(), comment)
        let replaced = Array(result.text.utf8)
        #expect(result.replacements.allSatisfy { replaced[$0..<$0 + 3].elementsEqual([0xEF, 0xBF, 0xBD]) }, comment)

        let stream = DecodedStream(pieces, DetectedEncoding(encoding: encoding, markLength: 0))
        var read: [UInt8] = []
        while let piece = try stream.next() { read += piece }
        #expect(read == replaced, comment)

        let strict = bytes.withUnsafeBufferPointer { decoder.decode($0) }
        #expect(strict == (result.undecodable.isEmpty ? result.text : nil), comment)
        if encoding != .utf8, let slow = bytes.withUnsafeBufferPointer({ decoder.decodeSlowly($0) }) { #expect(slow == replaced, comment) }
        guard result.undecodable.isEmpty else { return }
        whole += 1
        if let other = foundation(bytes, encoding) { #expect(other == result.text, comment) }
      }
    }
    // Neither all bytes good nor all bad, or the bytes do not try the decoder.
    #expect(whole > 0 && (whole < run.rounds || name == "WINDOWS-1252"), "seed \(run.seed), \(run.rounds) runs, \(whole) of them whole")
    run.end("\(whole) of them whole")
  }

  /// Foundation's reading of what both of us know under one name; nil where it has none.
  private func foundation(_ bytes: [UInt8], _ encoding: Encoding) -> String? {
    switch encoding {
    case .utf8: String(bytes: bytes, encoding: .utf8)
    case .utf16LittleEndian: String(bytes: bytes, encoding: .utf16LittleEndian)
    case .utf16BigEndian: String(bytes: bytes, encoding: .utf16BigEndian)
    case .named("WINDOWS-1252"): String(bytes: bytes, encoding: .windowsCP1252)
    default: nil
    }
  }

  @Test func everyCharacterBehindTheBasicPlaneIsWhatIconvSays() {
    let fast = TextDecoder(.gb18030)
    let slow = TextDecoder(.gb18030)
    // A prime step meets all values of all four bytes.
    for place in stride(from: 0, to: 0x12_0000, by: isHeavy ? 1 : 37) {
      let bytes = [0x90 + place / 12_600, 0x30 + place / 1_260 % 10, 0x81 + place / 10 % 126, 0x30 + place % 10].compactMap {
        UInt8(exactly: $0)
      }
      guard bytes.count == 4 else { break }
      let expected = bytes.withUnsafeBufferPointer { slow.decodeSlowly($0) }
      #expect(bytes.withUnsafeBufferPointer { fast.decode($0) }.map { Array($0.utf8) } == expected, "\(bytes)")
    }
  }

  @Test func utf8IsWhatSwiftSays() {
    let seed: UInt64 = 3
    var random = SeededGenerator(seed: seed)
    let leads: [UInt8] = [0x41, 0x7F, 0x80, 0xBF, 0xC1, 0xC2, 0xDF, 0xE0, 0xE1, 0xE4, 0xEC, 0xED, 0xEE, 0xEF, 0xF0, 0xF4, 0xF5]
    let others: [UInt8] = [0x80, 0x8F, 0x90, 0x9F, 0xA0, 0xBF, 0xB8, 0x7F, 0xC0]
    for _ in 0..<(isHeavy ? 1_000_000 : 20_000) {
      var bytes: [UInt8] = []
      for _ in 0..<Int.random(in: 1...12, using: &random) {
        bytes.append(leads[Int.random(in: 0..<leads.count, using: &random)])
        for _ in 0..<Int.random(in: 0...3, using: &random) { bytes.append(others[Int.random(in: 0..<others.count, using: &random)]) }
      }
      let isValid = validUTF8Prefix(bytes) == bytes.count
      #expect(isValid == (String(validating: bytes, as: UTF8.self) != nil), "seed \(seed): \(bytes)")
    }
  }
}
