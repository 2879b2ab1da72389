/// Splits what people type into one name field (WeChat remarks, display names): `公司-姓名`, `姓名 电话`, `公司姓名`, `老客户姓名`.
public enum NameLabel {
  public enum Part: Hashable, Sendable {
    case organisation(String)
    case person(String)
  }

  public static func parts(of text: String) -> [Part] {
    let scalars = Folding.scalars(text)
    if scalars.allSatisfy(Folding.isPlain) { return plainParts(of: scalars).map(\.part) }
    return anyParts(of: CompanyText.string(scalars))
  }

  /// The parts of any folded text, by characters.
  static func anyParts(of folded: String) -> [Part] {
    let isChinese = folded.unicodeScalars.contains(where: Folding.isHan)
    var parts: [Part] = []
    for segment in folded.split(whereSeparator: { "-_~/|,、;:·@—+#\"".contains($0) || $0 == "'" && isChinese }) {
      for piece in words(in: dropPlatform(segment)) { parts += classify(strip(piece)) }
    }
    return withNamesakes(parts.reduce(into: []) { if !$0.contains($1) { $0.append($1) } })
  }

  /// 淘宝Huang Zhenwu: where the name was read.
  private static func dropPlatform(_ segment: Substring) -> Substring {
    for word in platforms where segment.hasPrefix(word) && segment.count > word.count + 1 {
      return segment.dropFirst(word.count)
    }
    return segment
  }

  static let platforms = ["淘宝", "天猫", "京东", "抖音", "微信", "闲鱼", "拼多多"]

  /// Spaces separate words only beside ideographs; `Cai Junhua` stays one name.
  private static func words(in segment: Substring) -> [Substring] {
    guard segment.unicodeScalars.contains(where: Folding.isHan) else { return [segment] }
    let pieces = segment.split(separator: " ")
    // 北 京 华 信: letters spaced out for looks.
    if pieces.count > 2, pieces.allSatisfy({ $0.count == 1 }) { return [Substring(pieces.joined())] }
    var words: [Substring] = []
    for piece in pieces {
      if let last = words.last, !isBreak(between: last, and: piece) {
        words[words.count - 1] = last + (isLatin(last) && isLatin(piece) ? " " : "") + piece
      } else {
        words.append(piece)
      }
    }
    return words
  }

  private static func isLatin(_ piece: Substring) -> Bool { piece.utf8.allSatisfy { $0 < 0x80 } }

  /// A space in Chinese sets off a person, a number or a Latin word; elsewhere (有限責 任公司) it means nothing.
  private static func isBreak(between one: Substring, and other: Substring) -> Bool {
    if isLatin(one) != isLatin(other) { return true }
    if isLatin(one) { return one.last?.isLetter != true || other.first?.isLetter != true }
    if other.count > 1, PersonName(String(other)) != nil { return true }
    guard other.count > 1, PersonName(String(one)) != nil, let company = CompanyName(String(other)) else { return false }
    return company.brand.count > 1
  }

  /// 华信-张伟: of two that could be people, the short one with the much rarer surname is the organisation.
  private static func withNamesakes(_ parts: [Part]) -> [Part] {
    let ranks = parts.map { part -> Int? in
      guard case .person(let text) = part, let name = PersonName(text), name.isChinese, let first = name.surname.unicodeScalars.first else {
        return nil
      }
      return Lexicon.surnameRank(first) ?? Lexicon.surnamesByFrequency.count
    }
    let known = ranks.compactMap { $0 }
    guard known.count == 2, let best = known.min(), best < 60 else { return parts }
    return zip(parts, ranks).map { part, rank in
      guard case .person(let text) = part, let rank, rank > best, rank >= 100 || rank > best * 2 + 20, text.count == 2,
        PersonName(text)?.isFull == true
      else { return part }
      return .organisation(text)
    }
  }

  static let noise = [
    "老客户", "新客户", "客户", "供应商", "售后", "售前", "采购", "财务", "同事", "朋友", "转介绍", "展会", "抖音", "淘宝", "微信", "手机", "电话", "备注", "昵称", "收货人", "收件人",
    "联系人", "签名",
  ]

  private static func strip(_ piece: Substring) -> Substring {
    var rest = piece
    while let last = rest.unicodeScalars.last, last.value < 0x80, !last.properties.isAlphabetic, last != ")", last != "*" {
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
    if text.utf8.contains(0x2A), let person = PersonName(text), person.isMasked { return [.person(text)] }
    guard text.unicodeScalars.count(where: { $0.properties.isAlphabetic }) >= 2 else { return [] }
    let company = CompanyName(text)
    let person = PersonName(text)
    guard text.unicodeScalars.contains(where: Folding.isHan) else {
      if let company, company.isMarked { return [.organisation(text)] }
      return person == nil ? [.organisation(text)] : [.person(text)]
    }
    if Lexicon.titleSet.contains(text) || Lexicon.departments.contains(text) { return [] }
    if let split = splitBeforePerson(text) { return split }
    if let company, company.isMarked, text.count > 3 || person == nil {
      if let contact = company.contact { return [.organisation(text), .person(contact)] }
      return [.organisation(withoutTitle(text))]
    }
    if person != nil { return [.person(text)] }
    if let split = splitBeforeAddress(text) { return split }
    return company == nil || text.count < 2 || isNickname(text) ? [] : [.organisation(withoutTitle(text))]
  }

  /// 神园科技老板: a title without a name.
  private static func withoutTitle(_ text: String) -> String {
    for length in [4, 3, 2] where text.count >= length + 4 && Lexicon.titleSet.contains(String(text.suffix(length))) {
      let head = String(text.dropLast(length))
      if let company = CompanyName(head), company.isMarked { return head }
    }
    return text
  }

  /// 小雨, 阿飞, 豆豆: who is meant, nobody else knows.
  private static func isNickname(_ text: String) -> Bool {
    let scalars = Array(text.unicodeScalars)
    if Lexicon.nicknames.contains(text) { return true }
    guard (2...3).contains(scalars.count) else { return false }
    return "小阿老".unicodeScalars.contains(scalars[0]) || scalars[scalars.count - 1] == scalars[scalars.count - 2]
  }

  /// 欧美格陈经理: a surname and a title at the end.
  private static func splitBeforeAddress(_ text: String) -> [Part]? {
    for length in [4, 3, 2] where text.count >= length + 2 {
      let tail = String(text.suffix(length))
      guard let first = tail.unicodeScalars.first, Lexicon.isSurname(first), Lexicon.titleSet.contains(String(tail.dropFirst())),
        length > 2 || "总姐哥".contains(tail.last ?? " ")
      else {
        continue
      }
      return [.organisation(String(text.dropLast(length))), .person(tail)]
    }
    return nil
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
