import Model

/// An exact decimal for comparison and arithmetic: sign × digits × 10^exponent, with no binary floating point anywhere.
///
/// Sums, differences and products are exact. A quotient that does not end is rounded to 34 significant digits, half to
/// even, as IEEE 754 decimal128 does. Results with more than ``digitLimit`` digits are refused.
struct ExactDecimal: Sendable {
  /// Longer results are `nil`; a source that needs them is in error, and work stays bounded.
  static let digitLimit = 1_000
  static let quotientDigits = 34

  var isNegative: Bool
  /// Most significant first, no leading and no trailing zeros; empty for zero.
  var digits: [UInt8]
  var exponent: Int

  private init(isNegative: Bool, digits source: [UInt8], exponent sourceExponent: Int) {
    var digits = source
    var exponent = sourceExponent
    while digits.last == 0 {
      digits.removeLast()
      exponent += 1
    }
    if let first = digits.firstIndex(where: { $0 != 0 }), first > 0 { digits.removeFirst(first) }
    self.isNegative = isNegative && !digits.isEmpty
    self.digits = digits
    self.exponent = digits.isEmpty ? 0 : exponent
  }

  init(_ number: Number) {
    var digits: [UInt8] = []
    var isNegative = false
    var exponent = 0
    var isFraction = false
    var text = Substring(number.text)
    if let mark = text.firstIndex(of: "e") {
      exponent = Int(text[text.index(after: mark)...]) ?? 0
      text = text[..<mark]
    }
    for byte in text.utf8 {
      switch byte {
      case UInt8(ascii: "-"): isNegative = true
      case UInt8(ascii: "."): isFraction = true
      default:
        digits.append(byte - 0x30)
        if isFraction { exponent -= 1 }
      }
    }
    self.init(isNegative: isNegative, digits: digits, exponent: exponent)
  }

  /// `nil` beyond the digit limit.
  var number: Number? {
    let magnitude = digits.isEmpty ? "0" : String(decoding: digits.map { $0 + 0x30 }, as: UTF8.self)
    guard digits.count <= Self.digitLimit else { return nil }
    return Number(parsing: "\(isNegative ? "-" : "")\(magnitude)e\(exponent)")
  }

  var isZero: Bool { digits.isEmpty }
  var isInteger: Bool { exponent >= 0 }

  static prefix func - (value: ExactDecimal) -> ExactDecimal {
    ExactDecimal(isNegative: !value.isNegative, digits: value.digits, exponent: value.exponent)
  }

  static func sum(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
    if left.isZero { return right }
    if right.isZero { return left }
    let exponent = min(left.exponent, right.exponent)
    guard left.exponent - exponent + left.digits.count <= digitLimit, right.exponent - exponent + right.digits.count <= digitLimit
    else { return nil }
    let first = left.digits + repeatElement(0, count: left.exponent - exponent)
    let second = right.digits + repeatElement(0, count: right.exponent - exponent)
    if left.isNegative == right.isNegative {
      return ExactDecimal(isNegative: left.isNegative, digits: add(first, second), exponent: exponent)
    }
    if precedesOrEquals(second, first) {
      return ExactDecimal(isNegative: left.isNegative, digits: subtract(first, second), exponent: exponent)
    }
    return ExactDecimal(isNegative: right.isNegative, digits: subtract(second, first), exponent: exponent)
  }

  static func product(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
    guard left.digits.count + right.digits.count <= digitLimit else { return nil }
    var cells = [Int](repeating: 0, count: left.digits.count + right.digits.count)
    for (i, a) in left.digits.enumerated() {
      for (j, b) in right.digits.enumerated() { cells[i + j + 1] += Int(a) * Int(b) }
    }
    for index in cells.indices.reversed() where index > 0 {
      cells[index - 1] += cells[index] / 10
      cells[index] %= 10
    }
    return ExactDecimal(
      isNegative: left.isNegative != right.isNegative, digits: cells.map(UInt8.init), exponent: left.exponent + right.exponent)
  }

  /// `nil` for a division by zero.
  static func quotient(_ left: ExactDecimal, _ right: ExactDecimal) -> ExactDecimal? {
    guard !right.isZero else { return nil }
    guard !left.isZero else { return left }
    // One digit more than is kept decides the rounding; whether anything remains breaks the tie.
    let shift = max(0, quotientDigits + 2 + right.digits.count - left.digits.count)
    let dividend = left.digits + repeatElement(0, count: shift)
    var remainder: [UInt8] = []
    var result: [UInt8] = []
    for digit in dividend {
      remainder.append(digit)
      if remainder.first == 0 { remainder.removeFirst() }
      var times: UInt8 = 0
      while precedesOrEquals(right.digits, remainder) {
        remainder = subtract(remainder, right.digits)
        times += 1
      }
      result.append(times)
    }
    let whole = ExactDecimal(isNegative: false, digits: result, exponent: left.exponent - right.exponent - shift)
    let rounded = whole.rounded(toDigits: quotientDigits, hasRemainder: !remainder.isEmpty)
    return ExactDecimal(isNegative: left.isNegative != right.isNegative, digits: rounded.digits, exponent: rounded.exponent)
  }

  /// What becomes of the digits behind the last place: `up` is away from zero, `down` towards it.
  enum Rounding: String, CaseIterable, Sendable {
    case halfEven = "half-even"
    case halfUp = "half-up"
    case down, up
  }

  /// Rounded to so many places after the decimal point.
  func rounded(toPlaces places: Int, _ mode: Rounding = .halfEven) -> ExactDecimal {
    let count = digits.count + exponent + places
    // Everything lies behind the last place: `up` makes it one there.
    if mode == .up, count < 0, !isZero { return ExactDecimal(isNegative: isNegative, digits: [1], exponent: -places) }
    return rounded(toDigits: max(-1, count), hasRemainder: false, mode)
  }

  private func rounded(toDigits count: Int, hasRemainder: Bool, _ mode: Rounding = .halfEven) -> ExactDecimal {
    guard digits.count > count else { return self }
    guard count >= 0 else { return ExactDecimal(isNegative: false, digits: [], exponent: 0) }
    var kept = Array(digits[..<count])
    let tail = digits[count...]
    let isAboveHalf = tail.first! > 5 || tail.first! == 5 && (tail.dropFirst().contains { $0 != 0 } || hasRemainder)
    let isHalf = tail.first! == 5 && !isAboveHalf
    let isRaised =
      switch mode {
      case .halfEven: isAboveHalf || isHalf && (kept.last ?? 0) % 2 == 1
      case .halfUp: isAboveHalf || isHalf
      case .down: false
      case .up: true
      }
    if isRaised { kept = Self.add(kept, [1]) }
    return ExactDecimal(isNegative: isNegative, digits: kept, exponent: exponent + tail.count)
  }

  // MARK: Magnitudes

  private static func add(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    let count = max(left.count, right.count) + 1
    var result = [UInt8](repeating: 0, count: count)
    var carry: UInt8 = 0
    for offset in 0..<count {
      let a = offset < left.count ? left[left.count - 1 - offset] : 0
      let b = offset < right.count ? right[right.count - 1 - offset] : 0
      let sum = a + b + carry
      result[count - 1 - offset] = sum % 10
      carry = sum / 10
    }
    return result
  }

  /// `left - right` for left ≥ right, without leading zeros.
  private static func subtract(_ left: [UInt8], _ right: [UInt8]) -> [UInt8] {
    var result = left
    var borrow: Int8 = 0
    for offset in 0..<left.count {
      let b = offset < right.count ? Int8(right[right.count - 1 - offset]) : 0
      var difference = Int8(left[left.count - 1 - offset]) - b - borrow
      borrow = difference < 0 ? 1 : 0
      if difference < 0 { difference += 10 }
      result[left.count - 1 - offset] = UInt8(difference)
    }
    return Array(result.drop { $0 == 0 })
  }

  private static func precedesOrEquals(_ left: [UInt8], _ right: [UInt8]) -> Bool {
    let a = left.drop { $0 == 0 }
    let b = right.drop { $0 == 0 }
    if a.count != b.count { return a.count < b.count }
    return !b.lexicographicallyPrecedes(a)
  }
}

extension ExactDecimal: Comparable {
  static func == (left: ExactDecimal, right: ExactDecimal) -> Bool {
    left.isNegative == right.isNegative && left.exponent == right.exponent && left.digits == right.digits
  }

  static func < (left: ExactDecimal, right: ExactDecimal) -> Bool {
    if left.isZero || right.isZero { return left.isZero ? !right.isZero && !right.isNegative : left.isNegative }
    if left.isNegative != right.isNegative { return left.isNegative }
    let (small, large) = left.isNegative ? (right, left) : (left, right)
    let smallOrder = small.digits.count + small.exponent
    let largeOrder = large.digits.count + large.exponent
    return smallOrder != largeOrder ? smallOrder < largeOrder : small.digits.lexicographicallyPrecedes(large.digits)
  }
}
