import Model

extension DatePattern {
  /// A point in time in the way of the pattern.
  ///
  /// - Parameters:
  ///   - microseconds: since 1970 in UTC.
  ///   - offset: seconds east of UTC of the place where it is shown.
  func text(microseconds: Int64, offset: Int) -> String {
    let local = microseconds.flooredSeconds + Int64(offset)
    let date = CivilDate(days: Int(local.flooredDays))
    let second = Int(local - local.flooredDays * 86_400)
    let fraction = Int(microseconds - microseconds.flooredSeconds * 1_000_000)
    var bytes: [UInt8] = []
    for token in tokens {
      switch token {
      case .literal(let byte): bytes.append(byte)
      case .field("y", 2): bytes += Self.padded(date.year % 100, 2)
      case .field("y", _): bytes += Self.padded(date.year, 4)
      case .field("M", let width) where width > 2: bytes += Self.monthNames[date.month - 1].utf8.prefix(width == 3 ? 3 : .max)
      case .field("M", let width): bytes += Self.padded(date.month, width)
      case .field("d", let width): bytes += Self.padded(date.day, width)
      case .field("H", let width): bytes += Self.padded(second / 3600, width)
      case .field("h", let width): bytes += Self.padded((second / 3600 + 11) % 12 + 1, width)
      case .field("m", let width): bytes += Self.padded(second / 60 % 60, width)
      case .field("s", let width): bytes += Self.padded(second % 60, width)
      case .field("S", let width): bytes += (Self.padded(fraction, 6) + [0x30, 0x30, 0x30]).prefix(width)
      case .field("a", _): bytes += (second < 43_200 ? "AM" : "PM").utf8
      case .field("X", let width): bytes += Self.offsetText(offset, width)
      case .field: break
      }
    }
    return String(decoding: bytes, as: UTF8.self)
  }

  private static func padded(_ number: Int, _ width: Int) -> [UInt8] {
    let digits = Array(String(number).utf8)
    return [UInt8](repeating: 0x30, count: max(0, width - digits.count)) + digits
  }

  /// `Z` for UTC; else by how often the pattern letter X is repeated (Unicode TS 35): `+08` or `+0530`, `+0800`, `+08:00`.
  private static func offsetText(_ offset: Int, _ width: Int) -> [UInt8] {
    if offset == 0 { return Array("Z".utf8) }
    let minutes = abs(offset) / 60
    var bytes = Array((offset < 0 ? "-" : "+").utf8) + padded(minutes / 60, 2)
    if width == 1, minutes % 60 == 0 { return bytes }
    if width > 2 { bytes += ":".utf8 }
    return bytes + padded(minutes % 60, 2)
  }
}
