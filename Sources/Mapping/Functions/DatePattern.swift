import Model

/// A date format such as `yyyy-MM-dd HH:mm:ss`, compiled. The letters are those of Unicode TS 35, as in Java, Swift and most
/// ERP manuals: `y M d H h m s S a` and `X` for an offset (`Z`, `+08`, `+0800`, `+08:00`). `MMM` and `MMMM` are English names of
/// months. `T` and other characters stand for themselves; text in single quotes too. Doubled letters need exactly so many digits,
/// single ones take one or two.
struct DatePattern: Sendable {
  enum Token: Sendable {
    case field(Character, Int)
    case literal(UInt8)
  }

  struct Fields {
    var year = 1970
    var month = 1
    var day = 1
    var hour = 0
    var minute = 0
    var second = 0
    var microsecond = 0
    var isAfternoon: Bool?
    /// Seconds east of UTC, when the text says.
    var offset: Int?

    /// Microseconds since 1970 as if the fields were UTC.
    var local: Int64 {
      let days = Int64(CivilDate(year: year, month: month, day: day).days)
      return (days * 86_400 + Int64(hour * 3600 + minute * 60 + second)) * 1_000_000 + Int64(microsecond)
    }

    func microseconds(offset: Int) -> Int64 { local - Int64(offset) * 1_000_000 }
  }

  let tokens: [Token]
  let hasTime: Bool
  let hasOffset: Bool

  /// Why a pattern is refused.
  struct Problem: Error { var message: String }

  static let isoDate = DatePattern([
    .field("y", 4), .literal(0x2D), .field("M", 2), .literal(0x2D), .field("d", 2),
  ])
  /// ISO 8601 as RFC 3339 §5.6 writes it, with the usual liberties: a space for the T, no seconds, no offset.
  static let isoDateTime = DatePattern([
    .field("y", 4), .literal(0x2D), .field("M", 2), .literal(0x2D), .field("d", 2), .field("T", 1), .field("H", 2), .literal(0x3A),
    .field("m", 2), .field("?", 1), .field("X", 0),
  ])

  private init(_ tokens: [Token]) {
    self.tokens = tokens
    var letters: Set<Character> = []
    for case .field(let letter, _) in tokens { letters.insert(letter) }
    hasTime = letters.contains("H") || letters.contains("h")
    hasOffset = letters.contains("X")
  }

  /// - Parameter isForReading: year, month and day are needed then.
  init(_ pattern: String, isForReading: Bool = true) throws(Problem) {
    var tokens: [Token] = []
    let characters = Array(pattern)
    var index = 0
    while index < characters.count {
      let character = characters[index]
      var run = 1
      while index + run < characters.count, characters[index + run] == character { run += 1 }
      switch character {
      case "y" where run == 4 || run == 2, "M" where run <= 4, "d" where run <= 2, "H" where run <= 2, "h" where run <= 2,
        "m" where run <= 2, "s" where run <= 2, "S" where run <= 9, "a" where run == 1, "X" where run <= 3:
        tokens.append(.field(character, run))
        index += run
      case "'":
        guard let end = characters[(index + 1)...].firstIndex(of: "'") else { throw Problem(message: "a quote is never closed") }
        let quoted = end == index + 1 ? "'" : String(characters[(index + 1)..<end])
        tokens += quoted.utf8.map { .literal($0) }
        index = end + 1
      case "T", "Z":
        tokens.append(.literal(character.asciiValue ?? 0))
        index += 1
      case _ where character.isASCII && character.isLetter:
        throw Problem(message: "\"\(String(repeating: character, count: run))\" is not a field")
      default:
        tokens += String(character).utf8.map { .literal($0) }
        index += 1
      }
    }
    self.init(tokens)
    let letters = tokens.compactMap { token in if case .field(let letter, _) = token { letter } else { nil } }
    guard isForReading else { return }
    guard letters.contains("y"), letters.contains("M"), letters.contains("d") else {
      throw Problem(message: "year (yyyy), month (MM) and day (dd) are needed")
    }
    guard letters.contains("h") == letters.contains("a") else { throw Problem(message: "h goes with a, H without") }
  }

  /// The fields of a text that fits completely, with white space around it ignored; `nil` otherwise.
  func parse(_ text: String) -> Fields? {
    var copy = trimmed(text)
    return copy.withUTF8 { parse($0) }
  }

  private func parse(_ bytes: UnsafeBufferPointer<UInt8>) -> Fields? {
    var fields = Fields()
    var position = 0
    for token in tokens {
      switch token {
      case .literal(let byte):
        guard position < bytes.count, bytes[position] == byte else { return nil }
        position += 1
      case .field(let letter, let width):
        guard Self.read(letter, width, bytes, &position, &fields) else { return nil }
      }
    }
    guard position == bytes.count else { return nil }
    if let isAfternoon = fields.isAfternoon {
      guard (1...12).contains(fields.hour) else { return nil }
      fields.hour = fields.hour % 12 + (isAfternoon ? 12 : 0)
    }
    let isValid =
      (1...12).contains(fields.month) && fields.day >= 1 && fields.day <= Instant.daysIn(year: fields.year, month: fields.month)
      && fields.hour < 24 && fields.minute < 60 && fields.second < 60
    return isValid ? fields : nil
  }

  private static func read(
    _ letter: Character, _ width: Int, _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ fields: inout Fields
  ) -> Bool {
    switch letter {
    case "T":
      guard position < bytes.count, [0x54, 0x74, 0x20].contains(bytes[position]) else { return false }
      position += 1
      return true
    case "?": return readSeconds(bytes, &position, &fields)
    case "X": return readOffset(bytes, &position, &fields, isOptional: width == 0)
    case "a":
      guard position + 1 < bytes.count, bytes[position + 1] | 0x20 == UInt8(ascii: "m") else { return false }
      switch bytes[position] | 0x20 {
      case UInt8(ascii: "a"): fields.isAfternoon = false
      case UInt8(ascii: "p"): fields.isAfternoon = true
      default: return false
      }
      position += 2
      return true
    case "M" where width > 2: return readMonthName(bytes, &position, &fields, isShort: width == 3)
    default: break
    }
    guard let number = digits(bytes, &position, atLeast: width, atMost: width == 1 ? 2 : width) else { return false }
    switch letter {
    case "y": fields.year = width == 2 ? (number < 70 ? 2000 : 1900) + number : number
    case "M": fields.month = number
    case "d": fields.day = number
    case "H", "h": fields.hour = number
    case "m": fields.minute = number
    case "s": fields.second = number
    default: fields.microsecond = scaled(number, width)
    }
    return true
  }

  static let monthNames = [
    "January", "February", "March", "April", "May", "June", "July", "August", "September", "October", "November", "December",
  ]

  private static func readMonthName(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ fields: inout Fields, isShort: Bool
  ) -> Bool {
    for (index, name) in monthNames.enumerated() {
      let wanted = isShort ? Array(name.utf8.prefix(3)) : Array(name.utf8)
      let end = position + wanted.count
      guard end <= bytes.count, zip(bytes[position..<end], wanted).allSatisfy({ $0 | 0x20 == $1 | 0x20 }) else { continue }
      position = end
      fields.month = index + 1
      return true
    }
    return false
  }

  /// `:ss` and a fraction, both optional.
  private static func readSeconds(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ fields: inout Fields) -> Bool {
    guard position < bytes.count, bytes[position] == UInt8(ascii: ":") else { return true }
    position += 1
    guard let second = digits(bytes, &position, atLeast: 2, atMost: 2) else { return false }
    fields.second = second
    guard position < bytes.count, bytes[position] == UInt8(ascii: ".") || bytes[position] == UInt8(ascii: ",") else { return true }
    position += 1
    let start = position
    guard let fraction = digits(bytes, &position, atLeast: 1, atMost: 9) else { return false }
    fields.microsecond = scaled(fraction, position - start)
    return true
  }

  private static func readOffset(
    _ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, _ fields: inout Fields, isOptional: Bool
  ) -> Bool {
    guard position < bytes.count else { return isOptional }
    let sign = bytes[position]
    position += 1
    if sign | 0x20 == UInt8(ascii: "z") {
      fields.offset = 0
      return true
    }
    guard sign == UInt8(ascii: "+") || sign == UInt8(ascii: "-"), let hours = digits(bytes, &position, atLeast: 2, atMost: 2) else {
      return false
    }
    if position < bytes.count, bytes[position] == UInt8(ascii: ":") { position += 1 }
    let minutes = position < bytes.count ? digits(bytes, &position, atLeast: 2, atMost: 2) : 0
    guard let minutes, hours < 24, minutes < 60 else { return false }
    fields.offset = (sign == UInt8(ascii: "-") ? -1 : 1) * (hours * 3600 + minutes * 60)
    return true
  }

  private static func digits(_ bytes: UnsafeBufferPointer<UInt8>, _ position: inout Int, atLeast: Int, atMost: Int) -> Int? {
    var value = 0
    var count = 0
    while count < atMost, position < bytes.count, (0x30...0x39).contains(bytes[position]) {
      value = value * 10 + Int(bytes[position] - 0x30)
      position += 1
      count += 1
    }
    return count >= max(1, atLeast) ? value : nil
  }

  /// A fraction of so many digits in microseconds; what is finer is cut off.
  static func scaled(_ fraction: Int, _ digits: Int) -> Int {
    var value = fraction
    for _ in 0..<max(0, 6 - digits) { value *= 10 }
    for _ in 0..<max(0, digits - 6) { value /= 10 }
    return value
  }
}
