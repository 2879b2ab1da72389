/// Writes text into XML 1.0 so that no value can leave its element or attribute.
enum XMLText {
  static func element(_ name: String, _ text: String) -> String { "<\(name)>\(escape(text))</\(name)>" }

  static func attribute(_ name: String, _ text: String) -> String { " \(name)=\"\(escape(text))\"" }

  /// Escapes markup and, so that attribute values survive normalisation, white space other than a blank. Characters
  /// that XML 1.0 (§2.2) cannot hold at all become U+FFFD.
  static func escape(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar.value {
      case 0x26: result += "&amp;"
      case 0x3C: result += "&lt;"
      case 0x3E: result += "&gt;"
      case 0x22: result += "&quot;"
      case 0x27: result += "&apos;"
      case 0x09: result += "&#9;"
      case 0x0A: result += "&#10;"
      case 0x0D: result += "&#13;"
      case 0x00..<0x20, 0xFFFE, 0xFFFF: result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
