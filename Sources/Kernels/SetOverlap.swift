/// How much two sorted sets of ids share.
public struct SetOverlap: Equatable, Sendable {
  public let shared: Int
  public let leftCount: Int
  public let rightCount: Int

  /// Takes ids in ascending order without repetition. Runs in the sum of both counts, or in the smaller one times the logarithm of
  /// their ratio when one is much larger.
  public init<ID: FixedWidthInteger>(_ left: UnsafeBufferPointer<ID>, _ right: UnsafeBufferPointer<ID>) {
    let (few, many) = left.count <= right.count ? (left, right) : (right, left)
    // A merge costs a step for each id of both, a gallop about 2 log2(ratio) for each of the few.
    shared = many.count / 16 > few.count ? gallop(few, many) : merge(few, many)
    leftCount = left.count
    rightCount = right.count
  }

  /// Shared ids in thousandths of all, rounded down; 0 for two empty sets.
  public var jaccard: Int { thousandths(of: leftCount + rightCount - shared) }

  /// Shared ids in thousandths of the smaller set, rounded down; 0 when it is empty.
  public var containment: Int { thousandths(of: min(leftCount, rightCount)) }

  private func thousandths(of whole: Int) -> Int { whole == 0 ? 0 : shared * 1000 / whole }
}

@inline(__always)
private func merge<ID: FixedWidthInteger>(_ left: UnsafeBufferPointer<ID>, _ right: UnsafeBufferPointer<ID>) -> Int {
  var (i, j, shared) = (0, 0, 0)
  while i < left.count, j < right.count {
    let (a, b) = (left[i], right[j])
    // Without branches: which of two ids is smaller cannot be foretold.
    shared += a == b ? 1 : 0
    i += a <= b ? 1 : 0
    j += b <= a ? 1 : 0
  }
  return shared
}

/// Doubling steps from the last place, then a binary search in the last of them.
@inline(__always)
private func gallop<ID: FixedWidthInteger>(_ few: UnsafeBufferPointer<ID>, _ many: UnsafeBufferPointer<ID>) -> Int {
  var low = 0
  var shared = 0
  for id in few {
    var step = 1
    while low + step <= many.count, many[low + step - 1] < id {
      low += step
      step *= 2
    }
    var high = min(low + step, many.count)
    while low < high {
      let middle = (low + high) / 2
      if many[middle] < id { low = middle + 1 } else { high = middle }
    }
    if low == many.count { break }
    if many[low] == id { shared += 1 }
  }
  return shared
}
