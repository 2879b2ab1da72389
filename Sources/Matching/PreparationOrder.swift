import Normalization

/// The last step: every list in one order and without doubles, so that equal content is equal whatever the order in the source.
extension Preparer {
  mutating func finish() {
    if record.identifiers.count > 1 { record.identifiers = Array(Set(record.identifiers)).sorted() }
    if record.phones.count > 1 {
      record.phones = Set(record.phones).sorted {
        ($0.value, $0.kind.rawValue, $0.digits, $0.local) < ($1.value, $1.kind.rawValue, $1.digits, $1.local)
      }
    }
    if record.emails.count > 1 {
      record.emails = Set(record.emails).sorted { ($0.value, $0.localHash, $0.domain) < ($1.value, $1.localHash, $1.domain) }
    }
    if record.organisations.count > 1 { record.organisations = Set(record.organisations).sorted(by: Self.isBefore) }
    if record.persons.count > 1 { record.persons = Set(record.persons).sorted(by: Self.isBefore) }
    if record.addresses.count > 1 { record.addresses = Set(record.addresses).sorted(by: Self.isBefore) }
    if record.birthDates.count > 1 { record.birthDates = Set(record.birthDates).sorted() }
    if record.columns.count > 1 { record.columns.sort { $0.column < $1.column } }
    setContentHash()
  }

  /// Sorted and without doubles: for the few hashes of a feature.
  static func ordered(_ hashes: [UInt64]) -> [UInt64] {
    if hashes.count < 2 { return hashes }
    var sorted: [UInt64] = []
    sorted.reserveCapacity(hashes.count)
    for hash in hashes {
      var place = sorted.count
      while place > 0, sorted[place - 1] > hash { place -= 1 }
      if place == 0 || sorted[place - 1] != hash { sorted.insert(hash, at: place) }
    }
    return sorted
  }

  // MARK: Orders in which only equal features are equal

  private static func isBefore(_ one: PreparedRecord.OrganisationFeature, _ other: PreparedRecord.OrganisationFeature) -> Bool {
    if one.isMarked != other.isMarked { return one.isMarked }
    if (one.brandHash, one.text) != (other.brandHash, other.text) { return (one.brandHash, one.text) < (other.brandHash, other.text) }
    if (one.branch, one.ordinal) != (other.branch, other.ordinal) { return (one.branch, one.ordinal) < (other.branch, other.ordinal) }
    if one.industries != other.industries { return one.industries.lexicographicallyPrecedes(other.industries) }
    if one.divisions != other.divisions { return one.divisions.lexicographicallyPrecedes(other.divisions) }
    return one.sound.lexicographicallyPrecedes(other.sound)
  }

  private static func isBefore(_ one: PreparedRecord.PersonFeature, _ other: PreparedRecord.PersonFeature) -> Bool {
    if (one.textHash, one.given) != (other.textHash, other.given) { return (one.textHash, one.given) < (other.textHash, other.given) }
    // 樊总 and 樊先生 differ in nothing else.
    if one.gender != other.gender { return rank(one.gender) < rank(other.gender) }
    if one.surnameUnits != other.surnameUnits { return one.surnameUnits.lexicographicallyPrecedes(other.surnameUnits) }
    if one.givenUnits != other.givenUnits { return one.givenUnits.lexicographicallyPrecedes(other.givenUnits) }
    return one.surname < other.surname
  }

  private static func rank(_ gender: PersonName.Gender?) -> Int { gender == nil ? 0 : gender == .male ? 1 : 2 }

  private static func isBefore(_ one: PreparedRecord.AddressFeature, _ other: PreparedRecord.AddressFeature) -> Bool {
    let (left, right) = (hash(one), hash(other))
    return left != right ? left < right : (one.building, one.unit, one.roadSound) < (other.building, other.unit, other.roadSound)
  }

  // MARK: Content

  private static func hash(_ address: PreparedRecord.AddressFeature) -> UInt64 {
    var hash = ByteHash()
    for division in address.divisions { hash.combine(UInt64(division)) }
    hash.combine(address.road)
    hash.combine(address.number)
    hash.combine(address.placeHash)
    hash.combine(address.postcode)
    for value in address.details { hash.combine(value) }
    for value in address.words { hash.combine(value) }
    return hash.value
  }

  private mutating func setContentHash() {
    var hash = ByteHash()
    hash.combine(record.kind.rawValue)
    for identifier in record.identifiers { hash.combine(identifier.value) }
    hash.combine(1 as UInt8)
    for phone in record.phones { hash.combine(phone.value) }
    hash.combine(2 as UInt8)
    for email in record.emails { hash.combine(email.value) }
    hash.combine(3 as UInt8)
    for name in record.organisations { hash.combine(name.text) }
    hash.combine(4 as UInt8)
    for name in record.persons { hash.combine(name.textHash) }
    hash.combine(5 as UInt8)
    for address in record.addresses { hash.combine(Self.hash(address)) }
    hash.combine(6 as UInt8)
    for date in record.birthDates { hash.combine(UInt64(date)) }
    hash.combine(7 as UInt8)
    for column in record.columns {
      hash.combine(column.column)
      hash.combine(column.hash)
    }
    record.contentHash = hash.value
  }
}
