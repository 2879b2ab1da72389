import Model

/// Names of folders as servers write them: modified UTF-7 (RFC 3501 §5.1.3), a Base64 of UTF-16 between `&` and `-`.
enum IMAPFolderName {
  private static let digits = Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+,".utf8)

  static func encoded(_ name: String) -> Bytes {
    var result: Bytes = []
    var units: [UInt16] = []
    for scalar in name.unicodeScalars {
      guard (0x20...0x7E).contains(scalar.value) else {
        units += String(scalar).utf16
        continue
      }
      flush(&units, into: &result)
      result += scalar == "&" ? Array("&-".utf8) : [UInt8(truncatingIfNeeded: scalar.value)]
    }
    flush(&units, into: &result)
    return result
  }

  private static func flush(_ units: inout [UInt16], into result: inout Bytes) {
    guard !units.isEmpty else { return }
    result.append(UInt8(ascii: "&"))
    var bits: UInt32 = 0
    var count = 0
    for unit in units {
      bits = bits << 16 | UInt32(unit)
      count += 16
      while count >= 6 {
        count -= 6
        result.append(digits[Int(bits >> UInt32(count) & 0x3F)])
      }
      bits &= (1 << UInt32(count)) - 1
    }
    if count > 0 { result.append(digits[Int(bits << UInt32(6 - count) & 0x3F)]) }
    result.append(UInt8(ascii: "-"))
    units = []
  }

  /// The name for people. What is no modified UTF-7 stays as it was written, as UTF-8 where it is.
  static func decoded(_ name: some Collection<UInt8>) -> String {
    var result: Bytes = []
    var rest = Array(name)[...]
    while let byte = rest.first {
      guard byte == UInt8(ascii: "&"), let close = rest.firstIndex(of: UInt8(ascii: "-")) else {
        result.append(byte)
        rest = rest.dropFirst()
        continue
      }
      let word = rest[rest.startIndex + 1..<close]
      if word.isEmpty {
        result.append(byte)
      } else if let text = text(word) {
        result += text.utf8
      } else {
        result += rest[...close]
      }
      rest = rest[(close + 1)...]
    }
    return String(decoding: result, as: UTF8.self)
  }

  private static func text(_ word: ArraySlice<UInt8>) -> String? {
    var units: [UInt16] = []
    var bits: UInt32 = 0
    var count = 0
    for byte in word {
      guard let digit = digits.firstIndex(of: byte) else { return nil }
      bits = bits << 6 | UInt32(digit)
      count += 6
      guard count >= 16 else { continue }
      count -= 16
      units.append(UInt16(truncatingIfNeeded: bits >> UInt32(count)))
      bits &= (1 << UInt32(count)) - 1
    }
    // What is left over are fill bits of the last digit.
    guard count < 6, bits == 0 else { return nil }
    return String(validating: units, as: UTF16.self)
  }
}
