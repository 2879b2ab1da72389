import Model

extension Digests {
  /// SHA-1 and SHA-256 as FIPS 180-4 writes them down, slow and obvious: the module under test links no cryptography.
  public static let reference = Digests(sha256: ReferenceSHA.sha256, sha1: ReferenceSHA.sha1)

  /// For megabytes: 32 bytes that depend on every word and its place. No digest that anybody should trust.
  public static let quick = Digests(sha256: quickDigest, sha1: { Array(quickDigest($0).prefix(20)) })
}

private func quickDigest(_ message: [UInt8]) -> [UInt8] {
  var lanes: [UInt64] = [1, 2, 3, 4].map { $0 &* 0x9E37_79B9_7F4A_7C15 ^ UInt64(message.count) }
  var (first, second) = (lanes[0], lanes[1])
  message.withUnsafeBytes { bytes in
    var index = 0
    while index + 8 <= bytes.count {
      first = (first ^ bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) &* 0x0000_0100_0000_01B3
      second = (second &+ first) ^ (second >> 29)
      index += 8
    }
    while index < bytes.count {
      first = (first ^ UInt64(bytes[index])) &* 0x0000_0100_0000_01B3
      index += 1
    }
  }
  (lanes[0], lanes[1], lanes[2], lanes[3]) = (first, second, lanes[2] ^ first &* 31, lanes[3] &+ second ^ first >> 32)
  return lanes.flatMap { lane in (0..<8).map { UInt8(truncatingIfNeeded: lane >> UInt64($0 * 8)) } }
}

private enum ReferenceSHA {
  static func sha1(_ message: [UInt8]) -> [UInt8] {
    var hash: [UInt32] = [0x6745_2301, 0xEFCD_AB89, 0x98BA_DCFE, 0x1032_5476, 0xC3D2_E1F0]
    for block in blocks(message) {
      var w = block
      for t in 16..<80 { w.append(rotateLeft(w[t - 3] ^ w[t - 8] ^ w[t - 14] ^ w[t - 16], 1)) }
      var (a, b, c, d, e) = (hash[0], hash[1], hash[2], hash[3], hash[4])
      for t in 0..<80 {
        let (f, k): (UInt32, UInt32) =
          switch t {
          case 0..<20: ((b & c) ^ (~b & d), 0x5A82_7999)
          case 20..<40: (b ^ c ^ d, 0x6ED9_EBA1)
          case 40..<60: ((b & c) ^ (b & d) ^ (c & d), 0x8F1B_BCDC)
          default: (b ^ c ^ d, 0xCA62_C1D6)
          }
        let next = rotateLeft(a, 5) &+ f &+ e &+ k &+ w[t]
        (e, d, c, b, a) = (d, c, rotateLeft(b, 30), a, next)
      }
      for (index, value) in [a, b, c, d, e].enumerated() { hash[index] &+= value }
    }
    return bytes(hash)
  }

  static func sha256(_ message: [UInt8]) -> [UInt8] {
    var hash: [UInt32] = [
      0x6A09_E667, 0xBB67_AE85, 0x3C6E_F372, 0xA54F_F53A, 0x510E_527F, 0x9B05_688C, 0x1F83_D9AB, 0x5BE0_CD19,
    ]
    for block in blocks(message) {
      var w = block
      for t in 16..<64 {
        let s0 = rotateRight(w[t - 15], 7) ^ rotateRight(w[t - 15], 18) ^ (w[t - 15] >> 3)
        let s1 = rotateRight(w[t - 2], 17) ^ rotateRight(w[t - 2], 19) ^ (w[t - 2] >> 10)
        w.append(s1 &+ w[t - 7] &+ s0 &+ w[t - 16])
      }
      var v = hash
      for t in 0..<64 {
        let s1 = rotateRight(v[4], 6) ^ rotateRight(v[4], 11) ^ rotateRight(v[4], 25)
        let choice = (v[4] & v[5]) ^ (~v[4] & v[6])
        let t1 = v[7] &+ s1 &+ choice &+ constants[t] &+ w[t]
        let s0 = rotateRight(v[0], 2) ^ rotateRight(v[0], 13) ^ rotateRight(v[0], 22)
        let majority = (v[0] & v[1]) ^ (v[0] & v[2]) ^ (v[1] & v[2])
        v = [t1 &+ s0 &+ majority, v[0], v[1], v[2], v[3] &+ t1, v[4], v[5], v[6]]
      }
      for index in 0..<8 { hash[index] &+= v[index] }
    }
    return bytes(hash)
  }

  private static func blocks(_ message: [UInt8]) -> [[UInt32]] {
    var padded = message + [0x80]
    while padded.count % 64 != 56 { padded.append(0) }
    let bits = UInt64(message.count) * 8
    for shift in stride(from: 56, through: 0, by: -8) { padded.append(UInt8(truncatingIfNeeded: bits >> UInt64(shift))) }
    return stride(from: 0, to: padded.count, by: 64).map { start in
      stride(from: start, to: start + 64, by: 4).map { index in
        padded[index..<index + 4].reduce(UInt32(0)) { word, byte in word << 8 | UInt32(byte) }
      }
    }
  }

  private static func bytes(_ words: [UInt32]) -> [UInt8] {
    words.flatMap { (word: UInt32) -> [UInt8] in [24, 16, 8, 0].map { (shift: UInt32) in UInt8(truncatingIfNeeded: word >> shift) } }
  }

  private static func rotateLeft(_ value: UInt32, _ count: UInt32) -> UInt32 { value << count | value >> (32 - count) }
  private static func rotateRight(_ value: UInt32, _ count: UInt32) -> UInt32 { value >> count | value << (32 - count) }

  /// The first 32 bits of the fractional parts of the cube roots of the first 64 primes, computed in integers.
  private static let constants: [UInt32] = primes(64).map { prime in
    // floor(cbrt(prime) · 2³²) is the largest r with r³ ≤ prime · 2⁹⁶; kept in range by searching bit by bit on 128-bit parts.
    var root: UInt64 = 0
    for bit in stride(from: 34, through: 0, by: -1) {
      let candidate = root | (1 << UInt64(bit))
      if cube(candidate, isAtMost: prime) { root = candidate }
    }
    return UInt32(truncatingIfNeeded: root)
  }

  private static func cube(_ value: UInt64, isAtMost prime: UInt64) -> Bool {
    let square = UInt128(value) * UInt128(value)
    let (cube, overflow) = square.multipliedReportingOverflow(by: UInt128(value))
    return !overflow && cube <= UInt128(prime) << 96
  }

  private static func primes(_ count: Int) -> [UInt64] {
    var found: [UInt64] = []
    var next: UInt64 = 2
    while found.count < count {
      if found.allSatisfy({ !next.isMultiple(of: $0) }) { found.append(next) }
      next += 1
    }
    return found
  }
}
