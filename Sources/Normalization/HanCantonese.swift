/// The spelling of characters in Hong Kong (Hong Kong Government romanisation), where companies register as `HANG SHUN` what is 恒信.
public enum Cantonese {
  /// How a character may be spelt, without spaces and tones; nothing for what is not in GB 2312.
  public static func spellings(of scalar: Unicode.Scalar) -> [String] { table[scalar] ?? [] }

  /// The spellings of a text in one word, at most eight; empty when one of its characters has none.
  public static func spellings(of text: some Sequence<Unicode.Scalar>) -> [String] {
    var words = [""]
    for scalar in text {
      let next = spellings(of: scalar)
      guard !next.isEmpty else { return [] }
      words = words.flatMap { start in next.map { start + $0 } }
      if words.count > 8 { words.removeLast(words.count - 8) }
    }
    return words == [""] ? [] : words
  }

  private static let table: [Unicode.Scalar: [String]] = {
    var table: [Unicode.Scalar: [String]] = [:]
    var spelling = String.UnicodeScalarView()
    var isInside = false
    for scalar in source.unicodeScalars {
      if scalar.value >= 0x4E00 {
        table[scalar, default: []].append(String(spelling))
        isInside = true
      } else if scalar.value > 0x60 {
        if isInside { spelling.removeAll() }
        isInside = false
        spelling.append(scalar)
      }
    }
    return table
  }()
}

extension CompanyName {
  /// The brand as Hong Kong spells it, in one word: `hangshun` for 恒信 and for HANG SHUN. Several where a character is spelt in several ways;
  /// empty for brands of other scripts or lengths.
  public var cantonese: [String] {
    let scalars = brand.unicodeScalars
    guard (2...24).contains(scalars.count) else { return [] }
    if scalars.allSatisfy(Folding.isHan) { return scalars.count <= 4 ? Cantonese.spellings(of: scalars) : [] }
    let letters = scalars.filter { $0 != " " }
    return letters.allSatisfy { $0.value >= 0x61 && $0.value <= 0x7A } ? [String(String.UnicodeScalarView(letters))] : []
  }
}
