/// Units of a text that Jaro-Winkler looks at: the rest of a longer text is cut off.
let jaroWinklerReach = 64

/// Jaro-Winkler similarity in thousandths (Winkler 1990), 0 for nothing in common, to a pattern of at most 64 units.
///
/// Which unit is matched to which does not depend on the side one starts from: units of one kind are paired in order,
/// whatever lies out of the window is passed over for good. So the pattern may be either text.
@inline(__always)
func jaroWinkler(
  _ masks: some UnitMasks, _ pattern: UnsafeBufferPointer<UInt16>, _ text: UnsafeBufferPointer<UInt16>, _ threshold: Int
) -> Int {
  let patternCount = pattern.count
  let count = min(text.count, jaroWinklerReach)
  let threshold = min(threshold, 1001)
  guard patternCount > 0, count > 0 else { return patternCount == count && threshold <= 1000 ? 1000 : 0 }
  let shorter = min(patternCount, count)
  if threshold > 0, !canReach(threshold, matches: shorter, patternCount, count) { return 0 }
  let reach = max(max(patternCount, count) / 2 - 1, 0)
  var window: UInt64 = (2 &<< UInt64(reach)) &- 1
  var free = UInt64.max
  var textMatched: UInt64 = 0
  var bit: UInt64 = 1
  @inline(__always)
  func pair(_ unit: UInt16) {
    let open = masks.mask(unit) & window & free
    free ^= open & (0 &- open)
    textMatched |= open == 0 ? 0 : bit
    bit = bit &<< 1
  }
  let last = min(count, patternCount + reach)
  // The window grows until it has its full width, then it moves.
  for index in 0..<min(reach, last) {
    pair(text[index])
    window = window &<< 1 | 1
  }
  for index in min(reach, last)..<last {
    pair(text[index])
    window = window &<< 1
  }
  let matches = textMatched.nonzeroBitCount
  if matches == 0 || threshold > 0 && !canReach(threshold, matches: matches, patternCount, count) { return 0 }
  var patternMatched = ~free
  var outOfPlace = 0
  while textMatched != 0 {
    outOfPlace &+= pattern[patternMatched.trailingZeroBitCount] == text[textMatched.trailingZeroBitCount] ? 0 : 1
    patternMatched &= patternMatched &- 1
    textMatched &= textMatched &- 1
  }
  var prefix = 0
  while prefix < min(4, shorter), pattern[prefix] == text[prefix] { prefix &+= 1 }
  let score = score(matches: matches, outOfPlace: outOfPlace, patternCount, count, prefix: prefix)
  return score < threshold ? 0 : score
}

/// Whether so many matches, all in order and four of them in front, can reach a threshold. May say so for a little less, and does not
/// divide by what changes.
@inline(__always)
private func canReach(_ threshold: Int, matches: Int, _ left: Int, _ right: Int) -> Bool {
  // Without a prefix, and with one of four: jaro x 0.6 + 0.4.
  let jaro = threshold <= 700 ? threshold * 100 - 50 : max(70_000, (threshold * 100 - 40_050) * 5 / 3)
  return (matches &* (left &+ right) &+ left &* right) &* 100_000 >= jaro &* 3 &* left &* right
}

/// Jaro-Winkler in thousandths from what was counted, in integers and rounded once at the end, so that every machine agrees. The prefix
/// scale is 0.1 over at most four units and applies above 0.7, as in Winkler's original.
func score(matches: Int, outOfPlace: Int, _ leftCount: Int, _ rightCount: Int, prefix: Int) -> Int {
  let straight = matches - outOfPlace / 2
  // (m/l + m/r + (m-t)/m) / 3, over the common denominator.
  let numerator = matches * matches * (leftCount + rightCount) + straight * leftCount * rightCount
  let denominator = 3 * leftCount * rightCount * matches
  let jaro = numerator * 100_000 / denominator
  guard jaro > 70_000 else { return (jaro + 50) / 100 }
  return (jaro + prefix * (100_000 - jaro) / 10 + 50) / 100
}

/// The least number of matches that can reach a threshold, or nil when none can, or one side is empty.
func leastMatches(_ leftCount: Int, _ rightCount: Int, _ threshold: Int) -> Int? {
  let (most, threshold) = (min(leftCount, rightCount), min(threshold, 1001))
  if most == 0 { return nil }
  return threshold <= 0 ? 0 : (1...most).first { canReach(threshold, matches: $0, leftCount, rightCount) }
}
