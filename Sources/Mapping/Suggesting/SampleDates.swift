import Formats
import Model
import Normalization

/// How the dates of a field are written.
struct SampleDates {
  private let values: [String]

  init(_ values: [String]) { self.values = values }

  private static let formats = [
    "yyyy-MM-dd HH:mm:ss", "yyyy-MM-dd HH:mm", "yyyy/MM/dd HH:mm:ss", "yyyy/M/d H:mm:ss", "yyyy/M/d H:mm", "dd.MM.yyyy HH:mm",
    "dd.MM.yyyy HH:mm:ss",
    "dd/MM/yyyy HH:mm", "MM/dd/yyyy HH:mm", "yyyyMMddHHmmss", "yyyy年M月d日 HH:mm", "d MMM yyyy HH:mm:ss", "yyyy-MM-dd HH:mm:ss XX",
  ]
  private static let days = [
    "yyyy-MM-dd", "yyyy/M/d", "yyyyMMdd", "dd.MM.yyyy", "d.M.yyyy", "dd/MM/yyyy", "MM/dd/yyyy", "yyyy年M月d日", "yyyy.M.d", "d MMM yyyy",
  ]

  /// The calls that read them as points in time, the one for most of them first. Zones are not written in them: the one of China is
  /// assumed.
  var datetime: [String] {
    guard !values.isEmpty else { return ["datetime('iso', 'Asia/Shanghai')"] }
    for (unit, count) in [("s", 10), ("ms", 13)]
    where share({ $0.utf8.count == count && $0.utf8.allSatisfy { (0x30...0x39).contains($0) } }) > 0.5 {
      return ["epoch('\(unit)')"]
    }
    if share({ DatePattern.isoDateTime.parse($0) != nil }) > 0.5 { return ["datetime('iso', 'Asia/Shanghai')"] }
    let formats = best(Self.formats + Self.days)
    if !formats.isEmpty { return formats.map { "datetime('\($0)', 'Asia/Shanghai')" } }
    let order = DateReading.order(of: values)
    guard share({ AnyDateTime.fields($0, order: order) != nil }) > 0.5 else { return [] }
    return [order == .monthFirst ? "any_datetime('Asia/Shanghai', 'month-first')" : "any_datetime('Asia/Shanghai')"]
  }

  /// The call that reads them as days: date() tries several formats itself.
  var date: [String] {
    if values.isEmpty { return ["date"] }
    let formats = best(Self.days)
    if !formats.isEmpty { return ["date(\(formats.map { "'\($0)'" }.joined(separator: ", ")))"] }
    return share { DateReading.day($0) != nil } > 0.5 ? ["any_date"] : []
  }

  /// The format that most of them have, and up to two more for the rest.
  private func best(_ formats: [String]) -> [String] {
    let patterns = formats.compactMap { format in (try? DatePattern(format)).map { (format: format, pattern: $0) } }
    var chosen: [String] = []
    var rest = values
    while chosen.count < 3, !rest.isEmpty {
      let counts = patterns.map { candidate in (candidate, rest.count { candidate.pattern.parse($0) != nil }) }
      guard let best = counts.max(by: { $0.1 < $1.1 }), best.1 > 0, !chosen.isEmpty || best.1 * 10 > values.count * 3 else { break }
      // Which number is the day must not depend on the value.
      guard !chosen.contains(where: { Self.swaps($0, best.0.format) }) else { break }
      chosen.append(best.0.format)
      rest.removeAll { best.0.pattern.parse($0) != nil }
    }
    return chosen
  }

  private static func swaps(_ format: String, _ other: String) -> Bool {
    format.hasPrefix("dd/MM") && other.hasPrefix("MM/dd") || format.hasPrefix("MM/dd") && other.hasPrefix("dd/MM")
  }

  private func share(_ test: (String) -> Bool) -> Double { Double(values.count(where: test)) / Double(max(1, values.count)) }
}
