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

  /// The longest division name at `start`. With `within`, only places inside that division count when there are any.
  static func match(_ scalars: some RandomAccessCollection<Unicode.Scalar>, within: Division? = nil) -> Match? {
    guard scalars.count >= 2,
      let longest = longestByStart[start(scalars[scalars.startIndex], scalars[scalars.index(after: scalars.startIndex)])]
    else {
      return nil
    }
    var length = Swift.min(longest, scalars.count)
    while length >= 2 {
      var key = String.UnicodeScalarView()
      key.append(contentsOf: scalars.prefix(length))
      if let entry = names[String(key)] {
        let inside = within.map { outer in entry.divisions.filter { outer.isCompatible(with: $0) } } ?? entry.divisions
        if within == nil || !inside.isEmpty { return Match(divisions: inside, length: length, isFull: entry.isFull, isCity: entry.isCity) }
      }
      length -= 1
    }
    return nil
  }

  private struct Entry {
    var divisions: [Division]
    var isFull: Bool
    var isCity = false
  }

  private static func start(_ first: Unicode.Scalar, _ second: Unicode.Scalar) -> UInt64 {
    UInt64(first.value) << 32 | UInt64(second.value)
  }

  /// The longest name that begins with two characters: most texts begin with no division at all.
  private static let longestByStart: [UInt64: Int] = {
    var longest: [UInt64: Int] = [:]
    for name in names.keys {
      let scalars = Array(name.unicodeScalars)
      let key = start(scalars[0], scalars[1])
      longest[key] = Swift.max(longest[key] ?? 0, scalars.count)
    }
    return longest
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
      let division = Division(code: code)
      guard name != "市辖区", name != "县", !name.hasSuffix("直辖县级行政区划") else { continue }
      let isCity = name.hasSuffix("市") || division.code % 10_000 == 0
      add(name, division, isFull: true, isCity: isCity)
      if let short = shorten(name) { add(short, division, isFull: false, isCity: isCity) }
    }
    return names
  }()

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
