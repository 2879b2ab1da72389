import Model
import Seeding
import Testing

@testable import Formats

@Suite struct SplitterTests {
  private func items(_ body: [UInt8], _ format: Format, encoding: String?, _ context: ReadContext) throws -> [String] {
    var result: [String] = []
    try ItemReader.read(body, format: format, encoding: encoding, context: context) { item in
      switch item {
      case .success(let item):
        guard case .value(let value) = item.content else { return }
        result.append("\(context.firstRow + item.index) \(item.location.line ?? 0) \(CanonicalJSON.text(value))")
      case .failure(let fault):
        result.append("\(context.firstRow + fault.index) \(fault.fault.location?.line ?? 0) \(fault.fault.code)")
      }
    }
    return result
  }

  private func chunks(of bytes: [UInt8], using random: inout SeededGenerator) -> [[UInt8]] {
    var chunks: [[UInt8]] = []
    var at = 0
    while at < bytes.count {
      let end = min(bytes.count, at + Int.random(in: 1...4_000, using: &random))
      chunks.append(Array(bytes[at..<end]))
      at = end
    }
    return chunks + [[]]
  }

  private func splitCSV(_ bytes: [UInt8], rangeSize: Int, using random: inout SeededGenerator) throws -> (CSVSplitter, [SplitRange]) {
    var splitter = try CSVSplitter(rangeSize: rangeSize)
    let pieces = chunks(of: bytes, using: &random)
    var ranges: [SplitRange] = []
    for (index, piece) in pieces.enumerated() { ranges += try splitter.feed(piece, isLast: index == pieces.count - 1) }
    return (splitter, ranges)
  }

  /// Random tables with quotes, breaks, empty lines and damage, in three encodings.
  @Test func rangesOfCSVGiveTheRowsOfTheWholeFile() throws {
    let seed: UInt64 = 7
    var random = SeededGenerator(seed: seed)
    let cells = ["x", "", "\"a,b\"", "\"c\nd\"", "\"e\"\"f\r\n\"", "中文字", "\"甲\n乙\"", "12", "\"open", "\"x\"y", "5\" pipe", "a,b", "𠮷"]
    for round in 0..<60 {
      var text = "名,\"b\nb\",c\r\n"
      for _ in 0..<Int.random(in: 0...300, using: &random) {
        let width = Int.random(in: 0..<40, using: &random) == 0 ? 2 : 3
        text +=
          (0..<width).map { _ in
            cells[Int.random(in: 0..<(Int.random(in: 0..<20, using: &random) == 0 ? cells.count : 8), using: &random)]
          }.joined(separator: ",") + ["\n", "\r\n", "\r\n\r\n"][Int.random(in: 0..<3, using: &random)]
      }
      let bytes = encode(text, round % 3)
      let (splitter, ranges) = try splitCSV(bytes, rangeSize: 1_500, using: &random)
      let header = try #require(splitter.header)
      var position = header.count
      var found: [String] = []
      for range in ranges {
        #expect(range.offset == position, "seed \(seed), round \(round)")
        position += range.length
        let body = Array(bytes[range.offset..<range.offset + range.length])
        let rows = try items(body, .csv, encoding: splitter.encoding, range.context(header: header, file: nil))
        #expect(rows.count == range.rowCount, "seed \(seed), round \(round)")
        found += rows
      }
      let expected = try items(bytes, .csv, encoding: splitter.encoding, ReadContext())
      let difference = zip(found, expected).first { $0 != $1 }
      #expect(
        difference == nil && found.count == expected.count,
        "seed \(seed), round \(round), \(found.count) of \(expected.count): \(String(describing: difference))")
    }
  }

  private func encode(_ text: String, _ kind: Int) -> [UInt8] {
    switch kind {
    case 0: Array(text.utf8)
    case 1: [0xEF, 0xBB, 0xBF] + Array(text.utf8)
    default: [0xFF, 0xFE] + text.utf16.flatMap { [UInt8($0 & 0xFF), UInt8($0 >> 8)] }
    }
  }

  @Test func rangesStayBelowTheSize() throws {
    var random = SeededGenerator(seed: 3)
    let text = "a,b\n" + (0..<5_000).map { "\($0),\(String(repeating: "x", count: $0 % 50))\n" }.joined()
    let (_, ranges) = try splitCSV(Array(text.utf8), rangeSize: 10_000, using: &random)
    #expect(ranges.count > 5)
    #expect(ranges.allSatisfy { $0.length <= 10_000 })
    #expect(ranges.dropLast().allSatisfy { $0.length > 9_900 })
    #expect(ranges.map(\.rowCount).reduce(0, +) == 5_000)
  }

  @Test func emptyAndBrokenFiles() throws {
    var random = SeededGenerator(seed: 4)
    #expect(throws: Fault.self) { try splitCSV([], rangeSize: 100, using: &random) }
    #expect(throws: Fault.self) { try splitCSV(Array("\"a\n1\n".utf8), rangeSize: 100, using: &random) }
    let (splitter, ranges) = try splitCSV(Array("a,b\n\n".utf8), rangeSize: 100, using: &random)
    #expect(splitter.header == nil)
    #expect(ranges == [SplitRange(offset: 0, length: 5, firstRow: 1, rowCount: 0, firstLine: 1)])
  }

  @Test func linesAreSplitToo() throws {
    let seed: UInt64 = 11
    var random = SeededGenerator(seed: seed)
    for round in 0..<40 {
      let text = (0..<Int.random(in: 0...200, using: &random)).map { index in
        let lines = ["{\"n\":\(index),\"名\":\"王\"}", "", "  ", "{broken", "[1]"]
        return lines[Int.random(in: 0..<lines.count, using: &random)] + (Bool.random(using: &random) ? "\n" : "\r\n")
      }.joined()
      let bytes = encode(text, round % 3)
      var splitter = try LineSplitter(rangeSize: 700)
      var found: [String] = []
      for (piece, isLast) in chunks(of: bytes, using: &random).map({ ($0, $0.isEmpty) }) {
        for range in try splitter.feed(piece, isLast: isLast) {
          let body = Array(bytes[range.offset..<range.offset + range.length])
          found += try items(body, .jsonl, encoding: splitter.encoding, range.context(header: nil, file: nil))
        }
      }
      #expect(found == (try items(bytes, .jsonl, encoding: nil, ReadContext())), "seed \(seed), round \(round)")
    }
  }
}
