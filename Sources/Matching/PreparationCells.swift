import Normalization

/// The values of one row, and which of them say what.
struct PreparationCells {
  /// Valid UTF-8.
  let bytes: UnsafeBufferPointer<UInt8>
  /// Of every cell its place in the bytes.
  let ranges: UnsafeBufferPointer<Range<Int>>

  /// A cell; empty when the row is too short.
  subscript(_ place: Int) -> UnsafeBufferPointer<UInt8> {
    place < ranges.count ? UnsafeBufferPointer(rebasing: bytes[ranges[place]]) : UnsafeBufferPointer(rebasing: bytes[..<0])
  }

  /// The first cell of some that is not empty.
  func first(_ places: [Int]) -> UnsafeBufferPointer<UInt8> {
    for place in places where !self[place].isEmpty { return self[place] }
    return UnsafeBufferPointer(rebasing: bytes[..<0])
  }

  func hasAny(_ places: [Int]) -> Bool { places.contains { !self[$0].isEmpty } }

  /// The cells that are not empty.
  func texts(_ places: [Int]) -> [String] { places.compactMap { self[$0].isEmpty ? nil : String(decoding: self[$0], as: UTF8.self) } }

  static func string(_ cell: UnsafeBufferPointer<UInt8>) -> String { String(decoding: cell, as: UTF8.self) }
}

/// Remembers which texts have been seen, at most as many as it has slots: what was found out about a text is kept by the owner under
/// the slot's number. A newer text takes the slot of an older one. What is remembered never changes an answer, only how soon it is there.
struct PreparationMemo: Sendable {
  private static let stride = 64

  private var hashes: [UInt32]
  /// Length, then the bytes.
  private var keys: [UInt8]
  private let mask: Int

  /// - Parameter slots: a power of two, or 0 for no memory.
  init(slots: Int) {
    hashes = [UInt32](repeating: 0, count: slots)
    keys = [UInt8](repeating: 0, count: slots * Self.stride)
    mask = slots - 1
  }

  /// The slot of a text and whether it is that text's already; when not, the slot is the text's from now on. Nil for texts that are
  /// too long to remember.
  mutating func slot(of text: UnsafeBufferPointer<UInt8>) -> (slot: Int, isKnown: Bool)? {
    guard mask > 0, text.count < Self.stride else { return nil }
    let hash = Self.hash(text)
    let place = Int(hash) & mask
    // Two slots for each text.
    if hashes[place] == hash, isKey(place, text) { return (place, true) }
    if hashes[place ^ 1] == hash, isKey(place ^ 1, text) { return (place ^ 1, true) }
    let slot = hashes[place] == 0 || hashes[place ^ 1] != 0 && hash >> 31 == 0 ? place : place ^ 1
    hashes[slot] = hash
    keys.withUnsafeMutableBufferPointer { keys in
      let start = slot * Self.stride
      keys[start] = UInt8(truncatingIfNeeded: text.count)
      for offset in 0..<text.count { keys[start + 1 + offset] = text[offset] }
    }
    return (slot, false)
  }

  private func isKey(_ slot: Int, _ text: UnsafeBufferPointer<UInt8>) -> Bool {
    keys.withUnsafeBufferPointer { keys in
      let start = slot * Self.stride
      guard Int(keys[start]) == text.count else { return false }
      for offset in 0..<text.count where keys[start + 1 + offset] != text[offset] { return false }
      return true
    }
  }

  /// Never 0, which marks a free slot.
  private static func hash(_ text: UnsafeBufferPointer<UInt8>) -> UInt32 {
    var hash = UInt64(text.count) &* 0x9E37_79B9_7F4A_7C15
    var place = 0
    let raw = UnsafeRawBufferPointer(text)
    while place + 8 <= text.count {
      hash = (hash ^ raw.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* 0xBF58_476D_1CE4_E5B9
      hash ^= hash >> 29
      place += 8
    }
    while place < text.count {
      hash = (hash ^ UInt64(text[place])) &* 0x94D0_49BB_1331_11EB
      place += 1
    }
    return UInt32(truncatingIfNeeded: hash ^ (hash >> 32)) | 0x100_0000
  }
}
