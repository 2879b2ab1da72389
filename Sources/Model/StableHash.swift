/// A 64-bit hash that is the same on every machine and in every run, unlike `Hasher`.
///
/// FNV-1a over bytes with a final avalanche (the 64-bit finaliser of MurmurHash3, public domain). Good for keys and
/// deterministic ties; never for secrets, and never as the only proof that two contents are equal.
public struct StableHash: Sendable {
  private var state: UInt64

  public init(seed: UInt64 = 0) { state = 0xcbf2_9ce4_8422_2325 ^ seed }

  public mutating func combine(_ byte: UInt8) {
    state = (state ^ UInt64(byte)) &* 0x0000_0100_0000_01b3
  }

  public mutating func combine(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { combine(byte) }
  }

  /// As of any sequence; arrays are what records are hashed as, and no generic code is in their way.
  public mutating func combine(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { bytes in
      for byte in bytes { combine(byte) }
    }
  }

  /// Combines text with a terminator, so that ("ab", "c") and ("a", "bc") differ.
  public mutating func combine(_ text: some StringProtocol) {
    combine(text.utf8)
    combine(0xFF as UInt8)
  }

  public mutating func combine(_ value: UInt64) {
    var rest = value
    for _ in 0..<8 {
      combine(UInt8(truncatingIfNeeded: rest))
      rest >>= 8
    }
  }

  public var value: UInt64 {
    var hash = state
    hash = (hash ^ (hash >> 33)) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ (hash >> 33)) &* 0xc4ce_b9fe_1a85_ec53
    return hash ^ (hash >> 33)
  }

  public static func of(_ text: some StringProtocol, seed: UInt64 = 0) -> UInt64 {
    var hash = StableHash(seed: seed)
    hash.combine(text)
    return hash.value
  }
}

extension StableHash {
  /// One hash of two, in this order.
  public static func mix(_ one: UInt64, _ other: UInt64) -> UInt64 {
    var hash = StableHash(seed: 0x2A)
    hash.combine(one)
    hash.combine(other)
    return hash.value
  }
}
