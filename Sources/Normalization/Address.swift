/// A postal address by level: what can be compared exactly is kept apart from what can only be compared as text.
public struct Address: Hashable, Sendable {
  /// The Chinese divisions it may lie in (a county's short name can exist in several cities). Renamed districts stand under their
  /// present code.
  public var divisions: [Division] = []
  /// A development zone with its own administration (工业园区, 高新区, 经济开发区), without the city: it lies in the city, but in no
  /// certain district.
  public var zone: String = ""
  /// The road, lane or village, without its number; 中山北路 is another road than 中山路. Western: the words of the street without
  /// its kind and direction.
  public var road: String = ""
  /// Chinese: the end of `road` that stays when a town stands before it without its kind (虎门新华路 has 新华路); equal tails are
  /// weaker evidence than equal roads.
  public var roadTail: String = ""
  /// How `roadTail` reads, so that it meets an address in Latin letters: `zhongshan bei rd`. Empty for roads elsewhere.
  public var roadSound: String { isChinese ? Self.sound(ofChinese: roadTail) : romanSound }
  var romanSound: String = ""
  /// The house number on that road: `88`, `12a`, `88-1`.
  public var number: String = ""
  /// Letter or number of the building (A座, 3号楼, 12栋); western: empty.
  public var building: String = ""
  /// 单元 of a Chinese building.
  public var entrance: String = ""
  /// Chinese: `23` of 23楼, 23F and 2318室.
  public var floor: String = ""
  /// The room: 2318, also for 23F-18. Western: what follows apt, suite, unit, `#` or floor: `3`, `b`.
  public var unit: String = ""
  /// Building, then room or else floor; western: other numbers.
  public var details: [String] = []
  /// Words of a western address, abbreviations folded; Chinese: the name of the building or estate, if any.
  public var words: [String] = []
  /// Western: number, postcode and unit left out, the words of the street in order, its kind and directions folded (`n`, `st`).
  public var streetWords: [String] = []
  /// Western: what is neither number, street, unit nor postcode: town, state, the name of a building.
  public var rest: [String] = []
  /// Western: `60302`, `sw1a1aa`; Chinese: six digits, when they stand in the address.
  public var postcode: String = ""
  /// True for an address in Chinese characters.
  public var isChinese = false

  init() {}

  /// Takes an address apart. `nil` when nothing in it could be one.
  public init?(_ source: String) {
    let scalars = Array(Folding.fold(source).unicodeScalars)
    guard scalars.count >= 3 else { return nil }
    if scalars.contains(where: Folding.isHan) {
      self.init(chinese: scalars.filter { $0 != " " && $0 != "," && $0 != "." && $0 != "。" })
    } else {
      self.init(western: scalars)
    }
  }
}
