/// A given name or surname as the columns of a western table hold it: one word of plain letters, perhaps with hyphens and apostrophes,
/// which names are compared without. Most cells are such words; what matching needs of one is found without making a text of it. Valid as
/// long as the memory it was given.
package struct NameWord {
  /// The folded letters, as they stand in ``WesternName/words``.
  package let text: UnsafeBufferPointer<UInt8>
  private let traits: Traits

  /// Reads the cells of a given name and a surname, of which one may be empty, and calls `body` with their words; nil for an empty cell.
  /// - Parameters: UTF-8.
  /// - Returns: false when one of them is not one word of two to 40 letters a to z after folding, or when it is a title or suffix: such
  ///   names need ``WesternName``. `body` has not been called then.
  package static func read(
    given: UnsafeBufferPointer<UInt8>, surname: UnsafeBufferPointer<UInt8>, _ body: (_ given: NameWord?, _ surname: NameWord?) -> Void
  ) -> Bool {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: given.count + surname.count) { buffer in
      let first = word(given, UnsafeMutableBufferPointer(rebasing: buffer[..<given.count]))
      guard given.isEmpty || first != nil else { return false }
      let last = word(surname, UnsafeMutableBufferPointer(rebasing: buffer[given.count...]))
      guard surname.isEmpty || last != nil else { return false }
      body(first, last)
      return true
    }
  }

  private static func word(_ source: UnsafeBufferPointer<UInt8>, _ buffer: UnsafeMutableBufferPointer<UInt8>) -> NameWord? {
    guard let count = Folding.ascii(source, into: buffer) else { return nil }
    var letters = 0
    for place in 0..<count {
      switch buffer[place] {
      case 0x61...0x7A:
        buffer[letters] = buffer[place]
        letters += 1
      case 0x27, 0x2D: continue
      default: return nil
      }
    }
    guard letters >= 2, letters <= 40 else { return nil }
    let word = UnsafeBufferPointer(rebasing: buffer[..<letters])
    let traits = Traits(rawValue: max(0, table.value(word)))
    return traits.contains(.title) ? nil : NameWord(text: word, traits: traits)
  }

  /// What the tables of names know of a word.
  private struct Traits: OptionSet {
    let rawValue: Int32

    /// A title or suffix.
    static let title = Traits(rawValue: 1)
    static let southernSurname = Traits(rawValue: 2)
    static let nickname = Traits(rawValue: 4)
  }

  private static let table: WordTable = {
    var traits: [String: Traits] = [:]
    for word in WesternName.titlesAndSuffixes { traits[word, default: []].insert(.title) }
    for word in PersonName.southernSpellings { traits[word, default: []].insert(.southernSurname) }
    for word in Nicknames.words { traits[word, default: []].insert(.nickname) }
    return WordTable(traits.sorted { $0.key < $1.key }.map { ($0.key, $0.value.rawValue) })
  }()

  /// ``Nicknames/classes(of:)``.
  package var nicknames: [UInt16] { traits.contains(.nickname) ? Nicknames.classes(of: text) : [] }

  /// How a person sounds of whom only this word is known: ``PersonName/sounds`` of that name.
  package var sounds: [PersonName.Sound] {
    let readings = Pinyin.syllables(letters: text)
    return readings.isEmpty ? [] : PersonName.sounds(ofWord: readings)
  }

  /// ``PersonName/sounds`` of the name of two words.
  package static func sounds(given: NameWord, surname: NameWord) -> [PersonName.Sound] {
    guard given.maySpellSurname || surname.maySpellSurname else { return [] }
    let (before, after) = (Pinyin.syllables(letters: given.text), Pinyin.syllables(letters: surname.text))
    let first = PersonName.surnames(letters: given.text, readings: before)
    let last = PersonName.surnames(letters: surname.text, readings: after)
    if first.isEmpty, last.isEmpty { return [] }
    return PersonName.sounds(first: first, last: last, before: before, after: after, isPair: true)
  }

  /// False when the word spells no Chinese surname.
  private var maySpellSurname: Bool { traits.contains(.southernSurname) || Pinyin.maySpellSurname(text) }
}
