import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let arithmeticFunctions: [FunctionDeclaration] = [
    Function(
      "abs", [Parameter("value", .number)], .always(.number), "The number without its sign.",
      Example(["n": -12], "$.n | abs", gives: 12),
      .values { (values) throws(Cause) in
        let value = try number(values[0])
        return (value.isNegative ? -value : value).number.map { .number($0) }
      }),
    Function(
      "sum", [Parameter("values", .list)], .always(.number), "The sum of the numbers of a list; missing when there is none.",
      Example(["lines": [["n": 2], ["n": 3]]], "$.lines[*].n | sum", gives: 5),
      .optionals { (values) throws(Cause) in
        var total: ExactDecimal?
        for element in values[0]?.elements ?? [] where element != .null {
          let next = try number(element)
          guard let sum = ExactDecimal.sum(total ?? ExactDecimal(Number(0)), next) else { throw Cause("has too many digits", element) }
          total = sum
        }
        return total?.number.map { .number($0) }
      }),
    Function(
      "least", [Parameter("values", .list)], .always(.number), "The smallest number of a list; missing when there is none.",
      Example(["a": [3, 1, 2]], "$.a | least", gives: 1), .optionals { (values) throws(Cause) in try extreme(values[0]) { $0 < $1 } }),
    Function(
      "greatest", [Parameter("values", .list)], .always(.number), "The largest number of a list; missing when there is none.",
      Example(["a": [3, 1, 2]], "$.a | greatest", gives: 3), .optionals { (values) throws(Cause) in try extreme(values[0]) { $1 < $0 } }),
    Function(
      "fixed", [Parameter("value", .number), Parameter("places", .number)], .always(.text),
      "The number as text with exactly so many places after the point, rounded half to even.",
      Example(["price": 12], "$.price | fixed(2)", gives: "12.00"),
      .values { (values) throws(Cause) in
        let places = try count(values[1])
        guard (0...100).contains(places) else { throw Cause("needs 0 to 100 places", values[1]) }
        guard let text = try number(values[0]).rounded(toPlaces: places).fixed(places) else {
          throw Cause("has too many digits", values[0])
        }
        return .string(text)
      }),
  ]

  private static func number(_ value: Value) throws(Cause) -> ExactDecimal {
    guard case .number(let number) = value else { throw Cause("is not a number; add | decimal", value) }
    return ExactDecimal(number)
  }

  private static func extreme(_ list: Value?, _ precedes: (ExactDecimal, ExactDecimal) -> Bool) throws(Cause) -> Value? {
    var best: ExactDecimal?
    for element in list?.elements ?? [] where element != .null {
      let next = try number(element)
      if best.map({ precedes(next, $0) }) ?? true { best = next }
    }
    return best?.number.map { .number($0) }
  }
}

extension ExactDecimal {
  /// Plain digits with so many of them after the point; the number has no more than those. `nil` beyond the digit limit.
  func fixed(_ places: Int) -> String? {
    let length = digits.count + exponent
    guard length <= Self.digitLimit, exponent >= -places else { return nil }
    let all = digits + [UInt8](repeating: 0, count: max(0, exponent + places))
    let padded = [UInt8](repeating: 0, count: max(0, places + 1 - all.count)) + all
    let text = String(decoding: padded.map { $0 + 0x30 }, as: UTF8.self)
    let point = text.index(text.endIndex, offsetBy: -places)
    return (isNegative ? "-" : "") + text[..<point] + (places > 0 ? "." + text[point...] : "")
  }
}
