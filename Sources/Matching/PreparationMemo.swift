/// Remembers what was found out about texts, of at most as many as it has slots: a newer text takes the slot of an older one. What is
/// remembered never changes an answer, only how soon it is there.
struct PreparationMemo<Value: Sendable>: Sendable {
  /// Words of a slot, one cache line: hash and length, then the text, filled up with zeros.
  private static var stride: Int { 8 }

  /// Empty until there is something to remember.
  private var keys: [UInt64] = []
  private var values: [Value?] = []
  private let mask: Int

  /// - Parameter slots: a power of two, or 0 for no memory.
  init(slots: Int) { mask = slots - 1 }

  /// What is remembered at a text's slot; nil when nothing is yet.
  subscript(slot: Int) -> Value? {
    get { values[slot] }
    set { values[slot] = newValue }
  }

  /// The slot of a text, its own from now on; nil for texts that are too long to remember.
  mutating func slot(of text: UnsafeBufferPointer<UInt8>) -> Int? {
    let count = text.count
    guard mask > 0, count <= (Self.stride - 1) * 8 else { return nil }
    var words = SIMD8<UInt64>(repeating: 0)
    var hash = UInt64(count) &* 0x9E37_79B9_7F4A_7C15
    let raw = UnsafeRawBufferPointer(text)
    var place = 0
    while place < count {
      let word = Self.word(raw, place)
      words[1 + place / 8] = word
      hash = (hash ^ word) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      place += 8
    }
    // Never 0, which marks a free slot.
    words[0] = hash << 8 | 1 << 7 | UInt64(count)
    let first = Int(truncatingIfNeeded: hash >> 32) & mask
    if keys.isEmpty {
      keys = [UInt64](repeating: 0, count: (mask + 1) * Self.stride)
      values = [Value?](repeating: nil, count: mask + 1)
    }
    return keys.withUnsafeMutableBytes { keys in
      // Two slots for each text.
      for slot in [first, first ^ 1] where keys.loadUnaligned(fromByteOffset: slot * 64, as: SIMD8<UInt64>.self) == words { return slot }
      func isFree(_ slot: Int) -> Bool { keys.load(fromByteOffset: slot * 64, as: UInt64.self) == 0 }
      let slot = isFree(first) || !isFree(first ^ 1) && hash >> 63 == 0 ? first : first ^ 1
      keys.storeBytes(of: words, toByteOffset: slot * 64, as: SIMD8<UInt64>.self)
      values[slot] = nil
      return slot
    }
  }

  /// Eight bytes of a text, or what is left of it.
  @inline(__always)
  private static func word(_ text: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    if place + 8 <= text.count { return text.loadUnaligned(fromByteOffset: place, as: UInt64.self) }
    var word: UInt64 = 0
    for offset in place..<text.count { word |= UInt64(text[offset]) << UInt64((offset - place) * 8) }
    return word
  }
}
