/// Tells a branch from its head office.
enum CompanyBranch {
  /// 某某有限公司湛江分公司 → (某某有限公司, 湛江分公司).
  static func split(_ source: ArraySlice<Unicode.Scalar>) -> (head: ArraySlice<Unicode.Scalar>, branch: ArraySlice<Unicode.Scalar>?) {
    guard let mark = CompanyForms.branchTrie.longestSuffix(of: source) else {
      // 某某有限公司人民路店: whatever follows the form and ends in 店 is one of its shops.
      if let last = source.last, isShop(last), let end = endOfForm(in: source.dropLast()),
        end < source.endIndex - 1
      {
        return (source[..<end], source[end...])
      }
      return (source, nil)
    }
    let word = CompanyForms.branchWords[mark.number]
    let head = source.dropLast(mark.length)
    if let end = endOfForm(in: head) { return (source[..<end], source[end...]) }
    // 盛港实业九江营业部: the place just before the mark is the branch's.
    for length in stride(from: Swift.min(6, head.count - 2), through: 2, by: -1) {
      let place = head.suffix(length)
      if let match = Division.match(place), match.length == length { return (head.dropLast(length), source[place.startIndex...]) }
    }
    let isBranchForSure = word[0] == "分" || word == officeWord
    guard isBranchForSure, head.count >= 2 else { return (source, nil) }
    // 某某第一分公司: the number is the branch's.
    if let last = head.last, Numerals.trailing(head) != nil || last == "总", let mark = head.lastIndex(of: "第"), mark - head.startIndex >= 2
    {
      return (head[..<mark], source[mark...])
    }
    return (head, source[head.endIndex...])
  }

  private static func isShop(_ last: Unicode.Scalar) -> Bool {
    switch last {
    case "店", "厂", "站", "所", "部": true
    default: false
    }
  }

  private static let officeWord = Array("办事处".unicodeScalars)

  /// The place after 公司 or 银行 that is not the last word of a text.
  static func endOfForm(in text: ArraySlice<Unicode.Scalar>) -> Int? {
    end(of: CompanyForms.company, in: text) ?? end(of: CompanyForms.bank, in: text, first: true)
  }

  private static func end(of word: [Unicode.Scalar], in text: ArraySlice<Unicode.Scalar>, first: Bool = false) -> Int? {
    guard text.count > word.count else { return nil }
    var found: Int?
    for start in text.startIndex...(text.endIndex - word.count) where text[start] == word[0] && text[start + 1] == word[1] {
      found = start + word.count
      if first { break }
    }
    return found.flatMap { $0 - text.startIndex > word.count ? $0 : nil }
  }
}
