/// How the values of a column look: shares between 0 and 1 of those that are filled.
struct ColumnShape {
  let filled: [String]
  let isEmpty: Bool
  let distinctShare: Double
  let distinctCount: Int
  /// Words of letters or digits per value; a run of Han characters counts one word for every two.
  let wordsPerValue: Double

  init(_ values: [String]) {
    filled = values.map(Folding.fold).filter { !$0.isEmpty && !Self.nothing.contains($0) }
    isEmpty = filled.isEmpty
    let distinct = Set(filled)
    distinctCount = distinct.count
    distinctShare = filled.isEmpty ? 0 : Double(distinct.count) / Double(filled.count)
    wordsPerValue = filled.isEmpty ? 0 : filled.reduce(0.0) { $0 + Self.words(in: $1) } / Double(filled.count)
  }

  func share(_ isOne: (String) -> Bool) -> Double {
    isEmpty ? 0 : Double(filled.count(where: isOne)) / Double(filled.count)
  }

  private static let nothing: Set<String> = ["null", "none", "nan", "n/a", "na", "-", "--", "无", "暂无", "空", "#n/a", "nil", "\\n", "?", "0"]

  private static func words(in text: String) -> Double {
    let han = text.unicodeScalars.count(where: Folding.isHan)
    return Double(text.split { $0 == " " || $0 == "," || $0 == "-" }.count(where: { $0.first?.isASCII ?? false })) + Double(han) / 2
  }

  static func digits(_ text: String) -> Int { text.utf8.count { $0 >= 0x30 && $0 <= 0x39 } }
  static func isDigits(_ text: String) -> Bool { !text.isEmpty && text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }
  static func hasLetters(_ text: String) -> Bool { text.unicodeScalars.contains { $0.properties.isAlphabetic } }

  static func isNumber(_ text: String) -> Bool {
    var digits = 0
    for (place, byte) in text.utf8.enumerated() {
      switch byte {
      case 0x30...0x39: digits += 1
      case 0x2B, 0x2D: if place > 0 { return false }
      case 0x2C, 0x2E, 0x24, 0x25, 0x20: continue
      default: return false
      }
    }
    return digits > 0
  }

  /// Seven to fifteen digits with nothing but the punctuation of telephone numbers and the mark of an extension.
  static func isPhone(_ text: String) -> Bool {
    guard (7...20).contains(digits(text)) else { return false }
    var letters = 0
    for scalar in text.unicodeScalars where scalar.properties.isAlphabetic { letters += 1 }
    return letters <= 6 && (text.contains { "-/() +".contains($0) } || (7...13).contains(text.count) || letters > 0)
  }

  static func isYear(_ text: String) -> Bool {
    guard text.utf8.count == 4, isDigits(text), let year = Int(text) else { return false }
    return (1400...2100).contains(year)
  }

  static func isWebsite(_ text: String) -> Bool { !text.contains("@") && Website(text) != nil }

  static func isPostcode(_ text: String) -> Bool {
    (3...10).contains(text.utf8.count) && digits(text) >= 2 && text.utf8.count { $0 == 0x20 || $0 == 0x2D } <= 1
  }

  /// A Chinese address, or a house number before words, or words of which one is a kind of street.
  static func isAddress(_ text: String) -> Bool {
    if text.unicodeScalars.contains(where: Folding.isHan) {
      guard text.unicodeScalars.count >= 6, let address = Address(text) else { return false }
      return !address.number.isEmpty || (!address.divisions.isEmpty && text.contains { "路街道巷号村镇弄".contains($0) })
    }
    let words = text.split { " ,.".contains($0) }
    guard words.count >= 2, words.contains(where: { $0.first?.isLetter ?? false }) else { return false }
    return words[0].first?.isNumber ?? false || digits(text) > 0 && words.contains { StreetWords.isSuffix(String($0)) }
  }

  /// Several names in one value: `Erik G. Hoel, Hanan Samet`.
  static func isNameList(_ text: String) -> Bool {
    guard digits(text) == 0 else { return false }
    let parts = text.split { ",;&、".contains($0) }
    return parts.count >= 2 && parts.allSatisfy { (1...4).contains($0.split(separator: " ").count) && $0.count < 40 }
      && parts.contains { $0.split(separator: " ").count >= 2 }
  }

  static func isPerson(_ text: String) -> Bool {
    if text.unicodeScalars.contains(where: Folding.isHan) {
      return (2...6).contains(text.unicodeScalars.count) && digits(text) == 0 && PersonName(text) != nil && !isCompany(text)
    }
    let words = text.split { " ,.".contains($0) }.map(String.init)
    guard (2...5).contains(words.count), digits(text) == 0, !isCompany(text) else { return false }
    return words.contains { Nicknames.isGiven($0) } || words.count(where: { $0.count == 1 }) == words.count - 1
  }

  static func isCompany(_ text: String) -> Bool {
    if text.unicodeScalars.contains(where: Folding.isHan) {
      return ["公司", "集团", "厂", "店", "行", "中心", "合作社", "工作室", "事务所", "医院", "学校", "大学", "酒店", "超市", "部", "院"].contains {
        text.hasSuffix($0)
      } || text.contains("公司")
    }
    return text.split { " ,.()&'".contains($0) }.contains { Lexicon.westernForms[String($0)] != nil || venues.contains(String($0)) }
      || text.contains(" & ")
  }

  /// Everyday words for places and bodies that people run.
  private static let venues: Set<String> = [
    "restaurant", "cafe", "bar", "grill", "hotel", "inn", "school", "center", "centre", "academy", "church", "hospital", "clinic",
    "university", "college", "institute", "services", "service", "store", "shop", "market", "pizza", "kitchen", "deli", "bakery",
    "bistro", "association", "foundation", "society", "club", "bank", "systems", "solutions", "technologies", "industries", "international",
    "trattoria", "ristorante", "house", "diner", "agency", "studio", "library", "museum", "daycare", "preschool", "kindergarten",
  ]
}
