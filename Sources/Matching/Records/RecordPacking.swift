import Normalization

/// Lays out a prepared record (``RecordLayout``), first in scratch space that is used again for the next one.
struct RecordPacking {
  private var words: [UInt64] = []
  private var hashes: [UInt64] = []
  private var units: [UInt16] = []
  /// Words that header and features take.
  private var listStart = 0
  /// Words that header, features and hashes take.
  private var unitStart = 0

  /// No record is longer, in 16-bit units: a run counts that far. What a record says beyond is left out, the last values of each list
  /// first; no customer has hundreds of addresses.
  private static let longest = 0xFFFF
  private static let mostValues = 255

  /// - Returns: how many 64-bit words the record takes; ``copy(to:)`` then writes it.
  mutating func pack(_ record: PreparedRecord) -> Int {
    var most = Self.mostValues
    while true {
      let length = measure(record, most)
      if length <= Self.longest { break }
      most /= 2
    }
    fill(record, most)
    return words.count
  }

  func copy(to base: UnsafeMutableRawPointer) {
    words.withUnsafeBytes { base.copyMemory(from: $0.baseAddress!, byteCount: $0.count) }
  }

  // MARK: Sizes

  /// - Returns: the length in 16-bit units when no list is longer than `most`.
  private mutating func measure(_ record: PreparedRecord, _ most: Int) -> Int {
    func count(_ list: some Collection) -> Int { min(list.count, most) }
    var fixed = MemoryLayout<RecordLayout.Header>.stride
    for (count, stride) in zip(Self.counts(record), RecordLayout.strides) { fixed += min(count, most) * stride }
    var (hashes, units) = (0, 0)
    for email in record.emails.prefix(most) { units += count(email.local) }
    for name in record.organisations.prefix(most) {
      hashes += count(name.words) + count(name.industries) + count(name.divisions)
      units += count(name.brand) + count(name.sound) + count(name.words)
    }
    for name in record.persons.prefix(most) {
      hashes += count(name.surnameSounds) + count(name.sounds)
      units += count(name.surnameUnits) + count(name.givenUnits) + count(name.nicknames)
    }
    for address in record.addresses.prefix(most) {
      hashes += count(address.divisions) + count(address.details) + count(address.words)
      units += count(address.words) + count(address.place)
    }
    for column in record.columns.prefix(most) {
      hashes += count(column.words)
      units += count(column.words) + count(column.units)
    }
    listStart = fixed / 8
    unitStart = listStart + hashes
    return unitStart * 4 + units
  }

  private static func counts(_ record: PreparedRecord) -> [Int] {
    [
      record.identifiers.count, record.phones.count, record.emails.count, record.organisations.count, record.persons.count,
      record.addresses.count, record.birthDates.count, record.columns.count,
    ]
  }

  // MARK: Features

  private mutating func fill(_ record: PreparedRecord, _ most: Int) {
    words.removeAll(keepingCapacity: true)
    hashes.removeAll(keepingCapacity: true)
    units.removeAll(keepingCapacity: true)
    addHeader(record, most)
    for id in record.identifiers.prefix(most) {
      add(RecordLayout.Identifier(value: id.value, packed: id.packed, scheme: UInt64(id.scheme.rawValue)))
    }
    for phone in record.phones.prefix(most) {
      add(
        RecordLayout.Phone(
          value: phone.value, digits: phone.digits, local: UInt32(truncatingIfNeeded: phone.local), kind: UInt32(phone.kind.rawValue)))
    }
    for email in record.emails.prefix(most) { addEmail(email, most) }
    for name in record.organisations.prefix(most) { addOrganisation(name, most) }
    for name in record.persons.prefix(most) { addPerson(name, most) }
    for address in record.addresses.prefix(most) { addAddress(address, most) }
    for day in record.birthDates.prefix(most) { add(RecordLayout.BirthDate(day: day, rarity: 0)) }
    for column in record.columns.prefix(most) { addColumn(column, most) }
    words += hashes
    addUnits()
    words[2] = words[2] & ~0xFFFF | UInt64(words.count)
  }

  private mutating func addHeader(_ record: PreparedRecord, _ most: Int) {
    var header = RecordLayout.Header()
    header.contentHash = record.contentHash
    header.nameHash = record.nameHash
    header.kind = record.kind.rawValue
    header.uniqueSource = record.uniqueSource
    header.uniquePlace = record.uniquePlace
    for (place, count) in Self.counts(record).enumerated() { header.counts[place] = UInt8(min(count, most)) }
    add(header)
  }

  private mutating func addEmail(_ email: PreparedRecord.EmailFeature, _ most: Int) {
    add(
      RecordLayout.Email(
        value: email.value, domain: email.domain, localHash: email.localHash, local: run(units: email.local.prefix(most)),
        isFreeMail: email.isFreeMail ? 1 : 0, isRole: email.isRole ? 1 : 0))
  }

  private mutating func addOrganisation(_ name: PreparedRecord.OrganisationFeature, _ most: Int) {
    add(
      RecordLayout.Organisation(
        text: name.text, brandHash: name.brandHash, branch: name.branch, ordinal: name.ordinal, words: run(name.words.prefix(most)),
        industries: run(name.industries.prefix(most)), divisions: run(name.divisions.prefix(most).lazy.map { UInt64($0) }),
        brand: run(units: name.brand.prefix(most)), sound: run(units: name.sound.prefix(most)),
        wordRarities: emptyRun(min(name.words.count, most)), rarity: 0, isMarked: name.isMarked ? 1 : 0, isChinese: name.isChinese ? 1 : 0))
  }

  private mutating func addPerson(_ name: PreparedRecord.PersonFeature, _ most: Int) {
    add(
      RecordLayout.Person(
        textHash: name.textHash, surname: name.surname, given: name.given, surnameSounds: run(name.surnameSounds.prefix(most)),
        sounds: run(name.sounds.prefix(most)), surnameUnits: run(units: name.surnameUnits.prefix(most)),
        givenUnits: run(units: name.givenUnits.prefix(most)), nicknames: run(units: name.nicknames.prefix(most)), surnameRarity: 0,
        givenRarity: 0, gender: Self.code(name.gender), isChinese: name.isChinese ? 1 : 0))
  }

  private mutating func addAddress(_ address: PreparedRecord.AddressFeature, _ most: Int) {
    add(
      RecordLayout.Address(
        placeHash: address.placeHash, postcode: address.postcode, road: address.road, roadSound: address.roadSound,
        number: address.number, building: address.building, unit: address.unit,
        divisions: run(address.divisions.prefix(most).lazy.map { UInt64($0) }), details: run(address.details.prefix(most)),
        words: run(address.words.prefix(most)), wordRarities: emptyRun(min(address.words.count, most)),
        place: run(units: address.place.prefix(most)), placeRarity: 0, postcodeRarity: 0, streetRarity: 0,
        isChinese: address.isChinese ? 1 : 0))
  }

  private mutating func addColumn(_ column: PreparedRecord.ColumnFeature, _ most: Int) {
    add(
      RecordLayout.Column(
        hash: column.hash, number: column.number, words: run(column.words.prefix(most)),
        wordRarities: emptyRun(min(column.words.count, most)), units: run(units: column.units.prefix(most)), rarity: 0,
        column: column.column, kind: column.kind.rawValue))
  }

  private static func code(_ gender: PersonName.Gender?) -> UInt16 {
    switch gender {
    case nil: 0
    case .male: 1
    case .female: 2
    }
  }

  // MARK: Writing

  private mutating func add<Feature: BitwiseCopyable>(_ feature: Feature) {
    let count = MemoryLayout<Feature>.stride / 8
    let start = words.count
    for _ in 0..<count { words.append(0) }
    words.withUnsafeMutableBytes { $0.storeBytes(of: feature, toByteOffset: start * 8, as: Feature.self) }
  }

  private mutating func run(_ list: some Collection<UInt64>) -> RecordLayout.Run {
    let start = list.isEmpty ? 0 : listStart + hashes.count
    hashes += list
    return RecordLayout.Run(start: UInt16(start), count: UInt16(list.count))
  }

  private mutating func run(units list: ArraySlice<UInt16>) -> RecordLayout.Run {
    let start = list.isEmpty ? 0 : unitStart * 4 + units.count
    units += list
    return RecordLayout.Run(start: UInt16(start), count: UInt16(list.count))
  }

  /// Room for rarities, which ``RecordView/weigh(_:)`` fills in.
  private mutating func emptyRun(_ count: Int) -> RecordLayout.Run {
    let start = count == 0 ? 0 : unitStart * 4 + units.count
    for _ in 0..<count { units.append(0) }
    return RecordLayout.Run(start: UInt16(start), count: UInt16(count))
  }

  private mutating func addUnits() {
    var word: UInt64 = 0
    var filled: UInt64 = 0
    for unit in units {
      word |= UInt64(unit) << (filled * 16)
      filled += 1
      guard filled == 4 else { continue }
      words.append(word)
      (word, filled) = (0, 0)
    }
    if filled > 0 { words.append(word) }
  }
}
