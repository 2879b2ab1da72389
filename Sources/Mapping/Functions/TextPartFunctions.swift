import Model
import Normalization

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let textPartFunctions: [FunctionDeclaration] = [
    Function(
      "fold", [Parameter("value", .text)], .always(.text),
      "The text as matching compares it: lower case, half width, simplified characters, single spaces, no invisible characters.",
      Example("　ＡＢＣ  貿易", "$ | fold", gives: "abc 贸易"), text { Folding.fold($0) }),
    Function(
      "half_width", [Parameter("value", .text)], .always(.text),
      "The text with full-width letters, digits, signs and spaces as usual ones.",
      Example("ＫＨ－００１", "$ | half_width", gives: "KH-001"), text(halfWidth)),
    Function(
      "squeeze", [Parameter("value", .text)], .always(.text), "The text trimmed, with every run of white space as one space.",
      Example("  Acme \n Ltd ", "$ | squeeze", gives: "Acme Ltd"),
      text { text in text.unicodeScalars.split(whereSeparator: isBlank).map { String($0) }.joined(separator: " ") }),
    Function(
      "substring", [Parameter("value", .text), Parameter("start", .number), Parameter("count", .number, optional: true)], .always(.text),
      "A part of the text, counted in characters (Unicode scalars) from 0, or from the end when start is negative.",
      Example("KH-0042", "$ | substring(3)", gives: "0042"),
      .values { (values) throws(Cause) in
        let scalars = Array(try scalarText(values[0]).unicodeScalars)
        let start = try count(values[1])
        let from = min(max(start < 0 ? scalars.count + start : start, 0), scalars.count)
        let length = values.count > 2 ? max(0, try count(values[2])) : scalars.count
        return .string(string(scalars[from..<from + min(length, scalars.count - from)]))
      }),
    Function(
      "before", [Parameter("value", .text), Parameter("separator", .text)], .always(.text),
      "What stands before the separator; the whole text when there is none.",
      Example("zhang@acme.example", "$ | before('@')", gives: "zhang"),
      .values { (values) throws(Cause) in
        let text = try scalarText(values[0])
        return .string(parted(text, at: try scalarText(values[1]))?.before ?? text)
      }),
    Function(
      "after", [Parameter("value", .text), Parameter("separator", .text)], .always(.text),
      "What stands after the separator; missing when there is none.",
      Example("客户:李明", "$ | after(':')", gives: "李明"),
      .values { (values) throws(Cause) in
        parted(try scalarText(values[0]), at: try scalarText(values[1])).map { .string($0.after) }
      }),
    Function(
      "pad_left", [Parameter("value", .text), Parameter("width", .number), Parameter("fill", .text, optional: true)], .always(.text),
      "The text filled up on the left to so many characters, with 0 unless another character is given.",
      Example(["n": 42], "$.n | pad_left(6)", gives: "000042"),
      .values { (values) throws(Cause) in
        let text = try scalarText(values[0])
        let fill = values.count > 2 ? try scalarText(values[2]) : "0"
        guard fill.unicodeScalars.count == 1 else { throw Cause("needs one character to fill with", values.last) }
        let width = try count(values[1])
        guard width <= 1000 else { throw Cause("needs a width of at most 1000", values[1]) }
        return .string(String(repeating: fill, count: max(0, width - text.unicodeScalars.count)) + text)
      }),
    Function(
      "lines", [Parameter("value", .text)], .always(.list(.text)), "The lines of the text, trimmed, without empty ones.",
      Example("a\r\n\n b", "$ | lines", gives: ["a", "b"]),
      .unary { _ in
        { (value) throws(Cause) in
          let lines = try scalarText(value).split(whereSeparator: \.isNewline).map { trimmed(String($0)) }.filter { !$0.isEmpty }
          return .array(lines.map { .string($0) })
        }
      }),
    Function(
      "null_if", [Parameter("value", .text), Parameter("word", .text, repeated: true)], .always(.text),
      "Null when the trimmed text is one of the words, in whatever case; else the text.",
      Example("N/A", "$ | null_if('n/a', 'none')", gives: .null),
      .values { (values) throws(Cause) in
        let text = Folding.fold(try scalarText(values[0]))
        for word in values.dropFirst() where Folding.fold(try scalarText(word)) == text { return .null }
        return values[0]
      }),
    Function(
      "pinyin", [Parameter("value", .text)], .always(.text),
      "The most common reading of Chinese characters, without tones and in one word; other characters are left out.",
      Example("李明", "$ | pinyin", gives: "liming"), text { Pinyin.spelling(of: Pinyin.reading(of: Array(Folding.fold($0).unicodeScalars))) }
    ),
  ]

  static func text(_ transform: @escaping @Sendable (String) -> String) -> Body {
    .unary { _ in { (value) throws(Cause) in .string(transform(try scalarText(value))) } }
  }

  /// A whole number given as an argument.
  static func count(_ value: Value) throws(Cause) -> Int {
    guard case .number(let number) = value, let count = number.int64, let small = Int32(exactly: count) else {
      throw Cause("needs a whole number", value)
    }
    return Int(small)
  }

  /// What stands on either side of the first separator.
  private static func parted(_ text: String, at separator: String) -> (before: String, after: String)? {
    let bytes = Array(text.utf8)
    let mark = Array(separator.utf8)
    guard !mark.isEmpty, bytes.count >= mark.count else { return nil }
    for start in 0...bytes.count - mark.count where bytes[start..<start + mark.count].elementsEqual(mark) {
      return (String(decoding: bytes[..<start], as: UTF8.self), String(decoding: bytes[(start + mark.count)...], as: UTF8.self))
    }
    return nil
  }

  /// Full-width ASCII (U+FF01 to U+FF5E) and the ideographic space as ASCII.
  static func halfWidth(_ text: String) -> String {
    string(
      text.unicodeScalars.map { scalar in
        switch scalar.value {
        case 0xFF01...0xFF5E: Unicode.Scalar(UInt8(scalar.value - 0xFEE0))
        case 0x3000: " "
        default: scalar
        }
      })
  }

  static func string(_ scalars: some Sequence<Unicode.Scalar>) -> String { String(scalars: scalars) }
}

extension String {
  /// Several times as fast as appending to a view of scalars.
  init(scalars: some Sequence<Unicode.Scalar>) {
    var bytes: [UInt8] = []
    bytes.reserveCapacity(scalars.underestimatedCount)
    for scalar in scalars {
      if scalar.isASCII { bytes.append(UInt8(scalar.value)) } else { bytes.append(contentsOf: scalar.utf8) }
    }
    self.init(decoding: bytes, as: UTF8.self)
  }
}
