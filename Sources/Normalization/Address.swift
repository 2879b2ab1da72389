/// A postal address by level: what can be compared exactly is kept apart from what can only be compared as text.
public struct Address: Hashable, Sendable {
  /// The divisions it may lie in (a county's short name can exist in several cities).
  public var divisions: [Division]
  /// The road, lane or village, without its number.
  public var road: String
  /// The house number on that road.
  public var number: String
  /// Numbers after the house number (building, unit, room), in order.
  public var details: [String]
  /// Words of a western address, abbreviations folded; Chinese: the name of the building or estate, if any.
  public var words: [String]

  /// Takes an address apart. `nil` when nothing in it could be one.
  public init?(_ source: String) {
    let scalars = Array(Folding.fold(source).unicodeScalars)
    guard scalars.count >= 3 else { return nil }
    if scalars.contains(where: Folding.isHan) {
      self.init(chinese: scalars.filter { $0 != " " && $0 != "," })
    } else {
      self.init(western: scalars)
    }
  }

  private static let roadMarks: Set<Unicode.Scalar> = ["路", "街", "道", "巷", "弄", "里", "村", "胡"]

  private init?(chinese source: [Unicode.Scalar]) {
    var rest = source[...]
    divisions = []
    var outer: Division?
    while let match = Division.match(rest, within: outer) ?? Division.match(rest), rest.count - match.length >= 2 {
      if !match.isFull, rest.dropFirst(match.length).first.map(Self.roadMarks.contains) ?? false { break }
      let inside = outer.map { outer in match.divisions.filter { $0.isCompatible(with: outer) } } ?? match.divisions
      if outer != nil, inside.isEmpty { break }
      divisions = Self.deeper(divisions, inside)
      outer = divisions.count == 1 ? divisions[0] : outer
      rest = rest.dropFirst(match.length)
    }
    road = ""
    number = ""
    details = []
    words = []
    if let end = rest.firstIndex(where: { ("0"..."9").contains($0) || $0 == "#" }) {
      road = Self.roadName(rest[..<end])
      rest = rest[end...]
      number = Self.digits(&rest)
      details = Self.numbers(in: rest, words: &words)
    } else {
      road = Self.roadName(rest)
    }
    guard !divisions.isEmpty || !road.isEmpty else { return nil }
  }

  private static func deeper(_ known: [Division], _ more: [Division]) -> [Division] {
    guard !known.isEmpty else { return more }
    return more.filter { candidate in known.contains { $0.isCompatible(with: candidate) } }
  }

  /// The part up to the last road mark; towns and quarters before the road go with it only when there is no road.
  private static func roadName(_ text: ArraySlice<Unicode.Scalar>) -> String {
    var part = text
    if let town = part.dropLast().lastIndex(where: { $0 == "镇" || $0 == "乡" || $0 == "区" || $0 == "市" }),
      part.count - (town - part.startIndex) > 2
    {
      part = part[(town + 1)...]
    }
    if let street = part.range(of: "街道"), street.upperBound < part.endIndex { part = part[street.upperBound...] }
    return String(String.UnicodeScalarView(part))
  }

  private static func digits(_ rest: inout ArraySlice<Unicode.Scalar>) -> String {
    var text = String.UnicodeScalarView()
    while let first = rest.first, ("0"..."9").contains(first) {
      text.append(first)
      rest = rest.dropFirst()
    }
    return String(text)
  }

  private static func numbers(in text: ArraySlice<Unicode.Scalar>, words: inout [String]) -> [String] {
    var numbers: [String] = []
    var word = String.UnicodeScalarView()
    var rest = text
    while let first = rest.first {
      if ("0"..."9").contains(first) {
        numbers.append(digits(&rest))
        continue
      }
      if Folding.isHan(first) { word.append(first) } else if !word.isEmpty { flush(&word, &words) }
      if "号栋幢座楼层室单".unicodeScalars.contains(first) {
        word.removeLast()
        flush(&word, &words)
      }
      rest = rest.dropFirst()
    }
    flush(&word, &words)
    return numbers
  }

  private static func flush(_ word: inout String.UnicodeScalarView, _ words: inout [String]) {
    if word.count >= 2 { words.append(String(word)) }
    word.removeAll()
  }

  private init?(western scalars: [Unicode.Scalar]) {
    divisions = []
    road = ""
    number = ""
    details = []
    words = []
    var word = String.UnicodeScalarView()
    for scalar in scalars + [" "] {
      if scalar.properties.isAlphabetic || ("0"..."9").contains(scalar) {
        word.append(scalar)
        continue
      }
      if scalar == "'" || scalar == "." { continue }
      if !word.isEmpty { words.append(Self.abbreviations[String(word)] ?? String(word)) }
      word.removeAll()
    }
    number = words.first { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } } ?? ""
    details = words.filter { $0.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } && $0 != number }
    guard !words.isEmpty else { return nil }
  }

  private static let abbreviations: [String: String] = [
    "street": "st", "avenue": "ave", "av": "ave", "road": "rd", "drive": "dr", "lane": "ln", "court": "ct", "place": "pl",
    "boulevard": "blvd",
    "square": "sq", "terrace": "ter", "highway": "hwy", "parkway": "pkwy", "circle": "cir", "trail": "trl", "apartment": "apt",
    "suite": "ste",
    "north": "n", "south": "s", "east": "e", "west": "w", "between": "btw", "fifth": "5th", "first": "1st", "second": "2nd", "third": "3rd",
  ]
}

extension ArraySlice where Element == Unicode.Scalar {
  fileprivate func range(of text: String) -> Range<Int>? {
    let units = Array(text.unicodeScalars)
    guard count >= units.count else { return nil }
    var start = startIndex
    while start + units.count <= endIndex {
      if self[start..<start + units.count].elementsEqual(units) { return start..<start + units.count }
      start += 1
    }
    return nil
  }
}
