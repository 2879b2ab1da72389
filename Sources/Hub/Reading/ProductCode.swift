import Foundation
import Model

/// Another number of a product: that of a shop, of a package, a bar code; with what one of the product's units is in units of this number.
struct ProductCode {
  static let type = "product_code"

  let record: RecordKey
  let product: RecordKey
  private let unit: Value?
  private let factor: Decimal
  private let divisor: Decimal

  /// Nil for a code that names no product, or whose factor or divisor is not positive.
  init?(_ state: RecordState) {
    let values = state.values
    guard let product = values["product"].flatMap({ Reference($0) })?.target else { return nil }
    let (factor, divisor) = (Self.decimal(values["factor"]) ?? 1, Self.decimal(values["divisor"]) ?? 1)
    guard factor > 0, divisor > 0 else { return nil }
    record = state.key
    self.product = product
    unit = values["unit"]
    self.factor = factor
    self.divisor = divisor
  }

  /// Makes a level's numbers those of this code. Where units do not come out even, less is there than was counted, and more is reserved:
  /// nobody can sell half a box.
  func convert(_ values: inout [String: Value]) {
    guard factor != 1 || divisor != 1 else { return }
    for (name, mode) in [("quantity", NSDecimalNumber.RoundingMode.down), ("available", .down), ("reserved", .up)] {
      guard let number = Self.decimal(values[name]) else { continue }
      values[name] = converted(number, mode).map { .number($0) }
    }
    values["unit"] = unit
  }

  private func converted(_ number: Decimal, _ mode: NSDecimalNumber.RoundingMode) -> Number? {
    var exact = number * factor / divisor
    guard divisor != 1 else { return Number(parsing: "\(exact)") }
    var whole = Decimal()
    NSDecimalRound(&whole, &exact, 0, mode)
    return Number(parsing: "\(whole)")
  }

  private static func decimal(_ value: Value?) -> Decimal? {
    value?.text.flatMap { Decimal(string: $0, locale: Locale(identifier: "en_US_POSIX")) }
  }
}
