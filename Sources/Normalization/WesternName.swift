/// A western name as words with a role: titles and suffixes kept apart, particles joined to the surname.
public struct WesternName: Hashable, Sendable {
  /// Given names, then the surname. Folded, without hyphens and apostrophes; `van der Berg` is the one word `vanderberg`.
  public var words: [String]
  /// Empty when there is only one word, which is taken for a given name.
  public var surname: String
  /// The parts of a double surname, `smith` and `jones`; else the surname alone.
  public var surnameParts: [String]
  /// The first given name or its initial; empty when only the surname is known (Mr Smith).
  public var given: String
  /// Given names and initials between `given` and the surname.
  public var middle: [String]
  /// `jr`, `sr`, `ii`, `iii` or `iv`: tells father and son apart.
  public var suffix: String

  /// True for one letter that stands for a name.
  public static func isInitial(_ word: String) -> Bool { word.utf8.count == 1 }

  /// - Parameters: the two columns of a table; either may be empty, not both.
  public init?(given: String, surname: String) {
    let first = Self.read(Folding.scalars(given))
    let last = Self.read(Folding.scalars(surname))
    guard !first.words.isEmpty || !last.words.isEmpty else { return nil }
    let family = last.words.map(\.text).joined()
    self.init(
      names: first.words.map(\.text), surname: family, parts: last.words.flatMap(\.parts),
      suffix: last.suffix.isEmpty ? first.suffix : last.suffix)
  }

  /// Takes a whole name apart: `Dr. John A. Smith Jr.`, `Smith, John`, `SMITH J R`. `nil` when nothing of it can be a name.
  public init?(_ source: String) { self.init(folded: Folding.scalars(source)) }

  init?(folded: [Unicode.Scalar]) {
    var read = Self.read(folded)
    guard (1...8).contains(read.words.count), read.words.contains(where: { $0.text.utf8.count > 1 }) else { return nil }
    let hasComma = read.comma > 0 && read.comma < read.words.count
    if hasComma {
      read.words = Array(read.words[read.comma...] + read.words[..<read.comma])
    } else if read.words.count >= 2, read.words[0].text.utf8.count > 1, read.words.dropFirst().allSatisfy({ $0.text.utf8.count == 1 }) {
      // Smith J R
      read.words.append(read.words.removeFirst())
    }
    if read.words.count == 1 {
      let word = read.words[0]
      let isSurname = read.hasTitle
      self.init(
        names: isSurname ? [] : [word.text], surname: isSurname ? word.text : "", parts: isSurname ? word.parts : [], suffix: read.suffix)
      return
    }
    var start = read.words.count - 1
    if hasComma { start = max(1, read.words.count - read.comma) }
    while start > 1, Self.particles.contains(read.words[start - 1].text) { start -= 1 }
    let family = read.words[start...]
    self.init(
      names: read.words[..<start].map(\.text), surname: family.map(\.text).joined(),
      parts: family.flatMap(\.parts).filter { !Self.particles.contains($0) },
      suffix: read.suffix)
  }

  private init(names: [String], surname: String, parts: [String], suffix: String) {
    words = names + (surname.isEmpty ? [] : [surname])
    self.surname = surname
    surnameParts = parts.isEmpty && !surname.isEmpty ? [surname] : parts
    given = names.first ?? ""
    middle = Array(names.dropFirst())
    self.suffix = suffix
  }

  private struct Word {
    var text: String
    /// What hyphens keep apart.
    var parts: [String]
  }

  private struct Reading {
    var words: [Word] = []
    /// How many words stand before the first comma.
    var comma = 0
    var hasTitle = false
    var suffix = ""
  }

  private static func read(_ scalars: [Unicode.Scalar]) -> Reading {
    var reading = Reading()
    var part: [Unicode.Scalar] = []
    var parts: [String] = []
    func closePart() {
      if !part.isEmpty { parts.append(CompanyText.string(part)) }
      part.removeAll(keepingCapacity: true)
    }
    func closeWord() {
      closePart()
      guard !parts.isEmpty else { return }
      let text = parts.count == 1 ? parts[0] : parts.joined()
      if suffixes.contains(text), !reading.words.isEmpty {
        reading.suffix = text
      } else if Lexicon.westernTitles.contains(text) {
        reading.hasTitle = true
      } else {
        reading.words.append(Word(text: text, parts: parts))
      }
      parts.removeAll(keepingCapacity: true)
    }
    for scalar in scalars {
      if isLetter(scalar) {
        part.append(scalar)
      } else if scalar == "-" {
        closePart()
      } else if scalar != "'" {
        closeWord()
        if scalar == ",", reading.comma == 0 { reading.comma = reading.words.count }
      }
    }
    closeWord()
    return reading
  }

  @inline(__always)
  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    scalar.value < 0x80 ? scalar.value >= 0x61 && scalar.value <= 0x7A : scalar.properties.isAlphabetic
  }

  /// Words that name nobody by themselves, folded.
  static var titlesAndSuffixes: Set<String> { suffixes.union(Lexicon.westernTitles) }

  private static let suffixes: Set<String> = ["jr", "sr", "ii", "iii", "iv", "junior", "senior"]

  private static let particles: Set<String> = [
    "van", "von", "de", "der", "den", "del", "della", "di", "da", "dos", "das", "do", "du", "la", "le", "los", "las", "ter", "ten", "zu",
    "zum", "vom", "bin", "ibn", "al", "el", "st", "san", "mac", "mc", "af", "av",
  ]
}

/// Western names as they stand in `PersonName`.
extension PersonName {
  init?(western scalars: [Unicode.Scalar]) {
    guard let name = WesternName(folded: scalars) else { return nil }
    isChinese = false
    text = name.words.joined(separator: " ")
    surname = name.surname
    given = name.given
  }
}
