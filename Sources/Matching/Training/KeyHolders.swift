/// Which records carry the keys of some of them.
struct KeyHolders: Sendable {
  private var numbers = NumberTable()
  /// By number of the key: where its holders start.
  private var starts: [Int32]
  /// Places in the order, ascending for each key; none for keys that more records carry than the cap.
  private var holders: [Int32]

  /// Most records share their frequent keys. Those are over their caps after a few records, and need no more looking up.
  private static let growth = 4

  /// - Parameters:
  ///   - anchors: places in `order` of the records whose keys count.
  ///   - order: numbers of all records.
  ///   - firstRecords: how many are looked at before the first keys are given up.
  init(
    of anchors: [Int], in order: [Int32], _ records: RecordTable, _ model: MatchModel, _ workers: Workers, firstRecords: Int = 1 << 15
  ) {
    var maker = KeyMaker()
    var (keys, caps) = ([UInt64](), [Int32]())
    let capsByKind = model.capsByKind
    for anchor in anchors {
      maker.make(records[Int(order[anchor])])
      for key in maker.keys where numbers[key.value] == 0 {
        keys.append(key.value)
        caps.append(Int32(capsByKind[Int(key.value >> 60)]))
        numbers.add(key.value, Int32(keys.count))
      }
    }
    let keyCount = keys.count
    var counts = Array(repeating: Int32(0), count: keyCount)
    var found: [[Hit]] = []
    var wanted = WantedKeys(numbers)
    var (start, end) = (0, firstRecords)
    while start < records.count {
      let (first, count) = (start, min(end, records.count) - start)
      let parts = workers.map(count) { [wanted] range in
        Self.hits(first + range.lowerBound..<first + range.upperBound, records, wanted, keyCount)
      }
      for part in parts { for hit in part { counts[Int(hit.key)] += 1 } }
      found += parts
      (start, end) = (start + count, end * Self.growth)
      guard start < records.count else { break }
      var left = NumberTable()
      for number in keys.indices where counts[number] <= caps[number] { left.add(keys[number], Int32(number + 1)) }
      wanted = WantedKeys(left)
    }
    (starts, holders) = ([], [])
    sort(found, counts, caps, order)
  }

  private struct Hit {
    var key: Int32
    var record: Int32
  }

  /// The records of a range that carry keys that are wanted.
  private static func hits(_ range: Range<Int>, _ records: RecordTable, _ wanted: WantedKeys, _ keyCount: Int) -> [Hit] {
    var maker = KeyMaker()
    var hits: [Hit] = []
    // By key: the last record that has it, since one may have it twice.
    var last = Array(repeating: Int32(-1), count: keyCount)
    for record in range {
      if record + ArrangedNodes.ahead < range.upperBound { records[record + ArrangedNodes.ahead].prefetch() }
      for key in maker.collect(records[record]) {
        let number = Int(wanted.number(key)) - 1
        guard number >= 0, last[number] != Int32(record) else { continue }
        last[number] = Int32(record)
        hits.append(Hit(key: Int32(number), record: Int32(record)))
      }
    }
    return hits
  }

  private mutating func sort(_ found: [[Hit]], _ counts: [Int32], _ caps: [Int32], _ order: [Int32]) {
    var placeOfRecord = Array(repeating: Int32(0), count: order.count)
    for (place, record) in order.enumerated() { placeOfRecord[Int(record)] = Int32(place) }
    starts = Array(repeating: 0, count: counts.count + 1)
    for number in counts.indices { starts[number + 1] = starts[number] + (counts[number] <= caps[number] ? counts[number] : 0) }
    holders = Array(repeating: 0, count: Int(starts[counts.count]))
    var ends = starts
    for part in found {
      for hit in part where counts[Int(hit.key)] <= caps[Int(hit.key)] {
        holders[Int(ends[Int(hit.key)])] = placeOfRecord[Int(hit.record)]
        ends[Int(hit.key)] += 1
      }
    }
    for number in counts.indices { holders[Int(starts[number])..<Int(starts[number + 1])].sort() }
  }

  /// The holders of a key, none when there are more than its cap.
  func active(_ key: MatchKey) -> ArraySlice<Int32> {
    let number = Int(numbers[key.value]) - 1
    return number < 0 ? [] : holders[Int(starts[number])..<Int(starts[number + 1])]
  }
}

/// Numbers of keys. Says of most others that they are not there from memory that stays near (Bloom 1970, with one hash).
private struct WantedKeys: Sendable {
  private static let bits: UInt64 = 21
  private let numbers: NumberTable
  private var words = Array(repeating: UInt64(0), count: 1 << Int(bits - 6))

  init(_ numbers: NumberTable) {
    self.numbers = numbers
    numbers.forEach { key, _ in
      let bit = Self.bit(key)
      words[Int(bit >> 6)] |= 1 << (bit & 63)
    }
  }

  /// 0 for a key that is not there.
  @inline(__always)
  func number(_ key: MatchKey) -> Int32 {
    let bit = Self.bit(key.value)
    return words[Int(bit >> 6)] & 1 << (bit & 63) == 0 ? 0 : numbers[key.value]
  }

  @inline(__always)
  private static func bit(_ key: UInt64) -> UInt64 { (key ^ key >> 40) & (1 << bits - 1) }
}
