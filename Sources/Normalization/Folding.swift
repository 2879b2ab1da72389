/// Makes writing variants of the same text equal: full-width forms, upper and lower case, compatibility punctuation,
/// traditional characters, invisible characters.
public enum Folding {
  /// Folds width and case, maps traditional characters to simplified ones, turns every white space into one space, drops
  /// zero-width characters and joiners, and trims. Runs in one pass over the scalars.
  public static func fold(_ text: String) -> String {
    var output = String.UnicodeScalarView()
    var pendingSpace = false
    for scalar in text.unicodeScalars {
      guard let folded = fold(scalar) else { continue }
      if folded == " " {
        pendingSpace = !output.isEmpty
        continue
      }
      if pendingSpace {
        output.append(" ")
        pendingSpace = false
      }
      output.append(folded)
    }
    return String(output)
  }

  /// The folded scalar, `nil` for characters that nobody sees.
  static func fold(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    let value = scalar.value
    switch value {
    case 0x41...0x5A: return Unicode.Scalar(value + 0x20)
    case 0x09...0x0D, 0x20, 0xA0, 0x2000...0x200A, 0x202F, 0x205F, 0x3000: return " "
    case 0x21...0x7E: return scalar
    case 0x00...0x1F, 0x7F, 0xAD, 0x200B...0x200F, 0x202A...0x202E, 0x2060...0x2064, 0xFE00...0xFE0F, 0xFEFF, 0xFFFD: return nil
    case 0xFF01...0xFF5E: return fold(Unicode.Scalar(value - 0xFEE0)!)
    case 0xC0...0x24F: return latin(scalar)
    case 0x2018, 0x2019, 0x201B, 0x2032: return "'"
    case 0x201C, 0x201D, 0x2033: return "\""
    case 0x2010...0x2015, 0x2212: return "-"
    case 0x3010, 0x3014, 0x3016, 0xFE59: return "("
    case 0x3011, 0x3015, 0x3017, 0xFE5A: return ")"
    case 0x4E00...0x9FFF: return Variants.simplified(scalar)
    default: return scalar.properties.isEmojiPresentation ? nil : scalar
    }
  }

  /// Strips the accent of a Latin letter by its canonical decomposition, and folds its case.
  private static func latin(_ scalar: Unicode.Scalar) -> Unicode.Scalar? {
    let lower = scalar.properties.lowercaseMapping.unicodeScalars.first ?? scalar
    switch lower {
    case "ß": return "s"
    case "ø": return "o"
    case "æ": return "a"
    case "đ", "ð": return "d"
    case "ł": return "l"
    case "þ": return "t"
    default: return latinBase[lower] ?? lower
    }
  }

  private static let latinBase: [Unicode.Scalar: Unicode.Scalar] = {
    var table: [Unicode.Scalar: Unicode.Scalar] = [:]
    let groups: [(Unicode.Scalar, String)] = [
      ("a", "àáâãäåāăąǎ"), ("c", "çćĉċč"), ("d", "ď"), ("e", "èéêëēĕėęě"), ("g", "ĝğġģ"), ("h", "ĥħ"), ("i", "ìíîïĩīĭįıǐ"), ("j", "ĵ"),
      ("k", "ķ"), ("l", "ĺļľŀ"), ("n", "ñńņňŉ"), ("o", "òóôõöōŏőǒ"), ("r", "ŕŗř"), ("s", "śŝşš"), ("t", "ţťŧ"), ("u", "ùúûüũūŭůűųǔǖǘǚǜ"),
      ("w", "ŵ"), ("y", "ýÿŷ"), ("z", "źżž"),
    ]
    for (base, variants) in groups {
      for variant in variants.unicodeScalars { table[variant] = base }
    }
    return table
  }()

  /// True for a character of the unified CJK ideographs.
  @inline(__always)
  public static func isHan(_ scalar: Unicode.Scalar) -> Bool {
    (0x4E00...0x9FFF).contains(scalar.value) || (0x3400...0x4DBF).contains(scalar.value) || (0x20000...0x3FFFF).contains(scalar.value)
  }
}
