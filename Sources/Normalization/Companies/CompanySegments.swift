/// The best way to read a name as divisions + trade name + industry + form: every way is scored, none is taken greedily.
struct CompanySegments {
  var divisions: [Division] = []
  var brand: ArraySlice<Unicode.Scalar> = []
  var industry: ArraySlice<Unicode.Scalar> = []
  var industries: [String] = []
  var form = ""
  var ordinal = ""
  var isGroup = false
  /// True for 招商银行, whose last word is a mark of an organisation and part of its trade name.
  var isBank = false
  /// The name with its forms spelt rightly and once.
  var text: [Unicode.Scalar]

  init(_ source: ArraySlice<Unicode.Scalar>) {
    let ending = CompanyForms.ending(of: source)
    var body = source.dropLast(ending.length)
    text = Array(body) + ending.form.unicodeScalars
    form = ending.form
    isGroup = ending.isGroup
    takeOrdinal(&body, isEverydayForm: !ending.isLegal && !ending.form.isEmpty)
    let places = Self.divisionPrefixes(of: body)
    // 上海交通大学 trades in nothing.
    let trades = !ending.isLegal && Self.isSchool(form) ? nil : Industry.readings(endOf: body)
    var best: (score: Int, place: DivisionPrefix, start: Int)?
    for place in places {
      for start in place.end...body.endIndex {
        let words = start == body.endIndex ? 0 : trades?.counts[start - body.startIndex] ?? 255
        guard words < 255 else { continue }
        let score = Self.score(body: body, place: place, start: start, words: Int(words), hasForm: !ending.form.isEmpty)
        if best.map({ score > $0.score }) ?? true { best = (score, place, start) }
      }
    }
    guard let best else { return }
    divisions = best.place.divisions
    brand = body[best.place.end..<best.start]
    industry = body[best.start...]
    if let trades, !industry.isEmpty { industries = Industry.atoms(of: trades.words(from: best.start)) }
    takeInnerOrdinal()
    finishBrand(place: best.place, body: body)
  }

  // MARK: Scores

  /// Of 267,397 short names 46 % have two characters, 33 % three, 21 % four (Company-Names-Corpus).
  private static let brandScores = [-40, -16, 0, -2, -3, -12, -18]

  /// A point is a quarter of what one explained character is worth.
  private static func score(body: ArraySlice<Unicode.Scalar>, place: DivisionPrefix, start: Int, words: Int, hasForm: Bool) -> Int {
    var latin = 0
    for scalar in body[place.end..<start] where !Folding.isHan(scalar) { latin += 1 }
    // A Latin word counts as one or two characters, whatever its length.
    let length = start - place.end - latin + Swift.min(latin, 2)
    var score = place.score + (length < brandScores.count ? brandScores[length] : -16 - 2 * length)
    score += (body.endIndex - start) * 4 - words
    if words > 0, hasForm { score += 4 }
    return score
  }

  private static let schools: Set<String> = ["大学", "学院", "学校", "中学", "小学", "幼儿园", "医院", "卫生院", "协会", "学会", "商会", "基金会", "委员会", "银行"]

  private static func isSchool(_ form: String) -> Bool { !form.isEmpty && schools.contains(form) }

  // MARK: Divisions at the start

  struct DivisionPrefix {
    var divisions: [Division]
    /// Index in the text after the divisions.
    var end: Int
    var score: Int
    /// True when the last division has its suffix (市, 区).
    var isFull: Bool
  }

  /// All prefixes that name one division inside the other, beginning with the empty one.
  private static func divisionPrefixes(of body: ArraySlice<Unicode.Scalar>) -> [DivisionPrefix] {
    var prefixes = [DivisionPrefix(divisions: [], end: body.startIndex, score: 0, isFull: false)]
    prefixes.reserveCapacity(4)
    var rest = body
    var outer: Division?
    while let match = Division.match(rest, within: outer), let last = prefixes.last {
      // 阿里 and 西湖 are trade names more often than places: alone, only provinces and cities go without their suffix.
      if !match.isFull, outer == nil, !match.isCity { break }
      rest = rest.dropFirst(match.length)
      var end = rest.startIndex
      if let zone = zones.longestPrefix(of: rest) { end += zone }
      let divisions = outer == nil ? likely(match.divisions) : match.divisions
      outer = divisions.count == 1 ? divisions[0] : outer
      let points = match.isFull ? match.length * 4 : match.length * 3 + 2
      prefixes.append(DivisionPrefix(divisions: last.divisions + divisions, end: end, score: last.score + points, isFull: match.isFull))
      rest = body[end...]
    }
    if prefixes.count == 1, let match = CompanyPlaces.misspelt(body) {
      prefixes.append(
        DivisionPrefix(divisions: match.divisions, end: body.startIndex + match.length, score: match.length * 4, isFull: true))
    }
    if let last = prefixes.last, let length = CompanyPlaces.townLength(body[last.end...], isFull: last.isFull || prefixes.count != 2) {
      prefixes.append(
        DivisionPrefix(divisions: last.divisions, end: last.end + length, score: last.score + length * 4, isFull: last.isFull))
    }
    return prefixes
  }

  /// 西安 is the city before the districts of that name in 辽源 and 牡丹江; a district of a municipality (朝阳) is known as well as a city.
  private static func likely(_ divisions: [Division]) -> [Division] {
    guard divisions.count > 1 else { return divisions }
    let provinces = divisions.filter { $0.code % 10_000 == 0 }
    if !provinces.isEmpty { return provinces }
    let cities = divisions.filter { $0.code % 100 == 0 || Division.municipalities.contains($0.province) }
    return cities.isEmpty || cities.allSatisfy { $0.code % 100 != 0 } ? divisions : cities
  }

  private static let zones = ZoneWords()

  /// Zones that are no division of the state: 苏州工业园区, 高新区.
  private struct ZoneWords {
    private let words = [
      "高新技术产业开发区", "经济技术开发区", "自由贸易试验区", "经济开发区", "工业园区", "高新区", "开发区", "自贸区", "保税区", "经开区",
    ].map { Array($0.unicodeScalars) }

    func longestPrefix(of text: ArraySlice<Unicode.Scalar>) -> Int? { words.first { $0[0] == text.first && text.starts(with: $0) }?.count }
  }

  // MARK: Ordinals

  /// A number at the end: 3店, 二厂, 华信2; before 店 and 厂 also as an ideograph.
  private mutating func takeOrdinal(_ body: inout ArraySlice<Unicode.Scalar>, isEverydayForm: Bool) {
    var trimmed = body
    if let last = trimmed.last, last == "号" || last == "期" || last == "部" { trimmed = trimmed.dropLast() }
    guard let number = Numerals.trailing(trimmed), number.length < 4, trimmed.count - number.length >= 1 else { return }
    let before = trimmed.dropLast(number.length)
    let isDigit = trimmed.suffix(number.length).allSatisfy(Numerals.isASCIIDigit)
    let hasMark = before.last == "第" || trimmed.count < body.count
    guard hasMark || isDigit || isEverydayForm && number.length <= 2 && before.count >= 3 else { return }
    let rest = before.last == "第" ? before.dropLast() : before
    // 7-11 is a name of digits.
    guard rest.count >= 2 || isDigit && rest.count == 1, rest.contains(where: { $0.value > 0x60 }) else { return }
    ordinal = String(number.value)
    body = rest
    // 老王便利店3店 is a 便利店.
    if isEverydayForm, let match = CompanyForms.everydayTrie.longestSuffix(of: rest), match.length > 1, rest.count > match.length + 1 {
      form = CompanyForms.everydayNames[match.number]
      body = rest.dropLast(match.length)
    }
  }

  /// 第一人民, 远见一号: the number inside or before the trade name.
  private mutating func takeInnerOrdinal() {
    guard ordinal.isEmpty else { return }
    if let mark = brand.firstIndex(of: "第"), let number = Numerals.leading(brand[(mark + 1)...]) {
      let after = brand[(mark + 1 + number.length)...]
      let before = brand[..<mark]
      if before.count + after.count >= 2 || !industry.isEmpty || !form.isEmpty {
        ordinal = String(number.value)
        let kept = before.count == 1 && "市县区省".unicodeScalars.contains(before[before.startIndex]) && !after.isEmpty ? [] : Array(before)
        brand = ArraySlice(kept + after)
      }
    } else if let last = brand.last, last == "号" || last == "期", let number = Numerals.trailing(brand.dropLast()),
      brand.count - 1 - number.length >= 2
    {
      ordinal = String(number.value)
      brand = brand.dropLast(number.length + 1)
    } else {
      var digits = 0
      while digits < brand.count - 2, let last = brand.dropLast(digits).last, Numerals.isASCIIDigit(last) { digits += 1 }
      if digits > 0, digits < 4, let number = Numerals.trailing(brand), brand.contains(where: { $0.value > 0x60 }) {
        ordinal = String(number.value)
        brand = brand.dropLast(digits)
      }
    }
  }

  // MARK: Finish

  private static let nations = ["中国", "中华", "全国"].map { Array($0.unicodeScalars) }

  /// 南京大学 has its city as trade name, 中国石油化工 its trade words: what is left over carries no identity.
  private mutating func finishBrand(place: DivisionPrefix, body: ArraySlice<Unicode.Scalar>) {
    if Self.nations.contains(where: { brand.elementsEqual($0) }), !industry.isEmpty {
      brand = body[place.end...]
    }
    if brand.isEmpty, place.end > body.startIndex, industry.isEmpty || !place.isFull {
      brand = body[body.startIndex..<place.end]
    } else if divisions.isEmpty, let match = Division.match(brand), match.isCity, match.length == brand.count {
      // 青岛啤酒 is named after its city and in it.
      divisions = match.divisions
    }
    if form.utf8.count == 6, form == "银行" {
      isBank = true
      industry = []
      brand = brand + CompanyForms.bank
      form = ""
    } else if brand.suffix(2).elementsEqual(CompanyForms.bank) {
      isBank = true
    }
  }
}
