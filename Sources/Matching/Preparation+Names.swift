import Model
import Normalization

/// Names of organisations and persons.
extension Preparer {
  mutating func addNames(_ cells: PreparationCells, _ kind: RecordKind) {
    switch kind {
    case .person: record.kind = .privatePerson
    case .company, .contact: record.kind = .company
    case .none, .other: break
    }
    for place in self[.name] where !cells[place].isEmpty {
      switch kind {
      case .company: addOrganisations(cells[place])
      case .person: addPersonOrLabel(cells[place])
      case .contact where hasContact || cells.hasAny(self[.contactName]): addOrganisations(cells[place])
      default: addLabel(cells[place])
      }
    }
    for place in self[.shortName] where !cells[place].isEmpty { addOrganisations(cells[place]) }
    for place in self[.organisation] where !cells[place].isEmpty { addOrganisations(cells[place]) }
    for place in self[.contactName] where !cells[place].isEmpty { addLabel(cells[place]) }
    for place in self[.remark] where !cells[place].isEmpty { addLabel(cells[place]) }
    if record.kind == .unknown, record.organisations.contains(where: \.isMarked) { record.kind = .company }
    addPerson(given: cells.first(self[.givenName]), surname: cells.first(self[.surname]))
  }

  /// What a text says about names, which depends on nothing else.
  struct NameFeatures: Sendable {
    var organisations: [PreparedRecord.OrganisationFeature] = []
    var persons: [PreparedRecord.PersonFeature] = []
  }

  private mutating func add(_ names: NameFeatures) {
    record.organisations += names.organisations
    record.persons += names.persons
  }

  private mutating func addOrganisations(_ text: UnsafeBufferPointer<UInt8>) {
    guard let (slot, isKnown) = memory.companies.slot(of: text) else { return add(NameFeatures(organisations: text)) }
    if isKnown, let names = memory.companyNames[slot] { return add(names) }
    let names = NameFeatures(organisations: text)
    memory.companyNames[slot] = names
    add(names)
  }

  private mutating func addLabel(_ text: UnsafeBufferPointer<UInt8>) {
    guard let (slot, isKnown) = memory.labels.slot(of: text) else { return add(NameFeatures(label: text)) }
    if isKnown, let names = memory.labelNames[slot] { return add(names) }
    let names = NameFeatures(label: text)
    memory.labelNames[slot] = names
    add(names)
  }

  private mutating func addPersonOrLabel(_ text: UnsafeBufferPointer<UInt8>) {
    guard let (slot, isKnown) = memory.persons.slot(of: text) else { return add(NameFeatures(person: text)) }
    if isKnown, let names = memory.personNames[slot] { return add(names) }
    let names = NameFeatures(person: text)
    memory.personNames[slot] = names
    add(names)
  }

  // MARK: Given name and surname in two columns

  /// A name of one plain word.
  final class NameWordFeature: Sendable {
    let word: NameWord
    let hash: UInt64
    let units: [UInt16]

    init?(_ text: UnsafeBufferPointer<UInt8>) {
      guard let word = NameWord(text) else { return nil }
      self.word = word
      // The seed of surnames for given names too, so that swapped names can be recognised.
      hash = word.text.withUnsafeBufferPointer { ByteHash.of($0, seed: 0x73) }
      units = word.text.prefix(32).map(UInt16.init)
    }
  }

  private mutating func addPerson(given: UnsafeBufferPointer<UInt8>, surname: UnsafeBufferPointer<UInt8>) {
    if given.isEmpty, surname.isEmpty { return }
    let first = given.isEmpty ? nil : word(given)
    let last = surname.isEmpty ? nil : word(surname)
    guard given.isEmpty || first != nil, surname.isEmpty || last != nil else {
      var names = NameFeatures()
      names.addPerson(given: PreparationCells.string(given), surname: PreparationCells.string(surname))
      return add(names)
    }
    addPerson(given: first, surname: last)
  }

  private mutating func word(_ text: UnsafeBufferPointer<UInt8>) -> NameWordFeature? {
    guard let (slot, isKnown) = memory.words.slot(of: text) else { return NameWordFeature(text) }
    if isKnown { return memory.nameWords[slot] }
    let word = NameWordFeature(text)
    memory.nameWords[slot] = word
    return word
  }

  /// A name of two plain words, or of one: what `NameFeatures.addPerson(given:surname:)` finds in them.
  private mutating func addPerson(given: NameWordFeature?, surname: NameWordFeature?) {
    var text = ByteHash(seed: 0x6D)
    if let given { given.word.text.withUnsafeBufferPointer { text.combine($0) } }
    if given != nil, surname != nil { text.combine(0x20 as UInt8) }
    if let surname { surname.word.text.withUnsafeBufferPointer { text.combine($0) } }
    let sounds: [PersonName.Sound]
    if let given, let surname {
      sounds = NameWord.sounds(given: given.word, surname: surname.word)
    } else {
      sounds = (given ?? surname)?.word.sounds ?? []
    }
    record.persons.append(
      .init(
        textHash: text.ofText, surname: surname?.hash ?? 0, given: given?.hash ?? 0, surnameUnits: surname?.units ?? [],
        givenUnits: given?.units ?? [], nicknames: given?.word.nicknames ?? [], surnameSounds: NameFeatures.surnameHashes(sounds),
        sounds: given == nil ? [] : NameFeatures.hashes(sounds), gender: nil, isChinese: false))
  }
}

extension Preparer.NameFeatures {
  init(organisations text: UnsafeBufferPointer<UInt8>) {
    self.init()
    addOrganisations(PreparationCells.string(text))
  }

  /// A field that may hold a company, a person, or both.
  init(label text: UnsafeBufferPointer<UInt8>) {
    self.init()
    addLabel(text)
  }

  /// A person, or else whatever the field holds.
  init(person text: UnsafeBufferPointer<UInt8>) {
    self.init()
    if let name = PersonName(PreparationCells.string(text)) { add(name) } else { addLabel(text) }
  }

  private mutating func addLabel(_ text: UnsafeBufferPointer<UInt8>) {
    let names = NameLabel.names(in: text)
    for name in names.organisations { addWithOtherNames(name) }
    for name in names.persons { add(name) }
  }

  private mutating func addOrganisations(_ text: String) {
    for name in CompanyName.all(in: text) { addWithOtherNames(name) }
  }

  private mutating func addWithOtherNames(_ name: CompanyName) {
    addOrganisation(name)
    for alias in name.aliases { if let former = CompanyName(alias) { addOrganisation(former) } }
    if let contact = name.contact, let name = PersonName(contact) { add(name) }
  }

  private mutating func addOrganisation(_ name: CompanyName) {
    let brand = name.brand.isEmpty ? name.industry : name.brand
    organisations.append(
      .init(
        text: ByteHash.of(name.text, seed: 0x6F), brand: Array(brand.utf16.prefix(48)), brandHash: ByteHash.of(brand, seed: 0x62),
        sound: name.sound, words: Self.words(of: brand),
        industries: name.brand.isEmpty ? [] : Preparer.ordered(name.industries.map { ByteHash.of($0, seed: 0x69) }),
        divisions: name.divisions.map(\.code).sorted(), branch: name.branch.map { ByteHash.of($0, seed: 0x72) } ?? 0,
        ordinal: name.ordinal.isEmpty ? 0 : ByteHash.of(name.ordinal, seed: 0x6E), isMarked: name.isMarked,
        isChinese: brand.unicodeScalars.contains(where: Folding.isHan)))
  }

  /// Western brands as words; Chinese ones are compared by their characters.
  private static func words(of brand: String) -> [UInt64] {
    var brand = brand
    return brand.withUTF8 { brand in
      guard brand.allSatisfy({ $0 < 0x80 }) else { return [] }
      return Preparer.ordered(brand.split(separator: 0x20).map { ByteHash.of(UnsafeBufferPointer(rebasing: $0), seed: 0x77) })
    }
  }

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
      .init(
        textHash: ByteHash.of(name.isChinese ? name.surnameClass + given : name.text, seed: 0x6D),
        surname: name.surname.isEmpty ? 0 : ByteHash.of(name.surnameClass, seed: 0x73),
        given: given.isEmpty ? 0 : ByteHash.of(given, seed: 0x73), surnameUnits: Array(name.surname.utf16.prefix(32)),
        givenUnits: Array(given.utf16.prefix(32)), nicknames: name.isChinese ? [] : Nicknames.classes(of: given),
        surnameSounds: Self.surnameHashes(sounds), sounds: given.isEmpty ? [] : Self.hashes(sounds), gender: name.gender,
        isChinese: name.isChinese))
  }

  /// How the surname may sound, sorted.
  static func surnameHashes(_ sounds: [PersonName.Sound]) -> [UInt64] {
    sounds.isEmpty ? [] : Preparer.ordered(sounds.map { hash($0.surname) })
  }

  /// How the whole name may sound, sorted.
  static func hashes(_ sounds: [PersonName.Sound]) -> [UInt64] {
    if sounds.isEmpty { return [] }
    return Preparer.ordered(sounds.filter { !$0.given.isEmpty }.map { StableHash.mix(hash($0.surname), hash($0.given)) })
  }

  private static func hash(_ syllables: [Pinyin.Syllable]) -> UInt64 {
    var hash = ByteHash(seed: 0x50)
    for syllable in syllables { hash.combine(UInt64(syllable)) }
    return hash.value
  }
}
