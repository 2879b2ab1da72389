/// A given name or surname as the columns of a western table hold it: one word of plain letters, perhaps with hyphens and apostrophes,
/// which names are compared without. Most cells are such words, many again and again; what matching needs of one is found out once.
package struct NameWord: Sendable {
  /// The folded letters, as they stand in ``WesternName/words``.
  package let text: [UInt8]
  /// ``Nicknames/classes(of:)``.
  package let nicknames: [UInt16]
  /// The Chinese surnames that it can spell, and its readings as pinyin.
  private let surnames: [[Pinyin.Syllable]]
  private let readings: [[Pinyin.Syllable]]

  /// - Parameter source: UTF-8. Nil when it is not one word of two to 40 letters a to z after folding, or when the word is a title or
  ///   suffix: such names need ``WesternName``.
  package init?(_ source: UnsafeBufferPointer<UInt8>) {
    let text: [UInt8]? = withUnsafeTemporaryAllocation(of: UInt8.self, capacity: source.count) { buffer in
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
      return letters >= 2 && letters <= 40 ? Array(buffer[..<letters]) : nil
    }
    guard let text else { return nil }
    let word = String(decoding: text, as: UTF8.self)
    guard !WesternName.isTitleOrSuffix(word) else { return nil }
    self.text = text
    nicknames = Nicknames.classes(of: word)
    let scalars = Array(word.unicodeScalars)
    readings = Pinyin.syllables(latin: scalars)
    surnames = PersonName.surnames(latin: scalars, readings: readings)
  }

  /// How a person sounds of whom only this word is known: ``PersonName/sounds`` of that name.
  package var sounds: [PersonName.Sound] { readings.isEmpty ? [] : PersonName.sounds(ofWord: readings) }

  /// ``PersonName/sounds`` of the name of two words.
  package static func sounds(given: NameWord, surname: NameWord) -> [PersonName.Sound] {
    if given.surnames.isEmpty, surname.surnames.isEmpty { return [] }
    return PersonName.sounds(
      first: given.surnames, last: surname.surnames, before: given.readings, after: surname.readings, isPair: true)
  }
}
