import Model

/// The hash of `StableHash` over bytes that stand in a buffer: the same values, without a call for each byte.
package struct ByteHash {
  @usableFromInline var state: UInt64

  @inlinable package init(seed: UInt64 = 0) { state = 0xcbf2_9ce4_8422_2325 ^ seed }

  @inlinable @inline(__always)
  package mutating func combine(_ byte: UInt8) { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }

  @inlinable package mutating func combine(_ bytes: UnsafeBufferPointer<UInt8>) {
    var state = state
    for byte in bytes { state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3 }
    self.state = state
  }

  @inlinable package mutating func combine(_ value: UInt64) {
    var state = state
    var rest = value
    for _ in 0..<8 {
      state = (state ^ (rest & 0xFF)) &* 0x0000_0100_0000_01b3
      rest >>= 8
    }
    self.state = state
  }

  @inlinable package var value: UInt64 {
    var hash = state
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ (hash >> 33)
  }

  /// The value after the terminator that `StableHash.of` puts behind a text.
  @inlinable package var ofText: UInt64 {
    var hash = self
    hash.combine(0xFF as UInt8)
    return hash.value
  }

  /// `StableHash.of(text, seed: seed)` for a text in UTF-8.
  @inlinable package static func of(_ text: UnsafeBufferPointer<UInt8>, seed: UInt64 = 0) -> UInt64 {
    var hash = ByteHash(seed: seed)
    hash.combine(text)
    return hash.ofText
  }

  /// `StableHash.of(text, seed: seed)`.
  @inlinable package static func of(_ text: String, seed: UInt64 = 0) -> UInt64 {
    var text = text
    return text.withUTF8 { of($0, seed: seed) }
  }
}

extension UnsafeBufferPointer<UInt8> {
  /// The bytes of a text in the program.
  init(_ text: StaticString) { self.init(start: text.utf8Start, count: text.utf8CodeUnitCount) }

  func isText(_ text: StaticString) -> Bool { count == text.utf8CodeUnitCount && elementsEqual(UnsafeBufferPointer(text)) }
}
