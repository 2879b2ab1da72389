/// Chinese addresses in Latin letters: `No.88 Jianguo Road, Chaoyang District, Beijing` is 北京市朝阳区建国路88号.
extension Address {
  /// Divisions and the sound of the road, when the place names are Chinese ones.
  mutating func readRoman() {
    // A state's letters mean America or Australia, where towns may be called Peking or Canton.
    guard !rest.isEmpty, !rest.contains(where: StreetWords.isState) || rest.contains("china") else { return }
    let found = Self.romanDivisions(rest)
    guard !found.isEmpty else { return }
    divisions = found
    romanSound = Self.sound(ofLatin: streetWords)
  }

  /// The reading of a Chinese road in the form of `sound(ofLatin:)`: 中山北路 is `zhongshan bei rd`.
  static func sound(ofChinese road: String) -> String {
    var scalars = Array(road.unicodeScalars)[...]
    var kind = ""
    for (mark, name) in kindMarks where scalars.count > mark.count && scalars.last == mark.last && scalars.suffix(mark.count) == mark[...] {
      kind = name
      scalars = scalars.dropLast(mark.count)
      break
    }
    guard !kind.isEmpty else { return "" }
    var direction = ""
    if scalars.count > 2, let last = scalars.last, let sound = directionMarks[last] {
      direction = sound
      scalars = scalars.dropLast()
    } else if scalars.count > 2, let first = scalars.first, let sound = directionMarks[first] {
      direction = sound
      scalars = scalars.dropFirst()
    }
    let name = Pinyin.spelling(of: Pinyin.reading(of: scalars))
    if name.isEmpty { return "" }
    return direction.isEmpty ? name + " " + kind : name + " " + direction + " " + kind
  }

  /// The words of a street in Latin letters, directions behind the name: North Zhongshan Road, Zhongshan Bei Lu.
  private static func sound(ofLatin words: [String]) -> String {
    var kind = ""
    var direction = ""
    var name = ""
    for word in words {
      if let known = latinKinds[word] {
        kind = known
      } else if let known = latinDirections[word], direction.isEmpty {
        direction = known
      } else {
        name += word
      }
    }
    guard !kind.isEmpty, !Pinyin.syllables(latin: name).isEmpty else { return "" }
    return [name, direction, kind].filter { !$0.isEmpty }.joined(separator: " ")
  }

  private static let kindMarks = [
    ("大道", "ave"), ("大街", "st"), ("胡同", "ln"), ("路", "rd"), ("街", "st"), ("巷", "ln"), ("弄", "ln"), ("道", "rd"),
  ].map { (mark: Array($0.0.unicodeScalars), name: $0.1) }
  private static let directionMarks: [Unicode.Scalar: String] = ["东": "dong", "西": "xi", "南": "nan", "北": "bei", "中": "zhong"]
  private static let latinKinds = [
    "rd": "rd", "lu": "rd", "st": "st", "jie": "st", "dajie": "st", "ave": "ave", "dadao": "ave", "blvd": "ave", "ln": "ln", "aly": "ln",
    "xiang": "ln", "hutong": "ln", "nong": "ln",
  ]
  private static let latinDirections = [
    "e": "dong", "dong": "dong", "w": "xi", "xi": "xi", "s": "nan", "nan": "nan", "n": "bei", "bei": "bei", "middle": "zhong",
    "mid": "zhong",
    "central": "zhong", "zhong": "zhong",
  ]

  // MARK: Divisions

  private static func spelling(_ words: [String], _ start: Int, _ end: Int) -> String {
    if end - start == 1 { return words[start] }
    return end - start == 2 ? words[start] + words[start + 1] : words[start] + words[start + 1] + words[start + 2]
  }

  /// The divisions that the words name, if one of them is a city or province; the smallest that fit together.
  private static func romanDivisions(_ words: [String]) -> [Division] {
    var known: [Division] = []
    var hasCity = false
    // The largest stands last.
    var end = words.count
    while end > 0 {
      var taken = 1
      for length in [3, 2, 1] where length <= end {
        guard let named = Division.romanNames[Self.spelling(words, end - length, end)] else { continue }
        let larger = named.filter { $0.isProvince || $0.isCity }
        if known.isEmpty {
          // The district of that name counts only with its city.
          guard !larger.isEmpty else { break }
          known = larger
          hasCity = true
        } else {
          let inside = named.filter { candidate in known.contains { $0.isCompatible(with: candidate) } }
          if !inside.isEmpty { known = inside }
        }
        taken = length
        break
      }
      end -= taken
    }
    return hasCity ? known : []
  }
}

extension Division {
  /// Divisions by the spelling of their short names, in all readings: `xian`, `chongqing`.
  fileprivate static let romanNames: [String: [Division]] = {
    var table: [String: [Division]] = [
      "shaanxi": [Division(code: 610_000)], "hongkong": [Division(code: 810_000)], "macau": [Division(code: 820_000)],
      "macao": [Division(code: 820_000)], "innermongolia": [Division(code: 150_000)], "tibet": [Division(code: 540_000)],
      "peking": [Division(code: 110_000)],
    ]
    for (name, divisions) in shortNames {
      for spelling in spellings(name) { table[spelling, default: []].append(contentsOf: divisions) }
    }
    return table.mapValues { Set($0.map(\.code)).sorted().map(Division.init) }
  }()

  /// True for the spelling of a short name.
  static func isRoman(_ spelling: UnsafeBufferPointer<UInt8>) -> Bool { romanTable.contains(spelling) }

  private static let romanTable = WordTable(set: romanNames.keys.sorted())

  private static func spellings(_ name: String) -> [String] {
    var spellings = [""]
    for scalar in name.unicodeScalars {
      let readings = Set(Pinyin.readings(of: scalar).map { Pinyin.spelling(of: $0) })
      guard !readings.isEmpty, spellings.count * readings.count <= 16 else { return [] }
      spellings = spellings.flatMap { start in readings.map { start + $0 } }
    }
    return spellings
  }
}
