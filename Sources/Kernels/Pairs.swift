// One pair at a time. For a text that is compared with many, a `PreparedText` is faster.

/// Levenshtein distance: the fewest insertions, deletions and replacements of UTF-16 units that make one text the other.
/// Answers `limit + 1` as soon as it is known to be more than `limit`.
public func levenshtein(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max) -> Int {
  let (shorter, longer) = left.count <= right.count ? (left, right) : (right, left)
  if longer.count - shorter.count > limit { return limit + 1 }
  switch shorter.count {
  case 1...16: return editDistance(ShortMasks(shorter), shorter.count, longer, limit, transposing: false)
  case 17...32: return editDistance(MediumMasks(shorter), shorter.count, longer, limit, transposing: false)
  default: return PreparedText(shorter).levenshtein(longer, atMost: limit)
  }
}

/// Optimal string alignment: Levenshtein distance in which two neighbours that changed places cost one, and no unit is edited
/// twice. Answers `limit + 1` as soon as it is known to be more than `limit`.
public func optimalStringAlignment(
  _ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max
) -> Int {
  let (shorter, longer) = left.count <= right.count ? (left, right) : (right, left)
  if longer.count - shorter.count > limit { return limit + 1 }
  switch shorter.count {
  case 1...16: return editDistance(ShortMasks(shorter), shorter.count, longer, limit, transposing: true)
  case 17...32: return editDistance(MediumMasks(shorter), shorter.count, longer, limit, transposing: true)
  default: return PreparedText(shorter).optimalStringAlignment(longer, atMost: limit)
  }
}

/// Units in the longest common subsequence.
public func longestCommonSubsequence(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>) -> Int {
  let (shorter, longer) = left.count <= right.count ? (left, right) : (right, left)
  switch shorter.count {
  case 1...16: return longestCommonSubsequence(ShortMasks(shorter), longer)
  case 17...32: return longestCommonSubsequence(MediumMasks(shorter), longer)
  default: return PreparedText(shorter).longestCommonSubsequence(longer)
  }
}

/// Indel distance: the fewest insertions and deletions. Answers `limit + 1` when it is more than `limit`.
public func indel(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max) -> Int {
  if abs(left.count - right.count) > limit { return limit + 1 }
  let distance = left.count + right.count - 2 * longestCommonSubsequence(left, right)
  return distance > limit ? limit + 1 : distance
}

/// Jaro-Winkler similarity in thousandths (Winkler 1990): 0 for nothing in common, 1,000 for equal, and 0 when it is less than
/// `threshold`. Texts longer than 64 units are compared by their first 64.
public func jaroWinkler(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>, atLeast threshold: Int = 0) -> Int {
  let (shorter, longer) = left.count <= right.count ? (left, right) : (right, left)
  switch shorter.count {
  case 1...16: return jaroWinkler(ShortMasks(shorter), shorter, longer, threshold)
  case 17...32: return jaroWinkler(MediumMasks(shorter), shorter, longer, threshold)
  default: return PreparedText(shorter).jaroWinkler(longer, atLeast: threshold)
  }
}
