import Normalization

/// The last step: every list in one order and without doubles, so that equal content is equal whatever the order in the source.
extension RecordDraft {
  mutating func finish() {
    if identifiers.count > 1 {
      identifiers = Self.ordered(identifiers, { ($0.scheme, $0.value) < ($1.scheme, $1.value) }) {
        ($0.scheme, $0.value, $0.packed) == ($1.scheme, $1.value, $1.packed)
      }
    }
    if phones.count > 1 {
      phones = Self.ordered(phones, { ($0.value, $0.kind, $0.digits, $0.local) < ($1.value, $1.kind, $1.digits, $1.local) }) {
        ($0.value, $0.kind, $0.digits, $0.local) == ($1.value, $1.kind, $1.digits, $1.local)
      }
    }
    if emails.count > 1 {
      emails = Self.ordered(emails, { ($0.value, $0.localHash, $0.domain) < ($1.value, $1.localHash, $1.domain) }) {
        ($0.value, $0.localHash, $0.domain) == ($1.value, $1.localHash, $1.domain)
      }
    }
    if organisations.count > 1 { organisations = Self.ordered(organisations, isBefore, isEqual) }
    if persons.count > 1 { persons = Self.ordered(persons, isBefore, isEqual) }
    if addresses.count > 1 { addresses = Self.ordered(addresses, isBefore, isEqual) }
    if birthDates.count > 1 { birthDates = Self.ordered(birthDates, <, ==) }
    if columns.count > 1 { columns.sort { $0.column < $1.column } }
    setContentHash()
  }

  /// Sorted, and of equal ones one.
  private static func ordered<Feature>(
    _ features: [Feature], _ isBefore: (Feature, Feature) -> Bool, _ isEqual: (Feature, Feature) -> Bool
  ) -> [Feature] {
    var ordered: [Feature] = []
    for feature in features.sorted(by: isBefore) {
      let isKnown = ordered.reversed().prefix { !isBefore($0, feature) }.contains { isEqual($0, feature) }
      if !isKnown { ordered.append(feature) }
    }
    return ordered
  }

  // MARK: Orders in which only equal features are equal

  private func isBefore(_ one: Organisation, _ other: Organisation) -> Bool {
    if one.isMarked != other.isMarked { return one.isMarked > other.isMarked }
    if (one.brandHash, one.text) != (other.brandHash, other.text) { return (one.brandHash, one.text) < (other.brandHash, other.text) }
    if (one.branch, one.ordinal) != (other.branch, other.ordinal) { return (one.branch, one.ordinal) < (other.branch, other.ordinal) }
    if !areEqual(hashes, one.industries, other.industries) { return precedes(hashes, one.industries, other.industries) }
    if !areEqual(hashes, one.divisions, other.divisions) { return precedes(hashes, one.divisions, other.divisions) }
    return precedes(units, one.sound, other.sound)
  }

  private func isEqual(_ one: Organisation, _ other: Organisation) -> Bool {
    (one.text, one.brandHash, one.branch, one.ordinal) == (other.text, other.brandHash, other.branch, other.ordinal)
      && (one.isMarked, one.isChinese) == (other.isMarked, other.isChinese) && areEqual(hashes, one.words, other.words)
      && areEqual(hashes, one.industries, other.industries) && areEqual(hashes, one.divisions, other.divisions)
      && areEqual(units, one.brand, other.brand) && areEqual(units, one.sound, other.sound)
  }

  private func isBefore(_ one: Person, _ other: Person) -> Bool {
    if (one.textHash, one.given) != (other.textHash, other.given) { return (one.textHash, one.given) < (other.textHash, other.given) }
    // 樊总 and 樊先生 differ in nothing else.
    if one.gender != other.gender { return one.gender < other.gender }
    if !areEqual(units, one.surnameUnits, other.surnameUnits) { return precedes(units, one.surnameUnits, other.surnameUnits) }
    if !areEqual(units, one.givenUnits, other.givenUnits) { return precedes(units, one.givenUnits, other.givenUnits) }
    return one.surname < other.surname
  }

  private func isEqual(_ one: Person, _ other: Person) -> Bool {
    (one.textHash, one.surname, one.given) == (other.textHash, other.surname, other.given)
      && (one.gender, one.isChinese) == (other.gender, other.isChinese) && areEqual(hashes, one.surnameSounds, other.surnameSounds)
      && areEqual(hashes, one.sounds, other.sounds) && areEqual(units, one.surnameUnits, other.surnameUnits)
      && areEqual(units, one.givenUnits, other.givenUnits) && areEqual(units, one.nicknames, other.nicknames)
  }

  private func isBefore(_ one: Address, _ other: Address) -> Bool {
    let (left, right) = (hash(one), hash(other))
    return left != right ? left < right : (one.building, one.unit, one.roadSound) < (other.building, other.unit, other.roadSound)
  }

  private func isEqual(_ one: Address, _ other: Address) -> Bool {
    (one.placeHash, one.postcode, one.number, one.building, one.unit)
      == (other.placeHash, other.postcode, other.number, other.building, other.unit)
      && (one.road, one.roadSound, one.isChinese) == (other.road, other.roadSound, other.isChinese)
      && areEqual(hashes, one.divisions, other.divisions) && areEqual(hashes, one.details, other.details)
      && areEqual(hashes, one.words, other.words) && areEqual(units, one.place, other.place)
  }

  private func areEqual<Value: Equatable>(_ values: [Value], _ one: List, _ other: List) -> Bool {
    one.count == other.count && values[one.range].elementsEqual(values[other.range])
  }

  private func precedes<Value: Comparable>(_ values: [Value], _ one: List, _ other: List) -> Bool {
    values[one.range].lexicographicallyPrecedes(values[other.range])
  }

  // MARK: Content

  private func hash(_ address: Address) -> UInt64 {
    var hash = ByteHash()
    for place in address.divisions.range { hash.combine(hashes[place]) }
    hash.combine(address.road)
    hash.combine(address.number)
    hash.combine(address.placeHash)
    hash.combine(address.postcode)
    for place in address.details.range { hash.combine(hashes[place]) }
    for place in address.words.range { hash.combine(hashes[place]) }
    return hash.value
  }

  private mutating func setContentHash() {
    var hash = ByteHash()
    hash.combine(kind.rawValue)
    for identifier in identifiers { hash.combine(identifier.value) }
    hash.combine(1 as UInt8)
    for phone in phones { hash.combine(phone.value) }
    hash.combine(2 as UInt8)
    for email in emails { hash.combine(email.value) }
    hash.combine(3 as UInt8)
    for name in organisations { hash.combine(name.text) }
    hash.combine(4 as UInt8)
    for name in persons { hash.combine(name.textHash) }
    hash.combine(5 as UInt8)
    for address in addresses { hash.combine(self.hash(address)) }
    hash.combine(6 as UInt8)
    for date in birthDates { hash.combine(UInt64(date)) }
    hash.combine(7 as UInt8)
    for column in columns {
      hash.combine(column.column)
      hash.combine(column.hash)
    }
    contentHash = hash.value
  }
}
