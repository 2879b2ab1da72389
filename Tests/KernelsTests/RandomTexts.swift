import Seeding

/// Seeded texts of all scripts: some alike, some not, from none to 200 units.
struct RandomTexts {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  private static let alphabets: [[UInt16]] = [
    Array("ab".utf16), Array("abcdefghijklmnopqrstuvwxyz ".utf16), Array("eeeeaaiinnrst smhjz".utf16),
    Array("ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789 .,-'&/()äöüßéèçñøåæÄÖÜłőşğ".utf16),
    (0..<3000).map { 0x4e00 + $0 * 7 }, Array("恒达恆達科技深圳市有限公司".utf16), Array("abc 恒达 def 有限公司 (Shenzhen) Ltd".utf16),
    Array("e\u{301}a\u{308}o\u{302}n\u{303}u\u{30a} \u{1100}\u{1161}\u{11a8}".utf16), Array("😀😁🏳️‍🌈𠮷𠀋a👩‍👩‍👧".utf16),
    [0, 1, 127, 128, 255, 256, 0xd800, 0xdfff, 0xfffe, 0xffff], (0...0xffff).map { UInt16($0) },
    Array("АБВГДежзик ΑΒΓδεζ العربية עברית ไทย ひらがなカタカナ한국어".utf16),
  ]

  /// A few texts in one script and their variants.
  mutating func family(_ count: Int) -> [[UInt16]] {
    let alphabet = Self.alphabets.randomElement(using: &random) ?? []
    let usual = Int.random(in: 1...24, using: &random)
    var texts: [[UInt16]] = []
    while texts.count < count {
      if texts.isEmpty || Int.random(in: 0..<3, using: &random) == 0 {
        texts.append((0..<length(usual)).compactMap { _ in alphabet.randomElement(using: &random) })
      } else {
        texts.append(variant(of: texts.randomElement(using: &random) ?? [], alphabet))
      }
    }
    return texts
  }

  private mutating func length(_ usual: Int) -> Int {
    switch Int.random(in: 0..<100, using: &random) {
    case 0..<3: Int.random(in: 60...200, using: &random)
    case 3..<10: Int.random(in: 15...70, using: &random)
    case 10..<60: usual
    default: Int.random(in: 0...20, using: &random)
    }
  }

  private mutating func variant(of text: [UInt16], _ alphabet: [UInt16]) -> [UInt16] {
    var text = text
    for _ in 0..<Int.random(in: 0...4, using: &random) {
      let unit = alphabet.randomElement(using: &random) ?? 0
      guard let place = text.indices.randomElement(using: &random) else { return [unit] }
      switch Int.random(in: 0..<5, using: &random) {
      case 0: text[place] = unit
      case 1: text.insert(unit, at: place)
      case 2: text.remove(at: place)
      case 3: text.swapAt(place, max(place - 1, 0))
      default: text = Array(text[place...] + text[..<place])
      }
    }
    return text
  }
}
