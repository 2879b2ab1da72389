import Model

/// A point in time as microseconds since 1970-01-01T00:00:00Z in the proleptic Gregorian calendar.
enum Instant {
  static let microsecondsPerSecond: Int64 = 1_000_000

  static func daysIn(year: Int, month: Int) -> Int {
    switch month {
    case 4, 6, 9, 11: 30
    case 2: year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) ? 29 : 28
    default: 31
    }
  }

  /// RFC 3339 in UTC, with as many fraction digits as are needed; `nil` outside the years 0000 to 9999.
  static func text(microseconds: Int64) -> String? {
    let seconds = microseconds >= 0 ? microseconds / 1_000_000 : (microseconds - 999_999) / 1_000_000
    let fraction = Int(microseconds - seconds * 1_000_000)
    let days = seconds >= 0 ? seconds / 86_400 : (seconds - 86_399) / 86_400
    let second = Int(seconds - days * 86_400)
    let date = CivilDate(days: Int(days))
    guard (0...9999).contains(date.year) else { return nil }
    var bytes: [UInt8] = []
    bytes.reserveCapacity(27)
    append(date.year, 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, 2, to: &bytes)
    bytes.append(UInt8(ascii: "T"))
    append(second / 3600, 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(second / 60 % 60, 2, to: &bytes)
    bytes.append(UInt8(ascii: ":"))
    append(second % 60, 2, to: &bytes)
    if fraction > 0 {
      bytes.append(UInt8(ascii: "."))
      append(fraction, 6, to: &bytes)
      while bytes.last == 0x30 { bytes.removeLast() }
    }
    bytes.append(UInt8(ascii: "Z"))
    return String(decoding: bytes, as: UTF8.self)
  }

  /// `yyyy-MM-dd`.
  static func dateText(_ date: CivilDate) -> String {
    var bytes: [UInt8] = []
    append(date.year, 4, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.month, 2, to: &bytes)
    bytes.append(UInt8(ascii: "-"))
    append(date.day, 2, to: &bytes)
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func append(_ value: Int, _ width: Int, to bytes: inout [UInt8]) {
    var divisor = 1
    for _ in 1..<width { divisor *= 10 }
    while divisor > 0 {
      bytes.append(UInt8(0x30 + value / divisor % 10))
      divisor /= 10
    }
  }

  /// Microseconds of RFC 3339 text or of a date (its midnight in UTC); `nil` when it is neither.
  static func microseconds(_ text: String) -> Int64? {
    let pattern = text.utf8.count == 10 ? DatePattern.isoDate : DatePattern.isoDateTime
    guard let fields = pattern.parse(text), text.utf8.count == 10 || fields.offset != nil else { return nil }
    return fields.microseconds(offset: fields.offset ?? 0)
  }
}

/// Offsets from UTC of a time zone, as a table, so that no call into a calendar library is made per value.
struct ZoneOffsets: Sendable {
  /// From `start` (seconds since 1970) on, local time is UTC plus `offset` seconds. Ascending.
  var periods: [(start: Int64, offset: Int)]

  /// The instant of a local time given as if it were UTC, in seconds. A time that occurs twice is the earlier one; one that
  /// a clock change skips is moved on by the change.
  func utc(local: Int64) -> Int64 {
    var low = 0
    var high = periods.count - 1
    // The last period that starts, in its own local time, at or before this time.
    while low < high {
      let middle = (low + high + 1) / 2
      if periods[middle].start + Int64(periods[middle].offset) <= local { low = middle } else { high = middle - 1 }
    }
    if low > 0 {
      let earlier = local - Int64(periods[low - 1].offset)
      if earlier < periods[low].start { return earlier }
    }
    let candidate = local - Int64(periods[low].offset)
    return candidate
  }
}
