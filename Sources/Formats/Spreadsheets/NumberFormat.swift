import Model

/// What a cell's number format makes of its number.
enum NumberFormat: Hashable {
  case number
  /// Digits with zeros in front, as in the number of a customer.
  case padded(Int)
  case date
  case time
  case dateTime
  /// Hours, minutes and seconds that may be more than a day.
  case duration

  /// The formats that have no code in the file; ECMA-376 part 1, §18.8.30, with those of the Chinese, Japanese and Korean editions.
  init(builtIn id: Int) {
    switch id {
    case 14...17, 27...31, 36, 50...54, 57, 58: self = .date
    case 18...21, 32...35, 45, 47, 55, 56: self = .time
    case 22: self = .dateTime
    case 46: self = .duration
    default: self = .number
    }
  }

  /// Reads a format code such as `yyyy"年"m"月"d"日"` or `[h]:mm`: its first section decides.
  init(code: String) {
    var parts = FormatCodeParts()
    var rest = Array(code.unicodeScalars)[...]
    while let next = rest.popFirst(), next != ";" { parts.take(next, &rest) }
    self = parts.format
  }
}

/// The letters of a format code that say what it shows.
private struct FormatCodeParts {
  private var letters: [Character] = []
  private var isElapsed = false
  private var zeros = 0
  private var hasOthers = false

  mutating func take(_ next: Unicode.Scalar, _ rest: inout ArraySlice<Unicode.Scalar>) {
    switch next {
    case "\"": rest = rest.drop { $0 != "\"" }.dropFirst()
    // The next character is shown as it is, stands for its width, or is repeated.
    case "\\", "_", "*", "!": rest = rest.dropFirst()
    case "[":
      let inside = rest.prefix { $0 != "]" }
      rest = rest.dropFirst(inside.count + 1)
      if let first = inside.first, "hHmMsS".unicodeScalars.contains(first), inside.allSatisfy({ $0 == first }) { isElapsed = true }
    case "0":
      zeros += 1
    case "#", "?", "%", ".", "@": hasOthers = true
    // An exponent, behind digits.
    case "E" where rest.first == "+" || rest.first == "-": hasOthers = true
    case "y", "Y", "d", "D", "h", "H", "s", "S", "m", "M", "e", "E", "b", "B": letters.append(Character(next.properties.lowercaseMapping))
    case "G", "g":
      // "General", or the era of a Japanese date.
      if rest.starts(with: "eneral".unicodeScalars) { rest = rest.dropFirst(6) }
    case "A", "a":
      if rest.starts(with: "M/PM".unicodeScalars) || rest.starts(with: "m/pm".unicodeScalars) { rest = rest.dropFirst(4) }
    default: break
    }
  }

  var format: NumberFormat {
    if isElapsed { return .duration }
    let hasTime = letters.contains { $0 == "h" || $0 == "s" }
    let hasDate =
      letters.contains { $0 == "y" || $0 == "d" || $0 == "e" || $0 == "b" } || (!hasTime && letters.contains("m"))
    if hasDate || hasTime { return hasDate ? hasTime ? .dateTime : .date : .time }
    return zeros > 1 && !hasOthers ? .padded(zeros) : .number
  }
}

/// Days as sheets count them.
enum SheetDate {
  /// Writes a date as ISO 8601 has it, with a blank before the time: what Normalization reads. `nil` for what is no date.
  ///
  /// - Parameter is1904: whether day 0 is 1904-01-01. Otherwise day 1 is 1900-01-01, and day 60 a 29 February that never was.
  static func text(_ serial: Double, _ format: NumberFormat, is1904: Bool) -> [UInt8]? {
    guard serial >= 0, serial < 2_958_466 else { return nil }
    var days = Int(serial)
    var seconds = Int(((serial - Double(days)) * 86_400).rounded())
    if format == .duration { return time(days * 86_400 + seconds, hourDigits: 1) }
    if seconds == 86_400 { (days, seconds) = (days + 1, 0) }
    if format == .time, days == 0 { return time(seconds, hourDigits: 2) }
    // Days since 1970-01-01 of day 0: 1904-01-01, 1899-12-31 up to day 59, and 1899-12-30 from then on.
    let epoch = is1904 ? -24_107 : days < 60 ? -25_568 : -25_569
    let day = date(days + epoch)
    return seconds == 0 && format == .date ? day : day + [UInt8(ascii: " ")] + time(seconds, hourDigits: 2)
  }

  /// `2024-03-05T00:00:00.000` as dates by number are written.
  static func plain(_ date: [UInt8]) -> [UInt8] {
    guard let mark = date.firstIndex(of: UInt8(ascii: "T")) else { return date }
    let time = date[(mark + 1)...].prefix { $0 != UInt8(ascii: ".") && $0 != UInt8(ascii: "Z") }
    return time.elementsEqual("00:00:00".utf8) ? Array(date[..<mark]) : date[..<mark] + [UInt8(ascii: " ")] + time
  }

  private static func time(_ seconds: Int, hourDigits: Int) -> [UInt8] {
    padded(seconds / 3600, hourDigits) + [UInt8(ascii: ":")] + padded(seconds / 60 % 60, 2) + [UInt8(ascii: ":")] + padded(seconds % 60, 2)
  }

  /// - Parameter days: since 1970-01-01.
  private static func date(_ days: Int) -> [UInt8] {
    let date = CivilDate(days: days)
    return padded(date.year, 4) + [UInt8(ascii: "-")] + padded(date.month, 2) + [UInt8(ascii: "-")] + padded(date.day, 2)
  }

  static func padded(_ number: Int, _ digits: Int) -> [UInt8] {
    let text = Array(String(number).utf8)
    return Array(repeating: UInt8(ascii: "0"), count: max(0, digits - text.count)) + text
  }
}

/// Gives the text of numbers by their formats.
struct SheetFormats {
  /// By the number of a cell's style.
  var formats: [NumberFormat] = []
  var is1904 = false

  func format(_ style: Int) -> NumberFormat { style >= 0 && style < formats.count ? formats[style] : .number }

  /// - Parameter raw: the number as an XLSX file has it.
  func text(_ raw: ArraySlice<UInt8>, style: Int) -> [UInt8] {
    let format = format(style)
    guard format != .number, let value = Double(String(decoding: raw, as: UTF8.self)) else { return SheetNumber.text(raw) }
    return text(value, format) ?? SheetNumber.text(raw)
  }

  func text(_ value: Double, style: Int) -> [UInt8] { text(value, format(style)) ?? SheetNumber.text(value) }

  private func text(_ value: Double, _ format: NumberFormat) -> [UInt8]? {
    switch format {
    case .number: nil
    case .padded(let digits): Int(exactly: value).flatMap { $0 >= 0 ? SheetDate.padded($0, digits) : nil }
    default: SheetDate.text(value, format, is1904: is1904)
    }
  }
}
