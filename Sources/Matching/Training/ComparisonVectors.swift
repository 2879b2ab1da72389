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

  private struct Key: Equatable {
    var ranks: SIMD32<UInt8>
    var rarities: SIMD32<Int16>

    var hash: UInt64 {
      let (ranks, rarities) = (unsafeBitCast(ranks, to: SIMD4<UInt64>.self), unsafeBitCast(rarities, to: SIMD8<UInt64>.self))
      var hash: UInt64 = 0
      for place in ranks.indices { hash = mixed(hash, ranks[place]) }
      for place in rarities.indices { hash = mixed(hash, rarities[place]) }
      return hash
    }
  }

  private(set) var vectors: [Vector] = []
  private var entries: [Entry] = []
  private var keys: [Key] = []
  /// Numbers of vectors by their keys' hashes, open addressing; -1 where there is none.
  private var numbers: [Int32] = Array(repeating: -1, count: 1_024)

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
    if vectors.count * 2 >= numbers.count { grow() }
    let place = place(of: key)
    if numbers[place] >= 0 {
      vectors[Int(numbers[place])].times += times
      return
    }
    numbers[place] = Int32(vectors.count)
    keys.append(key)
    let start = entries.count
    for lane in 0..<Aspect.allCases.count where key.ranks[lane] != 0 {
      entries.append(Entry(place: UInt16(lane * Level.ranks) + UInt16(key.ranks[lane]), rarity: key.rarities[lane]))
    }
    vectors.append(Vector(start: Int32(start), count: Int32(entries.count - start), times: times))
  }

  /// Where the number of a key is, or would be.
  private func place(of key: Key) -> Int {
    var place = Int(truncatingIfNeeded: key.hash) & (numbers.count - 1)
    while numbers[place] >= 0, keys[Int(numbers[place])] != key { place = (place + 1) & (numbers.count - 1) }
    return place
  }

  private mutating func grow() {
    numbers = Array(repeating: -1, count: numbers.count * 2)
    for (number, key) in keys.enumerated() { numbers[place(of: key)] = Int32(number) }
  }
}
