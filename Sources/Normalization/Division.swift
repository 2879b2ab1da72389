/// An administrative division of China (GB/T 2260): six digits, two each for province, city and county.
public struct Division: Hashable, Sendable {
  public let code: UInt32

  public var province: UInt32 { code / 10_000 }
  /// 0 when only the province is known.
  public var city: UInt32 { code / 100 % 100 == 0 ? 0 : code / 100 }
  /// 0 when only the city is known.
  public var county: UInt32 { code % 100 == 0 ? 0 : code }

  /// The four municipalities have no city level of their own: 北京 is 11, and its districts are 1101xx.
  static let municipalities: Set<UInt32> = [11, 12, 31, 50]

  /// True when both can be the same place or one lies inside the other.
  public func isCompatible(with other: Division) -> Bool {
    guard province == other.province else { return false }
    if Self.municipalities.contains(province) { return county == 0 || other.county == 0 || county == other.county }
    guard city != 0, other.city != 0 else { return true }
    guard city == other.city else { return false }
    return county == 0 || other.county == 0 || county == other.county
  }

  /// The divisions that a stretch of text can name, and how many scalars the name takes.
  struct Match {
    var divisions: [Division]
    var length: Int
    /// True when the text had the suffix (省, 市, 区 …), which makes it much less likely to be a brand.
    var isFull: Bool
    /// True when one of the places is a province or has 市 in its full name.
    var isCity: Bool
  }

  /// The longest division name at the start of `scalars`. With `within`, only places inside that division count when there are any.
  static func match(_ scalars: ArraySlice<Unicode.Scalar>, within: Division? = nil) -> Match? {
    guard scalars.count >= 2 else { return nil }
    let start = start(scalars[scalars.startIndex], scalars[scalars.startIndex + 1])
    guard startBits[bit(start) >> 6] >> UInt64(bit(start) & 63) & 1 != 0, let candidates = byStart[start] else { return nil }
    for (name, entry) in candidates where begins(scalars, with: name) {
      guard let within else { return Match(divisions: entry.divisions, length: name.count, isFull: entry.isFull, isCity: entry.isCity) }
      let inside = entry.divisions.filter { within.isCompatible(with: $0) }
      if !inside.isEmpty { return Match(divisions: inside, length: name.count, isFull: entry.isFull, isCity: entry.isCity) }
    }
    return nil
  }

  static func match(_ scalars: some RandomAccessCollection<Unicode.Scalar>, within: Division? = nil) -> Match? {
    match(ArraySlice(scalars), within: within)
  }

  private static func begins(_ scalars: ArraySlice<Unicode.Scalar>, with name: [Unicode.Scalar]) -> Bool {
    guard scalars.count >= name.count else { return false }
    for place in name.indices where scalars[scalars.startIndex + place] != name[place] { return false }
    return true
  }

  var isProvince: Bool { code % 10_000 == 0 }
  /// A city at the level between province and county; a municipality is both province and city.
  var isCity: Bool { code % 100 == 0 && (code % 10_000 != 0 || Self.municipalities.contains(province)) }

  /// True when `text` is the name of a division that fits, and nothing else.
  static func isWholeName(_ text: String, _ fits: (Division) -> Bool) -> Bool {
    names[text].map { $0.divisions.contains(where: fits) } ?? false
  }

  /// Names without their kind: 朝阳, 浦东, 北京.
  static var shortNames: [(name: String, divisions: [Division])] {
    names.filter { !$0.value.isFull }.map { ($0.key, $0.value.divisions) }
  }

  private struct Entry {
    var divisions: [Division]
    var isFull: Bool
    var isCity = false
  }

  private static func start(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }

  /// 65,536 bits, one set for the first two characters of every name: nine texts of ten are told here that they begin with none.
  private static let startBits: [UInt64] = byStart.keys.reduce(into: [UInt64](repeating: 0, count: 1_024)) { bits, start in
    bits[bit(start) >> 6] |= 1 << UInt64(bit(start) & 63)
  }

  private static func bit(_ start: UInt64) -> Int { Int(truncatingIfNeeded: (start &* 0x9E37_79B9_7F4A_7C15) >> 48) }

  /// Names by their first two characters, the longest first: most texts begin with no division at all, and none is hashed as text.
  private static let byStart: [UInt64: [(name: [Unicode.Scalar], entry: Entry)]] = {
    var table: [UInt64: [(name: [Unicode.Scalar], entry: Entry)]] = [:]
    for (name, entry) in names {
      let scalars = Array(name.unicodeScalars)
      table[start(scalars[0], scalars[1]), default: []].append((scalars, entry))
    }
    return table.mapValues { $0.sorted { $0.name.count > $1.name.count } }
  }()

  private static let names: [String: Entry] = {
    var names: [String: Entry] = [:]
    func add(_ name: Substring, _ division: Division, isFull: Bool, isCity: Bool) {
      guard name.unicodeScalars.count >= 2 else { return }
      if isCity { names[String(name), default: Entry(divisions: [], isFull: isFull)].isCity = true }
      names[String(name), default: Entry(divisions: [], isFull: isFull)].divisions.append(division)
    }
    var rest = Substring(source)
    while !rest.isEmpty {
      let code = UInt32(rest.prefix(6)) ?? 0
      rest = rest.dropFirst(6)
      let name = rest.prefix { !$0.isASCII }
      rest = rest.dropFirst(name.count)
      let division = Division(code: successors[code] ?? code)
      guard name != "市辖区", name != "县", !name.hasSuffix("直辖县级行政区划") else { continue }
      let isCity = name.hasSuffix("市") || division.code % 10_000 == 0
      add(name, division, isFull: true, isCity: isCity)
      if let short = shorten(name) { add(short, division, isFull: false, isCity: isCity) }
    }
    addFormer(&names)
    return names
  }()

  /// Names of before a reform, each under the division that the place belongs to now (announcements of the State Council on
  /// changes of divisions); then names with another kind of division: 萧山市 is 萧山区 now.
  private static func addFormer(_ names: inout [String: Entry]) {
    for line in formerNames.split(whereSeparator: \.isWhitespace) {
      let fields = line.split(separator: "=")
      guard fields.count == 2, let code = UInt32(fields[1]) else { continue }
      for name in fields[0].split(separator: ",") where names[String(name)] == nil {
        names[String(name)] = Entry(
          divisions: [Division(code: code)], isFull: "区市县".contains(name.last ?? " ") && name.unicodeScalars.count > 2)
      }
    }
    var aliases: [String: Set<UInt32>] = [:]
    for (name, entry) in names where entry.isFull && name.unicodeScalars.count >= 3 {
      guard let kind = name.last, "区市县".contains(kind), !name.hasSuffix("自治县"), !name.hasSuffix("新区") else { continue }
      let counties = entry.divisions.map(\.code).filter { $0 % 100 != 0 }
      guard !counties.isEmpty else { continue }
      for other in "区市县" where other != kind { aliases[String(name.dropLast()) + String(other), default: []].formUnion(counties) }
    }
    for (alias, codes) in aliases where names[alias] == nil {
      names[alias] = Entry(divisions: codes.sorted().map(Division.init), isFull: true)
    }
  }

  /// Divisions of the table that have been merged into others or renamed since: 下城 and 江干 of 杭州 (2021), 莱芜 (2019), 郫县 and
  /// 户县 (2016).
  private static let successors: [UInt32: UInt32] = [
    330_103: 330_105, 330_104: 330_102, 371_200: 370_116, 371_202: 370_116, 371_203: 370_117, 510_124: 510_117, 610_125: 610_118,
  ]

  private static let formerNames = """
    宣武区,宣武=110102 崇文区,崇文=110101 闸北区,闸北=310106 卢湾区,卢湾=310101 南市区=310101 南汇区,南汇县,南汇=310115 川沙县,川沙=310115
    塘沽区,塘沽=120116 汉沽区,汉沽=120116 大港区=120116 万盛区=500110 双桥区=500111 白下区,白下=320104 下关区,下关=320106 沧浪区=320508
    平江区=320508 金阊区,金阊=320508 崇安区=320213 南长区=320213 北塘区=320213 戚墅堰区,戚墅堰=320412 九里区=320311
    江东区=330212 鄞县=330212 萝岗区,萝岗=440112 东山区=440104 芳村区,芳村=440103 襄樊市,襄樊=420600 襄阳区=420607 四方区=370203 胶南市,胶南=370211
    东陵区=210112 动力区=230110 鄠县=610118 思茅市=530800 思茅地区=530800 海东地区=630200
    淮阴市=320800 达县=511703 武进市=320412 锡山市=320205 潞西市=533103
    """

  private static func shorten(_ name: Substring) -> Substring? {
    for (long, short) in [("内蒙古自治区", "内蒙古"), ("广西壮族自治区", "广西"), ("宁夏回族自治区", "宁夏"), ("新疆维吾尔自治区", "新疆"), ("西藏自治区", "西藏")] where name == long {
      return Substring(short)
    }
    for suffix in ["特别行政区", "自治州", "自治县", "自治旗", "地区", "林区", "新区", "矿区", "省", "市", "区", "县", "盟", "旗"] where name.hasSuffix(suffix) {
      var short = name.dropLast(suffix.count)
      if suffix.hasPrefix("自治") {
        for people in peoples where short.hasSuffix(people) && short.count > people.count + 1 { short = short.dropLast(people.count) }
      }
      return short
    }
    return nil
  }

  private static let peoples = [
    "布依族苗族", "苗族侗族", "土家族苗族", "哈尼族彝族", "壮族苗族", "傣族景颇族", "藏族羌族", "蒙古族藏族", "壮族", "苗族", "侗族", "瑶族", "回族", "藏族", "彝族", "白族", "傣族", "朝鲜族", "蒙古族",
    "哈萨克", "蒙古", "柯尔克孜", "傈僳族", "满族", "土家族", "畲族", "黎族", "羌族", "水族", "土族",
  ]
}
