import Configuration
import Model
import Normalization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let textFunctions: [FunctionDeclaration] = [
    Function(
      "text", [Parameter("value", .text)], .always(.text),
      "A scalar as text: a number in plain digits, true and false as words.",
      Example(["n": 12], "$.n | text", gives: "12"),
      .unary { _ in { (value) throws(Cause) in .string(try scalarText(value)) } }),
    Function(
      "trim", [Parameter("value", .text)], .always(.text), "The text without white space at its ends, full-width and invisible ones too.",
      Example("　李明 ", "$ | trim", gives: "李明"), text(trimmed)),
    Function(
      "lower", [Parameter("value", .text)], .always(.text), "The text in lower case.",
      Example("ABC", "$ | lower", gives: "abc"), text { $0.lowercased() }),
    Function(
      "upper", [Parameter("value", .text)], .always(.text), "The text in upper case.",
      Example("abc", "$ | upper", gives: "ABC"), text { $0.uppercased() }),
    Function(
      "digits", [Parameter("value", .text)], .always(.text), "Only the digits of the text; full-width digits become 0-9.",
      Example("(０２１) 555-12", "$ | digits", gives: "02155512"), text(digitsOnly)),
    Function(
      "replace", [Parameter("value", .text), Parameter("old", .text), Parameter("new", .text)], .always(.text),
      "The text with every occurrence of the old part replaced by the new one.",
      Example("1.234,5", "$ | replace('.', '') | replace(',', '.')", gives: "1234.5"),
      .values { (values) throws(Cause) in
        .string(replaceAll(try scalarText(values[0]), try scalarText(values[1]), try scalarText(values[2])))
      }),
    Function(
      "split", [Parameter("value", .text), Parameter("separator", .text)], .always(.list(.text)),
      "The parts of the text between separators, trimmed, without empty ones.",
      Example("a; b;;c", "$ | split(';')", gives: ["a", "b", "c"]),
      .values { (values) throws(Cause) in
        let separator = try scalarText(values[1])
        guard !separator.isEmpty else { throw Cause("needs a separator", values[1]) }
        let parts = split(try scalarText(values[0]), separator).map(trimmed).filter { !$0.isEmpty }
        return .array(parts.map { .string($0) })
      }),
    Function(
      "concat", [Parameter("value", .text, repeated: true)], .always(.text),
      "The texts one after the other; missing when one of them is missing.",
      Example(["sku": "A1", "wh": 3], "concat($.sku, '@', $.wh)", gives: "A1@3"),
      .values { (values) throws(Cause) in
        var joined = ""
        for value in values { joined += try scalarText(value) }
        return .string(joined)
      }),
    Function(
      "length", [Parameter("value", .any)], .always(.number),
      "The number of characters (Unicode scalars) of a text, or of elements of a list.",
      Example("李明", "$ | length", gives: 2),
      .values { (values) throws(Cause) in
        if case .array(let elements) = values[0] { return .number(Number(elements.count)) }
        return .number(Number(try scalarText(values[0]).unicodeScalars.count))
      }),
    Function(
      "contains", [Parameter("value", .any), Parameter("part", .text)], .always(.boolean),
      "True when the text has that part, or the list that element.",
      Example("上海分公司", "$ | contains('分公司')", gives: true),
      .values { (values) throws(Cause) in
        if case .array(let elements) = values[0] { return .bool(elements.contains { sameValue($0, values[1]) }) }
        return .bool(isFound(try scalarText(values[1]), in: try scalarText(values[0])))
      }),
    Function(
      "starts_with", [Parameter("value", .text), Parameter("part", .text)], .always(.boolean), "True when the text starts with that part.",
      Example("KH001", "$ | starts_with('KH')", gives: true),
      .values { (values) throws(Cause) in .bool(try scalarText(values[0]).utf8.starts(with: try scalarText(values[1]).utf8)) }),
    Function(
      "ends_with", [Parameter("value", .text), Parameter("part", .text)], .always(.boolean), "True when the text ends with that part.",
      Example("a.csv", "$ | ends_with('.csv')", gives: true),
      .values { (values) throws(Cause) in
        .bool(try scalarText(values[0]).utf8.reversed().starts(with: try scalarText(values[1]).utf8.reversed()))
      }),
    Function(
      "matches", [Parameter("value", .text), Parameter("pattern", .literal)], .always(.boolean),
      "True when the whole text matches the pattern (I-Regexp, RFC 9485, and \\d).",
      Example("13800138000", "$ | matches('1[3-9][0-9]{9}')", gives: true),
      .unary { binding in
        guard let pattern = compilePattern(binding.literals[1] ?? "", argument: 1, &binding) else { return { _ in nil } }
        return { (value) throws(Cause) in .bool(pattern.matches(try scalarText(value))) }
      }),
  ]

  static func compilePattern(_ source: String, argument: Int, _ binding: inout Binding) -> IRegexp? {
    do {
      return try IRegexp(source, allowsClasses: true)
    } catch {
      let column = error.location?.column.map { " (character \($0))" } ?? ""
      binding.complain(argument, error.code, "In the pattern\(column): \(error.message)")
      return nil
    }
  }
}

private func digitsOnly(_ text: String) -> String {
  var output = String.UnicodeScalarView()
  for scalar in text.unicodeScalars {
    switch scalar.value {
    case 0x30...0x39: output.append(scalar)
    case 0xFF10...0xFF19: output.append(Unicode.Scalar(UInt8(scalar.value - 0xFF10 + 0x30)))
    default: break
    }
  }
  return String(output)
}

/// The parts between separators, by exact bytes.
private func split(_ text: String, _ separator: String) -> [String] {
  let bytes = Array(text.utf8)
  let mark = Array(separator.utf8)
  var parts: [String] = []
  var start = 0
  var index = 0
  while index + mark.count <= bytes.count {
    if bytes[index..<index + mark.count].elementsEqual(mark) {
      parts.append(String(decoding: bytes[start..<index], as: UTF8.self))
      index += mark.count
      start = index
    } else {
      index += 1
    }
  }
  parts.append(String(decoding: bytes[start...], as: UTF8.self))
  return parts
}

private func replaceAll(_ text: String, _ old: String, _ new: String) -> String {
  old.isEmpty ? text : split(text, old).joined(separator: new)
}

private func isFound(_ part: String, in text: String) -> Bool {
  part.isEmpty || split(text, part).count > 1
}
