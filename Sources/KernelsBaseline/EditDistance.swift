import CKernels

/// Levenshtein distances of a query to all texts of the blocks, limited to `limit + 1`, into `results` in the texts' order.
///
/// `scratch` has room for a vector for each unit of the query, two at least, and is aligned to 64 bytes.
public func levenshtein(
  _ query: UnsafePointer<UInt32>, _ count: Int, _ blocks: Blocks, limit: Int32, scratch: UnsafeMutableRawPointer,
  results: UnsafeMutablePointer<Int32>
) {
  edits(.levenshtein, query, count, blocks, limit, scratch, results)
}

/// The same for optimal string alignment.
public func optimalStringAlignment(
  _ query: UnsafePointer<UInt32>, _ count: Int, _ blocks: Blocks, limit: Int32, scratch: UnsafeMutableRawPointer,
  results: UnsafeMutablePointer<Int32>
) {
  edits(.optimalStringAlignment, query, count, blocks, limit, scratch, results)
}

/// The same for indel distance.
public func indel(
  _ query: UnsafePointer<UInt32>, _ count: Int, _ blocks: Blocks, limit: Int32, scratch: UnsafeMutableRawPointer,
  results: UnsafeMutablePointer<Int32>
) {
  edits(.indel, query, count, blocks, limit, scratch, results)
}

private enum Edit {
  case levenshtein
  case optimalStringAlignment
  case indel
}

@inline(__always)
private func edits(
  _ edit: Edit, _ query: UnitVectors, _ count: Int, _ blocks: Blocks, _ limit: Int32, _ scratch: UnsafeMutableRawPointer,
  _ results: UnsafeMutablePointer<Int32>
) {
  switch blocks.length {
  case ...8: edits(edit, query, count, blocks, limit, scratch.assumingMemoryBound(to: SIMD64<UInt8>.self), results)
  case ...16: edits(edit, query, count, blocks, limit, scratch.assumingMemoryBound(to: SIMD32<UInt16>.self), results)
  case ...32: edits(edit, query, count, blocks, limit, scratch.assumingMemoryBound(to: SIMD16<UInt32>.self), results)
  default: edits(edit, query, count, blocks, limit, scratch.assumingMemoryBound(to: SIMD8<UInt64>.self), results)
  }
}

@inline(__always)
private func edits<V: Lanes>(
  _ edit: Edit, _ query: UnitVectors, _ count: Int, _ blocks: Blocks, _ limit: Int32, _ masks: UnsafeMutablePointer<V>,
  _ results: UnsafeMutablePointer<Int32>
) {
  let lanes = MemoryLayout<V>.size / MemoryLayout<V.Lane>.size
  let valid = V(all: V.Lane.max >> V.Lane(truncatingIfNeeded: V.Lane.bitWidth - blocks.length))
  let farthest = Int32(truncatingIfNeeded: count &+ blocks.length)
  let first = UnsafeRawPointer(masks).assumingMemoryBound(to: V.Lane.self)
  let second = first + lanes
  var block = blocks.vectors
  var order = blocks.order
  var left = blocks.textCount
  @inline(__always)
  func give(_ lane: Int) {
    let saved = first[lane].nonzeroBitCount &+ second[lane].nonzeroBitCount
    let distance = farthest &- Int32(truncatingIfNeeded: saved)
    results[Int(order[lane])] = distance > limit ? limit &+ 1 : distance
  }
  while left > 0 {
    blocks.match(query, count, block: block, into: masks)
    let saved = savings(edit, masks, count)
    masks[0] = V.and(saved.0, valid)
    masks[1] = V.and(saved.1, valid)
    if left >= lanes {
      for lane in 0..<lanes { give(lane) }
    } else {
      for lane in 0..<left { give(lane) }
    }
    block += blocks.blockBytes
    order += lanes
    left &-= lanes
  }
}

/// Reads the query unit by unit. The bits of both answers, counted in the texts' places, are what the distance is less than the sum of
/// both lengths.
@inline(__always)
private func savings<V: Lanes>(_ edit: Edit, _ masks: UnsafePointer<V>, _ count: Int) -> (V, V) {
  switch edit {
  case .levenshtein: columns(masks, count, transposing: false)
  case .optimalStringAlignment: columns(masks, count, transposing: true)
  case .indel: commonSubsequence(masks, count)
  }
}

/// Hyyrö's form of Myers' algorithm, as in the kernels for one pair, in every lane. Instead of the steps up it keeps their
/// complement, which saves two negations a step. The last column starts at the query's length and changes by its steps.
@inline(__always)
private func columns<V: Lanes>(_ masks: UnsafePointer<V>, _ count: Int, transposing: Bool) -> (V, V) {
  let one = V(all: 1)
  var notUp = V.zero
  var down = V.zero
  var previous = V.zero
  var diagonal = V.zero
  for index in 0..<count {
    let equal = masks[index]
    let same = V.or(equal, down)
    var crossed = V.zero
    if transposing {
      let pair = V.and(equal, V.not(diagonal))
      crossed = V.and(V.plus(pair, pair), previous)
      previous = equal
    }
    diagonal = V.or(V.xor(V.minus(notUp, V.and(same, V.not(notUp))), notUp), same)
    if transposing { diagonal = V.or(diagonal, crossed) }
    let right = V.or(down, V.and(notUp, V.not(diagonal)))
    let left = V.and(diagonal, V.not(notUp))
    let shiftedRight = V.plus(V.plus(right, right), one)
    notUp = V.and(V.or(diagonal, shiftedRight), V.not(V.plus(left, left)))
    down = V.and(shiftedRight, diagonal)
  }
  return (notUp, down)
}

/// Hyyrö's algorithm for the longest common subsequence, in every lane. Each of its units saves a deletion and an insertion.
@inline(__always)
private func commonSubsequence<V: Lanes>(_ masks: UnsafePointer<V>, _ count: Int) -> (V, V) {
  var flat = V.not(.zero)
  for index in 0..<count {
    let equal = V.and(flat, masks[index])
    flat = V.or(V.plus(flat, equal), V.minus(flat, equal))
  }
  return (V.not(flat), V.not(flat))
}
