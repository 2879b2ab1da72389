import Model
import Normalization

/// Names of organisations and persons.
extension Preparer {
  mutating func addNames(_ cells: PreparationCells, _ kind: RecordKind) {
    switch kind {
    case .person: draft.kind = .privatePerson
    case .company, .contact: draft.kind = .company
    case .none, .other: break
    }
    for place in self[.name] {
      let cell = cell(place, cells)
      if cell.isEmpty { continue }
      switch kind {
      case .company: addOrganisations(cell)
      case .person: addPersonOrLabel(cell)
      case .contact where hasContact || has(.contactName, cells): addOrganisations(cell)
      default: addLabel(cell)
      }
    }
    for place in self[.shortName] { addOrganisations(cell(place, cells)) }
    for place in self[.organisation] { addOrganisations(cell(place, cells)) }
    for place in self[.contactName] { addLabel(cell(place, cells)) }
    for place in self[.remark] { addLabel(cell(place, cells)) }
    if draft.kind == .unknown, draft.organisations.contains(where: { $0.isMarked != 0 }) { draft.kind = .company }
    addPerson(given: first(.givenName, cells), surname: first(.surname, cells))
  }

  private mutating func addOrganisations(_ text: UnsafeBufferPointer<UInt8>) {
    // The look into the memory takes longer than reading such a name.
    if text.isEmpty || CompanyName.readWestern(text, { draft.addOrganisation($0) }) { return }
    guard let slot = memory.companies.slot(of: text) else { return draft.addOrganisations(text) }
    if let part = memory.companies[slot] { return draft.add(part.draft) }
    let mark = draft.mark
    draft.addOrganisations(text)
    memory.companies[slot] = RecordPart(draft, since: mark)
  }

  private mutating func addLabel(_ text: UnsafeBufferPointer<UInt8>) {
    if text.isEmpty { return }
    guard let slot = memory.labels.slot(of: text) else { return draft.addLabel(text) }
    if let part = memory.labels[slot] { return draft.add(part.draft) }
    let mark = draft.mark
    draft.addLabel(text)
    memory.labels[slot] = RecordPart(draft, since: mark)
  }

  private mutating func addPersonOrLabel(_ text: UnsafeBufferPointer<UInt8>) {
    guard let slot = memory.persons.slot(of: text) else { return draft.addPersonOrLabel(text) }
    if let part = memory.persons[slot] { return draft.add(part.draft) }
    let mark = draft.mark
    draft.addPersonOrLabel(text)
    memory.persons[slot] = RecordPart(draft, since: mark)
  }

  // MARK: Given name and surname in two columns

  private mutating func addPerson(given: UnsafeBufferPointer<UInt8>, surname: UnsafeBufferPointer<UInt8>) {
    if given.isEmpty, surname.isEmpty { return }
    if NameWord.read(given: given, surname: surname, { draft.addPerson(given: $0, surname: $1) }) { return }
    draft.addPerson(given: PreparationCells.string(given), surname: PreparationCells.string(surname))
  }
}

/// What a text says, which depends on nothing else.
final class RecordPart: Sendable {
  let draft: RecordDraft

  init(_ draft: borrowing RecordDraft, since mark: RecordDraft.Mark) { self.draft = draft.part(since: mark) }
}

extension RecordDraft {
  mutating func addOrganisations(_ text: UnsafeBufferPointer<UInt8>) {
    for name in CompanyName.all(in: PreparationCells.string(text)) { addWithOtherNames(name) }
  }

  /// A field that may hold a company, a person, or both.
  mutating func addLabel(_ text: UnsafeBufferPointer<UInt8>) {
    let names = NameLabel.names(in: text)
    for name in names.organisations { addWithOtherNames(name) }
    for name in names.persons { add(name) }
  }

  /// A person, or else whatever the field holds.
  mutating func addPersonOrLabel(_ text: UnsafeBufferPointer<UInt8>) {
    if let name = PersonName(PreparationCells.string(text)) { add(name) } else { addLabel(text) }
  }

  private mutating func addWithOtherNames(_ name: CompanyName) {
    addOrganisation(name)
    for alias in name.aliases { if let former = CompanyName(alias) { addOrganisation(former) } }
    if let contact = name.contact, let name = PersonName(contact) { add(name) }
  }

  private mutating func addOrganisation(_ name: CompanyName) {
    let brand = name.brand.isEmpty ? name.industry : name.brand
    let words = words(of: brand)
    var start = hashes.count
    if !name.brand.isEmpty { for industry in name.industries { hashes.append(ByteHash.of(industry, seed: 0x69)) } }
    let industries = ordered(from: start)
    start = hashes.count
    for code in name.divisions.map(\.code).sorted() { hashes.append(UInt64(code)) }
    organisations.append(
      Organisation(
        text: ByteHash.of(name.text, seed: 0x6F), brandHash: ByteHash.of(brand, seed: 0x62),
        branch: name.branch.map { ByteHash.of($0, seed: 0x72) } ?? 0,
        ordinal: name.ordinal.isEmpty ? 0 : ByteHash.of(name.ordinal, seed: 0x6E), words: words, industries: industries,
        divisions: list(hashes: start), brand: list(text: brand, atMost: 48), sound: list(units: name.sound), wordRarities: List(),
        rarity: 0, isMarked: name.isMarked ? 1 : 0, isChinese: brand.unicodeScalars.contains(where: Folding.isHan) ? 1 : 0))
  }

  mutating func addOrganisation(_ name: CompanyName.Western) {
    let words = words(ofASCII: name.brand)
    let start = hashes.count
    for industry in name.industries { hashes.append(ByteHash.of(industry, seed: 0x69)) }
    let industries = ordered(from: start)
    organisations.append(
      Organisation(
        text: ByteHash.of(name.text, seed: 0x6F), brandHash: ByteHash.of(name.brand, seed: 0x62), branch: 0, ordinal: 0,
        words: words, industries: industries, divisions: List(), brand: list(ascii: name.brand, atMost: 48),
        sound: List(), wordRarities: List(), rarity: 0, isMarked: name.isMarked ? 1 : 0, isChinese: 0))
  }

  /// Western brands as words; Chinese ones are compared by their characters.
  private mutating func words(of brand: String) -> List {
    var brand = brand
    return brand.withUTF8 { brand in brand.allSatisfy { $0 < 0x80 } ? words(ofASCII: brand) : List() }
  }

  private mutating func words(ofASCII brand: UnsafeBufferPointer<UInt8>) -> List {
    let first = hashes.count
    var start = 0
    for place in 0...brand.count where place == brand.count || brand[place] == 0x20 {
      if place > start { hashes.append(ByteHash.of(UnsafeBufferPointer(rebasing: brand[start..<place]), seed: 0x77)) }
      start = place + 1
    }
    return ordered(from: first)
  }

  // MARK: Persons

  mutating func addPerson(given: String, surname: String) {
    let isChinese = (given + surname).unicodeScalars.contains(where: Folding.isHan)
    if isChinese, let name = PersonName(surname + given) { return add(name) }
    guard !isChinese, let name = WesternName(given: given, surname: surname) else { return }
    var person = PersonName(name.words.joined(separator: " "))
    if person == nil, !surname.isEmpty { person = PersonName(surname) }
    guard var person else { return }
    person.surname = name.surname
    person.given = name.given
    add(person)
  }

  private mutating func add(_ name: PersonName) {
    let sounds = name.sounds
    // The seed of surnames for given names too, so that swapped names can be recognised.
    let given = name.isMasked ? "" : name.given
    persons.append(
      Person(
        textHash: ByteHash.of(name.isChinese ? name.surnameClass + given : name.text, seed: 0x6D),
        surname: name.surname.isEmpty ? 0 : ByteHash.of(name.surnameClass, seed: 0x73),
        given: given.isEmpty ? 0 : ByteHash.of(given, seed: 0x73), surnameSounds: surnames(sounds),
        sounds: given.isEmpty ? List() : names(sounds), surnameUnits: list(text: name.surname, atMost: 32),
        givenUnits: list(text: given, atMost: 32), nicknames: name.isChinese ? List() : list(units: Nicknames.classes(of: given)),
        surnameRarity: 0, givenRarity: 0, gender: Self.code(name.gender), isChinese: name.isChinese ? 1 : 0))
  }

  /// A name of two plain words, or of one: what ``addPerson(given:surname:)-(String,_)`` finds in them.
  mutating func addPerson(given: NameWord?, surname: NameWord?) {
    var text = ByteHash(seed: 0x6D)
    if let given { text.combine(given.text) }
    if given != nil, surname != nil { text.combine(0x20 as UInt8) }
    if let surname { text.combine(surname.text) }
    let sounds: [PersonName.Sound]
    if let given, let surname {
      sounds = NameWord.sounds(given: given, surname: surname)
    } else {
      sounds = (given ?? surname)?.sounds ?? []
    }
    // The seed of surnames for given names too, so that swapped names can be recognised.
    persons.append(
      Person(
        textHash: text.ofText, surname: surname.map { ByteHash.of($0.text, seed: 0x73) } ?? 0,
        given: given.map { ByteHash.of($0.text, seed: 0x73) } ?? 0, surnameSounds: surnames(sounds),
        sounds: given == nil ? List() : names(sounds), surnameUnits: surname.map { list(ascii: $0.text, atMost: 32) } ?? List(),
        givenUnits: given.map { list(ascii: $0.text, atMost: 32) } ?? List(), nicknames: given.map { list(units: $0.nicknames) } ?? List(),
        surnameRarity: 0, givenRarity: 0, gender: Self.code(nil), isChinese: 0))
  }

  private static func code(_ gender: PersonName.Gender?) -> UInt16 {
    switch gender {
    case nil: 0
    case .male: 1
    case .female: 2
    }
  }

  /// How the surname may sound.
  private mutating func surnames(_ sounds: [PersonName.Sound]) -> List {
    if sounds.isEmpty { return List() }
    let start = hashes.count
    for sound in sounds { hashes.append(Self.hash(sound.surname)) }
    return ordered(from: start)
  }

  /// How the whole name may sound.
  private mutating func names(_ sounds: [PersonName.Sound]) -> List {
    if sounds.isEmpty { return List() }
    let start = hashes.count
    for sound in sounds where !sound.given.isEmpty { hashes.append(StableHash.mix(Self.hash(sound.surname), Self.hash(sound.given))) }
    return ordered(from: start)
  }

  private static func hash(_ syllables: [Pinyin.Syllable]) -> UInt64 {
    var hash = ByteHash(seed: 0x50)
    for syllable in syllables { hash.combine(UInt64(syllable)) }
    return hash.value
  }
}
