/// Jaro-Winkler similarity (Winkler 1990) in thousandths, over UTF-16 units: 0 for nothing in common, 1,000 for equal.
///
/// The prefix scale is 0.1 over at most four units and applies above 0.7, as in Winkler's original. Integer arithmetic,
/// rounded once at the end, so that every machine agrees. Strings longer than 64 units are compared by their first 64.
public func jaroWinkler(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>) -> Int {
  let leftCount = min(left.count, 64)
  let rightCount = min(right.count, 64)
  guard leftCount > 0, rightCount > 0 else { return leftCount == rightCount ? 1000 : 0 }
  let window = max(max(leftCount, rightCount) / 2 - 1, 0)
  var leftMatched: UInt64 = 0
  var rightMatched: UInt64 = 0
  var matches = 0
  for index in 0..<leftCount {
    let unit = left[index]
    var other = max(0, index - window)
    let end = min(rightCount, index + window + 1)
    while other < end {
      if right[other] == unit, rightMatched & (1 << UInt64(other)) == 0 {
        leftMatched |= 1 << UInt64(index)
        rightMatched |= 1 << UInt64(other)
        matches += 1
        break
      }
      other += 1
    }
  }
  guard matches > 0 else { return 0 }
  var outOfPlace = 0
  while leftMatched != 0 {
    if left[leftMatched.trailingZeroBitCount] != right[rightMatched.trailingZeroBitCount] { outOfPlace += 1 }
    leftMatched &= leftMatched - 1
    rightMatched &= rightMatched - 1
  }
  let straight = matches - outOfPlace / 2
  // (m/l + m/r + (m-t)/m) / 3, over the common denominator.
  let numerator = matches * rightCount * matches + matches * leftCount * matches + straight * leftCount * rightCount
  let denominator = 3 * leftCount * rightCount * matches
  let jaro = numerator * 100_000 / denominator
  guard jaro > 70_000 else { return (jaro + 50) / 100 }
  var prefix = 0
  while prefix < min(4, leftCount, rightCount), left[prefix] == right[prefix] { prefix += 1 }
  return (jaro + prefix * (100_000 - jaro) / 10 + 50) / 100
}
