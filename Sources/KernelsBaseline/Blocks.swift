import CKernels

/// A query's units as the blocks know them: for every digit of the alphabet's codes, where each unit's vector begins in a block, in
/// bytes. The digits follow each other.
typealias UnitVectors = UnsafePointer<UInt32>

extension Blocks {
  /// Writes the places of the query's units in one block.
  @inline(__always)
  func match<V: Lanes>(_ query: UnitVectors, _ count: Int, block: UnsafeRawPointer, into masks: UnsafeMutablePointer<V>) {
    var (high, low) = (query, query + count)
    for index in 0..<count {
      masks[index] = V.and(vector(block, high[index]), vector(block, low[index]))
    }
    for _ in 2..<digitCount {
      high = low
      low = high + count
      for index in 0..<count { masks[index] = V.and(masks[index], vector(block, low[index])) }
    }
  }

  @inline(__always)
  private func vector<V: Lanes>(_ block: UnsafeRawPointer, _ offset: UInt32) -> V {
    (block + Int(offset)).assumingMemoryBound(to: V.self).pointee
  }
}
