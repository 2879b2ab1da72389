import Configuration
import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let numberFunctions: [FunctionDeclaration] = [
    Function(
      "decimal", [Parameter("value", .text), Parameter("locale", .literal, optional: true)], .always(.number), canFail: true,
      "An exact decimal number. Without a locale, grouping commas (1,234.50), full-width digits and a trailing minus (12.50-) are understood; 'de' reads 1.234,50, 'fr' 1 234,50, 'de-CH' 1'234.50, 'en-IN' 12,34,567, 'zh' also 3.5万 and 一千二百.",
      Example("1.234,50", "$ | decimal('de') else null", gives: .number(Number(parsing: "1234.5") ?? Number(0))),
      .unary { binding in
        let locale = checkedLocale(&binding)
        return { (value) throws(Cause) in .number(try decimal(value, locale)) }
      }),
    Function(
      "integer", [Parameter("value", .text), Parameter("locale", .literal, optional: true)], .always(.number), canFail: true,
      "A whole number, written as decimal() understands.",
      Example("42", "$ | integer else reject", gives: 42),
      .unary { binding in
        let locale = checkedLocale(&binding)
        return { (value) throws(Cause) in
          let number = try decimal(value, locale)
          guard ExactDecimal(number).isInteger else { throw Cause("is not a whole number", value) }
          return .number(number)
        }
      }),
    Function(
      "money", [Parameter("value", .text), Parameter("locale", .literal, optional: true)], .always(.number), canFail: true,
      "The number of an amount with a currency sign or code before or behind it.",
      Example("￥1,299.00元", "$ | money else null", gives: 1299),
      .unary { binding in
        let locale = checkedLocale(&binding)
        return { (value) throws(Cause) in
          if case .number = value { return value }
          return .number(try decimal(.string(withoutCurrency(try scalarText(value))), locale))
        }
      }),
    Function(
      "percent", [Parameter("value", .text), Parameter("locale", .literal, optional: true)], .always(.number), canFail: true,
      "A share as a number: 12.5% is 0.125. A text without the sign is taken for a percentage, too.",
      Example("12.5％", "$ | percent else null", gives: .number(Number(parsing: "0.125") ?? Number(0))),
      .unary { binding in
        let locale = checkedLocale(&binding)
        return { (value) throws(Cause) in
          var text = trimmed(halfWidth(try scalarText(value)))
          if text.hasSuffix("%") { text = trimmed(String(text.dropLast())) }
          let number = try decimal(.string(text), locale)
          return ExactDecimal.product(ExactDecimal(number), hundredth)?.number.map { .number($0) }
        }
      }),
    Function(
      "round",
      [Parameter("value", .number), Parameter("places", .number, optional: true), Parameter("mode", .literal, optional: true)],
      .always(.number),
      "The number rounded to so many places after the point (0 unless given): 'half-even' (the default), 'half-up' (四舍五入), 'down' or 'up'.",
      Example(["price": "2.345"], "($.price | decimal else null) | round(2)", gives: .number(Number(parsing: "2.34") ?? Number(0))),
      .bound { binding in
        let mode = checkedRounding(&binding)
        return { (values) throws(Cause) in
          guard case .number(let number) = values[0] else { throw Cause("needs a number", values[0]) }
          let places = values.count > 1 ? try count(values[1]) : 0
          guard (-400...400).contains(places) else { throw Cause("needs a number of places", values[1]) }
          return ExactDecimal(number).rounded(toPlaces: places, mode).number.map { .number($0) }
        }
      }),
    Function(
      "boolean", [Parameter("value", .text)], .always(.boolean), canFail: true,
      "True for true, yes, y, t, 1, on, 是; false for false, no, n, f, 0, off, 否.",
      Example("是", "$ | boolean else null", gives: true),
      .unary { _ in
        { (value) throws(Cause) in
          switch trimmed(try scalarText(value)).lowercased() {
          case "true", "yes", "y", "t", "1", "on", "是": return .bool(true)
          case "false", "no", "n", "f", "0", "off", "否": return .bool(false)
          default: throw Cause("is neither true nor false", value)
          }
        }
      }),
  ]

  private static let hundredth = ExactDecimal(Number(parsing: "0.01") ?? Number(0))

  private static func checkedLocale(_ binding: inout Binding) -> NumberLocale? {
    guard let name = binding.literals[1] else { return nil }
    if let locale = NumberLocale(name) { return locale }
    binding.complain(
      1, "unknown-locale", "Nothing is known about how \"\(name)\" writes numbers.",
      hint: suggestion(name, among: NumberLocale.named.keys.sorted()) ?? "Write a language or language-REGION such as 'de' or 'de-CH'.")
    return nil
  }

  private static func checkedRounding(_ binding: inout Binding) -> ExactDecimal.Rounding {
    guard let name = binding.literals[2] else { return .halfEven }
    if let mode = ExactDecimal.Rounding(rawValue: name) { return mode }
    binding.complain(
      2, "bad-rounding", "\"\(name)\" is not a way to round.",
      hint: suggestion(name, among: ExactDecimal.Rounding.allCases.map(\.rawValue)))
    return .halfEven
  }

  private static func decimal(_ value: Value, _ locale: NumberLocale?) throws(Cause) -> Number {
    if case .number(let number) = value { return number }
    let text = try scalarText(value)
    if let locale {
      guard let number = locale.plain(text).flatMap({ Number(parsing: $0) }) else { throw Cause("is not a number", value) }
      return number
    }
    // Plain ASCII numbers need no folding; this is the path of bulk data.
    if let number = Number(parsing: text), !text.utf8.contains(UInt8(ascii: "e")), !text.utf8.contains(UInt8(ascii: "E")) { return number }
    guard let number = Number(parsing: try folded(text, value)) else { throw Cause("is not a number", value) }
    return number
  }

  /// The text without currency signs, the words for 元 and three-letter codes at its ends.
  private static func withoutCurrency(_ text: String) -> String {
    func isMark(_ scalar: Unicode.Scalar) -> Bool {
      scalar.properties.generalCategory == .currencySymbol || isBlank(scalar) || scalar.properties.isAlphabetic && scalar.isASCII
        || "元圆圓块人民币".unicodeScalars.contains(scalar)
    }
    var scalars = Array(halfWidth(text).unicodeScalars)[...]
    let isNegative = scalars.first == "-"
    if isNegative { scalars.removeFirst() }
    while let first = scalars.first, isMark(first) { scalars.removeFirst() }
    while let last = scalars.last, isMark(last) { scalars.removeLast() }
    return (isNegative ? "-" : "") + string(scalars)
  }

  /// Full-width to ASCII, no white space at the ends, no grouping commas, and a trailing minus in front.
  private static func folded(_ text: String, _ value: Value) throws(Cause) -> String {
    var ascii: [UInt8] = []
    for scalar in trimmed(text).unicodeScalars {
      switch scalar.value {
      case 0x20..<0x7F: ascii.append(UInt8(scalar.value))
      case 0xFF0B...0xFF19: ascii.append(UInt8(scalar.value - 0xFEE0))
      case 0x2212: ascii.append(UInt8(ascii: "-"))
      default: throw Cause("is not a number", value)
      }
    }
    if ascii.last == UInt8(ascii: "-") { ascii = [UInt8(ascii: "-")] + ascii.dropLast() }
    let body = ascii.drop { $0 == UInt8(ascii: "-") || $0 == UInt8(ascii: "+") }
    let groups = body.prefix { $0 != UInt8(ascii: ".") }.split(separator: UInt8(ascii: ","), omittingEmptySubsequences: false)
    let isGrouped = groups.count == 1 || (1...3).contains(groups[0].count) && groups.dropFirst().allSatisfy { $0.count == 3 }
    guard isGrouped else { throw Cause("is not a number", value) }
    return String(decoding: ascii.filter { $0 != UInt8(ascii: ",") }, as: UTF8.self)
  }
}
