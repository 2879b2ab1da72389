import Configuration
import Foundation
import Model
import Normalization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let calendarFunctions: [FunctionDeclaration] = [
    Function(
      "any_date", [Parameter("value", .text), Parameter("order", .literal, optional: true)], .always(.date), canFail: true,
      "A calendar date in any of the usual forms: 2024-05-06, 20240506, 2024年5月6日, 6 May 2024. The order says which number of 03/04/2024 is the day: 'day-first' (the default) or 'month-first'.",
      Example("2024年5月6日", "$ | any_date else null", gives: "2024-05-06"),
      .unary { binding in
        guard let order = checkedOrder(1, &binding) else { return { _ in nil } }
        return { (value) throws(Cause) in
          guard let day = DateReading.day(halfWidth(try scalarText(value)), order: order).map(Int.init) else {
            throw Cause("is not a date", value)
          }
          return .string(Instant.dateText(CivilDate(year: day / 10_000, month: day / 100 % 100, day: day % 100)))
        }
      }),
    Function(
      "any_datetime", [Parameter("value", .text), Parameter("zone", .literal), Parameter("order", .literal, optional: true)],
      .always(.datetime), canFail: true,
      "A point in time in any of the usual forms: 2024-03-05 14:03, 20240305140300, 2024年3月5日 下午2时3分, Tue, 5 Mar 2024 14:03:00 +0800, 3/5/2024 2:03 PM. The zone counts where the text has no offset of its own; a day alone is its first moment there. The order of day and month is that of any_date(). Counts since 1970 are for epoch().",
      Example("2024年3月5日 14:03", "$ | any_datetime('Asia/Shanghai') else null", gives: "2024-03-05T06:03:00Z"),
      .unary { binding in
        let zone = checkedZone(1, &binding)
        guard let order = checkedOrder(2, &binding) else { return { _ in nil } }
        return { (value) throws(Cause) in
          guard let fields = AnyDateTime.fields(try scalarText(value), order: order) else { throw Cause("is not a time", value) }
          return try instant(fields, zone, value)
        }
      }),
    Function(
      "excel_date", [Parameter("value", .text)], .always(.date), canFail: true,
      "A calendar date from the serial number that spreadsheets keep: 1 is 1900-01-01, and 60 is the day that never was.",
      Example(["d": 45418], "$.d | excel_date else null", gives: "2024-05-06"),
      .unary { _ in
        { (value) throws(Cause) in
          let text = trimmed(try scalarText(value))
          guard let serial = Int(text.prefix { $0 != "." }), (1...2_958_465).contains(serial), serial != 60 else {
            throw Cause("is not a serial number of a day", value)
          }
          // Spreadsheets count 1900 as a leap year (ECMA-376 part 1, §18.17.4.1); from March 1900 on that is one day too many.
          return .string(Instant.dateText(CivilDate(days: serial - 25_569 + (serial < 60 ? 1 : 0))))
        }
      }),
    Function(
      "date_of", [Parameter("value", .text), Parameter("zone", .literal)], .always(.date), canFail: true,
      "The calendar date on which a point in time (RFC 3339) falls in a zone.",
      Example("2024-05-05T18:30:00Z", "$ | date_of('Asia/Shanghai') else null", gives: "2024-05-06"),
      .unary { binding in
        let zone = checkedZone(1, &binding)
        return { (value) throws(Cause) in
          guard let instant = Instant.microseconds(try scalarText(value)) else { throw Cause("is not a point in time", value) }
          let local = instant.flooredSeconds + Int64(zone?.offset(utc: instant.flooredSeconds) ?? 0)
          return .string(Instant.dateText(CivilDate(days: Int(local.flooredDays))))
        }
      }),
    Function(
      "format_date", [Parameter("value", .text), Parameter("format", .literal), Parameter("zone", .literal, optional: true)],
      .always(.text), canFail: true,
      "A date or point in time as text in the format. A point in time is shown in the zone, or in UTC.",
      Example("2024-05-06T00:00:00Z", "$ | format_date('yyyy年M月d日 HH:mm', 'Asia/Shanghai') else null", gives: "2024年5月6日 08:00"),
      .unary { binding in
        guard let pattern = compileFormat(1, &binding, isForReading: false) else { return { _ in nil } }
        let zone = binding.literals[2] == nil ? nil : checkedZone(2, &binding)
        return { (value) throws(Cause) in
          let text = try scalarText(value)
          guard let instant = Instant.microseconds(text) else { throw Cause("is neither a date nor a point in time", value) }
          // A date is a day everywhere, whatever the zone.
          let offset = text.utf8.count == 10 ? 0 : zone?.offset(utc: instant.flooredSeconds) ?? 0
          return .string(pattern.text(microseconds: instant, offset: offset))
        }
      }),
    Function(
      "add_days", [Parameter("value", .text), Parameter("days", .number)], .always(.date), canFail: true,
      "The date so many days later, or earlier when the number is negative.",
      Example("2024-02-28", "$ | add_days(2) else null", gives: "2024-03-01"),
      .values { (values) throws(Cause) in
        let days = try days(values[0]) + count(values[1])
        guard (-719_528...2_932_896).contains(days) else { throw Cause("leaves the years 0 to 9999", values[0]) }
        return .string(Instant.dateText(CivilDate(days: days)))
      }),
    Function(
      "days_between", [Parameter("value", .text), Parameter("other", .text)], .always(.number), canFail: true,
      "How many days the second date lies after the first.",
      Example(["from": "2024-05-06", "to": "2024-06-05"], "days_between($.from, $.to) else null", gives: 30),
      .values { (values) throws(Cause) in .number(Number(try days(values[1]) - days(values[0]))) }),
  ]

  private static func days(_ value: Value) throws(Cause) -> Int {
    guard let fields = DatePattern.isoDate.parse(try scalarText(value)) else { throw Cause("is not a date (yyyy-MM-dd)", value) }
    return CivilDate(year: fields.year, month: fields.month, day: fields.day).days
  }

  private static func checkedOrder(_ argument: Int, _ binding: inout Binding) -> DateReading.Order? {
    switch binding.literals[argument] ?? "day-first" {
    case "day-first": return .dayFirst
    case "month-first": return .monthFirst
    case let name:
      binding.complaints.append(
        Binding.Complaint(
          argument: argument, code: "bad-format", message: "\"\(name)\" is not an order of day and month.",
          hint: "Possible: 'day-first', 'month-first'."))
      return nil
    }
  }

  static func checkedZone(_ argument: Int, _ binding: inout Binding) -> ZoneOffsets? {
    let name = binding.literals[argument] ?? ""
    if let zone = ZoneOffsets(named: name) { return zone }
    binding.complaints.append(
      Binding.Complaint(
        argument: argument, code: "unknown-zone", message: "There is no time zone \"\(name)\".",
        hint: suggestion(name, among: TimeZone.knownTimeZoneIdentifiers)))
    return nil
  }

  static func compileFormat(_ argument: Int, _ binding: inout Binding, isForReading: Bool = true) -> DatePattern? {
    guard argument < binding.literals.count, let format = binding.literals[argument] else { return .isoDate }
    do {
      return try DatePattern(format, isForReading: isForReading)
    } catch {
      binding.complain(
        argument, "bad-format", "\"\(format)\" is not a date format: \(error.message).",
        hint: "Letters are y M d H h m s S a X, for example 'yyyy-MM-dd HH:mm:ss'.")
      return nil
    }
  }
}

extension Int64 {
  /// Microseconds as whole seconds, downwards also before 1970.
  var flooredSeconds: Int64 { (self - (self % 1_000_000 + 1_000_000) % 1_000_000) / 1_000_000 }
  /// Seconds as whole days.
  var flooredDays: Int64 { (self - (self % 86_400 + 86_400) % 86_400) / 86_400 }
}

extension ZoneOffsets {
  /// Seconds east of UTC at an instant, given in seconds since 1970.
  func offset(utc: Int64) -> Int {
    var (low, high) = (0, periods.count - 1)
    while low < high {
      let middle = (low + high + 1) / 2
      if periods[middle].start <= utc { low = middle } else { high = middle - 1 }
    }
    return periods[low].offset
  }
}
