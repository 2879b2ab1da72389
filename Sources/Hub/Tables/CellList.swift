/// Short texts in one buffer, by number.
struct CellList: Sendable {
  private var text: [UInt8] = []
  private var ends: [Int] = []

  var count: Int { ends.count }

  subscript(number: Int) -> String {
    var cell = ""
    withBytes(of: number) { cell = String(decoding: $0, as: UTF8.self) }
    return cell
  }

  func withBytes(of number: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    text.withUnsafeBufferPointer { body(bytes(of: number, in: $0)) }
  }

  private func bytes(of number: Int, in text: UnsafeBufferPointer<UInt8>) -> UnsafeBufferPointer<UInt8> {
    UnsafeBufferPointer(rebasing: text[(number == 0 ? 0 : ends[number - 1])..<ends[number]])
  }

  mutating func append(_ cell: String) {
    text.append(contentsOf: cell.utf8)
    ends.append(text.count)
  }

  /// Appends a column's cells up to the first empty one.
  ///
  /// - Returns: the row of that one; nil when there is none.
  mutating func append(_ column: Int, of rows: TableRows, _ range: Range<Int>) -> Int? {
    var empty: Int?
    ends.reserveCapacity(ends.count + range.count)
    rows.forEach(in: range) { row, cells in
      guard empty == nil else { return }
      let cell = cells[column]
      if cell.isEmpty { return empty = row }
      text.append(contentsOf: cell)
      ends.append(text.count)
    }
    return empty
  }

  /// The first cell in the range that is equal to one before it, and that one.
  func firstRepeat(in range: Range<Int>) -> (first: Int, second: Int)? {
    text.withUnsafeBufferPointer { text in
      range.allSatisfy { isPlain(bytes(of: $0, in: text)) } ? firstRepeatedBytes(in: range, text) : firstRepeatedText(in: range)
    }
  }

  /// Whether, among such texts, only equal bytes are equal text: ASCII and unified ideographs (U+4E00 to U+9FFF) stand for nothing else and
  /// combine with nothing (Unicode 15, chapter 3.11).
  private func isPlain(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    var at = 0
    while at < bytes.count {
      if bytes[at] < 0x80 {
        at += 1
      } else if (0xE5...0xE9).contains(bytes[at]) || (bytes[at] == 0xE4 && bytes[at + 1] >= 0xB8) {
        at += 3
      } else {
        return false
      }
    }
    return true
  }

  private func firstRepeatedText(in range: Range<Int>) -> (first: Int, second: Int)? {
    var seen: [String: Int] = [:]
    for number in range {
      if let first = seen.updateValue(number, forKey: self[number]) { return (first, number) }
    }
    return nil
  }

  /// By hash, in parts that are small enough to stay close to the processor. `Hasher` starts anew in each process, so that nobody can
  /// write texts that collide.
  private func firstRepeatedBytes(in range: Range<Int>, _ text: UnsafeBufferPointer<UInt8>) -> (first: Int, second: Int)? {
    var shift: UInt64 = 64
    while shift > 52, range.count >> (64 - shift) > 4_096 { shift -= 1 }
    var ends = Array(repeating: 0, count: (1 << (64 - shift)) + 1)
    // The upper half of a hash, and the number in the range.
    let entries = range.map { number in
      var hasher = Hasher()
      hasher.combine(bytes: UnsafeRawBufferPointer(bytes(of: number, in: text)))
      let hash = UInt64(bitPattern: Int64(hasher.finalize()))
      ends[Int(hash >> shift) + 1] += 1
      return hash & ~Self.low | UInt64(number - range.lowerBound)
    }
    for part in 1..<ends.count { ends[part] += ends[part - 1] }
    var parts = Array(repeating: 0 as UInt64, count: entries.count)
    for entry in entries {
      parts[ends[Int(entry >> shift)]] = entry
      ends[Int(entry >> shift)] += 1
    }
    var best: (first: Int, second: Int)?
    for part in 0..<ends.count - 1 {
      let found = firstRepeat(among: parts[(part == 0 ? 0 : ends[part - 1])..<ends[part]], from: range.lowerBound, text)
      if let found, found.second < best?.second ?? .max { best = found }
    }
    return best
  }

  private static let low: UInt64 = 0xFFFF_FFFF

  private func firstRepeat(
    among entries: ArraySlice<UInt64>, from start: Int, _ text: UnsafeBufferPointer<UInt8>
  ) -> (first: Int, second: Int)? {
    var size = 16
    while size * 2 < entries.count * 3 { size *= 2 }
    // The place of an entry, from the end backwards; 0 for none.
    var slots = Array(repeating: 0 as UInt32, count: size)
    for place in entries.indices {
      let entry = entries[place]
      let number = start + Int(entry & Self.low)
      var slot = Int(entry >> 32) & (size - 1)
      while slots[slot] != 0 {
        let other = entries[entries.endIndex - Int(slots[slot])]
        let first = start + Int(other & Self.low)
        if other >> 32 == entry >> 32, bytes(of: number, in: text).elementsEqual(bytes(of: first, in: text)) { return (first, number) }
        slot = (slot + 1) & (size - 1)
      }
      slots[slot] = UInt32(entries.endIndex - place)
    }
    return nil
  }
}
