/// The numbers of a table's records, by the hash of their content; equal ones by number.
struct ContentOrder: Sendable {
  /// The upper bits of the hash, then the number.
  private var entries: [UInt64]
  private let numberBits: UInt64

  init(_ records: RecordTable, workers: Workers) {
    let bits = UInt64(max(1, Int.bitWidth - records.count.leadingZeroBitCount))
    let mask = UInt64(1) << bits - 1
    numberBits = bits
    entries = workers.array(records.count) { records[$0].contentHash & ~mask | UInt64($0) }
    entries.withUnsafeMutableBufferPointer { RadixSort.sort($0, from: bits, bits: 64 - bits) }
    var start = 0
    while start < count {
      let end = end(from: start)
      if end > start + 1 {
        entries[start..<end].sort { left, right in
          (records[Int(left & mask)].contentHash, left) < (records[Int(right & mask)].contentHash, right)
        }
      }
      start = end
    }
  }

  var count: Int { entries.count }

  subscript(_ place: Int) -> Int32 { Int32(number(entries[place])) }

  var numbers: [Int32] { entries.map { Int32(number($0)) } }

  /// Where the records end whose hash may be that of the one at a place; mostly at the next.
  func end(from place: Int) -> Int {
    var end = place + 1
    while end < count, entries[end] >> numberBits == entries[place] >> numberBits { end += 1 }
    return end
  }

  private func number(_ entry: UInt64) -> Int { Int(entry & (1 << numberBits - 1)) }
}
