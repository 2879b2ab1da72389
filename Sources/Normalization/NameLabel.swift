/// Splits what people type into one name field (WeChat remarks, display names): `公司-姓名`, `姓名 电话`, `公司姓名`, `老客户姓名`.
public enum NameLabel {
  public enum Part: Hashable, Sendable {
    case organisation(String)
    case person(String)
  }

  public static func parts(of text: String) -> [Part] {
    let folded = Folding.fold(text)
    var parts: [Part] = []
    for segment in folded.split(whereSeparator: { "-_~/|,、;:·@—+#'\"".contains($0) }) {
      for piece in words(in: segment) { parts += classify(strip(piece)) }
    }
    return parts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } }
  }

  /// Spaces separate words only beside ideographs; `Cai Junhua` stays one name.
  private static func words(in segment: Substring) -> [Substring] {
    let isChinese = segment.unicodeScalars.contains(where: Folding.isHan)
    guard isChinese else { return [segment] }
    let pieces = segment.split(separator: " ")
    // 北 京 华 信: letters spaced out for looks.
    if pieces.count > 2, pieces.allSatisfy({ $0.count == 1 }) { return [Substring(pieces.joined())] }
    return pieces
  }

  private static let noise = ["老客户", "新客户", "客户", "供应商", "售后", "售前", "采购", "财务", "同事", "朋友", "转介绍", "展会", "抖音", "淘宝", "微信", "手机", "电话"]

  private static func strip(_ piece: Substring) -> Substring {
    var rest = piece
    while let last = rest.unicodeScalars.last, last.value < 0x80, !last.properties.isAlphabetic, last != ")" {
      rest = Substring(rest.unicodeScalars.dropLast())
    }
    if rest.unicodeScalars.contains(where: Folding.isHan) {
      while let first = rest.unicodeScalars.first, first == "a" || !first.properties.isAlphabetic && first != "(" {
        rest = Substring(rest.unicodeScalars.dropFirst())
      }
    }
    for word in noise {
      if rest == word { return "" }
      if rest.hasPrefix(word), rest.count > word.count + 1 { rest = rest.dropFirst(word.count) }
      if rest.hasSuffix(word), rest.count > word.count + 1 { rest = rest.dropLast(word.count) }
    }
    return rest
  }

  private static func classify(_ piece: Substring) -> [Part] {
    let text = String(piece)
    guard text.unicodeScalars.count(where: { $0.properties.isAlphabetic }) >= 2 else { return [] }
    let company = CompanyName(text)
    let person = PersonName(text)
    guard text.unicodeScalars.contains(where: Folding.isHan) else {
      if let company, company.isMarked { return [.organisation(text)] }
      return person == nil ? [.organisation(text)] : [.person(text)]
    }
    if let split = splitBeforePerson(text) { return split }
    if let company, company.isMarked, text.count > 3 || person == nil { return [.organisation(text)] }
    if person != nil { return [.person(text)] }
    return company == nil || text.count < 2 ? [] : [.organisation(text)]
  }

  /// 山东员泽新材料刘芳: an industry or form in the middle, and a person's name after it.
  private static func splitBeforePerson(_ text: String) -> [Part]? {
    guard text.count >= 6 else { return nil }
    for length in [3, 2] {
      let head = String(text.dropLast(length))
      let tail = String(text.suffix(length))
      guard let company = CompanyName(head), company.isMarked, !company.brand.isEmpty, let person = PersonName(tail),
        person.isFull || length == 2
      else {
        continue
      }
      if let whole = CompanyName(text), !whole.form.isEmpty || whole.branch != nil { return nil }
      return [.organisation(head), .person(tail)]
    }
    return nil
  }
}
