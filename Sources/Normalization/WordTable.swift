/// Words in lower-case ASCII or any other UTF-8, each with a number, found by their bytes: an open-addressed table in flat arrays that is
/// built once and never hashes a `String`. Equal bytes only: texts that are merely canonically equivalent are different words here, which
/// makes no difference for the folded words of the tables, none of which has another spelling in Unicode.
struct WordTable: Sendable {
  /// The hash in the upper half, and the place of the entry plus one; 0 is empty.
  private var slots: [UInt64]
  private var starts: [UInt32] = [0]
  private var bytes: [UInt8] = []
  private var values: [Int32] = []

  /// The first of equal words counts.
  init(_ words: some Sequence<(String, Int32)>) {
    let list = Array(words)
    var size = 8
    while size < list.count * 2 { size *= 2 }
    slots = [UInt64](repeating: 0, count: size)
    for (word, value) in list {
      let spelling = Array(word.utf8)
      let hash = spelling.withUnsafeBufferPointer { Self.hash($0) }
      guard spelling.withUnsafeBufferPointer({ self.value($0) }) < 0 else { continue }
      var slot = Int(hash) & (size - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (size - 1) }
      bytes += spelling
      starts.append(UInt32(bytes.count))
      values.append(value)
      slots[slot] = UInt64(hash) << 32 | UInt64(values.count)
    }
  }

  /// A set of words: each has the number of its place.
  init(set words: some Sequence<String>) { self.init(words.enumerated().map { ($0.element, Int32($0.offset)) }) }

  /// The number of a word; −1 when it is not in the table.
  func value(_ word: UnsafeBufferPointer<UInt8>) -> Int32 {
    let hash = Self.hash(word)
    return slots.withUnsafeBufferPointer { slots in
      var slot = Int(hash) & (slots.count - 1)
      while slots[slot] != 0 {
        if slots[slot] >> 32 == UInt64(hash) {
          let entry = Int(slots[slot] & 0xFFFF_FFFF) - 1
          if isEqual(entry, word) { return values[entry] }
        }
        slot = (slot + 1) & (slots.count - 1)
      }
      return -1
    }
  }

  func contains(_ word: UnsafeBufferPointer<UInt8>) -> Bool { value(word) >= 0 }

  private func isEqual(_ entry: Int, _ word: UnsafeBufferPointer<UInt8>) -> Bool {
    let start = Int(starts[entry])
    guard Int(starts[entry + 1]) - start == word.count else { return false }
    return bytes.withUnsafeBufferPointer { bytes in
      for place in 0..<word.count where bytes[start + place] != word[place] { return false }
      return true
    }
  }

  private static func hash(_ word: UnsafeBufferPointer<UInt8>) -> UInt32 {
    let bytes = UnsafeRawBufferPointer(word)
    var hash = UInt64(word.count)
    var place = 0
    while place + 8 <= word.count {
      hash = (hash ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0x9E37_79B9_7F4A_7C15
      hash ^= hash >> 32
      place += 8
    }
    var rest: UInt64 = 0
    while place < word.count {
      rest = rest << 8 | UInt64(word[place])
      place += 1
    }
    return UInt32(truncatingIfNeeded: ((hash ^ rest) &* 0x9E37_79B9_7F4A_7C15) >> 32)
  }
}
