/// Chinese names: surname, given name, and the titles that stand for the given name.
extension PersonName {
  init?(ideographs scalars: [Unicode.Scalar]) {
    let han = scalars.filter(Folding.isHan)
    let latin = scalars.filter { $0.value < 0x250 && Folding.isAlphabetic($0) }
    if let masked = PersonName(masked: scalars, han: han) {
      self = masked
      return
    }
    // Kevin王 and 王Kevin: a surname with a western given name.
    if latin.count > 1, han.count == 1, Lexicon.isSurname(han[0]) {
      self.init(surname: han[...], given: [])
      return
    }
    self.init(chinese: han)
  }

  init(surname: ArraySlice<Unicode.Scalar>, given: ArraySlice<Unicode.Scalar>) {
    self.surname = CompanyText.string(surname)
    self.given = CompanyText.string(given)
    text = self.surname + self.given
    isChinese = true
  }

  /// 张*, 张**, 张某某 show the surname, *伟 and **国 the end of the given name.
  private init?(masked scalars: [Unicode.Scalar], han: [Unicode.Scalar]) {
    let known = han.filter { $0 != "某" }
    let hidden = scalars.count { $0 == "*" || $0 == "某" }
    guard hidden > 0, hidden < 4, (1...2).contains(known.count) else { return nil }
    if let first = scalars.first, first == "*" {
      self.init(surname: [], given: known[...])
    } else if known.count == 2, !Self.isCompound(known[...]) {
      // 王*国
      self.init(surname: known.prefix(1), given: [])
    } else {
      guard known.count == 2 || Lexicon.isSurname(known[0]) else { return nil }
      self.init(surname: known[...], given: [])
    }
    isMasked = true
  }

  private init?(chinese source: [Unicode.Scalar]) {
    guard source.count <= 9 else { return nil }
    let (name, title) = Self.withoutTitle(source)
    var scalars = name
    var isAddress = title != nil
    // 小王, 老李, 阿强: the first only says how one speaks to somebody.
    if scalars.count == 2, "老小阿大".unicodeScalars.contains(scalars[0]), Lexicon.isSurname(scalars[1]) {
      scalars.removeFirst()
      isAddress = true
    }
    guard (1...4).contains(scalars.count), isAddress || scalars.count > 1 else { return nil }
    let isLong = scalars.count >= 3 || scalars.count == 2 && isAddress
    let surnameLength = isLong && Self.isCompound(scalars.prefix(2)) ? 2 : 1
    guard surnameLength == 2 || Lexicon.isSurname(scalars[0]), scalars.count - surnameLength <= 2 else { return nil }
    if !isAddress, scalars.count == 2, Lexicon.nicknameWords.contains(scalars[...]) { return nil }
    if scalars.count == surnameLength + 2, Lexicon.companyWords.contains(scalars.suffix(2)) { return nil }
    self.init(surname: scalars.prefix(surnameLength), given: scalars.dropFirst(surnameLength))
    if let title { gender = Lexicon.maleTitles.contains(title) ? .male : Lexicon.femaleTitles.contains(title) ? .female : nil }
  }

  /// The name before or after a title: 张总, 王玉华老师, 经理张伟.
  private static func withoutTitle(_ source: [Unicode.Scalar]) -> (name: [Unicode.Scalar], title: String?) {
    if let match = titleEnds.longestSuffix(of: source[...]), match.length < source.count {
      let rest = source.count - match.length
      // 李总 is an address; 王小工 may be a name: one-letter titles only follow a surname, 总 also a whole name.
      let isTitle =
        match.length > 1 || rest == 1 || rest == 2 && isCompound(source.prefix(2)) || source.last == "总" && rest <= 3
        || rest == 2 && "老小阿大".unicodeScalars.contains(source[0])
      if isTitle { return (Array(source.prefix(rest)), CompanyText.string(source.suffix(match.length))) }
    }
    for length in [4, 3, 2] where source.count >= length + 2 && titleEnds.number(of: ArraySlice(source.prefix(length).reversed())) != nil {
      return (Array(source.dropFirst(length)), CompanyText.string(source.prefix(length)))
    }
    return (source, nil)
  }

  private static let titleEnds = WordTrie(Lexicon.titles, backwards: true)

  private static func isCompound(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    scalars.count == 2 && Lexicon.compoundSurnameWords.contains(scalars)
  }

  /// The surname with its common other spelling made one: 肖 is 萧, 付 傅, 闫 阎, 代 戴. 于 and 於 stay apart.
  public var surnameClass: String { Self.otherSpellings[surname] ?? surname }

  private static let otherSpellings = ["肖": "萧", "付": "傅", "闫": "阎", "代": "戴", "兰": "蓝", "丘": "邱", "候": "侯"]
}
