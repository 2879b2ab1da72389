/// Numbers by 64-bit hash: open addressing with linear probing. The hash 0 is not allowed, the number 0 means that there is none.
struct NumberTable: Sendable {
  private var hashes: [UInt64] = []
  private var numbers: [Int32] = []
  private(set) var count = 0
  private var shift: UInt64 = 64

  @inline(__always)
  private func start(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: ((hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15) >> shift) }

  /// The number of a hash that is there, else 0.
  subscript(_ hash: UInt64) -> Int32 {
    guard !hashes.isEmpty else { return 0 }
    var place = start(hash)
    while hashes[place] != 0 {
      if hashes[place] == hash { return numbers[place] }
      place = (place + 1) & (hashes.count - 1)
    }
    return 0
  }

  /// Adds to the number of a hash; sums stop at the largest number.
  mutating func add(_ hash: UInt64, _ amount: Int32) {
    if count * 4 >= hashes.count * 3 { grow() }
    var place = start(hash)
    while hashes[place] != 0 {
      if hashes[place] == hash {
        numbers[place] = numbers[place].addingReportingOverflow(amount).overflow ? .max : numbers[place] + amount
        return
      }
      place = (place + 1) & (hashes.count - 1)
    }
    hashes[place] = hash
    numbers[place] = amount
    count += 1
  }

  func forEach(_ body: (UInt64, Int32) -> Void) {
    for place in hashes.indices where hashes[place] != 0 { body(hashes[place], numbers[place]) }
  }

  private mutating func grow() {
    let old = (hashes, numbers)
    let size = max(64, hashes.count * 2)
    hashes = Array(repeating: 0, count: size)
    numbers = Array(repeating: 0, count: size)
    shift = UInt64(64 - size.trailingZeroBitCount)
    count = 0
    for place in old.0.indices where old.0[place] != 0 { add(old.0[place], old.1[place]) }
  }
}
