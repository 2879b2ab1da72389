/// What comparisons found, equal findings once with their number: training goes over them many times, and most random pairs differ
/// alike.
struct ComparisonVectors: Sendable {
  /// A level, by aspect × 16 + rank, and how rare the value is that agrees.
  struct Entry: Sendable {
    var place: UInt16
    var rarity: Int16
  }

  struct Vector: Sendable {
    /// Where its entries start.
    var start: Int32
    var count: Int32
    var times: Int
  }

  private struct Key: Hashable {
    var ranks: SIMD32<UInt8>
    var rarities: SIMD32<Int16>
  }

  private(set) var vectors: [Vector] = []
  private var entries: [Entry] = []
  private var keys: [Key] = []
  private var numbers: [Key: Int32] = [:]

  /// How many comparisons there were.
  var pairCount: Int { vectors.reduce(0) { $0 + $1.times } }

  subscript(_ number: Int) -> ArraySlice<Entry> {
    let vector = vectors[number]
    return entries[Int(vector.start)..<Int(vector.start + vector.count)]
  }

  mutating func add(_ findings: Findings) { add(Key(ranks: findings.ranks, rarities: findings.rarities), times: 1) }

  mutating func add(_ other: ComparisonVectors) {
    for (key, vector) in zip(other.keys, other.vectors) { add(key, times: vector.times) }
  }

  private mutating func add(_ key: Key, times: Int) {
    if let number = numbers[key] {
      vectors[Int(number)].times += times
      return
    }
    numbers[key] = Int32(vectors.count)
    keys.append(key)
    let start = entries.count
    for lane in 0..<Aspect.allCases.count where key.ranks[lane] != 0 {
      entries.append(Entry(place: UInt16(lane * Level.ranks) + UInt16(key.ranks[lane]), rarity: key.rarities[lane]))
    }
    vectors.append(Vector(start: Int32(start), count: Int32(entries.count - start), times: times))
  }
}
