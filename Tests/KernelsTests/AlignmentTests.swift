import Seeding
import Testing

@testable import Kernels

@Suite("Words and sets")
struct AlignmentTests {
  @Test func wordsArePairedWhateverTheirOrder() {
    let words = WordAlignment(["anna", "maria", "smith"].map { Array($0.utf16) }, ["smyth", "anna"].map { Array($0.utf16) })
    #expect(words.partners == [1, nil, 0])
    // anna 1,000 x 8 and smith/smyth 893 x 10, of 23 units.
    #expect(words.similarity == (1000 * 8 + 893 * 10) / 23)
    #expect(WordAlignment([], []).similarity == 1000)
    #expect(WordAlignment([[1]], []).similarity == 0)
    #expect(WordAlignment([[1]], [[2]]).partners == [nil])
  }

  @Test func alignmentIsSymmetric() {
    var texts = RandomTexts(seed: 5)
    for _ in 0..<(isHeavy ? 20_000 : 500) {
      let left = Array(texts.family(8).prefix(Int.random(in: 0...7, using: &texts.random)))
      let right = left.shuffled(using: &texts.random)
      #expect(WordAlignment(left, right).similarity == 1000, "seed 5: \(left)")
      let other = Array(texts.family(8).prefix(Int.random(in: 0...7, using: &texts.random)))
      #expect(WordAlignment(left, other).similarity == WordAlignment(other, left).similarity, "seed 5: \(left) and \(other)")
    }
  }

  @Test func assignmentHasTheGreatestSum() {
    var random = SeededGenerator(seed: 6)
    for trial in 0..<(isHeavy ? 20_000 : 2_000) {
      let (rows, columns) = (Int.random(in: 0...5, using: &random), Int.random(in: 0...5, using: &random))
      let scores = (0..<rows * columns).map { _ in Int.random(in: 0...(trial % 2 == 0 ? 4 : 1000), using: &random) }
      let assigned = bestAssignment(scores, rows: rows, columns: columns)
      let used = assigned.compactMap { $0 }
      #expect(assigned.count == rows && Set(used).count == used.count && used.count == min(rows, columns))
      let sum = assigned.enumerated().reduce(0) { sum, pair in sum + (pair.element.map { scores[pair.offset * columns + $0] } ?? 0) }
      #expect(sum == Slow.bestSum(scores, rows: rows, columns: columns), "seed 6, trial \(trial): \(scores) in \(rows) rows")
    }
  }

  @Test func overlapIsWhatSetsShare() {
    var random = SeededGenerator(seed: 7)
    for trial in 0..<(isHeavy ? 10_000_000 : 20_000) {
      // Every fourth is much larger than the other one, and is galloped through.
      let (few, many) = trial % 4 == 0 ? (4, 200) : (12, 12)
      let left = Set((0..<Int.random(in: 0...few, using: &random)).map { _ in UInt32.random(in: 0...400, using: &random) })
      let right = Set((0..<Int.random(in: 0...many, using: &random)).map { _ in UInt32.random(in: 0...400, using: &random) })
      let shared = left.intersection(right).count
      let union = left.union(right).count
      let overlap = overlap(left.sorted(), right.sorted())
      let wide = self.overlap(right.sorted().map { UInt64($0) << 32 }, left.sorted().map { UInt64($0) << 32 })
      let expected = [
        shared, union == 0 ? 0 : shared * 1000 / union,
        min(left.count, right.count) == 0 ? 0 : shared * 1000 / min(left.count, right.count),
      ]
      for found in [overlap, wide] where [found.shared, found.jaccard, found.containment] != expected {
        Issue.record("seed 7, trial \(trial): \(left.sorted()) and \(right.sorted()) give \(found), not \(expected)")
        return
      }
    }
  }

  private func overlap<ID: FixedWidthInteger>(_ left: [ID], _ right: [ID]) -> SetOverlap {
    left.withUnsafeBufferPointer { left in right.withUnsafeBufferPointer { SetOverlap(left, $0) } }
  }
}
