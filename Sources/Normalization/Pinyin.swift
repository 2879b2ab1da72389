/// Toneless Mandarin readings of characters, and the syllables that a Latin spelling can stand for.
public enum Pinyin {
  /// A toneless syllable by number, 1 and up in alphabetical order; ü is spelt v.
  public typealias Syllable = UInt16

  /// The readings of one character: at most four, the most common first.
  public struct Readings: RandomAccessCollection, Hashable, Sendable {
    private var bits: UInt64

    init(bits: UInt64) { self.bits = bits }

    public var startIndex: Int { 0 }
    public var endIndex: Int { (64 - bits.leadingZeroBitCount + 15) / 16 }
    public subscript(position: Int) -> Syllable { Syllable(truncatingIfNeeded: bits >> (UInt64(position) * 16)) }

    /// True when one reading is in both sets.
    public func overlaps(_ other: Readings) -> Bool { contains { other.contains($0) } }
  }

  /// How a character may be read; nothing for what is no ideograph of U+4E00–9FFF.
  public static func readings(of scalar: Unicode.Scalar) -> Readings {
    let index = Int(scalar.value) - 0x4E00
    return index >= 0 && index < table.count ? Readings(bits: table[index]) : Readings(bits: 0)
  }

  /// The reading of a surname, which for some differs from everyday use: 曾 zeng, 单 shan, 尉迟 yu chi.
  public static func reading(ofSurname surname: some Collection<Unicode.Scalar>) -> [Syllable] {
    reading(ofSurname: Array(surname))
  }

  static func reading(ofSurname surname: [Unicode.Scalar]) -> [Syllable] {
    if let special = specialSurnames.number(of: surname[...]) { return surnameReadings[special].reading }
    if !surname.allSatisfy(Folding.isPlain),
      let special = surnameReadings.first(where: { CompanyText.string($0.surname) == CompanyText.string(surname) })
    {
      return special.reading
    }
    return surname.compactMap { readings(of: $0).first }
  }

  /// The most common reading of every character; empty when one has none (Latin letters, digits).
  public static func reading(of text: some Collection<Unicode.Scalar>) -> [Syllable] { reading(of: Array(text)[...]) }

  static func reading(of text: ArraySlice<Unicode.Scalar>) -> [Syllable] {
    var syllables: [Syllable] = []
    syllables.reserveCapacity(text.count)
    for scalar in text {
      guard let first = readings(of: scalar).first else { return [] }
      syllables.append(first)
    }
    return syllables
  }

  /// How a syllable is spelt, ü as v.
  public static func spelling(of syllable: Syllable) -> String {
    syllable > 0 && Int(syllable) <= spellings.count ? spellings[Int(syllable) - 1] : ""
  }

  /// The spelling of several syllables in one word: equal for `xi an` and `xian`, which no Latin text tells apart.
  public static func spelling(of syllables: some Sequence<Syllable>) -> String { spelling(of: Array(syllables)) }

  static func spelling(of syllables: [Syllable]) -> String {
    syllables.reduce(into: "") { $0 += spelling(of: $1) }
  }

  /// The syllable of a spelling: `v`, `ü`, `yu` after l and n are one; nil for what is no syllable.
  public static func syllable(_ text: some Collection<Unicode.Scalar>) -> Syllable? {
    guard let key = key(text) else { return nil }
    let number = number(ofKey: key)
    return number == 0 ? nil : number
  }

  /// The syllable of a packed spelling as `key` makes it; 0 for none.
  static func number(ofKey key: UInt32) -> Syllable { syllableTable.number(key) }

  /// A syllable with what southern speakers merge made equal: zh/z, ch/c, sh/s, l/n, final -ng/-n.
  public static func merged(_ syllable: Syllable) -> Syllable {
    syllable > 0 && Int(syllable) <= merges.count ? merges[Int(syllable) - 1] : syllable
  }

  // MARK: Tables

  private static let spellings: [String] = {
    var found: Set<String> = []
    forEachRun { spelling, _, _ in found.insert(spelling) }
    return found.sorted()
  }()

  /// Syllables by packed spelling, open-addressed: a spelling is looked up at every place of every Latin word.
  private struct SyllableTable: Sendable {
    private var keys = [UInt32](repeating: 0, count: 2_048)
    private var numbers = [Syllable](repeating: 0, count: 2_048)

    init(_ spellings: [(key: UInt32, number: Syllable)]) {
      for (key, number) in spellings {
        var slot = Self.slot(key)
        while keys[slot] != 0 { slot = (slot + 1) & 2_047 }
        keys[slot] = key
        numbers[slot] = number
      }
    }

    @inline(__always)
    private static func slot(_ key: UInt32) -> Int { Int((key &* 0x9E37_79B1) >> 21) }

    @inline(__always)
    func number(_ key: UInt32) -> Syllable {
      var slot = Self.slot(key)
      while keys[slot] != 0 {
        if keys[slot] == key { return numbers[slot] }
        slot = (slot + 1) & 2_047
      }
      return 0
    }
  }

  private static let syllableTable: SyllableTable = {
    var numbers: [UInt32: Syllable] = [:]
    for (index, spelling) in spellings.enumerated() {
      guard let key = key(spelling.unicodeScalars) else { continue }
      numbers[otherSpellings.first { $0.from == key }?.to ?? key] = Syllable(index + 1)
    }
    for other in otherSpellings { numbers[other.from] = numbers[other.to] }
    return SyllableTable(numbers.sorted { $0.key < $1.key }.map { ($0.key, $0.value) })
  }()

  /// Four readings of 16 bits a character, the first in the lowest bits.
  private static let table: [UInt64] = {
    var table = [UInt64](repeating: 0, count: 0x9FFF - 0x4E00 + 1)
    forEachRun { spelling, characters, rank in
      guard let number = syllable(spelling.unicodeScalars) else { return }
      for scalar in characters { table[Int(scalar.value) - 0x4E00] |= UInt64(number) << (UInt64(rank) * 16) }
    }
    // 查 and 任 as surnames are read otherwise than in words: both readings count.
    for (surname, reading) in surnameReadings where reading.count == 1 {
      guard let scalar = surname.first, scalar.value >= 0x4E00, scalar.value <= 0x9FFF else { continue }
      let index = Int(scalar.value) - 0x4E00
      let readings = Readings(bits: table[index])
      if !readings.contains(reading[0]), readings.count < 4 { table[index] |= UInt64(reading[0]) << (UInt64(readings.count) * 16) }
    }
    return table
  }()

  private static func forEachRun(_ body: (_ spelling: String, _ characters: [Unicode.Scalar], _ rank: Int) -> Void) {
    var rank = 0
    var spelling = String.UnicodeScalarView()
    var characters: [Unicode.Scalar] = []
    func flush() {
      if !spelling.isEmpty { body(String(spelling), characters, rank) }
      spelling.removeAll()
      characters.removeAll()
    }
    for scalar in source.unicodeScalars {
      if scalar == ";" {
        flush()
        rank += 1
      } else if scalar.value < 0x80 {
        if !characters.isEmpty { flush() }
        if scalar.value > 0x60 { spelling.append(scalar) }
      } else {
        characters.append(scalar)
      }
    }
    flush()
  }

  /// Up to six letters, five bits each; nil for anything else.
  private static func key(_ text: some Collection<Unicode.Scalar>) -> UInt32? {
    guard !text.isEmpty, text.count <= 6 else { return nil }
    var key: UInt32 = 0
    for scalar in text {
      let letter: UInt32
      switch scalar.value {
      case 0x61...0x7A: letter = scalar.value - 0x60
      case 0x41...0x5A: letter = scalar.value - 0x40
      case 0xFC, 0xDC, 0x1D6, 0x1D8, 0x1DA, 0x1DC: letter = 22
      default: return nil
      }
      key = key << 5 | letter
    }
    return key
  }

  /// `lyu`, `lue` and `jv` are other spellings of `lv`, `lve` and `ju`.
  private static let otherSpellings: [(from: UInt32, to: UInt32)] = {
    func pack(_ text: String) -> UInt32 { text.unicodeScalars.reduce(0) { $0 << 5 | ($1.value - 0x60) } }
    let pairs = [
      ("lyu", "lv"), ("nyu", "nv"), ("lue", "lve"), ("nue", "nve"), ("lyue", "lve"), ("nyue", "nve"), ("jv", "ju"), ("qv", "qu"),
      ("xv", "xu"),
      ("yv", "yu"),
    ]
    return pairs.map { (pack($0.0), pack($0.1)) }
  }()

  private static let merges: [Syllable] = spellings.enumerated().map { index, spelling in
    var letters = spelling
    for (from, to) in [("zh", "z"), ("ch", "c"), ("sh", "s"), ("n", "l")] where letters.hasPrefix(from) {
      letters = to + letters.dropFirst(from.count)
    }
    if letters.hasSuffix("ang") || letters.hasSuffix("eng") || letters.hasSuffix("ing") { letters.removeLast() }
    return syllableNumber(letters) ?? Syllable(index + 1)
  }

  private static func syllableNumber(_ text: String) -> Syllable? { syllable(text.unicodeScalars) }

  /// Surnames whose reading differs from the everyday one.
  private static let surnameReadings: [(surname: [Unicode.Scalar], reading: [Syllable])] = {
    let pairs = """
      曾zeng单shan仇qiu解xie查zha区ou华hua任ren盖ge朴piao尉迟yu chi万俟mo qi覃qin乐yue缪miao宓mi臧zang翟zhai葛ge洗xian冼xian员yun折she\
      黑he秘bi种chong繁po燕yan重chong贾jia卜bu尹yin阚kan谌chen佘she召shao令狐ling hu澹台tan tai长孙zhang sun宿su应ying那na幺yao逄pang\
      鲜于xian yu钟离zhong li单于chan yu瞿qu郗xi訾zi隗wei褚chu祭zhai牟mu能nai都du車che车che强qiang宁ning石shi盛sheng冯feng纪ji少shao沈shen曲qu吕lv
      """
    var readings: [(surname: [Unicode.Scalar], reading: [Syllable])] = []
    var surname: [Unicode.Scalar] = []
    var spelling = String.UnicodeScalarView()
    for scalar in (pairs + "终").unicodeScalars {
      if scalar.value >= 0x4E00 {
        if !spelling.isEmpty {
          let reading = String(spelling).split(separator: " ").compactMap { syllable($0.unicodeScalars) }
          // The last of two entries counts.
          readings.removeAll { $0.surname == surname }
          readings.append((surname, reading))
          surname.removeAll()
          spelling.removeAll()
        }
        surname.append(scalar)
      } else {
        spelling.append(scalar)
      }
    }
    return readings
  }()

  private static let specialSurnames = WordTrie(surnameReadings.map(\.surname))
}
