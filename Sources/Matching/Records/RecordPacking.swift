import Normalization

/// The places that the parts of a draft get when it is laid out (``RecordLayout``).
struct RecordSize {
  /// No list is longer, and there are no more features of a kind.
  fileprivate var most: Int
  /// Words that header and features take.
  fileprivate var listStart = 0
  /// Words that header, features and hashes take.
  fileprivate var unitStart = 0
  /// In 16-bit units.
  fileprivate var length = 0

  var wordCount: Int { (length + 3) / 4 }

  /// No record is longer, in 16-bit units: a run counts that far. What a record says beyond is left out, the last values of each list
  /// first; no customer has hundreds of addresses.
  private static let longest = 0xFFFF
  private static let mostValues = 255

  init(_ draft: borrowing RecordDraft) {
    most = Self.mostValues
    measure(draft)
    while length > Self.longest {
      most /= 2
      measure(draft)
    }
  }

  private mutating func measure(_ draft: borrowing RecordDraft) {
    let most = most
    func count(_ list: RecordDraft.List) -> Int { min(Int(list.count), most) }
    func size<Feature, Packed>(_ features: [Feature], _: Packed.Type) -> Int { min(features.count, most) * MemoryLayout<Packed>.stride }
    var (hashes, units) = (0, 0)
    // By places: no list is held on to.
    for place in 0..<min(draft.emails.count, most) { units += count(draft.emails[place].local) }
    for place in 0..<min(draft.organisations.count, most) {
      let name = draft.organisations[place]
      hashes += count(name.words) + count(name.industries) + count(name.divisions)
      units += count(name.brand) + count(name.sound) + count(name.words)
    }
    for place in 0..<min(draft.persons.count, most) {
      let name = draft.persons[place]
      hashes += count(name.surnameSounds) + count(name.sounds)
      units += count(name.surnameUnits) + count(name.givenUnits) + count(name.nicknames)
    }
    for place in 0..<min(draft.addresses.count, most) {
      let address = draft.addresses[place]
      hashes += count(address.divisions) + count(address.details) + count(address.words)
      units += count(address.words) + count(address.place)
    }
    for place in 0..<min(draft.columns.count, most) {
      let column = draft.columns[place]
      hashes += count(column.words)
      units += count(column.words) + count(column.units)
    }
    let fixed =
      MemoryLayout<RecordLayout.Header>.stride + size(draft.identifiers, RecordLayout.Identifier.self)
      + size(draft.phones, RecordLayout.Phone.self) + size(draft.emails, RecordLayout.Email.self)
      + size(draft.organisations, RecordLayout.Organisation.self) + size(draft.persons, RecordLayout.Person.self)
      + size(draft.addresses, RecordLayout.Address.self) + size(draft.birthDates, RecordLayout.BirthDate.self)
      + size(draft.columns, RecordLayout.Column.self)
    listStart = fixed / 8
    unitStart = listStart + hashes
    length = unitStart * 4 + units
  }
}

extension RecordDraft {
  /// Writes the record, without rarities (``RecordView/weigh(_:)``).
  ///
  /// - Parameters:
  ///   - size: this draft's.
  ///   - base: room for as many words.
  func write(_ size: RecordSize, to base: UnsafeMutableRawPointer) {
    // What a last word of units does not fill.
    if size.wordCount > size.unitStart { base.storeBytes(of: 0, toByteOffset: (size.wordCount - 1) * 8, as: UInt64.self) }
    hashes.withUnsafeBufferPointer { hashes in
      units.withUnsafeBufferPointer { units in
        var writer = RecordWriter(size, base, hashes, units)
        write(size, &writer)
      }
    }
  }

  private func write(_ size: RecordSize, _ writer: inout RecordWriter) {
    let most = size.most
    writer.add(header(size))
    for place in 0..<min(identifiers.count, most) { writer.add(identifiers[place]) }
    for place in 0..<min(phones.count, most) { writer.add(phones[place]) }
    for place in 0..<min(emails.count, most) { writer.add(emails[place]) }
    for place in 0..<min(organisations.count, most) { writer.add(organisations[place]) }
    for place in 0..<min(persons.count, most) { writer.add(persons[place]) }
    for place in 0..<min(addresses.count, most) { writer.add(addresses[place]) }
    for place in 0..<min(birthDates.count, most) { writer.add(RecordLayout.BirthDate(day: birthDates[place], rarity: 0)) }
    for place in 0..<min(columns.count, most) { writer.add(columns[place]) }
  }

  private func header(_ size: RecordSize) -> RecordLayout.Header {
    var header = RecordLayout.Header()
    header.contentHash = contentHash
    header.nameHash = nameHash
    header.wordCount = UInt16(size.wordCount)
    header.kind = kind.rawValue
    func count(_ count: Int) -> UInt8 { UInt8(min(count, size.most)) }
    header.counts = SIMD8(
      count(identifiers.count), count(phones.count), count(emails.count), count(organisations.count), count(persons.count),
      count(addresses.count), count(birthDates.count), count(columns.count))
    return header
  }
}

/// Writes features one behind the other, and their lists behind all of them.
private struct RecordWriter {
  private let base: UnsafeMutableRawPointer
  private let most: Int
  /// The draft's lists.
  private let hashes: UnsafeBufferPointer<UInt64>
  private let units: UnsafeBufferPointer<UInt16>
  /// Where the next feature, the next hash and the next unit go, counted in bytes, words and units from the start.
  private var nextFeature = 0
  private var nextHash: Int
  private var nextUnit: Int

  init(_ size: RecordSize, _ base: UnsafeMutableRawPointer, _ hashes: UnsafeBufferPointer<UInt64>, _ units: UnsafeBufferPointer<UInt16>) {
    self.base = base
    self.hashes = hashes
    self.units = units
    most = size.most
    nextHash = size.listStart
    nextUnit = size.unitStart * 4
  }

  mutating func add<Feature: BitwiseCopyable>(_ feature: Feature) {
    base.storeBytes(of: feature, toByteOffset: nextFeature, as: Feature.self)
    nextFeature += MemoryLayout<Feature>.stride
  }

  mutating func add(_ email: RecordDraft.Email) {
    add(
      RecordLayout.Email(
        value: email.value, domain: email.domain, localHash: email.localHash, local: run(units: email.local), isFreeMail: email.isFreeMail,
        isRole: email.isRole))
  }

  mutating func add(_ name: RecordDraft.Organisation) {
    add(
      RecordLayout.Organisation(
        text: name.text, brandHash: name.brandHash, branch: name.branch, ordinal: name.ordinal, words: run(hashes: name.words),
        industries: run(hashes: name.industries), divisions: run(hashes: name.divisions), brand: run(units: name.brand),
        sound: run(units: name.sound), wordRarities: emptyRun(name.words), rarity: 0, isMarked: name.isMarked, isChinese: name.isChinese))
  }

  mutating func add(_ name: RecordDraft.Person) {
    add(
      RecordLayout.Person(
        textHash: name.textHash, surname: name.surname, given: name.given, surnameSounds: run(hashes: name.surnameSounds),
        sounds: run(hashes: name.sounds), surnameUnits: run(units: name.surnameUnits), givenUnits: run(units: name.givenUnits),
        nicknames: run(units: name.nicknames), surnameRarity: 0, givenRarity: 0, gender: name.gender, isChinese: name.isChinese))
  }

  mutating func add(_ address: RecordDraft.Address) {
    add(
      RecordLayout.Address(
        placeHash: address.placeHash, postcode: address.postcode, road: address.road, roadSound: address.roadSound, number: address.number,
        building: address.building, unit: address.unit, divisions: run(hashes: address.divisions), details: run(hashes: address.details),
        words: run(hashes: address.words), wordRarities: emptyRun(address.words), place: run(units: address.place), placeRarity: 0,
        postcodeRarity: 0, streetRarity: 0, isChinese: address.isChinese))
  }

  mutating func add(_ column: RecordDraft.Column) {
    add(
      RecordLayout.Column(
        hash: column.hash, number: column.number, words: run(hashes: column.words), wordRarities: emptyRun(column.words),
        units: run(units: column.units), rarity: 0, column: column.column, kind: column.kind))
  }

  // MARK: Lists

  private mutating func run(hashes list: RecordDraft.List) -> RecordLayout.Run {
    let count = min(Int(list.count), most)
    guard count > 0 else { return RecordLayout.Run() }
    let words = base.assumingMemoryBound(to: UInt64.self)
    for place in 0..<count { words[nextHash + place] = hashes[Int(list.start) + place] }
    defer { nextHash += count }
    return RecordLayout.Run(start: UInt16(nextHash), count: UInt16(count))
  }

  private mutating func run(units list: RecordDraft.List) -> RecordLayout.Run {
    let run = room(list)
    let target = base.assumingMemoryBound(to: UInt16.self)
    for place in 0..<Int(run.count) { target[Int(run.start) + place] = units[Int(list.start) + place] }
    return run
  }

  /// Room for the rarities of a list's values, which ``RecordView/weigh(_:)`` fills in.
  private mutating func emptyRun(_ list: RecordDraft.List) -> RecordLayout.Run {
    let run = room(list)
    let target = base.assumingMemoryBound(to: UInt16.self)
    for place in 0..<Int(run.count) { target[Int(run.start) + place] = 0 }
    return run
  }

  private mutating func room(_ list: RecordDraft.List) -> RecordLayout.Run {
    let count = min(Int(list.count), most)
    guard count > 0 else { return RecordLayout.Run() }
    defer { nextUnit += count }
    return RecordLayout.Run(start: UInt16(nextUnit), count: UInt16(count))
  }
}
