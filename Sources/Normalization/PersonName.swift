/// A person's name as comparable parts.
public struct PersonName: Hashable, Sendable {
  /// Folded, without titles; for western names the words in the order written, joined by spaces.
  public var text: String
  /// Chinese: the surname; western: the last word.
  public var surname: String
  /// Empty for forms of address such as 张总, which name nobody fully.
  public var given: String
  public var isChinese: Bool

  /// True when both surname and given name are known.
  public var isFull: Bool { !given.isEmpty && !surname.isEmpty }

  /// Takes a name apart. `nil` when nothing of it can be a person's name.
  public init?(_ source: String) {
    var scalars = Array(Folding.fold(source).unicodeScalars)
    if let open = scalars.firstIndex(of: "("), open > 0 { scalars.removeSubrange(open...) }
    while let last = scalars.last, !last.properties.isAlphabetic { scalars.removeLast() }
    if scalars.contains(where: Folding.isHan) {
      let han = scalars.filter(Folding.isHan)
      let latin = scalars.filter { $0.value < 0x250 && $0.properties.isAlphabetic }
      // Kevin王 and 王Kevin: a surname with a western given name.
      if !latin.isEmpty, han.count == 1, Lexicon.surnames.contains(han[0]) {
        self.init(chineseSurname: String(han[0]))
        return
      }
      self.init(chinese: han)
      return
    }
    self.init(western: scalars)
  }

  private init(chineseSurname surname: String) {
    self.surname = surname
    given = ""
    text = surname
    isChinese = true
  }

  private init?(chinese source: [Unicode.Scalar]) {
    isChinese = true
    var scalars = source
    var hadTitle = false
    for title in Lexicon.titles where scalars.count > title.count && scalars.suffix(title.count).elementsEqual(title) {
      // 李总 is an address; 王小工 may be a name: one-letter titles only follow a surname of one or two letters.
      if title.count == 1,
        scalars.count > 3 || (scalars.count == 3 && !Self.isCompound(scalars.prefix(2))) && title != Array("总".unicodeScalars)
      {
        continue
      }
      scalars.removeLast(title.count)
      hadTitle = true
      break
    }
    if scalars.count == 2, "老小阿大".unicodeScalars.contains(scalars[0]), Lexicon.surnames.contains(scalars[1]) {
      scalars.removeFirst()
      hadTitle = true
    }
    guard (1...4).contains(scalars.count) else { return nil }
    let surnameLength =
      scalars.count >= 3 && Self.isCompound(scalars.prefix(2)) || scalars.count == 2 && hadTitle && Self.isCompound(scalars[...]) ? 2 : 1
    guard surnameLength == 2 || Lexicon.surnames.contains(scalars[0]) else { return nil }
    if scalars.count == 1, !hadTitle { return nil }
    guard scalars.count - surnameLength <= 2 else { return nil }
    surname = String(String.UnicodeScalarView(scalars.prefix(surnameLength)))
    given = String(String.UnicodeScalarView(scalars.dropFirst(surnameLength)))
    text = surname + given
  }

  private static func isCompound(_ scalars: ArraySlice<Unicode.Scalar>) -> Bool {
    Lexicon.compoundSurnames.contains(String(String.UnicodeScalarView(scalars)))
  }

  private init?(western scalars: [Unicode.Scalar]) {
    isChinese = false
    var words: [String] = []
    var word = String.UnicodeScalarView()
    var firstPart = 0
    for scalar in scalars + [" "] {
      if scalar.properties.isAlphabetic || scalar == "'" || scalar == "-" {
        if scalar != "'" { word.append(scalar) }
        continue
      }
      if !word.isEmpty, !Lexicon.westernTitles.contains(String(word)) { words.append(String(word)) }
      word.removeAll()
      if scalar == ",", firstPart == 0 { firstPart = words.count }
    }
    // "Smith, John" is John Smith.
    if firstPart > 0, firstPart < words.count { words = Array(words[firstPart...] + words[..<firstPart]) }
    guard !words.isEmpty, words.count <= 6, words.contains(where: { $0.count > 1 }) else { return nil }
    text = words.joined(separator: " ")
    surname = words.count > 1 ? words[words.count - 1] : ""
    given = words[0]
  }
}
