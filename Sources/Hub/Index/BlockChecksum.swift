/// A checksum of many bytes at several bytes a cycle: four 64-bit lanes of multiply and rotate, folded at the end. It finds damage, not
/// malice.
enum BlockChecksum {
  private static let odd: (UInt64, UInt64) = (0x9E37_79B9_7F4A_7C15, 0xD6E8_FEB8_6659_FD93)

  static func of(_ bytes: UnsafeRawBufferPointer) -> UInt64 {
    var lanes = SIMD4<UInt64>(1, 2, 3, 4) &* odd.0
    var place = 0
    while place + 32 <= bytes.count {
      lanes[0] = mixed(lanes[0], bytes, place)
      lanes[1] = mixed(lanes[1], bytes, place + 8)
      lanes[2] = mixed(lanes[2], bytes, place + 16)
      lanes[3] = mixed(lanes[3], bytes, place + 24)
      place += 32
    }
    var sum = UInt64(bytes.count) &* odd.1
    for lane in 0..<4 { sum = (sum ^ lanes[lane] ^ lanes[lane] >> 29) &* odd.0 }
    while place < bytes.count {
      sum = (sum ^ UInt64(bytes[place])) &* odd.1
      sum ^= sum >> 32
      place += 1
    }
    sum = (sum ^ sum >> 32) &* odd.1
    return sum ^ sum >> 29
  }

  /// A bijection of the lane for equal words, and of the word for equal lanes: no single damaged word is missed.
  @inline(__always)
  private static func mixed(_ lane: UInt64, _ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    let sum = (lane ^ bytes.loadUnaligned(fromByteOffset: place, as: UInt64.self)) &* odd.0
    return sum << 31 | sum >> 33
  }
}
