extension CompanyName {
  init?(western scalars: [Unicode.Scalar]) {
    text = CompanyText.string(scalars)
    divisions = []
    branch = nil
    industry = ""
    ordinal = ""
    var words = Self.westernWords(scalars)
    if words.first == "the", words.count > 1 { words.removeFirst() }
    form = Self.takeWesternForm(&words)
    isGroup = form == "group" || WesternForms.isGroup(Self.lastLetters(scalars, text))
    let all = words.joined(separator: " ")
    brand = all
    isMarked = !form.isEmpty
    takeRomanised(words)
    guard !brand.isEmpty else { return nil }
  }

  /// The last run of letters.
  private static func lastLetters(_ scalars: [Unicode.Scalar], _ text: String) -> String {
    guard scalars.allSatisfy(\.isASCII) else { return text.split { !$0.isLetter }.last.map(String.init) ?? "" }
    guard let last = scalars.lastIndex(where: Folding.isAlphabetic) else { return "" }
    let start = scalars[...last].lastIndex { !Folding.isAlphabetic($0) }.map { $0 + 1 } ?? 0
    return CompanyText.string(scalars[start...last])
  }

  /// Words of letters and digits; points and apostrophes inside a word vanish, `&` is `and`.
  private static func westernWords(_ scalars: [Unicode.Scalar]) -> [String] {
    var words: [String] = []
    var word: [Unicode.Scalar] = []
    func flush() {
      if !word.isEmpty { words.append(CompanyText.string(word)) }
      word.removeAll(keepingCapacity: true)
    }
    for scalar in scalars {
      if Folding.isAlphabetic(scalar) || Numerals.isASCIIDigit(scalar) {
        word.append(scalar)
      } else if scalar == "&" {
        flush()
        words.append("and")
      } else if scalar != ".", scalar != "'" {
        flush()
      }
    }
    flush()
    return words
  }

  private static func takeWesternForm(_ words: inout [String]) -> String {
    var form = ""
    while words.count > 1 {
      // `Co.Ltd` and `S. A.` have their points in other places than `Co., Ltd.` and `S.A.`
      if let last = words.last, let known = WesternForms.canonical[last] {
        form = known
        words.removeLast()
      } else if words.count > 2, let known = WesternForms.canonical[words.suffix(2).joined()], words.suffix(2).allSatisfy({ $0.count <= 2 })
      {
        form = known
        words.removeLast(2)
      } else {
        break
      }
      if words.last == "and", words.count > 1 { words.removeLast() }
    }
    return form
  }

  /// Suzhou Ruifeng Food is 苏州 + rui feng + 食品: the place by its pinyin, the trade by an English word, the brand by its syllables.
  private mutating func takeRomanised(_ words: [String]) {
    var core = words[...]
    var places: [Division] = []
    if core.count > 1, core.last == "branch" {
      core = core.dropLast()
      let length = core.count > 2 && RomanisedPlaces.places(core.suffix(2)) != nil ? 2 : core.count > 1 ? 1 : 0
      branch = (core.suffix(length) + ["branch"]).joined(separator: " ")
      core = core.dropLast(length)
      var head = Array(core)
      form = Self.takeWesternForm(&head)
      core = head[...]
      isMarked = true
    }
    for count in [2, 1] where places.isEmpty && core.count > count && EnglishTrades.leavesBrand(core.dropFirst(count)) {
      if let known = RomanisedPlaces.places(core.prefix(count)) {
        places = known
        core = core.dropFirst(count)
      }
    }
    for count in [2, 1] where places.isEmpty && core.count > count && EnglishTrades.leavesBrand(core.dropLast(count)) {
      if let known = RomanisedPlaces.places(core.suffix(count)) {
        places = known
        core = core.dropLast(count)
      }
    }
    if core.count > 1, core.first == "city" || core.first == "province" { core = core.dropFirst() }
    let trades = EnglishTrades.take(from: &core)
    industries = trades.atoms
    var syllables = Pinyin.syllables(latin: core.joined(separator: " ")).first ?? []
    // Guang Ta Ji Xie: the trade is in pinyin, too.
    if industries.isEmpty, syllables.count > 3 {
      if form.isEmpty, let spoken = CompanyForms.takeSpoken(from: &syllables) {
        form = spoken
        isMarked = true
      }
      industries = Industry.takeSpoken(from: &syllables)
    }
    let isRomanised = (2...6).contains(syllables.count)
    guard isRomanised || !places.isEmpty else { return }
    if isRomanised { sound = syllables }
    divisions = places
    industry = trades.text.isEmpty ? industries.joined() : trades.text
    brand = isRomanised ? Pinyin.spelling(of: syllables) : core.joined(separator: " ")
    isMarked = isMarked || !industries.isEmpty && !places.isEmpty
  }
}

/// Chinese provinces and cities by their names in pinyin or English.
enum RomanisedPlaces {
  /// A place in one word or, where that is how people write it, in two: Hong Kong, but not Fu Xin, which may be a trade name.
  static func places(_ words: ArraySlice<String>) -> [Division]? {
    let name = words.joined()
    return words.count == 1 ? divisions[name] : special[name].map { [Division(code: $0)] }
  }

  /// What ``places(_:)`` knows of one word, and of two that are written as one.
  static func isPlace(_ word: UnsafeBufferPointer<UInt8>) -> Bool { words.contains(word) }
  static func isPlaceOfTwoWords(_ words: UnsafeBufferPointer<UInt8>) -> Bool { pairs.contains(words) }

  private static let words = WordTable(set: divisions.keys.sorted())
  private static let pairs = WordTable(set: special.keys.sorted())

  /// Written in one word, without 市 and 省.
  static let divisions: [String: [Division]] = {
    var divisions: [String: [Division]] = [:]
    for (name, code) in special { divisions[name] = [Division(code: code)] }
    for (code, name) in Division.provincesAndCities {
      var spellings: Set<String> = [""]
      for scalar in name.unicodeScalars {
        let readings = Pinyin.readings(of: scalar).prefix(2).map { Pinyin.spelling(of: $0) }
        spellings = Set(spellings.flatMap { start in readings.map { start + $0 } })
      }
      for spelling in spellings where special[spelling] == nil { divisions[spelling, default: []].append(Division(code: code)) }
    }
    return divisions
  }()

  /// Names that are not the pinyin, and those that two places share.
  private static let special: [String: UInt32] = [
    "hongkong": 810_000, "hk": 810_000, "macau": 820_000, "macao": 820_000, "taiwan": 710_000, "taipei": 710_000, "tibet": 540_000,
    "innermongolia": 150_000,
    "shaanxi": 610_000, "shanxi": 140_000, "peking": 110_000, "canton": 440_100, "harbin": 230_100, "urumqi": 650_100, "lhasa": 540_100,
    "hohhot": 150_100,
    "shangtou": 440_500, "swatow": 440_500, "amoy": 350_200, "tsingtao": 370_200, "kunshan": 320_583, "yiwu": 330_782,
  ]
}

extension Division {
  /// Code and short name of every province and every city at the second level.
  static var provincesAndCities: [(code: UInt32, name: Substring)] {
    var found: [(code: UInt32, name: Substring)] = []
    var rest = Substring(source)
    while let code = UInt32(rest.prefix(6)) {
      rest = rest.dropFirst(6)
      let name = rest.prefix { !$0.isASCII }
      rest = rest.dropFirst(name.count)
      guard code % 100 == 0, name.hasSuffix("市") || code % 10_000 == 0 else { continue }
      let suffixes = ["壮族自治区", "回族自治区", "维吾尔自治区", "特别行政区", "自治区", "省", "市"]
      let suffix = suffixes.first { name.hasSuffix($0) && name.count > $0.count + 1 } ?? ""
      found.append((code, name.dropLast(suffix.count)))
    }
    return found
  }
}
