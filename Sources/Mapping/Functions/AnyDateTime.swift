import Normalization

/// Reads a day with a time of day as people and systems write them: `2024-03-05 14:03`, `20240305140300`, `2024年3月5日 下午2时3分`,
/// `Tue, 5 Mar 2024 14:03:00 +0800`, `3/5/2024 2:03 PM`. A day alone is its first moment.
///
/// What stands behind the time must be an offset, a year or a comment in parentheses: of two times none is chosen. Abbreviations of zones
/// other than UTC and GMT say nothing, since `CST` is Chinese in one system and American in the next.
struct AnyDateTime {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var fields = DatePattern.Fields()

  /// `nil` for what is no such time.
  static func fields(_ text: String, order: DateReading.Order) -> DatePattern.Fields? {
    var reading = AnyDateTime(FunctionDeclaration.halfWidth(text))
    return reading.read(order)
  }

  private init(_ text: String) { scalars = Array(trimmed(text).unicodeScalars) }

  private mutating func read(_ order: DateReading.Order) -> DatePattern.Fields? {
    if let compact { return compact }
    guard let mark else { return setDay(from: String(scalars: scalars), order) ? fields : nil }
    guard let start = startOfTime(mark) else { return nil }
    let (front, period) = Self.withoutPeriod(scalars[..<start])
    position = start
    guard readClock(), readPeriod(before: period), readOffset() else { return nil }
    // Unix and C write the year last: Tue Mar 5 14:03:05 2024.
    skipSpaces()
    let behind = position
    _ = number(4, 4)
    let year = scalars[behind..<position]
    skipSpaces()
    if position < scalars.count, scalars[position] == "(", scalars.last == ")" { position = scalars.count }
    guard position == scalars.count else { return nil }
    return setDay(from: String(scalars: front) + " " + String(scalars: year), order) ? fields : nil
  }

  private mutating func setDay(from text: String, _ order: DateReading.Order) -> Bool {
    guard let day = DateReading.day(text, order: order).map(Int.init) else { return false }
    (fields.year, fields.month, fields.day) = (day / 10_000, day / 100 % 100, day % 100)
    return true
  }

  /// Digits alone, or with a T between day and time: `yyyyMMddHHmm`, `yyyyMMddHHmmss`, `yyyyMMdd'T'HHmmssX`.
  private var compact: DatePattern.Fields? {
    guard scalars.count >= 12, scalars.prefix(8).allSatisfy(Self.isDigit) else { return nil }
    let text = String(scalars: scalars)
    return Self.compactPatterns.lazy.compactMap { $0.parse(text) }.first
  }

  private static let compactPatterns = ["yyyyMMddHHmmss", "yyyyMMddHHmm", "yyyyMMdd'T'HHmmss", "yyyyMMdd'T'HHmmssX", "yyyyMMdd'T'HHmm"]
    .compactMap { try? DatePattern($0) }

  /// The first colon or 时.
  private var mark: Int? { scalars.firstIndex { $0 == ":" || Self.hourMarks.contains($0) } }

  /// Where the hour begins: the one or two digits in front of the mark.
  private func startOfTime(_ mark: Int) -> Int? {
    guard mark > 0 else { return nil }
    let start = mark > 1 && Self.isDigit(scalars[mark - 2]) ? mark - 2 : mark - 1
    return Self.isDigit(scalars[start]) && Self.isDigit(scalars[mark - 1]) ? start : nil
  }

  // MARK: The time of day

  private static let hourMarks: Set<Unicode.Scalar> = ["时", "時", "点", "點"]

  private mutating func readClock() -> Bool {
    guard let hour = number(1, 2), hour < 24, position < scalars.count else { return false }
    fields.hour = hour
    if scalars[position] == ":" {
      position += 1
      guard let minute = number(2, 2) else { return false }
      fields.minute = minute
      if take(":") {
        guard let second = number(2, 2) else { return false }
        fields.second = second
        if !readFraction() { return false }
      }
    } else {
      position += 1
      if take("半") {
        fields.minute = 30
      } else if !take("整"), let minute = number(1, 2) {
        fields.minute = minute
        if take("分"), let second = number(1, 2) {
          guard take("秒") else { return false }
          fields.second = second
        }
      }
    }
    return fields.minute < 60 && fields.second < 60
  }

  private mutating func readFraction() -> Bool {
    guard take(".") || take(",") else { return true }
    let start = position
    guard let fraction = number(1, 9) else { return false }
    fields.microsecond = DatePattern.scaled(fraction, position - start)
    return true
  }

  // MARK: Morning and afternoon

  private enum Period { case morning, noon, afternoon, evening }

  private static let words: [(String, Period)] = [
    ("凌晨", .morning), ("清晨", .morning), ("早上", .morning), ("早晨", .morning), ("上午", .morning), ("a.m.", .morning), ("am", .morning),
    ("中午", .noon), ("下午", .afternoon), ("p.m.", .afternoon), ("pm", .afternoon), ("傍晚", .evening), ("晚上", .evening),
  ]

  private static let periods: [(word: [Unicode.Scalar], period: Period)] = words.map { (Array($0.0.unicodeScalars), $0.1) }

  /// The word in front of the hour, and what stands before it.
  private static func withoutPeriod(_ front: ArraySlice<Unicode.Scalar>) -> (ArraySlice<Unicode.Scalar>, Period?) {
    let text = front.dropLast(front.reversed().prefix { $0 == " " }.count)
    for (word, period) in periods where text.count >= word.count && text.suffix(word.count).map(lowercased) == word {
      return (text.dropLast(word.count), period)
    }
    return (front, nil)
  }

  /// The word behind the time, unless one stood before it; then what it makes of the hour. 14 in the afternoon is 14.
  private mutating func readPeriod(before: Period?) -> Bool {
    var period = before
    if period == nil {
      let start = position
      skipSpaces()
      for (word, found) in Self.periods
      where period == nil && scalars[position...].prefix(word.count).map(Self.lowercased) == word {
        position += word.count
        period = found
      }
      if period == nil { position = start }
    }
    switch (period, fields.hour) {
    case (.morning, 13...), (.evening, 12), (.evening, 0): return false
    case (.morning, 12): fields.hour = 0
    case (.noon, 1...3), (.afternoon, 1...11), (.evening, 1...11): fields.hour += 12
    default: break
    }
    return true
  }

  // MARK: The offset

  /// `Z`, `UTC`, `GMT`, `+08`, `+0800`, `+08:00`, `GMT+8`; nothing is fine, too.
  private mutating func readOffset() -> Bool {
    let start = position
    skipSpaces()
    for name in ["utc", "gmt", "z"] where scalars[position...].prefix(name.count).map(Self.lowercased) == Array(name.unicodeScalars) {
      position += name.count
      fields.offset = 0
      break
    }
    guard position < scalars.count, scalars[position] == "+" || scalars[position] == "-" else {
      if fields.offset == nil { position = start }
      return true
    }
    let sign = scalars[position] == "-" ? -1 : 1
    position += 1
    guard let hours = number(1, 2), hours <= 18 else { return false }
    _ = take(":")
    let minutes = number(2, 2) ?? 0
    guard minutes < 60 else { return false }
    fields.offset = sign * (hours * 3600 + minutes * 60)
    return true
  }

  // MARK: Characters

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { (0x30...0x39).contains(scalar.value) }

  private static func lowercased(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    (0x41...0x5A).contains(scalar.value) ? Unicode.Scalar(UInt8(scalar.value) | 0x20) : scalar
  }

  private mutating func take(_ scalar: Unicode.Scalar) -> Bool {
    guard position < scalars.count, scalars[position] == scalar else { return false }
    position += 1
    return true
  }

  private mutating func skipSpaces() { while take(" ") {} }

  /// So many digits; `nil`, and none is read, when there are fewer.
  private mutating func number(_ least: Int, _ most: Int) -> Int? {
    var end = position
    var value = 0
    while end < scalars.count, end - position < most, Self.isDigit(scalars[end]) {
      value = value * 10 + Int(scalars[end].value - 0x30)
      end += 1
    }
    guard end - position >= least else { return nil }
    position = end
    return value
  }
}
