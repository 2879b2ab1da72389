// The longest common subsequence, 64 rows of the matrix at once: Hyyrö, "Bit-parallel LCS-length computation revisited" (2004).
// A zero bit is a row where the matrix grows by one.

/// Units in the longest common subsequence with a pattern of at most 64 units.
@inline(__always)
func longestCommonSubsequence(_ masks: some UnitMasks, _ text: UnsafeBufferPointer<UInt16>) -> Int {
  var flat = UInt64.max
  for unit in text {
    let equal = flat & masks.mask(unit)
    flat = (flat &+ equal) | (flat &- equal)
  }
  // The masks have no bits above the pattern's last unit, so those rows stay flat.
  return (~flat).nonzeroBitCount
}

/// The same for a pattern of more than 64 units: one word after the other. The carry of each column's sum is kept for the
/// word below.
func longCommonSubsequence(_ pattern: borrowing PreparedText, _ text: UnsafeBufferPointer<UInt16>) -> Int {
  withUnsafeTemporaryAllocation(of: Bool.self, capacity: text.count) { carries in
    carries.initialize(repeating: false)
    var length = 0
    for word in 0..<pattern.wordCount {
      let masks = pattern.table(word)
      var flat = UInt64.max
      for (index, unit) in text.enumerated() {
        let equal = flat & masks.mask(unit)
        let (half, first) = flat.addingReportingOverflow(equal)
        let (sum, second) = half.addingReportingOverflow(carries[index] ? 1 : 0)
        carries[index] = first || second
        flat = sum | (flat &- equal)
      }
      length += (~flat).nonzeroBitCount
    }
    return length
  }
}
