import Model

/// How a language writes numbers: its decimal mark, what stands between groups of digits, and how long the groups are.
///
/// The marks are those of the Unicode CLDR (common/main, symbols-numberSystem-latn, and the decimal formats for lengths).
struct NumberLocale: Sendable {
  var decimalMark: Unicode.Scalar
  /// What may stand between groups; people mix the kinds of spaces and apostrophes.
  var groupMarks: [Unicode.Scalar]
  /// Groups of two before the last three: 12,34,567.
  var isIndian = false
  /// 万, 亿 and numbers in Chinese characters.
  var readsChinese = false

  private static let spaces: [Unicode.Scalar] = [" ", "\u{A0}", "\u{202F}", "\u{2009}"]
  private static let apostrophes: [Unicode.Scalar] = ["'", "\u{2019}"]

  /// Language, or language-REGION; the region counts where it writes otherwise than the language.
  static let named: [String: NumberLocale] = {
    var table: [String: NumberLocale] = [:]
    for name in ["en", "ja", "ko", "th", "he", "es-MX"] { table[name] = NumberLocale(decimalMark: ".", groupMarks: [","]) }
    for name in ["de", "es", "it", "nl", "pt", "da", "id", "tr", "el", "vi", "ro", "hr"] {
      table[name] = NumberLocale(decimalMark: ",", groupMarks: ["."])
    }
    for name in ["fr", "sv", "nb", "fi", "cs", "sk", "pl", "ru", "uk", "bg", "hu", "de-AT"] {
      table[name] = NumberLocale(decimalMark: ",", groupMarks: spaces)
    }
    // Austria groups with a space in CLDR, and with a point on most documents.
    table["de-AT"]?.groupMarks.append(".")
    for name in ["de-CH", "it-CH"] { table[name] = NumberLocale(decimalMark: ".", groupMarks: apostrophes) }
    for name in ["hi", "en-IN"] { table[name] = NumberLocale(decimalMark: ".", groupMarks: [","], isIndian: true) }
    table["zh"] = NumberLocale(decimalMark: ".", groupMarks: [","], readsChinese: true)
    return table
  }()

  /// `de-LI` is read as `de` is.
  init?(_ name: String) {
    let language = String(name.prefix { $0 != "-" })
    guard let locale = Self.named[name] ?? Self.named[language] else { return nil }
    self = locale
  }

  private init(decimalMark: Unicode.Scalar, groupMarks: [Unicode.Scalar], isIndian: Bool = false, readsChinese: Bool = false) {
    self.decimalMark = decimalMark
    self.groupMarks = groupMarks
    self.isIndian = isIndian
    self.readsChinese = readsChinese
  }

  /// The number in plain ASCII digits, ready for `Number(parsing:)`; `nil` when the text is not written like this.
  func plain(_ source: String) -> String? {
    let text = trimmed(FunctionDeclaration.halfWidth(source))
    if readsChinese, let number = ChineseNumeral.plain(text) { return number }
    var scalars = Array(text.unicodeScalars)
    var isNegative = false
    if let first = scalars.first, first == "-" || first == "+" || first == "\u{2212}" {
      isNegative = first != "+"
      scalars.removeFirst()
    } else if let last = scalars.last, last == "-" || last == "\u{2212}" {
      isNegative = true
      scalars.removeLast()
    } else if scalars.count > 2, scalars.first == "(", scalars.last == ")" {
      // Accountants' way to write a negative amount.
      isNegative = true
      scalars = Array(scalars[1..<scalars.count - 1])
    }
    let parts = scalars.split(separator: decimalMark, maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = groups(parts[0]), !(whole.isEmpty && parts.count == 1) else { return nil }
    var plain = (isNegative ? "-" : "") + (whole.isEmpty ? "0" : whole)
    if parts.count == 2 {
      guard !parts[1].isEmpty, parts[1].allSatisfy(Self.isDigit) else { return nil }
      plain += "." + FunctionDeclaration.string(parts[1])
    }
    return plain
  }

  /// The digits of the whole part; `nil` when its groups have the wrong length.
  private func groups(_ whole: ArraySlice<Unicode.Scalar>) -> String? {
    guard let mark = whole.first(where: { groupMarks.contains($0) }) else {
      return whole.allSatisfy(Self.isDigit) ? FunctionDeclaration.string(whole) : nil
    }
    let groups = whole.split(separator: mark, omittingEmptySubsequences: false)
    guard groups.allSatisfy({ !$0.isEmpty && $0.allSatisfy(Self.isDigit) }), groups[0].count <= 3 else { return nil }
    let middle = isIndian ? [2] : [3]
    let fits = groups.dropFirst().dropLast().allSatisfy { middle.contains($0.count) } && groups[groups.count - 1].count == 3
    return fits ? FunctionDeclaration.string(groups.joined()) : nil
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }
}

/// Numbers in Chinese characters: 三万五千, 壹仟贰佰元叁角整, 二〇二四, 3.5万, 十二点五.
enum ChineseNumeral {
  private static let digits: [Unicode.Scalar: Int] = [
    "零": 0, "〇": 0, "一": 1, "二": 2, "两": 2, "三": 3, "四": 4, "五": 5, "六": 6, "七": 7, "八": 8, "九": 9, "壹": 1, "贰": 2, "貳": 2, "叁": 3, "參": 3,
    "肆": 4, "伍": 5, "陆": 6, "陸": 6, "柒": 7, "捌": 8, "玖": 9,
  ]
  private static let units: [Unicode.Scalar: Int] = ["十": 1, "拾": 1, "百": 2, "佰": 2, "千": 3, "仟": 3]
  private static let sections: [Unicode.Scalar: Int] = ["万": 4, "萬": 4, "亿": 8, "億": 8]

  /// The number in ASCII digits, with `e` for 3.5万; `nil` when the text is nothing of this kind.
  static func plain(_ text: String) -> String? {
    var scalars = Array(text.unicodeScalars)
    while let last = scalars.last, ["整", "正"].contains(last) { scalars.removeLast() }
    guard let first = scalars.first, let last = scalars.last else { return nil }
    if isASCII(first) {
      guard let power = sections[last] ?? units[last], scalars.dropLast().allSatisfy({ isASCII($0) || $0 == "." || $0 == "," }) else {
        return nil
      }
      let number = FunctionDeclaration.string(scalars.dropLast().filter { $0 != "," }) + "e\(power)"
      return Number(parsing: number) == nil ? nil : number
    }
    guard digits[first] != nil || first == "十" || first == "拾" else { return nil }
    return money(scalars) ?? number(scalars)
  }

  private static func isASCII(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  /// 壹仟贰佰元叁角伍分
  private static func money(_ scalars: [Unicode.Scalar]) -> String? {
    guard let mark = scalars.firstIndex(where: { $0 == "元" || $0 == "圆" || $0 == "圓" }), let whole = integer(scalars[..<mark]) else {
      return nil
    }
    var cents = 0
    var pending: Int?
    for scalar in scalars[(mark + 1)...] {
      if let digit = digits[scalar] {
        pending = digit
      } else if scalar == "角" || scalar == "分", let digit = pending {
        cents += scalar == "角" ? digit * 10 : digit
        pending = nil
      } else {
        return nil
      }
    }
    guard pending == nil || pending == 0 else { return nil }
    return cents == 0 ? String(whole) : "\(whole).\(cents < 10 ? "0" : "")\(cents)"
  }

  private static func number(_ scalars: [Unicode.Scalar]) -> String? {
    let parts = scalars.split(separator: "点", maxSplits: 1, omittingEmptySubsequences: false)
    guard let whole = integer(parts[0]) else { return nil }
    guard parts.count == 2 else { return String(whole) }
    let fraction = parts[1].compactMap { digits[$0] }
    guard !fraction.isEmpty, fraction.count == parts[1].count else { return nil }
    return "\(whole)." + fraction.map(String.init).joined()
  }

  private static func integer(_ scalars: ArraySlice<Unicode.Scalar>) -> Int? {
    guard !scalars.isEmpty, scalars.count <= 24 else { return nil }
    // Digits alone are read one by one: 二〇二四.
    if scalars.count > 1, scalars.count <= 18, scalars.allSatisfy({ digits[$0] != nil }) {
      return scalars.reduce(0) { $0 * 10 + (digits[$1] ?? 0) }
    }
    var (total, section, digit) = (0, 0, 0)
    var hasDigit = false
    for scalar in scalars {
      if let value = digits[scalar] {
        digit = value
        hasDigit = true
      } else if let power = units[scalar] {
        section += (hasDigit ? digit : 1) * [1, 10, 100, 1000][power]
        (digit, hasDigit) = (0, false)
      } else if let power = sections[scalar] {
        if power == 8 {
          let (product, isTooLarge) = (total + section + digit).multipliedReportingOverflow(by: 100_000_000)
          guard !isTooLarge else { return nil }
          total = product
        } else {
          total += (section + digit) * 10_000
        }
        (section, digit, hasDigit) = (0, 0, false)
      } else {
        return nil
      }
      guard total < 1_000_000_000_000_000 else { return nil }
    }
    return total + section + digit
  }
}
