/// Which records carry the keys of some of them.
struct KeyHolders: Sendable {
  private var numbers = NumberTable()
  /// By number of the key: places in the order; one more than the cap at most.
  private var holders: [[Int32]] = []
  private let model: MatchModel

  /// - Parameters:
  ///   - anchors: places in `order` of the records whose keys count.
  ///   - order: numbers of all records.
  init(of anchors: [Int], in order: [Int32], _ records: RecordTable, _ model: MatchModel, _ workers: Workers) {
    self.model = model
    var maker = KeyMaker()
    var caps: [Int] = []
    for anchor in anchors {
      maker.make(records[Int(order[anchor])])
      for key in maker.keys where numbers[key.value] == 0 {
        caps.append(model.cap(key.kind))
        numbers.add(key.value, Int32(caps.count))
      }
    }
    let filter = KeyFilter(numbers)
    let numbers = numbers
    let limits = caps
    let parts = workers.map(order.count) { range in
      var maker = KeyMaker()
      var holders = Array(repeating: [Int32](), count: limits.count)
      for place in range {
        if place + BulkNodes.ahead < range.upperBound { records[Int(order[place + BulkNodes.ahead])].prefetch() }
        maker.collect(records[Int(order[place])])
        for key in maker.keys where filter.mayHold(key) {
          let number = Int(numbers[key.value]) - 1
          guard number >= 0, holders[number].count <= limits[number], holders[number].last != Int32(place) else { continue }
          holders[number].append(Int32(place))
        }
      }
      return holders
    }
    holders = parts[0]
    for part in parts.dropFirst() { for number in holders.indices { holders[number] += part[number] } }
  }

  /// The holders of a key, none when there are more than its cap.
  func active(_ key: MatchKey) -> [Int32] {
    let number = Int(numbers[key.value]) - 1
    guard number >= 0, holders[number].count <= model.cap(key.kind) else { return [] }
    return holders[number]
  }
}

/// Says of most keys that they are not in a table, from memory that stays near (Bloom 1970, with one hash).
private struct KeyFilter: Sendable {
  private static let bits: UInt64 = 21
  private var words = Array(repeating: UInt64(0), count: 1 << Int(bits - 6))

  init(_ table: NumberTable) {
    table.forEach { key, _ in
      let bit = Self.bit(key)
      words[Int(bit >> 6)] |= 1 << (bit & 63)
    }
  }

  @inline(__always)
  func mayHold(_ key: MatchKey) -> Bool {
    let bit = Self.bit(key.value)
    return words[Int(bit >> 6)] & 1 << (bit & 63) != 0
  }

  @inline(__always)
  private static func bit(_ key: UInt64) -> UInt64 { (key ^ key >> 40) & (1 << bits - 1) }
}
