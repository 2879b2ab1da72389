/// An exact decimal number, kept as text so that no digit is ever lost to binary floating point.
///
/// The text is normalised on the way in (`1.50` and `15e-1` are both `1.5`), which makes equality, hashing and
/// canonical export agree. Numbers whose exponent lies outside ±400 keep scientific notation.
public struct Number: Hashable, Sendable, CustomStringConvertible {
  /// Normalised text: an optional `-`, digits, and at most one `.` that neither starts nor ends the number.
  public let text: String

  public var description: String { text }

  public init(_ value: Int) { text = String(value) }
  public init(_ value: Int64) { text = String(value) }

  /// Takes text that is in normal form already, as ``text`` gives it and as a JSON number without exponent and needless zeros is.
  public init(normalised text: String) { self.text = text }

  /// Reads a JSON number (RFC 8259 §6) or a decimal with a leading `+` or leading zeros. Anything else is `nil`.
  public init?(parsing source: some StringProtocol) {
    guard let text = Self.normalise(source.utf8) else { return nil }
    self.text = text
  }

  /// The value as a 64-bit integer, when it is one.
  public var int64: Int64? { Int64(text) }

  private enum Part { case start, sign, integer, point, fraction, exponentStart, exponentSign, exponent }

  private static func normalise(_ source: some Sequence<UInt8>) -> String? {
    var digits: [UInt8] = []
    var negative = false
    var exponent = 0
    var explicitExponent = 0
    var exponentNegative = false
    var part = Part.start
    for byte in source {
      switch (part, byte) {
      case (.start, UInt8(ascii: "-")), (.start, UInt8(ascii: "+")):
        negative = byte == UInt8(ascii: "-")
        part = .sign
      case (.start, 0x30...0x39), (.sign, 0x30...0x39), (.integer, 0x30...0x39):
        digits.append(byte)
        part = .integer
      case (.integer, UInt8(ascii: ".")):
        part = .point
      case (.point, 0x30...0x39), (.fraction, 0x30...0x39):
        digits.append(byte)
        exponent -= 1
        part = .fraction
      case (.integer, UInt8(ascii: "e")), (.integer, UInt8(ascii: "E")), (.fraction, UInt8(ascii: "e")), (.fraction, UInt8(ascii: "E")):
        part = .exponentStart
      case (.exponentStart, UInt8(ascii: "-")), (.exponentStart, UInt8(ascii: "+")):
        exponentNegative = byte == UInt8(ascii: "-")
        part = .exponentSign
      case (.exponentStart, 0x30...0x39), (.exponentSign, 0x30...0x39), (.exponent, 0x30...0x39):
        guard explicitExponent < 1_000_000 else { return nil }
        explicitExponent = explicitExponent * 10 + Int(byte - 0x30)
        part = .exponent
      default:
        return nil
      }
    }
    guard part == .integer || part == .fraction || part == .exponent else { return nil }
    exponent += exponentNegative ? -explicitExponent : explicitExponent
    return render(digits: digits, exponent: exponent, negative: negative)
  }

  private static func render(digits source: [UInt8], exponent sourceExponent: Int, negative: Bool) -> String {
    var digits = Array(source.drop { $0 == 0x30 })
    var exponent = sourceExponent
    while let last = digits.last, last == 0x30 {
      digits.removeLast()
      exponent += 1
    }
    guard !digits.isEmpty else { return "0" }
    var text = negative ? "-" : ""
    let spelled = String(decoding: digits, as: UTF8.self)
    if exponent > 400 || exponent < -400 {
      text += spelled.prefix(1)
      if digits.count > 1 { text += "." + spelled.dropFirst() }
      return text + "e\(exponent + digits.count - 1)"
    }
    if exponent >= 0 { return text + spelled + String(repeating: "0", count: exponent) }
    let point = digits.count + exponent
    if point > 0 { return text + spelled.prefix(point) + "." + spelled.dropFirst(point) }
    return text + "0." + String(repeating: "0", count: -point) + spelled
  }
}
