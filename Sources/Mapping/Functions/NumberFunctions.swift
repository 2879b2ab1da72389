import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let numberFunctions: [FunctionDeclaration] = [
    Function(
      "decimal", [Parameter("value", .text)], .always(.number), canFail: true,
      "An exact decimal number. Grouping commas (1,234.50), full-width digits and a trailing minus (12.50-) are understood.",
      Example("1,234.50", "$ | decimal else null", gives: .number(Number(parsing: "1234.5") ?? Number(0))),
      .unary { _ in { (value) throws(Cause) in .number(try decimal(value)) } }),
    Function(
      "integer", [Parameter("value", .text)], .always(.number), canFail: true, "A whole number, written as decimal() understands.",
      Example("42", "$ | integer else reject", gives: 42),
      .unary { _ in
        { (value) throws(Cause) in
          let number = try decimal(value)
          guard ExactDecimal(number).isInteger else { throw Cause("is not a whole number", value) }
          return .number(number)
        }
      }),
    Function(
      "round", [Parameter("value", .number), Parameter("places", .number, optional: true)], .always(.number),
      "The number rounded half to even to so many places after the point (0 unless given).",
      Example(["price": "2.345"], "($.price | decimal else null) | round(2)", gives: .number(Number(parsing: "2.34") ?? Number(0))),
      .values { (values) throws(Cause) in
        guard case .number(let number) = values[0] else { throw Cause("needs a number", values[0]) }
        var places = 0
        if values.count > 1 {
          guard case .number(let given) = values[1], let count = given.int64, (-400...400).contains(count) else {
            throw Cause("needs a number of places", values[1])
          }
          places = Int(count)
        }
        return ExactDecimal(number).rounded(toPlaces: places).number.map { .number($0) }
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

  private static func decimal(_ value: Value) throws(Cause) -> Number {
    if case .number(let number) = value { return number }
    let text = try scalarText(value)
    // Plain ASCII numbers need no folding; this is the path of bulk data.
    if let number = Number(parsing: text), !text.utf8.contains(UInt8(ascii: "e")), !text.utf8.contains(UInt8(ascii: "E")) { return number }
    guard let number = Number(parsing: try folded(text, value)) else { throw Cause("is not a number", value) }
    return number
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
