/// What a text is made of: enough for an upper bound of its Jaro-Winkler similarity to another one.
struct TextSketch: BitwiseCopyable {
  /// Bit i is set when a unit has the number i.
  private(set) var letters: UInt32 = 0
  /// The low bytes of the first four units.
  private var start: UInt32 = 0

  init() {}

  init(_ units: UnsafeBufferPointer<UInt16>) {
    for place in 0..<min(units.count, Self.reach) {
      letters |= 1 << Self.number(units[place])
      if place < 4 { start |= UInt32(units[place] & 0xFF) << UInt32(8 * place) }
    }
  }

  /// Units that a comparison looks at.
  private static let reach = 64

  static func count(_ units: UnsafeBufferPointer<UInt16>) -> UInt8 { UInt8(min(units.count, reach)) }

  @inline(__always)
  private static func number(_ unit: UInt16) -> UInt32 {
    switch unit {
    case 0x61...0x7A: UInt32(unit) - 0x61
    case 0x30...0x39: 26 + UInt32(unit) % 4
    default: 30 + UInt32(unit) % 2
    }
  }

  @inline(__always) var first: UInt32 { start & 0xFF }

  /// False when the Jaro-Winkler similarity of the two texts is less than the bar: a letter that only one of them has cannot match.
  @inline(__always)
  static func canReach(_ bar: SimilarityBar, _ left: TextSketch, _ leftCount: UInt8, _ right: TextSketch, _ rightCount: UInt8) -> Bool {
    let (l, r) = (Int32(leftCount), Int32(rightCount))
    let matches = min(
      l &- Int32((left.letters & ~right.letters).nonzeroBitCount), r &- Int32((right.letters & ~left.letters).nonzeroBitCount))
    let prefix = min((left.start ^ right.start).trailingZeroBitCount / 8, 4)
    return bar.isReached(matches: matches, l, r, prefix: prefix)
  }
}

/// A least Jaro-Winkler similarity, as what it asks of the number of matches: with p equal units in front jaro must be at least
/// (bar - p/10) / (1 - p/10), and without transpositions it is (m/l + m/r + 1) / 3.
struct SimilarityBar: Sendable {
  /// By prefix: 3 jaro - 1, in 1/4096, rounded down by more than what the kernel rounds up.
  private var least: SIMD8<Int32> = .zero

  /// - Parameter thousandths: above 700, where the prefix counts.
  init(_ thousandths: Int) {
    for prefix in 0...4 {
      let share = Double(prefix) / 10
      let jaro = ((Double(thousandths) - 1) / 1_000 - share) / (1 - share)
      least[prefix] = Int32(((3 * jaro - 1) * 4_096).rounded(.down)) - 1
    }
  }

  /// The same for that many equal units in front; more of them need less.
  func least(prefix: Int) -> Int32 { least[prefix] }

  @inline(__always)
  func isReached(matches: Int32, _ left: Int32, _ right: Int32, prefix: Int) -> Bool {
    matches > 0 && matches &* (left &+ right) &* 4_096 >= least[prefix] &* left &* right
  }
}
