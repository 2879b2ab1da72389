/// Values that people type: one character wrong, missing or too much, or two neighbours exchanged.
enum Packed {
  /// - Parameters: up to eight bytes each, the last one lowest.
  static func areNear(_ left: UInt64, _ right: UInt64) -> Bool {
    guard left != 0, right != 0 else { return false }
    let (short, long) = left < right ? (left, right) : (right, left)
    let (shortCount, longCount) = (count(short), count(long))
    guard longCount - shortCount <= 1, longCount >= 4 else { return false }
    return shortCount == longCount ? isSubstitutionOrSwap(short ^ long, short, long) : isInsertion(short, long, longCount)
  }

  private static func count(_ packed: UInt64) -> Int { (71 - packed.leadingZeroBitCount) / 8 }

  private static func isSubstitutionOrSwap(_ difference: UInt64, _ left: UInt64, _ right: UInt64) -> Bool {
    let low = difference.trailingZeroBitCount / 8 * 8
    let high = (63 - difference.leadingZeroBitCount) / 8 * 8
    if low == high { return true }
    guard high - low == 8 else { return false }
    return left >> UInt64(low) & 0xFF == right >> UInt64(high) & 0xFF && left >> UInt64(high) & 0xFF == right >> UInt64(low) & 0xFF
  }

  private static func isInsertion(_ short: UInt64, _ long: UInt64, _ longCount: Int) -> Bool {
    for skipped in 0..<longCount {
      let below = long & (skipped == 0 ? 0 : ~0 >> UInt64(64 - 8 * skipped))
      let above = skipped == 7 ? 0 : (long >> UInt64(8 * (skipped + 1))) << UInt64(8 * skipped)
      if above | below == short { return true }
    }
    return false
  }
}

enum Digits {
  /// Numbers of at least seven digits with one digit wrong or two neighbours exchanged.
  static func areNear(_ left: UInt64, _ right: UInt64) -> Bool {
    guard left >= 1_000_000, right >= 1_000_000, left != right else { return false }
    var (a, b) = (left, right)
    var place = 0
    var first = (place: -2, mine: UInt64(0), other: UInt64(0))
    var different = 0
    while a > 0 || b > 0 {
      let (mine, other) = (a % 10, b % 10)
      if mine != other {
        different += 1
        if different > 2 { return false }
        if different == 2 { return place == first.place + 1 && mine == first.other && other == first.mine && a / 10 == b / 10 }
        first = (place, mine, other)
      }
      a /= 10
      b /= 10
      place += 1
    }
    return different == 1
  }
}

/// Days as year × 10,000 + month × 100 + day.
enum Dates {
  static func level(_ left: UInt32, _ right: UInt32) -> Level {
    if left == right { return .sameBirthDate }
    let (years, months, days) = ((left / 10_000, right / 10_000), (left / 100 % 100, right / 100 % 100), (left % 100, right % 100))
    if years.0 == years.1, months.0 == days.1, days.0 == months.1 { return .birthDateNear }
    if differingDigits(left, right) == 1 { return .birthDateNear }
    let equal = (years.0 == years.1 ? 1 : 0) + (months.0 == months.1 ? 1 : 0) + (days.0 == days.1 ? 1 : 0)
    return equal == 2 ? .birthDatePartly : .birthDateDiffers
  }

  private static func differingDigits(_ left: UInt32, _ right: UInt32) -> Int {
    var (a, b, different) = (left, right, 0)
    while a > 0 || b > 0 {
      if a % 10 != b % 10 { different += 1 }
      a /= 10
      b /= 10
    }
    return different
  }
}
