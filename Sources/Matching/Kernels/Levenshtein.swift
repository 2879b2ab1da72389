/// Levenshtein distance over UTF-16 units by Myers' bit-parallel algorithm (1999), for a left side of at most 64 units;
/// longer ones are cut to 64.
public func levenshtein(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>) -> Int {
  let count = min(left.count, 64)
  guard count > 0 else { return right.count }
  var positive: UInt64 = ~0
  var negative: UInt64 = 0
  var distance = count
  let last: UInt64 = 1 << UInt64(count - 1)
  for unit in right {
    var equal: UInt64 = 0
    for index in 0..<count where left[index] == unit { equal |= 1 << UInt64(index) }
    let carry = equal | negative
    let diagonal = (((equal & positive) &+ positive) ^ positive) | equal
    var up = negative | ~(diagonal | positive)
    var down = positive & diagonal
    if up & last != 0 { distance += 1 }
    if down & last != 0 { distance -= 1 }
    up = up << 1 | 1
    down <<= 1
    positive = down | ~(carry | up)
    negative = up & carry
  }
  return distance
}
