/// A western address by its words: number, street, unit, postcode. Reads the bytes of the folded text and makes no text of its own, so
/// that reading a row of a table costs no more than looking at it. Valid as long as the memory that it was given.
package struct WesternReading {
  struct Token {
    /// Where its text stands in the bytes.
    var start: Int
    var end: Int
    var traits: StreetWords.Traits
    /// Begins with a digit: `435`, `12a`, `51st` not.
    var isNumber: Bool
    /// What stands before it is a comma or the beginning.
    var beginsPart: Bool
    /// What stands before it is a slash: `3/45`.
    var followsSlash: Bool
    var isUsed = false
  }

  /// The texts of all words, one behind the other.
  private let bytes: UnsafeMutableBufferPointer<UInt8>
  private let tokens: UnsafeMutableBufferPointer<Token>
  private var byteCount = 0
  private(set) var count = 0

  /// In the bytes; empty ranges for what there is not.
  private(set) var postcodeRange = 0..<0
  private var numberRange = 0..<0
  private(set) var units: [Range<Int>] = []
  /// The words of the street.
  private(set) var street = 0..<0

  /// Room that a folded text of so many bytes needs: a word may be spelt out, and `#` is the word `unit`.
  static func room(_ count: Int) -> (bytes: Int, tokens: Int) { (count * 4 + 16, count + 1) }

  /// - Parameter folded: UTF-8 after `Folding.fold`. Nil when nothing of it can be an address.
  init?(
    _ folded: UnsafeBufferPointer<UInt8>, bytes: UnsafeMutableBufferPointer<UInt8>, tokens: UnsafeMutableBufferPointer<Token>
  ) {
    self.bytes = bytes
    self.tokens = tokens
    readWords(folded)
    guard (0..<count).contains(where: { tokens[$0].end - tokens[$0].start >= 2 || tokens[$0].isNumber }) else { return nil }
    takePostcode()
    takeUnit()
    let start = takeNumber()
    takeStreet(from: start)
  }

  // MARK: Words

  private mutating func readWords(_ folded: UnsafeBufferPointer<UInt8>) {
    var start = 0
    var beginsPart = true
    var followsSlash = false
    func close(_ reading: inout WesternReading) {
      guard reading.byteCount > start else { return }
      reading.append(from: start, beginsPart: beginsPart, followsSlash: followsSlash)
      start = reading.byteCount
      beginsPart = false
      followsSlash = false
    }
    var place = 0
    while place < folded.count {
      let byte = folded[place]
      let isBeforeDigit = place + 1 < folded.count && Self.isDigit(folded[place + 1])
      switch byte {
      case 0x61...0x7A, 0x30...0x39: put(byte)
      case 0x2E where isBeforeDigit: close(&self)
      // S.Dearborn
      case 0x2E where byteCount == start + 1 && [0x6E, 0x73, 0x65, 0x77].contains(bytes[start]): close(&self)
      case 0x27, 0x2E: break
      // 12-14 is one number; well-street are two words.
      case 0x2D where place > 0 && Self.isDigit(folded[place - 1]) && isBeforeDigit: put(byte)
      case 0x2C, 0x3B, 0x28, 0x29:
        close(&self)
        beginsPart = true
      case 0x2F, 0x5C:
        close(&self)
        followsSlash = count > 0
      case 0x23:
        close(&self)
        for byte in "unit".utf8 { put(byte) }
        add(Token(start: start, end: byteCount, traits: .unit, isNumber: false, beginsPart: beginsPart, followsSlash: false))
        start = byteCount
      case 0x80...:
        let scalar = Folding.decode(folded, at: place)
        let width = UTF8.width(scalar)
        if scalar.properties.isAlphabetic { for offset in 0..<width { put(folded[place + offset]) } } else { close(&self) }
        place += width - 1
      default: close(&self)
      }
      place += 1
    }
    close(&self)
  }

  @inline(__always)
  private mutating func put(_ byte: UInt8) {
    bytes[byteCount] = byte
    byteCount += 1
  }

  private mutating func add(_ token: Token) {
    tokens[count] = token
    count += 1
  }

  /// The word that stands from `start` to the end, in its usual form.
  private mutating func append(from start: Int, beginsPart: Bool, followsSlash: Bool) {
    let spelling = UnsafeBufferPointer(rebasing: bytes[start..<byteCount])
    var word = StreetWords.word(spelling)
    if word >= 0, let form = StreetWords.form(word) {
      byteCount = start
      for byte in form.bytes { put(byte) }
      word = form.word
    }
    let isOrdinal = isOrdinal(start..<byteCount)
    if isOrdinal {
      byteCount -= 2
      word = StreetWords.word(UnsafeBufferPointer(rebasing: bytes[start..<byteCount]))
    }
    add(
      Token(
        start: start, end: byteCount, traits: word < 0 ? [] : StreetWords.traits(word),
        isNumber: !isOrdinal && isHouseNumber(start..<byteCount), beginsPart: beginsPart, followsSlash: followsSlash))
  }

  @inline(__always)
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }

  /// Digits, perhaps with one letter or a range: `12`, `12a`, `12-14`.
  private func isHouseNumber(_ text: Range<Int>) -> Bool {
    var letters = 0
    for place in text {
      if bytes[place] >= 0x61, bytes[place] <= 0x7A {
        letters += 1
        if place == text.lowerBound || letters > 1 { return false }
      } else if bytes[place] >= 0x80 {
        return false
      }
    }
    return true
  }

  /// `51st` is 51.
  private func isOrdinal(_ text: Range<Int>) -> Bool {
    let end = text.upperBound
    guard text.count >= 3, bytes[text.lowerBound] < 0x3A, Self.isDigit(bytes[end - 3]) else { return false }
    switch (bytes[end - 2], bytes[end - 1]) {
    case (0x73, 0x74), (0x6E, 0x64), (0x72, 0x64), (0x74, 0x68): return true
    default: return false
    }
  }

  // MARK: Parts

  private func length(_ place: Int) -> Int { tokens[place].end - tokens[place].start }

  private func beginsWithDigit(_ place: Int) -> Bool { length(place) > 0 && bytes[tokens[place].start] < 0x3A }

  private func isAllDigits(_ text: Range<Int>) -> Bool { text.allSatisfy { Self.isDigit(bytes[$0]) } }

  /// The text up to the first hyphen.
  private func plain(_ place: Int) -> Range<Int> {
    let text = tokens[place].start..<tokens[place].end
    return text.lowerBound..<(text.first { bytes[$0] == 0x2D } ?? text.upperBound)
  }

  /// The text as far as it has no letters.
  private func figures(_ place: Int) -> Range<Int> {
    let text = tokens[place].start..<tokens[place].end
    return text.lowerBound..<(text.first { bytes[$0] >= 0x3A } ?? text.upperBound)
  }

  private var firstFree: Int? { (0..<count).first { !tokens[$0].isUsed } }

  /// The last number of four to six digits that is not the house number; ZIP+4 without its end; `sw1a 1aa`.
  private mutating func takePostcode() {
    for place in stride(from: count - 1, to: 0, by: -1) {
      let isAtEnd = place >= count - 2
      if tokens[place].isNumber {
        let plain = plain(place)
        if (4...6).contains(plain.count), plain.count > 4 || isAtEnd, isAllDigits(plain) {
          let follows = tokens[place - 1].traits
          guard plain.count > 4 || follows.contains(.state) || isAtEnd, !follows.contains(.unit) else { continue }
          tokens[place].isUsed = true
          postcodeRange = plain
          return
        }
      }
      if isAtEnd, length(place) == 3, beginsWithDigit(place),
        !tokens[place].isNumber || !isAllDigits(tokens[place].start..<tokens[place].end),
        (2...4).contains(length(place - 1)), (tokens[place - 1].start..<tokens[place - 1].end).contains(where: { bytes[$0] < 0x3A }),
        bytes[tokens[place - 1].start] >= 0x61
      {
        tokens[place - 1].isUsed = true
        tokens[place].isUsed = true
        // Both words stand side by side.
        postcodeRange = tokens[place - 1].start..<tokens[place].end
        return
      }
    }
  }

  /// `apt 3`, `ste b`, `#12`, `unit 3 / 45`, and the number before a slash: `3/45 smith st`.
  private mutating func takeUnit() {
    for place in 0..<count where !tokens[place].isUsed {
      if tokens[place].traits.contains(.unit), place + 1 < count, !tokens[place + 1].isUsed {
        let next = tokens[place + 1]
        if tokens[place].traits.contains(.no) || !(next.isNumber || length(place + 1) <= 3) || next.traits.contains(.suffix) { continue }
        tokens[place].isUsed = true
        tokens[place + 1].isUsed = true
        units.append(next.start..<next.end)
      } else if tokens[place].traits.contains(.floor), place > 0, !tokens[place - 1].isUsed, beginsWithDigit(place - 1) {
        tokens[place - 1].isUsed = true
        tokens[place].isUsed = true
        units.append(figures(place - 1))
      } else if tokens[place].followsSlash, tokens[place].isNumber, place > 0, tokens[place - 1].isNumber, !tokens[place - 1].isUsed {
        tokens[place - 1].isUsed = true
        units.append(tokens[place - 1].start..<tokens[place - 1].end)
      }
    }
  }

  /// The first number at the beginning of a part, or else the first of all. Returns where the street may begin.
  private mutating func takeNumber() -> Int {
    func isFree(_ place: Int) -> Bool { tokens[place].isNumber && !tokens[place].isUsed }
    let start =
      (0..<count).first {
        isFree($0) && (tokens[$0].beginsPart || $0 > 0 && (tokens[$0 - 1].isUsed || tokens[$0 - 1].traits.contains(.no)))
      } ?? (0..<count).first(where: isFree)
    guard let start else { return firstFree ?? count }
    tokens[start].isUsed = true
    // 358 370 e 71st: the other end of a row of houses.
    var next = start + 1
    if next + 1 < count, isFree(next), !tokens[next].beginsPart, !tokens[next + 1].traits.contains(.suffix) {
      tokens[next].isUsed = true
      next += 1
    }
    if start > 0, tokens[start - 1].traits.contains(.no) { tokens[start - 1].isUsed = true }
    // 8938-40 and 8938 are one house.
    numberRange = plain(start)
    // Hauptstraße 5: the street stands before its number.
    let isBehind = start > 0 && !tokens[start].beginsPart && (0..<start).contains { !tokens[$0].isUsed }
    let isAlone = next >= count || tokens[next].beginsPart || tokens[next].isNumber
    return isBehind && isAlone ? firstFree ?? start : next
  }

  /// Words up to a kind of street and the direction behind it; without a kind of street, up to the next comma, or up to a word
  /// that begins a description of the place.
  private mutating func takeStreet(from start: Int) {
    let first = streetEnd(from: start)
    street = start..<first.end
    // 107, willow gardens estate, greenhood place: the next part, when that has a kind of street.
    if !first.isSure, start < count, tokens[start].beginsPart || street.isEmpty {
      for next in 0..<count where next > start && tokens[next].beginsPart && !tokens[next].isUsed {
        let other = streetEnd(from: next)
        if other.isSure { street = next..<other.end }
        break
      }
    }
    for place in street { tokens[place].isUsed = true }
  }

  private func streetEnd(from start: Int) -> (end: Int, isSure: Bool) {
    var end = start
    var suffix = -1
    var hasName = false
    while end < count, !tokens[end].isUsed, end == start || !tokens[end].beginsPart, end - start < 7 {
      let traits = tokens[end].traits
      if end > start, traits.contains(.description) { break }
      if tokens[end].isNumber, end > start {
        // 124 e 113 st: a numbered street without its ending.
        guard end + 1 < count, tokens[end + 1].traits.contains(.suffix), !hasName else { break }
      }
      if hasName, traits.contains(.suffix), suffix < 0 || end == suffix + 1 { suffix = end }
      if !traits.contains(.direction) { hasName = true }
      end += 1
    }
    guard suffix >= 0 else { return (end, false) }
    let isSure = tokens[suffix].traits.contains(.sureSuffix)
    end = suffix + 1
    if end < count, !tokens[end].isUsed, !tokens[end].beginsPart, tokens[end].traits.contains(.direction) { end += 1 }
    return (end, isSure)
  }

  // MARK: What was read

  private func text(_ range: Range<Int>) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range]) }

  /// `60302`, `sw1a1aa`; empty when there is none.
  package var postcode: UnsafeBufferPointer<UInt8> { text(postcodeRange) }

  /// Empty when there is none.
  package var number: UnsafeBufferPointer<UInt8> { text(numberRange) }

  func word(_ place: Int) -> UnsafeBufferPointer<UInt8> { text(tokens[place].start..<tokens[place].end) }

  func unit(_ place: Int) -> UnsafeBufferPointer<UInt8> { text(units[place]) }

  /// What is neither number, street, unit nor postcode.
  var rest: [Int] { (0..<count).filter { !tokens[$0].isUsed } }

  /// Numbers other than the house number and the postcode.
  var details: [Int] { (0..<count).filter { isDetail($0) } }

  private func isDetail(_ place: Int) -> Bool {
    guard tokens[place].isNumber, !word(place).elementsEqual(number) else { return false }
    return postcodeRange.isEmpty ? bytes[tokens[place].start] != 0x2D : !word(place).starts(with: postcode)
  }

  /// A word of the street as it is compared: `st` before a name is a saint, `la` at the end a lane. Nil when it is as it stands.
  func spelling(_ place: Int) -> StaticString? {
    if tokens[place].traits.contains(.street), place + 1 < street.upperBound,
      (street.lowerBound..<place).allSatisfy({ tokens[$0].traits.contains(.direction) })
    {
      return "saint"
    }
    return street.count >= 2 && place + 1 == street.upperBound && tokens[place].traits.contains(.la) ? "ln" : nil
  }

  // MARK: Hashes

  /// The hash of the unit's text; 0 when there is none.
  package func unitHash(seed: UInt64) -> UInt64 {
    guard !units.isEmpty else { return 0 }
    var hash = ByteHash(seed: seed)
    for place in units.indices {
      if place > 0 { hash.combine(0x20 as UInt8) }
      hash.combine(unit(place))
    }
    return hash.ofText
  }

  /// Appends the hashes of the street's words, in their order.
  package func appendStreet(seed: UInt64, to hashes: inout [UInt64]) {
    for place in street {
      if let spelling = spelling(place) {
        hashes.append(ByteHash.of(UnsafeBufferPointer(spelling), seed: seed))
      } else {
        hashes.append(ByteHash.of(word(place), seed: seed))
      }
    }
  }

  /// Appends the hashes of other numbers, in their order.
  package func appendDetails(seed: UInt64, to hashes: inout [UInt64]) {
    for place in 0..<count where isDetail(place) { hashes.append(ByteHash.of(word(place), seed: seed)) }
  }

  /// True when the rest may name a Chinese place in Latin letters, so that the address has to be read as ``Address``: one of its words,
  /// alone or with its neighbours, is the name of a province or a city.
  package var mayBeRoman: Bool {
    for first in 0..<count where !tokens[first].isUsed {
      let isRoman = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: byteCount) { spelling in
        var (place, words, length) = (first, 0, 0)
        while place < count, words < 3 {
          defer { place += 1 }
          if tokens[place].isUsed { continue }
          for byte in word(place) {
            spelling[length] = byte
            length += 1
          }
          words += 1
          if Division.isRoman(UnsafeBufferPointer(rebasing: spelling[..<length])) { return true }
        }
        return false
      }
      if isRoman { return true }
    }
    return false
  }
}
