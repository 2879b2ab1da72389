import Configuration
import Foundation
import Model
import Synchronization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let dateFunctions: [FunctionDeclaration] = [
    Function(
      "date", [Parameter("value", .text), Parameter("format", .literal, optional: true, repeated: true)], .always(.date), canFail: true,
      "A calendar date. The format is like 'yyyy-MM-dd' (the default) or 'yyyy/M/d'; of several, the first that fits counts.",
      Example("20240229", "$ | date('yyyy/M/d', 'yyyyMMdd') else null", gives: "2024-02-29"),
      .unary { binding in
        var patterns: [DatePattern] = []
        for argument in 1..<max(2, binding.literals.count) {
          if let pattern = compileFormat(argument, &binding) { patterns.append(pattern) }
        }
        return { [patterns] (value) throws(Cause) in
          let text = try scalarText(value)
          guard let fields = patterns.lazy.compactMap({ $0.parse(text) }).first else { throw Cause("is not such a date", value) }
          return .string(Instant.dateText(CivilDate(year: fields.year, month: fields.month, day: fields.day)))
        }
      }),
    Function(
      "datetime", [Parameter("value", .text), Parameter("format", .literal), Parameter("zone", .literal, optional: true)],
      .always(.datetime), canFail: true,
      "A point in time as RFC 3339 text in UTC. The format is like 'yyyy-MM-dd HH:mm:ss', or 'iso'; the zone is an IANA name such as 'Asia/Shanghai', needed when the text has no offset (X) of its own.",
      Example("2024-05-06 08:00:00", "$ | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else null", gives: "2024-05-06T00:00:00Z"),
      .unary(bindDateTime)),
    Function(
      "epoch", [Parameter("value", .text), Parameter("unit", .literal, optional: true)], .always(.datetime), canFail: true,
      "A point in time from a count since 1970 in UTC: 's' (the default), 'ms' or 'us'.",
      Example(["t": 1_714_953_600], "$.t | epoch('s') else null", gives: "2024-05-06T00:00:00Z"),
      .unary { binding in
        let factors = ["s": 1_000_000, "ms": 1_000, "us": 1]
        let unit = binding.literals[1] ?? "s"
        guard let factor = factors[unit] else {
          binding.complain(1, "bad-unit", "\"\(unit)\" is not a unit of epoch().", hint: "Possible: 's', 'ms', 'us'.")
          return { _ in nil }
        }
        return { (value) throws(Cause) in
          guard let count = Int64(trimmed(try scalarText(value))),
            case (let product, false) = count.multipliedReportingOverflow(by: Int64(factor)),
            let text = Instant.text(microseconds: product)
          else { throw Cause("is not a count since 1970", value) }
          return .string(text)
        }
      }),
  ]

  private static func bindDateTime(_ binding: inout Binding) -> Unary {
    let isISO = binding.literals[1] == "iso"
    guard let pattern = isISO ? .isoDateTime : compileFormat(1, &binding) else { return { _ in nil } }
    var zone: ZoneOffsets?
    if binding.literals[2] != nil {
      zone = checkedZone(2, &binding)
    } else if !isISO, !pattern.hasOffset {
      binding.complain(
        1, "missing-zone", "This format has no offset, so datetime() needs a zone.",
        hint: "Add for example 'Asia/Shanghai' as second argument.")
    }
    return { [zone] (value) throws(Cause) in
      guard let fields = pattern.parse(try scalarText(value)) else { throw Cause("is not such a time", value) }
      return try instant(fields, zone, value)
    }
  }

  static func instant(_ fields: DatePattern.Fields, _ zone: ZoneOffsets?, _ value: Value) throws(Cause) -> Value {
    let instant: Int64
    if let offset = fields.offset {
      instant = fields.microseconds(offset: offset)
    } else if let zone {
      let seconds = (fields.local - Int64(fields.microsecond)) / 1_000_000
      instant = zone.utc(local: seconds) * 1_000_000 + Int64(fields.microsecond)
    } else {
      throw Cause("has no offset and no zone is given", value)
    }
    guard let text = Instant.text(microseconds: instant) else { throw Cause("lies outside the years 0 to 9999", value) }
    return .string(text)
  }
}

extension ZoneOffsets {
  /// Files name few zones, and name them often.
  private static let known = Mutex<[String: ZoneOffsets]>([:])

  /// The offsets of an IANA zone from 1900 to 2100; `nil` when there is no such zone.
  init?(named name: String) {
    if let known = Self.known.withLock({ $0[name] }) {
      self = known
      return
    }
    guard let zone = TimeZone(identifier: name) else { return nil }
    let end = Date(timeIntervalSince1970: 4_102_444_800)
    var at = Date(timeIntervalSince1970: -2_208_988_800)
    var periods = [(start: Int64.min / 2, offset: zone.secondsFromGMT(for: at))]
    while let next = zone.nextDaylightSavingTimeTransition(after: at), next > at, next < end {
      let offset = zone.secondsFromGMT(for: next.addingTimeInterval(1))
      if offset != periods[periods.count - 1].offset { periods.append((Int64(next.timeIntervalSince1970.rounded()), offset)) }
      at = next
    }
    self.init(periods: periods)
    let offsets = self
    Self.known.withLock { $0[name] = offsets }
  }
}
