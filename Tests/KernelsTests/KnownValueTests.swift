import Testing

@testable import Kernels

@Suite("Values from the literature")
struct KnownValueTests {
  private func units<Result>(
    _ left: String, _ right: String, _ body: (UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>) -> Result
  ) -> Result {
    Array(left.utf16).withUnsafeBufferPointer { left in Array(right.utf16).withUnsafeBufferPointer { body(left, $0) } }
  }

  // Winkler 1990 and 2006, in thousandths.
  @Test(arguments: [
    ("MARTHA", "MARHTA", 961), ("DIXON", "DICKSONX", 813), ("DWAYNE", "DUANE", 840), ("JONES", "JOHNSON", 832), ("ABROMS", "ABRAMS", 922),
    ("SHACKLEFORD", "SHACKELFORD", 982), ("DUNNINGHAM", "CUNNIGHAM", 896), ("NICHLESON", "NICHULSON", 956), ("", "", 1000), ("A", "", 0),
    ("A", "A", 1000), ("A", "B", 0), ("恒达", "恒达", 1000),
  ])
  func jaroWinkler(left: String, right: String, expected: Int) {
    #expect(units(left, right) { Kernels.jaroWinkler($0, $1) } == expected)
  }

  @Test(arguments: [
    ("kitten", "sitting", 3, 3, 5), ("saturday", "sunday", 3, 3, 4), ("CA", "ABC", 3, 3, 3), ("ab", "ba", 2, 1, 2), ("", "abc", 3, 3, 3),
    ("abcdef", "badcfe", 4, 3, 6), ("深圳市恒达科技", "深圳恒達科技", 2, 2, 3),
  ])
  func edits(left: String, right: String, levenshtein: Int, alignment: Int, indel: Int) {
    #expect(units(left, right) { Kernels.levenshtein($0, $1) } == levenshtein)
    #expect(units(left, right) { Kernels.optimalStringAlignment($0, $1) } == alignment)
    #expect(units(left, right) { Kernels.indel($0, $1) } == indel)
  }

  @Test func longestCommonSubsequence() {
    #expect(units("AGCAT", "GAC") { Kernels.longestCommonSubsequence($0, $1) } == 2)
    #expect(units("XMJYAUZ", "MZJAWXU") { Kernels.longestCommonSubsequence($0, $1) } == 4)
  }

  @Test("the blocks' formula gives what integers give, for all counts that there are")
  func formula() {
    // Texts whose counts cover every number of matches and misses: equal letters in front, swapped neighbours, then letters that
    // the other side does not have.
    for left in 1...64 {
      for right in stride(from: 1, through: 64, by: left % 3 + 1) {
        var texts: [[UInt16]] = []
        for matches in 0...min(left, right) {
          for swaps in Set([0, matches / 4, matches / 2]) {
            var common = (0..<UInt16(matches)).map { 100 + $0 }
            for swap in 0..<swaps { common.swapAt(matches - 1 - 2 * swap, matches - 2 - 2 * swap) }
            texts.append(common + Array(repeating: 1, count: right - matches))
          }
        }
        let query = (0..<UInt16(left)).map { 100 + $0 }
        let blocks = TextBlocks(texts)
        var results = [Int32](repeating: 0, count: texts.count)
        for fast in Processor.hasAVX2 ? [false, true] : [false] {
          query.withUnsafeBufferPointer { query in
            results.withUnsafeMutableBufferPointer { blocks.similarities(query, 0, $0, jaroWinklerKernel(fast)) }
          }
          #expect(results.map { Int($0) } == texts.map { Slow.jaroWinkler(query, $0) }, "\(left) against \(right) units")
        }
      }
    }
  }
}
