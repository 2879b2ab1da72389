/// The parts of an organisation's name, as 企业名称登记管理规定 (2020) article 6 orders them: division + trade name +
/// industry + organisation form. Western names have a trade name and a form.
public struct CompanyName: Hashable, Sendable {
  /// The whole name, folded, without spaces between ideographs and without notes such as `(新)`.
  public var text: String
  public var divisions: [Division]
  /// The trade name (字号): what carries identity.
  public var brand: String
  public var industry: String
  public var form: String
  /// What stands before 分公司, 支行, 门店 …: a branch is not its head office.
  public var branch: String?
  /// Digits and ordinals that tell sister companies apart (第二, 3).
  public var ordinal: String
  /// True when something in the text says that it names an organisation: a form, an industry or a branch.
  public var isMarked: Bool

  /// Takes a name apart. `nil` when nothing is left that could be a name.
  public init?(_ source: String) {
    let compacted = Self.compact(Folding.fold(source))
    guard !compacted.isEmpty else { return nil }
    if compacted.contains(where: Folding.isHan) {
      self.init(chinese: compacted)
    } else {
      self.init(western: compacted)
    }
    guard !brand.isEmpty || !industry.isEmpty else { return nil }
  }

  /// Drops spaces beside ideographs, and marks people add: `A-`, `*`, `(新)`.
  private static func compact(_ folded: String) -> [Unicode.Scalar] {
    var scalars: [Unicode.Scalar] = []
    let source = Array(folded.unicodeScalars)
    for (index, scalar) in source.enumerated() {
      if scalar == " " {
        let before = scalars.last.map(Folding.isHan) ?? false
        let after = index + 1 < source.count && Folding.isHan(source[index + 1])
        if before || after { continue }
      }
      if scalar == "*" || scalar == "?" { continue }
      scalars.append(scalar)
    }
    if scalars.count > 3, scalars[1] == "-", !Folding.isHan(scalars[0]), Folding.isHan(scalars[2]) { scalars.removeFirst(2) }
    return scalars
  }

  private init(chinese source: [Unicode.Scalar]) {
    divisions = []
    branch = nil
    form = ""
    industry = ""
    ordinal = ""
    var rest = Self.takeBrackets(source, divisions: &divisions)
    text = String(String.UnicodeScalarView(rest))
    rest = Self.dropDepartment(rest)
    (rest, branch) = Self.takeBranch(rest)
    rest = Self.takeDivisions(rest, into: &divisions)
    if let typo = Self.formWithTypo(rest) {
      form = "有限公司"
      rest.removeLast(typo)
    } else {
      (rest, form) = Self.takeSuffix(rest, from: Lexicon.forms, leaving: 1)
    }
    (rest, industry) = Self.takeIndustries(rest)
    (rest, ordinal) = Self.takeOrdinal(rest)
    brand = String(String.UnicodeScalarView(rest))
    isMarked = !form.isEmpty || !industry.isEmpty || branch != nil
    if branch != nil, brand.isEmpty { brand = branch ?? "" }
  }

  /// Brackets hold a division (`华信(北京)科技`), a form (`(有限合伙)`, `(集团)`) or a note (`(新)`), which is dropped.
  private static func takeBrackets(_ source: [Unicode.Scalar], divisions: inout [Division]) -> [Unicode.Scalar] {
    var output: [Unicode.Scalar] = []
    var index = 0
    while index < source.count {
      guard source[index] == "(", let close = source[index...].firstIndex(of: ")") else {
        if source[index] != ")" { output.append(source[index]) }
        index += 1
        continue
      }
      let inner = source[(index + 1)..<close]
      if let match = Division.match(inner), match.length == inner.count || inner.count - match.length <= 1 {
        divisions += match.divisions
      } else if String(String.UnicodeScalarView(inner)) == "集团" {
        output += inner
      }
      index = close + 1
    }
    return output
  }

  private static func dropDepartment(_ source: [Unicode.Scalar]) -> [Unicode.Scalar] {
    var rest = source
    for form in ["公司", "厂", "集团", "商贸", "贸易"] {
      let units = Array(form.unicodeScalars)
      guard let end = lastRange(of: units, in: rest), end < rest.count else { continue }
      let tail = String(String.UnicodeScalarView(rest[end...]))
      if Lexicon.departments.contains(tail) { rest.removeSubrange(end...) }
    }
    return rest
  }

  private static func lastRange(of units: [Unicode.Scalar], in scalars: [Unicode.Scalar]) -> Int? {
    guard scalars.count >= units.count else { return nil }
    var start = scalars.count - units.count
    while start >= 0 {
      if Array(scalars[start..<start + units.count]) == units { return start + units.count }
      start -= 1
    }
    return nil
  }

  /// 某某有限公司湛江分公司 → (某某有限公司, 湛江分公司).
  private static func takeBranch(_ source: [Unicode.Scalar]) -> ([Unicode.Scalar], String?) {
    let text = String(String.UnicodeScalarView(source))
    guard let mark = Lexicon.branches.first(where: { text.hasSuffix($0) }) else { return (source, nil) }
    let markCount = mark.unicodeScalars.count
    let head = source.dropLast(markCount)
    if let end = lastRange(of: Array("公司".unicodeScalars), in: Array(head)) ?? lastRange(of: Array("银行".unicodeScalars), in: Array(head)) {
      return (Array(head.prefix(end)), String(String.UnicodeScalarView(source[end...])))
    }
    // 盛港实业九江营业部: the place just before the mark is the branch's.
    for length in stride(from: Swift.min(6, head.count - 2), through: 2, by: -1) {
      let place = head.suffix(length)
      if let match = Division.match(place), match.length == length, head.count - length >= 2 {
        return (Array(head.dropLast(length)), String(String.UnicodeScalarView(source.suffix(length + markCount))))
      }
    }
    return mark.hasPrefix("分") || mark == "办事处" ? (Array(head), mark) : (source, nil)
  }

  private static func takeDivisions(_ source: [Unicode.Scalar], into divisions: inout [Division]) -> [Unicode.Scalar] {
    var rest = source[...]
    var outer: Division?
    while let match = Division.match(rest, within: outer) {
      let left = rest.count - match.length
      // What is left must still hold a trade name; a bare short name may be one itself (山西安健堂 keeps 山西, 华阳科技 is no place).
      guard left >= 2 else { break }
      // 阿里 and 西湖 are trade names more often than places: alone, only provinces and cities go without their suffix.
      if !match.isFull, outer == nil, !match.isCity { break }
      divisions += match.divisions
      outer = match.divisions.count == 1 ? match.divisions[0] : outer
      rest = rest.dropFirst(match.length)
    }
    return Array(rest)
  }

  private static func takeSuffix(_ source: [Unicode.Scalar], from words: [[Unicode.Scalar]], leaving: Int) -> ([Unicode.Scalar], String) {
    for word in words where source.count >= word.count + leaving && source.suffix(word.count).elementsEqual(word) {
      return (Array(source.dropLast(word.count)), String(String.UnicodeScalarView(word)))
    }
    return (source, "")
  }

  /// 有县公司, 有限公 and 责任有限公司 are typing mistakes of one form.
  private static func formWithTypo(_ source: [Unicode.Scalar]) -> Int? {
    let text = String(String.UnicodeScalarView(source))
    for typo in ["有县公司", "有限工司", "有限公可", "责任有限公司", "有限责任公", "有限公"]
    where text.hasSuffix(typo) && source.count > typo.unicodeScalars.count + 1 {
      return typo.unicodeScalars.count
    }
    return nil
  }

  private static func takeIndustries(_ source: [Unicode.Scalar]) -> ([Unicode.Scalar], String) {
    var rest = source
    var industry = ""
    for _ in 0..<3 {
      let (shorter, word) = takeSuffix(rest, from: Lexicon.industries, leaving: industry.isEmpty ? 1 : 2)
      guard !word.isEmpty else { break }
      industry = word + industry
      rest = shorter
    }
    return (rest, industry)
  }

  private static func takeOrdinal(_ source: [Unicode.Scalar]) -> ([Unicode.Scalar], String) {
    var rest = source
    var ordinal: [Unicode.Scalar] = []
    while let last = rest.last, last.value >= 0x30 && last.value <= 0x39, rest.count > 1 {
      ordinal.insert(last, at: 0)
      rest.removeLast()
    }
    if rest.count > 3, rest[rest.count - 2] == "第", "一二三四五六七八九十".unicodeScalars.contains(rest[rest.count - 1]) {
      ordinal = Array(rest.suffix(2)) + ordinal
      rest.removeLast(2)
    }
    return (rest, String(String.UnicodeScalarView(ordinal)))
  }

  private init(western scalars: [Unicode.Scalar]) {
    let folded = String(String.UnicodeScalarView(scalars))
    text = folded
    divisions = []
    branch = nil
    industry = ""
    ordinal = ""
    let cleaned = folded.replacing("&", with: " and ").unicodeScalars.map { scalar -> Character in
      let isWord = scalar.properties.isAlphabetic || (scalar.value >= 0x30 && scalar.value <= 0x39)
      return isWord ? Character(scalar) : (scalar == "." || scalar == "'" ? "\u{0}" : " ")
    }
    var words = String(cleaned.filter { $0 != "\u{0}" }).split(separator: " ").map(String.init)
    if words.first == "the", words.count > 1 { words.removeFirst() }
    var forms: [String] = []
    while words.count > 1, let last = words.last, let form = Lexicon.westernForms[last] {
      forms.insert(form, at: 0)
      words.removeLast()
    }
    if words.last == "and", words.count > 1 { words.removeLast() }
    form = forms.first ?? ""
    brand = words.joined(separator: " ")
    isMarked = !form.isEmpty
  }
}
