import Foundation
import Model

/// An exact decimal sum.
struct Total {
  private var sum = Decimal(0)

  mutating func add(_ value: Value?) { sum += Self.decimal(value) }
  mutating func subtract(_ value: Value?) { sum -= Self.decimal(value) }

  /// Nil when the sum is beyond what 38 digits hold.
  var number: Number? { Number(parsing: "\(sum)") }
  var value: Value { number.map { .number($0) } ?? .null }

  private static func decimal(_ value: Value?) -> Decimal {
    value?.text.flatMap { Decimal(string: $0, locale: Locale(identifier: "en_US_POSIX")) } ?? 0
  }
}
