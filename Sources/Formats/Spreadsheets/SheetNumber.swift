#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Numbers of a sheet as text. Sheets hold doubles of which programs show 15 digits.
enum SheetNumber {
  /// Writes a number as it stands in an XLSX file: an integer stays as it is, however long; of anything else 15 digits count.
  static func text(_ raw: ArraySlice<UInt8>) -> [UInt8] {
    let digits = raw.first == UInt8(ascii: "-") ? raw.dropFirst() : raw
    var count = 0
    var isPlain = !digits.isEmpty && digits.last != UInt8(ascii: ".")
    var hasPoint = false
    for byte in digits {
      if (0x30...0x39).contains(byte) {
        count += 1
      } else if byte == UInt8(ascii: "."), !hasPoint {
        hasPoint = true
      } else {
        isPlain = false
      }
    }
    if isPlain, !hasPoint || count <= 15 { return Array(raw) }
    guard let value = Double(String(decoding: raw, as: UTF8.self)), value.isFinite else { return Array(raw) }
    return text(value)
  }

  /// Without an exponent, which nobody wants in the number of a customer.
  static func text(_ value: Double) -> [UInt8] {
    if let integer = Int(exactly: value), abs(integer) < 1_000_000_000_000_000 { return Array(String(integer).utf8) }
    guard value.isFinite else { return [] }
    let written = [UInt8](unsafeUninitializedCapacity: 40) { buffer, count in
      count = buffer.withMemoryRebound(to: CChar.self) { text in
        Int(withVaList([value]) { vsnprintf(text.baseAddress, text.count, "%.15g", $0) })
      }
    }
    guard let mark = written.firstIndex(of: UInt8(ascii: "e")), let exponent = Int(String(decoding: written[(mark + 1)...], as: UTF8.self))
    else { return written }
    let isNegative = written.first == UInt8(ascii: "-")
    let mantissa = written[..<mark].filter { (0x30...0x39).contains($0) }
    let moved = shifted(mantissa, by: exponent)
    return isNegative ? [UInt8(ascii: "-")] + moved : moved
  }

  /// - Parameter digits: those of a number with one digit before the point.
  private static func shifted(_ digits: [UInt8], by exponent: Int) -> [UInt8] {
    let zero = UInt8(ascii: "0")
    if exponent < 0 {
      return [zero, UInt8(ascii: ".")] + Array(repeating: zero, count: -exponent - 1) + digits
    }
    guard digits.count > exponent + 1 else { return digits + Array(repeating: zero, count: exponent + 1 - digits.count) }
    return digits[...exponent] + [UInt8(ascii: ".")] + digits[(exponent + 1)...]
  }
}
