import Seeding
import Testing

@testable import Kernels

/// Every kernel against its definition, one to one, one to many and in blocks, on seeded pairs of all scripts.
@Suite("String kernels")
struct StringKernelTests {
  private static let pairs = isHeavy ? 10_000_000 : 50_000
  private static let familyCount = 48
  private static let queryCount = 16

  /// Calls `check` with queries and texts until all pairs are made; it answers the first difference it finds.
  private func compareAll(seed: UInt64, _ check: ([[UInt16]], [[UInt16]], inout SeededGenerator) -> String?) {
    var texts = RandomTexts(seed: seed)
    for round in 0..<(Self.pairs / (Self.familyCount * Self.queryCount) + 1) {
      let family = texts.family(Self.familyCount)
      if let difference = check(Array(family.shuffled(using: &texts.random).prefix(Self.queryCount)), family, &texts.random) {
        Issue.record("seed \(seed), round \(round): \(difference)")
        return
      }
    }
  }

  /// One kernel that counts edits, against its definition and its limit.
  private func compareDistance(
    seed: UInt64, slow: ([UInt16], [UInt16]) -> Int,
    pair: (UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>, Int) -> Int,
    prepared: (borrowing PreparedText, UnsafeBufferPointer<UInt16>, Int) -> Int
  ) {
    var query = PreparedText()
    compareAll(seed: seed) { queries, texts, random in
      for left in queries {
        left.withUnsafeBufferPointer { query.prepare($0) }
        for right in texts {
          let expected = slow(left, right)
          let limit = Bool.random(using: &random) ? Int.max : Int.random(in: 0...24, using: &random)
          let limited = expected > limit ? limit + 1 : expected
          let found = left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in [pair(a, b, .max), pair(b, a, limit), prepared(query, b, .max), prepared(query, b, limit)]
            }
          }
          if found != [expected, limited, expected, limited] {
            return "\(left) against \(right), limit \(limit), gives \(found), not \(expected)"
          }
        }
      }
      return nil
    }
  }

  @Test func levenshteinIsTheFewestEdits() {
    compareDistance(
      seed: 20_261_122, slow: Slow.levenshtein, pair: { levenshtein($0, $1, atMost: $2) }, prepared: { $0.levenshtein($1, atMost: $2) })
  }

  @Test func optimalStringAlignmentAlsoTransposes() {
    compareDistance(
      seed: 20_261_123, slow: Slow.optimalStringAlignment, pair: { optimalStringAlignment($0, $1, atMost: $2) },
      prepared: { $0.optimalStringAlignment($1, atMost: $2) })
  }

  @Test func indelInsertsAndDeletes() {
    compareDistance(seed: 20_261_124, slow: Slow.indel, pair: { indel($0, $1, atMost: $2) }, prepared: { $0.indel($1, atMost: $2) })
  }

  @Test func jaroWinklerIsTheDefinition() {
    var query = PreparedText()
    compareAll(seed: 20_261_125) { queries, texts, random in
      for left in queries {
        left.withUnsafeBufferPointer { query.prepare($0) }
        for right in texts {
          let expected = Slow.jaroWinkler(left, right)
          let threshold = Int.random(in: 0...1000, using: &random)
          let limited = expected < threshold ? 0 : expected
          let found = left.withUnsafeBufferPointer { a in
            right.withUnsafeBufferPointer { b in
              [
                jaroWinkler(a, b), jaroWinkler(b, a), jaroWinkler(a, b, atLeast: threshold), query.jaroWinkler(b),
                query.jaroWinkler(b, atLeast: threshold),
              ]
            }
          }
          if found != [expected, expected, limited, expected, limited] {
            return "\(left) against \(right), threshold \(threshold), gives \(found), not \(expected)"
          }
        }
      }
      return nil
    }
  }

  /// One kernel in blocks, in both compilations where the processor runs both, against its definition. `limits` are numbers to
  /// draw a limit or threshold from, `limited` what it makes of a result.
  private func compareBlocks(
    seed: UInt64, fast: Bool, limits: ClosedRange<Int>, unlimited: Int, slow: ([UInt16], [UInt16]) -> Int,
    limited: (_ result: Int, _ limit: Int) -> Int,
    blocks run: (TextBlocks, UnsafeBufferPointer<UInt16>, Int, UnsafeMutableBufferPointer<Int32>) -> Void
  ) {
    compareAll(seed: seed + (fast ? 1 : 0)) { queries, texts, random in
      let blocks = TextBlocks(texts)
      var results = [Int32](repeating: -1, count: texts.count)
      for query in queries {
        let expected = texts.map { slow(query, $0) }
        for limit in [unlimited, Int.random(in: limits, using: &random)] {
          query.withUnsafeBufferPointer { query in results.withUnsafeMutableBufferPointer { run(blocks, query, limit, $0) } }
          if results.map({ Int($0) }) != expected.map({ limited($0, limit) }) {
            return "\(query) against \(texts), limit \(limit), gives \(results), not \(expected)"
          }
        }
      }
      return nil
    }
  }

  private static let compilations = Processor.hasAVX2 ? [false, true] : [false]

  @Test(arguments: compilations) func levenshteinInBlocks(fast: Bool) {
    compareBlocks(
      seed: 20_261_130, fast: fast, limits: 0...24, unlimited: .max, slow: Slow.levenshtein, limited: { $0 > $1 ? $1 + 1 : $0 },
      blocks: { $0.edits($1, $2, $3, levenshteinKernel(fast)) { $0.levenshtein($1, atMost: $2) } })
  }

  @Test(arguments: compilations) func optimalStringAlignmentInBlocks(fast: Bool) {
    compareBlocks(
      seed: 20_261_132, fast: fast, limits: 0...24, unlimited: .max, slow: Slow.optimalStringAlignment,
      limited: { $0 > $1 ? $1 + 1 : $0 },
      blocks: { $0.edits($1, $2, $3, alignmentKernel(fast)) { $0.optimalStringAlignment($1, atMost: $2) } })
  }

  @Test(arguments: compilations) func indelInBlocks(fast: Bool) {
    compareBlocks(
      seed: 20_261_134, fast: fast, limits: 0...24, unlimited: .max, slow: Slow.indel, limited: { $0 > $1 ? $1 + 1 : $0 },
      blocks: { $0.edits($1, $2, $3, indelKernel(fast)) { $0.indel($1, atMost: $2) } })
  }

  @Test(arguments: compilations) func jaroWinklerInBlocks(fast: Bool) {
    compareBlocks(
      seed: 20_261_136, fast: fast, limits: 400...1000, unlimited: 0, slow: Slow.jaroWinkler, limited: { $0 < $1 ? 0 : $0 },
      blocks: { $0.similarities($1, $2, $3, jaroWinklerKernel(fast)) })
  }
}
