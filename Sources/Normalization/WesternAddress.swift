/// Western addresses: number, street, unit, place, postcode.
extension Address {
  init?(western scalars: [Unicode.Scalar]) {
    self.init()
    let tokens = Self.tokens(scalars)
    guard tokens.contains(where: { $0.text.utf8.count >= 2 || $0.isNumber }) else { return nil }
    words = tokens.map(\.text)
    var used = Set<Int>()
    postcode = Self.takePostcode(tokens, &used)
    unit = Self.takeUnit(tokens, &used)
    let start = takeNumber(tokens, &used)
    takeStreet(tokens, from: start, &used)
    rest = tokens.indices.filter { !used.contains($0) }.map { tokens[$0].text }
    details = tokens.filter { $0.isNumber && $0.text != number && !$0.text.hasPrefix(postcode.isEmpty ? "-" : postcode) }.map(\.text)
    readRoman()
  }

  private struct Token {
    var text: String
    /// Begins with a digit: `435`, `12a`, `51st` not.
    var isNumber: Bool
    /// What stands before it is a comma or the beginning.
    var beginsPart: Bool
    /// What stands before it is a slash: `3/45`.
    var followsSlash: Bool
  }

  private static func tokens(_ scalars: [Unicode.Scalar]) -> [Token] {
    var tokens: [Token] = []
    var word: [UInt8] = []
    var beginsPart = true
    var followsSlash = false
    func close() {
      guard !word.isEmpty else { return }
      let folded = StreetWords.fold(String(decoding: word, as: UTF8.self))
      let text = withoutOrdinal(folded)
      word.removeAll(keepingCapacity: true)
      tokens.append(Token(text: text, isNumber: text == folded && isHouseNumber(text), beginsPart: beginsPart, followsSlash: followsSlash))
      beginsPart = false
      followsSlash = false
    }
    for (place, scalar) in scalars.enumerated() {
      switch scalar {
      case "a"..."z", "0"..."9": word.append(UInt8(scalar.value))
      case "." where place + 1 < scalars.count && isDigit(scalars[place + 1]): close()
      // S.Dearborn
      case "." where word.count == 1 && [0x6E, 0x73, 0x65, 0x77].contains(word[0]): close()
      case "'", ".": continue
      // 12-14 is one number; well-street are two words.
      case "-" where place > 0 && isDigit(scalars[place - 1]) && place + 1 < scalars.count && isDigit(scalars[place + 1]):
        word.append(0x2D)
      case ",", ";", "(", ")":
        close()
        beginsPart = true
      case "/", "\\":
        close()
        followsSlash = !tokens.isEmpty
      case "#":
        close()
        tokens.append(Token(text: "unit", isNumber: false, beginsPart: beginsPart, followsSlash: false))
      default:
        if scalar.value >= 0x80, scalar.properties.isAlphabetic { word.append(contentsOf: UTF8.encode(scalar) ?? .init()) } else { close() }
      }
    }
    close()
    return tokens
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { scalar.value >= 0x30 && scalar.value <= 0x39 }

  /// Digits, perhaps with one letter or a range: `12`, `12a`, `12-14`.
  private static func isHouseNumber(_ text: String) -> Bool {
    var letters = 0
    for (place, byte) in text.utf8.enumerated() {
      if byte >= 0x61, byte <= 0x7A {
        letters += 1
        if place == 0 || letters > 1 { return false }
      } else if byte >= 0x80 {
        return false
      }
    }
    return true
  }

  /// `51st` becomes `51`.
  private static func withoutOrdinal(_ text: String) -> String {
    guard let first = text.utf8.first, first < 0x3A else { return text }
    let bytes = Array(text.utf8)
    guard bytes.count >= 3, bytes[0] < 0x3A, bytes[bytes.count - 3] < 0x3A, bytes[bytes.count - 3] >= 0x30 else { return text }
    switch (bytes[bytes.count - 2], bytes[bytes.count - 1]) {
    case (0x73, 0x74), (0x6E, 0x64), (0x72, 0x64), (0x74, 0x68): return String(decoding: bytes.dropLast(2), as: UTF8.self)
    default: return text
    }
  }

  private static func isAllDigits(_ text: String) -> Bool { text.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

  /// The last number of four to six digits that is not the house number; ZIP+4 without its end; `sw1a 1aa`.
  private static func takePostcode(_ tokens: [Token], _ used: inout Set<Int>) -> String {
    for place in tokens.indices.reversed() where place > 0 {
      let text = tokens[place].text
      let plain = String(Substring(text.utf8.prefix { $0 != 0x2D }))
      let isAtEnd = place >= tokens.count - 2
      if tokens[place].isNumber, isAllDigits(plain), (5...6).contains(plain.utf8.count) || plain.utf8.count == 4 && isAtEnd {
        let follows = tokens[place - 1].text
        guard plain.utf8.count > 4 || StreetWords.isState(follows) || isAtEnd, !StreetWords.isUnit(follows) else { continue }
        used.insert(place)
        return plain
      }
      if isAtEnd, place > 0, text.utf8.count == 3, text.utf8.first.map({ $0 < 0x3A }) ?? false,
        !tokens[place].isNumber || isAllDigits(text) == false,
        (2...4).contains(tokens[place - 1].text.utf8.count), tokens[place - 1].text.utf8.contains(where: { $0 < 0x3A }),
        tokens[place - 1].text.utf8.first.map({ $0 >= 0x61 }) ?? false
      {
        used.formUnion([place - 1, place])
        return tokens[place - 1].text + text
      }
    }
    return ""
  }

  /// `apt 3`, `ste b`, `#12`, `unit 3 / 45`, and the number before a slash: `3/45 smith st`.
  private static func takeUnit(_ tokens: [Token], _ used: inout Set<Int>) -> String {
    var units: [String] = []
    for place in tokens.indices where !used.contains(place) {
      if StreetWords.isUnit(tokens[place].text), place + 1 < tokens.count, !used.contains(place + 1) {
        let next = tokens[place + 1]
        let isFirst = tokens[place].text == "no"
        if isFirst || !(next.isNumber || next.text.utf8.count <= 3) || StreetWords.isSuffix(next.text) { continue }
        used.formUnion([place, place + 1])
        units.append(next.text)
      } else if tokens[place].text == "fl", place > 0, !used.contains(place - 1),
        tokens[place - 1].text.utf8.first.map({ $0 < 0x3A }) ?? false
      {
        used.formUnion([place - 1, place])
        units.append(String(Substring(tokens[place - 1].text.utf8.prefix { $0 < 0x3A })))
      } else if tokens[place].followsSlash, tokens[place].isNumber, place > 0, tokens[place - 1].isNumber, !used.contains(place - 1) {
        used.insert(place - 1)
        units.append(tokens[place - 1].text)
      }
    }
    return units.joined(separator: " ")
  }

  /// The first number at the beginning of a part, or else the first of all. Returns where the street may begin.
  private mutating func takeNumber(_ tokens: [Token], _ used: inout Set<Int>) -> Int {
    let free = tokens.indices.filter { tokens[$0].isNumber && !used.contains($0) }
    let start = free.first { tokens[$0].beginsPart || used.contains($0 - 1) || tokens[$0 - 1].text == "no" } ?? free.first
    guard let start else { return tokens.indices.first { !used.contains($0) } ?? tokens.endIndex }
    used.insert(start)
    // 358 370 e 71st: the other end of a row of houses.
    var next = start + 1
    if next + 1 < tokens.count, tokens[next].isNumber, !tokens[next].beginsPart, !used.contains(next),
      !StreetWords.isSuffix(tokens[next + 1].text)
    {
      used.insert(next)
      next += 1
    }
    if start > 0, tokens[start - 1].text == "no" { used.insert(start - 1) }
    // 8938-40 and 8938 are one house.
    number = String(Substring(tokens[start].text.utf8.prefix { $0 != 0x2D }))
    // Hauptstraße 5: the street stands before its number.
    let isBehind = start > 0 && !tokens[start].beginsPart && tokens[..<start].enumerated().contains { !used.contains($0.offset) }
    let isAlone = next >= tokens.count || tokens[next].beginsPart || tokens[next].isNumber
    return isBehind && isAlone ? tokens.indices.first { !used.contains($0) } ?? start : next
  }

  /// Words up to a kind of street and the direction behind it; without a kind of street, up to the next comma, or up to a word
  /// that begins a description of the place.
  private mutating func takeStreet(_ tokens: [Token], from start: Int, _ used: inout Set<Int>) {
    let first = Self.streetEnd(tokens, from: start, used)
    var range = start..<first.end
    // 107, willow gardens estate, greenhood place: the part that has a kind of street.
    if !first.isSure, start < tokens.count, tokens[start].beginsPart || range.isEmpty {
      for next in tokens.indices where next > start && tokens[next].beginsPart && !used.contains(next) {
        let other = Self.streetEnd(tokens, from: next, used)
        if other.isSure { range = next..<other.end }
        break
      }
    }
    guard !range.isEmpty else { return }
    used.formUnion(range)
    streetWords = Self.spelt(tokens[range].map(\.text))
    road = streetWords.filter { !StreetWords.isDirection($0) && !StreetWords.isSuffix($0) }.joined(separator: " ")
    if road.isEmpty { road = streetWords.joined(separator: " ") }
  }

  private static func streetEnd(_ tokens: [Token], from start: Int, _ used: Set<Int>) -> (end: Int, isSure: Bool) {
    var end = start
    var suffix: Int?
    var hasName = false
    while end < tokens.count, !used.contains(end), end == start || !tokens[end].beginsPart, end - start < 7 {
      let text = tokens[end].text
      if end > start, descriptions.contains(text) { break }
      if tokens[end].isNumber, end > start {
        // 124 e 113 st: a numbered street without its ending.
        guard end + 1 < tokens.count, StreetWords.isSuffix(tokens[end + 1].text), !hasName else { break }
      }
      if hasName, StreetWords.isSuffix(text), suffix == nil || end == suffix! + 1 { suffix = end }
      if !StreetWords.isDirection(text) { hasName = true }
      end += 1
    }
    guard let suffix else { return (end, false) }
    let isSure = StreetWords.isSureSuffix(tokens[suffix].text)
    end = suffix + 1
    if end < tokens.count, !used.contains(end), !tokens[end].beginsPart, StreetWords.isDirection(tokens[end].text) { end += 1 }
    return (end, isSure)
  }

  /// Words behind which a crossing or a building is named.
  private static let descriptions: Set<String> = ["btw", "at", "near", "off", "opposite", "opp", "and", "in", "behind", "next", "corner"]

  /// `st` before a name is a saint, `la` at the end a lane.
  private static func spelt(_ words: [String]) -> [String] {
    var words = words
    if let name = words.firstIndex(where: { !StreetWords.isDirection($0) }), words[name] == "st", name + 1 < words.count {
      words[name] = "saint"
    }
    if words.count >= 2, words.last == "la" { words[words.count - 1] = "ln" }
    return words
  }
}
