/// Labels of plain characters (``Folding/isPlain(_:)``), which nearly all are: the rules of ``NameLabel/parts(of:)`` over scalars, where a
/// name that has been taken apart to classify it is not taken apart again.
extension NameLabel {
  typealias Text = ArraySlice<Unicode.Scalar>

  /// A part and what is already known about it.
  struct PlainPart {
    var text: Text
    var isPerson: Bool
    var person: PersonName?
    var organisation: CompanyName.Reading?

    var part: Part { isPerson ? .person(CompanyText.string(text)) : .organisation(CompanyText.string(text)) }

    /// The names of the part as persons, or as organisations.
    var names: (organisations: [CompanyName], person: PersonName?) {
      if isPerson { return ([], person ?? PersonName(folded: Folding.fold(text))) }
      return ((organisation ?? CompanyName.read(CompanyText.scalars(text)))?.all ?? [], nil)
    }
  }

  /// The organisations and persons of a label: `CompanyName.all(in:)` and `PersonName(_:)` of its parts.
  /// - Parameter source: UTF-8.
  package static func names(in source: UnsafeBufferPointer<UInt8>) -> (organisations: [CompanyName], persons: [PersonName]) {
    let scalars = Folding.scalars(source)
    var organisations: [CompanyName] = []
    var persons: [PersonName] = []
    if scalars.allSatisfy(Folding.isPlain) {
      for part in plainParts(of: scalars) {
        let names = part.names
        organisations += names.organisations
        if let person = names.person { persons.append(person) }
      }
    } else {
      for part in anyParts(of: CompanyText.string(scalars)) {
        switch part {
        case .organisation(let text): organisations += CompanyName.all(in: text)
        case .person(let text): if let person = PersonName(text) { persons.append(person) }
        }
      }
    }
    return (organisations, persons)
  }

  static func plainParts(of folded: [Unicode.Scalar]) -> [PlainPart] {
    let isChinese = folded.contains(where: Folding.isHan)
    var parts: [PlainPart] = []
    for segment in folded.split(whereSeparator: { isSeparator($0) || $0 == "'" && isChinese }) {
      for piece in words(in: dropPlatform(segment)) {
        for part in classify(strip(piece)) where !parts.contains(where: { $0.isPerson == part.isPerson && $0.text == part.text }) {
          parts.append(part)
        }
      }
    }
    return withNamesakes(parts)
  }

  private static func isSeparator(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar {
    case "-", "_", "~", "/", "|", ",", "、", ";", ":", "·", "@", "—", "+", "#", "\"": true
    default: false
    }
  }

  private static let platformWords = platforms.map { Array($0.unicodeScalars) }
  private static let noiseWords = noise.map { Array($0.unicodeScalars) }
  private static let noiseStarts = WordTrie(noiseWords)
  private static let noiseEnds = WordTrie(noiseWords, backwards: true)

  private static func dropPlatform(_ segment: Text) -> Text {
    for word in platformWords where segment.count > word.count + 1 && begins(segment, with: word) { return segment.dropFirst(word.count) }
    return segment
  }

  @inline(__always)
  private static func begins(_ text: Text, with word: [Unicode.Scalar]) -> Bool {
    guard text.count >= word.count else { return false }
    for place in word.indices where text[text.startIndex + place] != word[place] { return false }
    return true
  }

  @inline(__always)
  private static func ends(_ text: Text, with word: [Unicode.Scalar]) -> Bool {
    guard text.count >= word.count else { return false }
    for place in word.indices where text[text.endIndex - word.count + place] != word[place] { return false }
    return true
  }

  private static func person(_ text: Text) -> PersonName? { PersonName(folded: Folding.fold(text)) }

  private static func company(_ text: Text) -> CompanyName? { CompanyName(scalars: CompanyText.scalars(text)) }

  private static func isASCII(_ text: Text) -> Bool { text.allSatisfy { $0.value < 0x80 } }

  private static func isLetter(_ scalar: Unicode.Scalar?) -> Bool {
    guard let scalar else { return false }
    return scalar.value >= 0x4E00 || isLatinLetter(scalar)
  }

  private static func isLatinLetter(_ scalar: Unicode.Scalar) -> Bool { scalar.value | 0x20 >= 0x61 && scalar.value | 0x20 <= 0x7A }

  private static func words(in segment: Text) -> [Text] {
    guard segment.contains(" "), segment.contains(where: Folding.isHan) else { return [segment] }
    let pieces = segment.split(separator: " ")
    if pieces.count > 2, pieces.allSatisfy({ $0.count == 1 }) { return [Text(pieces.joined())] }
    var words: [Text] = []
    for piece in pieces {
      if let last = words.last, !isBreak(between: last, and: piece) {
        words[words.count - 1] = last + (isASCII(last) && isASCII(piece) ? [" "] : []) + piece
      } else {
        words.append(piece)
      }
    }
    return words
  }

  private static func isBreak(between one: Text, and other: Text) -> Bool {
    if isASCII(one) != isASCII(other) { return true }
    if isASCII(one) { return !isLetter(one.last) || !isLetter(other.first) }
    if other.count > 1, person(other) != nil { return true }
    guard other.count > 1, person(one) != nil, let company = company(other) else { return false }
    return company.brand.count > 1
  }

  private static func withNamesakes(_ parts: [PlainPart]) -> [PlainPart] {
    guard parts.count(where: \.isPerson) >= 2 else { return parts }
    let ranks = parts.map { part -> Int? in
      guard part.isPerson, let name = part.person ?? person(part.text), name.isChinese, let first = name.surname.unicodeScalars.first else {
        return nil
      }
      return Lexicon.surnameRank(first) ?? Lexicon.surnamesByFrequency.count
    }
    let known = ranks.compactMap { $0 }
    guard known.count == 2, let best = known.min(), best < 60 else { return parts }
    return zip(parts, ranks).map { part, rank in
      guard part.isPerson, let rank, rank > best, rank >= 100 || rank > best * 2 + 20, part.text.count == 2,
        (part.person ?? person(part.text))?.isFull == true
      else { return part }
      return PlainPart(text: part.text, isPerson: false)
    }
  }

  private static func strip(_ piece: Text) -> Text {
    var rest = piece
    while let last = rest.last, last.value < 0x80, !isLatinLetter(last), last != ")", last != "*" { rest = rest.dropLast() }
    if rest.contains(where: Folding.isHan) {
      while let first = rest.first, first == "a" || !isLetter(first) && first != "(" { rest = rest.dropFirst() }
    }
    // Nothing begins or ends with such a word in most labels.
    guard noiseEnds.longestSuffix(of: rest) != nil || noiseStarts.beginsWord(in: rest) else { return rest }
    for word in noiseWords {
      if rest.count == word.count, begins(rest, with: word) { return [] }
      if rest.count > word.count + 1, begins(rest, with: word) { rest = rest.dropFirst(word.count) }
      if rest.count > word.count + 1, ends(rest, with: word) { rest = rest.dropLast(word.count) }
    }
    return rest
  }

  private static func classify(_ text: Text) -> [PlainPart] {
    var known: PersonName??
    func person() -> PersonName? {
      if let known { return known }
      let name = Self.person(text)
      known = .some(name)
      return name
    }
    if text.contains("*"), let name = person(), name.isMasked { return [PlainPart(text: text, isPerson: true, person: name)] }
    guard text.count(where: { isLetter($0) }) >= 2 else { return [] }
    let isChinese = text.contains(where: Folding.isHan)
    if isChinese {
      if Lexicon.titleWords.contains(text) || Lexicon.departmentWords.contains(text) { return [] }
      if let split = splitBeforePerson(text) { return split }
      // A company is only asked for where it would count.
      if text.count <= 3, let name = person() { return [PlainPart(text: text, isPerson: true, person: name)] }
    }
    let reading = CompanyName.read(CompanyText.scalars(text))
    let organisation = PlainPart(text: text, isPerson: false, organisation: reading)
    if !isChinese {
      if let reading, reading.first.isMarked { return [organisation] }
      return person().map { [PlainPart(text: text, isPerson: true, person: $0)] } ?? [organisation]
    }
    if let company = reading?.first, company.isMarked {
      guard let contact = company.contact else { return [withoutTitle(organisation)] }
      return [organisation, PlainPart(text: Array(contact.unicodeScalars)[...], isPerson: true)]
    }
    if let name = person() { return [PlainPart(text: text, isPerson: true, person: name)] }
    if let split = splitBeforeAddress(text) { return split }
    return reading == nil || text.count < 2 || isNickname(text) ? [] : [withoutTitle(organisation)]
  }

  private static func withoutTitle(_ part: PlainPart) -> PlainPart {
    let text = part.text
    for length in [4, 3, 2] where text.count >= length + 4 && Lexicon.titleWords.contains(text.suffix(length)) {
      let head = text.dropLast(length)
      if let reading = CompanyName.read(CompanyText.scalars(head)), reading.first.isMarked {
        return PlainPart(text: head, isPerson: false, organisation: reading)
      }
    }
    return part
  }

  private static func isNickname(_ text: Text) -> Bool {
    if Lexicon.nicknameWords.contains(text) { return true }
    guard (2...3).contains(text.count), let first = text.first else { return false }
    return first == "小" || first == "阿" || first == "老" || text[text.endIndex - 1] == text[text.endIndex - 2]
  }

  private static func splitBeforeAddress(_ text: Text) -> [PlainPart]? {
    for length in [4, 3, 2] where text.count >= length + 2 {
      let tail = text.suffix(length)
      guard let first = tail.first, Lexicon.isSurname(first), Lexicon.titleWords.contains(tail.dropFirst()),
        length > 2 || tail.last == "总" || tail.last == "姐" || tail.last == "哥"
      else {
        continue
      }
      return [PlainPart(text: text.dropLast(length), isPerson: false), PlainPart(text: tail, isPerson: true)]
    }
    return nil
  }

  private static func splitBeforePerson(_ text: Text) -> [PlainPart]? {
    guard text.count >= 6 else { return nil }
    for length in [3, 2] {
      let (head, tail) = (text.dropLast(length), text.suffix(length))
      guard let person = person(tail), person.isFull || length == 2, let reading = CompanyName.read(CompanyText.scalars(head)),
        reading.first.isMarked, !reading.first.brand.isEmpty
      else {
        continue
      }
      if let whole = company(text), !whole.form.isEmpty || whole.branch != nil { return nil }
      return [PlainPart(text: head, isPerson: false, organisation: reading), PlainPart(text: tail, isPerson: true, person: person)]
    }
    return nil
  }
}
