import CKernels

/// Jaro-Winkler similarities in thousandths of a query to all texts of the blocks, or 0 below `threshold`, into `results` in the texts'
/// order. The query has 1 to 64 units.
///
/// `enough` is the least number of matches that can reach the threshold. `scratch` has room for two vectors for each unit of the
/// query and three more, and is aligned to 64 bytes.
public func jaroWinkler(
  _ query: UnsafePointer<UInt32>, _ count: Int, _ blocks: Blocks, threshold: Int32, enough: Int, scratch: UnsafeMutableRawPointer,
  results: UnsafeMutablePointer<Int32>
) {
  switch blocks.length {
  case ...8: similarities(query, count, blocks, threshold, enough, scratch.assumingMemoryBound(to: SIMD64<UInt8>.self), results)
  case ...16: similarities(query, count, blocks, threshold, enough, scratch.assumingMemoryBound(to: SIMD32<UInt16>.self), results)
  case ...32: similarities(query, count, blocks, threshold, enough, scratch.assumingMemoryBound(to: SIMD16<UInt32>.self), results)
  default: similarities(query, count, blocks, threshold, enough, scratch.assumingMemoryBound(to: SIMD8<UInt64>.self), results)
  }
}

@inline(__always)
private func similarities<V: Lanes>(
  _ query: UnitVectors, _ count: Int, _ blocks: Blocks, _ threshold: Int32, _ enough: Int, _ masks: UnsafeMutablePointer<V>,
  _ results: UnsafeMutablePointer<Int32>
) {
  let lanes = MemoryLayout<V>.size / MemoryLayout<V.Lane>.size
  let unmatched = masks + count
  let found = unmatched + count
  let lone = UnsafeRawPointer(found).assumingMemoryBound(to: V.Lane.self)
  let misplaced = lone + lanes
  let prefixes = misplaced + lanes
  let tooMany = V(all: V.Lane(truncatingIfNeeded: count &- enough &+ 1))
  var block = blocks.vectors
  var order = blocks.order
  var left = blocks.textCount
  withUnsafeTemporaryAllocation(of: Shares.self, capacity: count &+ 1) { shares in
    for lone in 0...count { shares.initializeElement(at: lone, to: Shares(count, blocks.length, lone: lone)) }
    @inline(__always)
    func give(_ lane: Int) {
      let transpositions = Int(truncatingIfNeeded: misplaced[lane]) >> 1
      let share = shares[Int(truncatingIfNeeded: lone[lane])]
      let jaro = Int32(truncatingIfNeeded: (share.straight &- transpositions &* share.transposition) >> 32)
      var score = UInt32(bitPattern: jaro &+ 50) / 100
      if jaro > 70_000 {
        let prefix = Int32(truncatingIfNeeded: (~prefixes[lane]).trailingZeroBitCount)
        score = UInt32(bitPattern: jaro &+ prefix &* (100_000 &- jaro) / 10 &+ 50) / 100
      }
      results[Int(order[lane])] = Int32(bitPattern: score) < threshold ? 0 : Int32(bitPattern: score)
    }
    while left > 0 {
      blocks.match(query, count, block: block, into: masks)
      let (matched, lone) = pair(masks, unmatched, count, blocks.length)
      found[0] = lone
      found[1] = V.minus(lone, tooMany)
      if enough > 0, !hasNegative(found + 1) {
        for lane in 0..<min(lanes, left) { results[Int(order[lane])] = 0 }
      } else {
        found[1] = V.minus(misses(masks, unmatched, count, matched), lone)
        found[2] = prefix(masks, min(4, count))
        if left >= lanes {
          for lane in 0..<lanes { give(lane) }
        } else {
          for lane in 0..<left { give(lane) }
        }
      }
      block += blocks.blockBytes
      order += lanes
      left &-= lanes
    }
  }
}

/// Gives each unit of the query the first free partner in its window. Answers the matched places of the texts and how many units of the
/// query found none, and in `unmatched` the lanes where one did not.
@inline(__always)
private func pair<V: Lanes>(
  _ masks: UnsafePointer<V>, _ unmatched: UnsafeMutablePointer<V>, _ count: Int, _ length: Int
) -> (matched: V, lone: V) {
  let reach = max(max(count, length) / 2 - 1, 0)
  let one = V(all: 1)
  // As many bits as fit: a window as wide as the lane has all of them.
  var window = V(all: (2 << V.Lane(truncatingIfNeeded: reach)) &- 1)
  var free = V.not(.zero)
  var lone = V.zero
  for index in 0..<count {
    let open = V.and(V.and(masks[index], window), free)
    free = V.xor(free, V.and(open, V.minus(.zero, open)))
    let none = V.isZero(open)
    unmatched[index] = none
    lone = V.minus(lone, none)
    window = V.plus(window, window)
    if index < reach { window = V.or(window, one) }
  }
  return (V.not(free), lone)
}

/// Counts in each lane the units of the query whose partner is another unit, and those without a partner.
@inline(__always)
private func misses<V: Lanes>(_ masks: UnsafePointer<V>, _ unmatched: UnsafePointer<V>, _ count: Int, _ matched: V) -> V {
  var matched = matched
  var misses = V.zero
  for index in 0..<count {
    let partner = V.and(V.and(matched, V.minus(.zero, matched)), V.not(unmatched[index]))
    matched = V.xor(matched, partner)
    misses = V.minus(misses, V.isZero(V.and(masks[index], partner)))
  }
  return misses
}

/// Bits 0 to 3 tell whether the query and the text have the same unit there.
@inline(__always)
private func prefix<V: Lanes>(_ masks: UnsafePointer<V>, _ count: Int) -> V {
  var prefix = V.zero
  for index in 0..<count { prefix = V.or(prefix, V.and(masks[index], V(all: 1 << V.Lane(truncatingIfNeeded: index)))) }
  return prefix
}

/// Whether any lane has its highest bit set.
@inline(__always)
private func hasNegative<V: Lanes>(_ vector: UnsafePointer<V>) -> Bool {
  let words = UnsafeRawPointer(vector).assumingMemoryBound(to: UInt64.self)
  let highest = UInt64.max / UInt64(V.Lane.max) &* UInt64(~(V.Lane.max >> 1))
  return (0..<8).reduce(0) { $0 | words[$1] } & highest != 0
}

/// Jaro similarity for two lengths and a number of units without partner, in hundred-thousandths with 32 binary digits behind the point.
private struct Shares {
  /// With all partners in order.
  var straight: Int
  /// What a transposition takes.
  var transposition: Int

  /// The integer part is that of exact fractions: those are over at most 3 × 64³, so that they lie on an integer or 1.2e-6 below the next
  /// one at least; the excess of 5e-7 keeps all errors of rounding, less than 1e-8, from going below an integer.
  @inline(__always)
  init(_ leftCount: Int, _ rightCount: Int, lone: Int) {
    let third = 100_000.0 / 3 * 4_294_967_296
    let matches = Double(leftCount - lone)
    let shares = matches * (third / Double(leftCount) + third / Double(rightCount))
    straight = lone == leftCount ? 0 : Int(shares + third + 5e-7 * 4_294_967_296)
    transposition = lone == leftCount ? 0 : Int(third / matches)
  }
}
