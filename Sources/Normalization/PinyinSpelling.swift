extension Pinyin {
  /// Every way to read a Latin text as syllables: `zhangwei`, `Zhang Wei`, `lv qian`, `xi'an`. Spaces, hyphens and apostrophes always
  /// separate syllables; the reading with the fewest syllables comes first, at most eight are returned. Empty when the text is no pinyin.
  public static func syllables(latin text: some Collection<Unicode.Scalar>) -> [[Syllable]] { syllables(latin: Array(text)) }

  /// As above.
  public static func syllables(latin text: [Unicode.Scalar]) -> [[Syllable]] {
    var letters: [Unicode.Scalar] = []
    var isStart: [Bool] = []
    var atBoundary = true
    for scalar in text {
      if isLetter(scalar) {
        guard letters.count < 48 else { return [] }
        letters.append(scalar)
        isStart.append(atBoundary)
        atBoundary = false
      } else if scalar == " " || scalar == "-" || scalar == "'" || scalar == "." || scalar.value == 0x2019 {
        atBoundary = true
      } else {
        return []
      }
    }
    guard !letters.isEmpty, isReadable(letters, isStart) else { return [] }
    var search = Search(letters: letters, isStart: isStart)
    search.run(from: 0)
    return search.found.sorted { ($0.count, $0.inner) < ($1.count, $1.inner) }.prefix(8).map(\.syllables)
  }

  /// As above, for text.
  public static func syllables(latin text: some StringProtocol) -> [[Syllable]] { syllables(latin: Array(text.unicodeScalars)) }

  /// As above, for letters a to z.
  static func syllables(letters text: UnsafeBufferPointer<UInt8>) -> [[Syllable]] { syllables(latin: text.map { Unicode.Scalar($0) }) }

  /// False when no reading of letters a to z is a surname.
  static func maySpellSurname(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    // Surnames have one syllable or two, of at most six letters each.
    guard text.count <= 12 else { return false }
    var key: UInt32 = 0
    for end in 1...max(1, min(6, text.count)) where end <= text.count {
      key = key << 5 | UInt32(text[end - 1] - 0x60)
      let first = number(ofKey: key)
      if first == 0 || text.count - end > 6 { continue }
      var rest: UInt32 = 0
      for byte in text[end...] { rest = rest << 5 | UInt32(byte - 0x60) }
      let second = rest == 0 ? 0 : number(ofKey: rest)
      if rest != 0, second == 0 { continue }
      if surnames.contains(UInt32(first) << 16 | UInt32(second)) { return true }
    }
    return false
  }

  /// The sounds of surnames: the first syllable in the upper half, the second one or 0 in the lower.
  private static let surnames: Set<UInt32> = Set(
    PersonName.surnameSounds.compactMap { sound in
      (1...2).contains(sound.count) ? UInt32(sound[0]) << 16 | UInt32(sound.count == 2 ? sound[1] : 0) : nil
    })

  /// False when there is no reading of letters a to z and spaces.
  static func mayBeRead(_ text: UnsafeBufferPointer<UInt8>) -> Bool {
    guard text.count <= 63 else { return true }
    // Bit i: what begins at place i can be read.
    var reached: UInt64 = 1 << UInt64(text.count)
    for start in text.indices.reversed() {
      if text[start] == 0x20 {
        reached |= (reached >> UInt64(start + 1) & 1) << UInt64(start)
        continue
      }
      var key: UInt32 = 0
      var end = start
      while end < text.count, end - start < 6, text[end] != 0x20 {
        key = key << 5 | UInt32(text[end] - 0x60)
        end += 1
        if reached >> UInt64(end) & 1 != 0, number(ofKey: key) != 0 {
          reached |= 1 << UInt64(start)
          break
        }
      }
    }
    return reached & 1 != 0
  }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x61...0x7A, 0x41...0x5A, 0xFC, 0xDC, 0x1D6, 0x1D8, 0x1DA, 0x1DC: true
    default: false
    }
  }

  /// True when some reading reaches the end: most western words have none, and are told here without a search.
  private static func isReadable(_ letters: [Unicode.Scalar], _ isStart: [Bool]) -> Bool {
    // Bit i: letters[i...] can be read. At most 48 letters.
    var reached: UInt64 = 1 << UInt64(letters.count)
    for start in letters.indices.reversed() {
      var key: UInt32 = 0
      var end = start
      while end < letters.count, end - start < 6, end == start || !isStart[end] {
        key = key << 5 | letter(letters[end])
        end += 1
        if reached >> UInt64(end) & 1 != 0, number(ofKey: key) != 0 {
          reached |= 1 << UInt64(start)
          break
        }
      }
    }
    return reached & 1 != 0
  }

  fileprivate static func letter(_ scalar: Unicode.Scalar) -> UInt32 {
    switch scalar.value {
    case 0x61...0x7A: scalar.value - 0x60
    case 0x41...0x5A: scalar.value - 0x40
    default: 22
    }
  }

  private struct Found {
    var syllables: [Syllable]
    /// Syllables inside a word that begin with a vowel: correct spelling would set them off by an apostrophe.
    var inner: Int
    var count: Int { syllables.count }
  }

  private struct Search {
    var letters: [Unicode.Scalar]
    var isStart: [Bool]
    var found: [Found] = []
    private var path: [Syllable] = []
    private var inner = 0
    /// Positions from which no reading reaches the end: each is tried once.
    private var isDead: [Bool]

    init(letters: [Unicode.Scalar], isStart: [Bool]) {
      self.letters = letters
      self.isStart = isStart
      isDead = [Bool](repeating: false, count: letters.count + 1)
    }

    mutating func run(from start: Int) {
      if start == letters.count {
        found.append(Found(syllables: path, inner: inner))
        return
      }
      guard !isDead[start], found.count < 24 else { return }
      let before = found.count
      let isVowel = !isStart[start] && (letters[start] == "a" || letters[start] == "e" || letters[start] == "o")
      if isVowel { inner += 1 }
      var limit = start + 1
      while limit < letters.count, limit - start < 6, !isStart[limit] { limit += 1 }
      for end in stride(from: limit, to: start, by: -1) {
        var key: UInt32 = 0
        for place in start..<end { key = key << 5 | Pinyin.letter(letters[place]) }
        let syllable = Pinyin.number(ofKey: key)
        guard syllable != 0 else { continue }
        path.append(syllable)
        run(from: end)
        path.removeLast()
      }
      if isVowel { inner -= 1 }
      isDead[start] = found.count == before
    }
  }
}
