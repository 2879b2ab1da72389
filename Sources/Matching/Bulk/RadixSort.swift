/// Sorts 64-bit numbers by some of their bits, keeping the order of equal ones: most significant digit first, so that all digits but
/// the first are looked at while their numbers are near.
enum RadixSort {
  private static let longestDigit: UInt64 = 11
  /// Fewer are sorted by insertion.
  private static let fewest = 24

  /// - Parameters:
  ///   - first: the lowest bit that counts.
  ///   - bits: how many bits from there on count.
  static func sort(_ entries: UnsafeMutableBufferPointer<UInt64>, from first: UInt64, bits: UInt64) {
    guard let base = entries.baseAddress, entries.count >= fewest else {
      return insertionSort(entries.baseAddress, entries.count, first, bits)
    }
    let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: entries.count)
    defer { scratch.deallocate() }
    sort(base, entries.count, scratch, first, bits)
  }

  private static func sort(
    _ base: UnsafeMutablePointer<UInt64>, _ count: Int, _ scratch: UnsafeMutablePointer<UInt64>, _ first: UInt64, _ bits: UInt64
  ) {
    guard count >= fewest else { return insertionSort(base, count, first, bits) }
    guard bits > 0 else { return }
    // Some two numbers for each value of the digit.
    let width = min(bits, longestDigit, UInt64(Int.bitWidth - count.leadingZeroBitCount - 2))
    let (shift, mask) = (first + bits - width, UInt64(1) << width - 1)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1 << Int(width)) { ends in
      ends.initialize(repeating: 0)
      for place in 0..<count { ends[Int(base[place] >> shift & mask)] += 1 }
      var sum: Int32 = 0
      for digit in ends.indices {
        let here = ends[digit]
        ends[digit] = sum
        sum += here
      }
      for place in 0..<count {
        let digit = Int(base[place] >> shift & mask)
        scratch[Int(ends[digit])] = base[place]
        ends[digit] += 1
      }
      base.update(from: scratch, count: count)
      var start = 0
      for end in ends {
        let length = Int(end) - start
        if length > 1 { sort(base + start, length, scratch + start, first, bits - width) }
        start = Int(end)
      }
    }
  }

  private static func insertionSort(_ base: UnsafeMutablePointer<UInt64>?, _ count: Int, _ first: UInt64, _ bits: UInt64) {
    guard let base, count > 1, bits > 0 else { return }
    let mask = bits >= 64 ? UInt64.max : UInt64(1) << bits - 1
    for index in 1..<count {
      let entry = base[index]
      var place = index
      while place > 0, base[place - 1] >> first & mask > entry >> first & mask {
        base[place] = base[place - 1]
        place -= 1
      }
      base[place] = entry
    }
  }
}
