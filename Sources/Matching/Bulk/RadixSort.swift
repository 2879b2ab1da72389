/// Sorts 64-bit numbers by some of their bits, keeping the order of equal ones: least significant digit first, eleven bits a pass.
enum RadixSort {
  private static let digitBits: UInt64 = 11

  /// - Parameters:
  ///   - first: the lowest bit that counts.
  ///   - bits: how many bits from there on count.
  static func sort(_ entries: UnsafeMutableBufferPointer<UInt64>, from first: UInt64, bits: UInt64) {
    guard entries.count > 1, let base = entries.baseAddress else { return }
    if entries.count < 64 { return insertionSort(base, entries.count, first, bits) }
    let scratch = UnsafeMutablePointer<UInt64>.allocate(capacity: entries.count)
    defer { scratch.deallocate() }
    var (source, target) = (base, scratch)
    withUnsafeTemporaryAllocation(of: Int32.self, capacity: 1 << Int(digitBits)) { places in
      var shift = first
      while shift < first + bits {
        let width = min(digitBits, first + bits - shift)
        pass(from: source, to: target, entries.count, shift, width, places)
        swap(&source, &target)
        shift += width
      }
    }
    if source != base { base.update(from: source, count: entries.count) }
  }

  private static func pass(
    from source: UnsafeMutablePointer<UInt64>, to target: UnsafeMutablePointer<UInt64>, _ count: Int, _ shift: UInt64, _ width: UInt64,
    _ places: UnsafeMutableBufferPointer<Int32>
  ) {
    let mask = UInt64(1) << width - 1
    places.initialize(repeating: 0)
    for index in 0..<count { places[Int(source[index] >> shift & mask)] += 1 }
    var sum: Int32 = 0
    for digit in 0...Int(mask) {
      let here = places[digit]
      places[digit] = sum
      sum += here
    }
    for index in 0..<count {
      let digit = Int(source[index] >> shift & mask)
      target[Int(places[digit])] = source[index]
      places[digit] += 1
    }
  }

  private static func insertionSort(_ base: UnsafeMutablePointer<UInt64>, _ count: Int, _ first: UInt64, _ bits: UInt64) {
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
