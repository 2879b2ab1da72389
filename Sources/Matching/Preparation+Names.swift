import Model
import Normalization

/// Names of organisations and persons.
extension Preparation {
  mutating func addNames(_ attributes: [String: Value]) {
    let kind = attributes["kind"]?.text ?? ""
    switch kind {
    case "person": record.kind = .privatePerson
    case "company", "contact": record.kind = .company
    default: break
    }
    for text in Self.texts(attributes["name"]) {
      switch kind {
      case "company": addOrganisations(text)
      case "person": if !addPerson(text) { addLabel(text) }
      case "contact" where attributes["contact_name"] != nil: addOrganisations(text)
      default: addLabel(text)
      }
    }
    for name in ["short_name", "organisation"] {
      for text in Self.texts(attributes[name]) { addOrganisations(text) }
    }
    for text in Self.texts(attributes["contact_name"]) { addLabel(text) }
    for text in Self.texts(attributes["remark"]) { addLabel(text) }
    if record.kind == .unknown, record.organisations.contains(where: \.isMarked) { record.kind = .company }
    let given = Self.texts(attributes["given_name"]).first ?? ""
    let surname = Self.texts(attributes["surname"]).first ?? ""
    if !given.isEmpty || !surname.isEmpty { addPerson(given: given, surname: surname) }
  }

  /// A field that may hold a company, a person, or both.
  private mutating func addLabel(_ text: String) {
    for part in NameLabel.parts(of: text) {
      switch part {
      case .organisation(let text): addOrganisations(text)
      case .person(let text): addPerson(text)
      }
    }
  }

  private mutating func addOrganisations(_ text: String) {
    for name in CompanyName.all(in: text) {
      addOrganisation(name)
      for alias in name.aliases { if let former = CompanyName(alias) { addOrganisation(former) } }
      if let contact = name.contact { addPerson(contact) }
    }
  }

  private mutating func addOrganisation(_ name: CompanyName) {
    let brand = name.brand.isEmpty ? name.industry : name.brand
    record.organisations.append(
      .init(
        text: StableHash.of(name.text, seed: 0x6F), brand: Array(brand.utf16.prefix(48)), brandHash: StableHash.of(brand, seed: 0x62),
        sound: name.sound, words: Self.words(of: brand),
        industries: name.brand.isEmpty ? [] : Set(name.industries.map { StableHash.of($0, seed: 0x69) }).sorted(),
        divisions: name.divisions.map(\.code).sorted(), branch: name.branch.map { StableHash.of($0, seed: 0x72) } ?? 0,
        ordinal: name.ordinal.isEmpty ? 0 : StableHash.of(name.ordinal, seed: 0x6E), isMarked: name.isMarked,
        isChinese: brand.unicodeScalars.contains(where: Folding.isHan)))
  }

  /// Western brands as words; Chinese ones are compared by their characters.
  private static func words(of brand: String) -> [UInt64] {
    guard brand.utf8.allSatisfy({ $0 < 0x80 }) else { return [] }
    return Set(brand.split(separator: " ").map { StableHash.of($0, seed: 0x77) }).sorted()
  }

  @discardableResult
  private mutating func addPerson(_ text: String) -> Bool {
    guard let name = PersonName(text) else { return false }
    add(name)
    return true
  }

  private mutating func addPerson(given: String, surname: String) {
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
    record.persons.append(
      .init(
        textHash: StableHash.of(name.isChinese ? name.surnameClass + given : name.text, seed: 0x6D),
        surname: name.surname.isEmpty ? 0 : StableHash.of(name.surnameClass, seed: 0x73),
        given: given.isEmpty ? 0 : StableHash.of(given, seed: 0x73), surnameUnits: Array(name.surname.utf16.prefix(32)),
        givenUnits: Array(given.utf16.prefix(32)), nicknames: name.isChinese ? [] : Nicknames.classes(of: given),
        surnameSounds: Set(sounds.map { Self.hash($0.surname) }).sorted(),
        sounds: Set(
          sounds.filter { !$0.given.isEmpty && !given.isEmpty }.map { StableHash.mix(Self.hash($0.surname), Self.hash($0.given)) }
        )
        .sorted(), gender: name.gender, isChinese: name.isChinese))
  }

  private static func hash(_ syllables: [Pinyin.Syllable]) -> UInt64 {
    var hash = StableHash(seed: 0x50)
    for syllable in syllables { hash.combine(UInt64(syllable)) }
    return hash.value
  }
}
