/// Ordinals and numbers inside names, as plain digits: 第一, 二号, 3店.
enum Numerals {
  /// The digit of an everyday numeral (not of 壹 or 玖, which occur in trade names).
  private static func digit(_ scalar: Unicode.Scalar) -> Int? {
    switch scalar {
    case "一": 1
    case "二": 2
    case "三": 3
    case "四": 4
    case "五": 5
    case "六": 6
    case "七": 7
    case "八": 8
    case "九": 9
    case "〇", "零": 0
    default: scalar.value >= 0x30 && scalar.value <= 0x39 ? Int(scalar.value) - 0x30 : nil
    }
  }

  /// The number at the start of a text and how many scalars it takes.
  static func leading(_ text: ArraySlice<Unicode.Scalar>) -> (value: Int, length: Int)? {
    var value = 0
    var current: Int?
    var length = 0
    for scalar in text {
      if let digit = digit(scalar) {
        current = Swift.min((current ?? 0) * 10 + digit, 999_999_999)
      } else if scalar == "十" {
        value += (current ?? 1) * 10
        current = nil
        length += 1
        continue
      } else {
        break
      }
      length += 1
    }
    return length == 0 ? nil : (value + (current ?? 0), length)
  }

  /// The number at the end of a text.
  static func trailing(_ text: ArraySlice<Unicode.Scalar>) -> (value: Int, length: Int)? {
    var start = text.endIndex
    while start > text.startIndex, digit(text[start - 1]) != nil || text[start - 1] == "十" { start -= 1 }
    return leading(text[start...])
  }

  static func isASCIIDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }
}
