import Seeding
import Testing

@testable import Matching

/// C8 for the kernels: the fast ones against slow, obvious ones.
@Suite("String kernels")
struct KernelTests {
  private static func slowLevenshtein(_ left: [UInt16], _ right: [UInt16]) -> Int {
    var row = Array(0...right.count)
    for (i, unit) in left.enumerated() {
      var previous = row[0]
      row[0] = i + 1
      for (j, other) in right.enumerated() {
        let substitution = previous + (unit == other ? 0 : 1)
        previous = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }

  /// Jaro-Winkler as Winkler describes it, with explicit match lists and exact fractions.
  private static func slowJaroWinkler(_ left: [UInt16], _ right: [UInt16]) -> Int {
    if left.isEmpty || right.isEmpty { return left.count == right.count ? 1000 : 0 }
    let window = max(max(left.count, right.count) / 2 - 1, 0)
    var taken = Set<Int>()
    var mine: [UInt16] = []
    for (i, unit) in left.enumerated() {
      let partner = right.indices.first { !taken.contains($0) && abs($0 - i) <= window && right[$0] == unit }
      if let partner {
        taken.insert(partner)
        mine.append(unit)
      }
    }
    let others = taken.sorted().map { right[$0] }
    guard !mine.isEmpty else { return 0 }
    let m = mine.count
    let transpositions = zip(mine, others).filter { $0 != $1 }.count / 2
    let jaro =
      (m * m * right.count + m * m * left.count + (m - transpositions) * left.count * right.count) * 100_000
      / (3 * left.count * right.count * m)
    guard jaro > 70_000 else { return (jaro + 50) / 100 }
    let prefix = zip(left, right).prefix(4).prefix { $0 == $1 }.count
    return (jaro + prefix * (100_000 - jaro) / 10 + 50) / 100
  }

  @Test("agree with the slow ones on 100,000 seeded pairs")
  func agree() {
    let seed: UInt64 = 20_261_121
    var random = SeededGenerator(seed: seed)
    let alphabets: [[UInt16]] = [Array("abc".utf16), Array("abcdefghij smith".utf16), Array("恒达恆達科技深圳市".utf16)]
    for pair in 0..<(isHeavy ? 1_000_000 : 100_000) {
      let alphabet = alphabets[pair % 3]
      let left = (0..<Int.random(in: 0...(pair % 50 == 0 ? 64 : 12), using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      var right = left
      if Bool.random(using: &random) {
        right = (0..<Int.random(in: 0...14, using: &random)).map { _ in alphabet.randomElement(using: &random)! }
      } else if !right.isEmpty {
        right[Int.random(in: 0..<right.count, using: &random)] = alphabet[0]
      }
      let fast = left.withUnsafeBufferPointer { a in right.withUnsafeBufferPointer { b in (levenshtein(a, b), jaroWinkler(a, b)) } }
      let slow = (Self.slowLevenshtein(left, right), Self.slowJaroWinkler(left, right))
      if fast != slow {
        Issue.record("seed \(seed), pair \(pair): \(left) against \(right) gives \(fast), not \(slow)")
        return
      }
    }
  }

  @Test(
    "known values",
    arguments: [
      ("martha", "marhta", 961), ("dixon", "dicksonx", 813), ("dwayne", "duane", 840), ("a", "a", 1000), ("", "", 1000), ("a", "", 0),
    ])
  func known(left: String, right: String, expected: Int) {
    let (a, b) = (Array(left.utf16), Array(right.utf16))
    #expect(a.withUnsafeBufferPointer { a in b.withUnsafeBufferPointer { jaroWinkler(a, $0) } } == expected)
  }
}
