import Model

/// A hash made from features; records that share an active key are candidates of each other. The top four bits are the kind, which has
/// a cap of its own; 48 bits are the hash, so that a key and a node fit 64 bits when a table is sorted by its keys.
public struct MatchKey: Hashable, Sendable, Comparable {
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case identifier, phone, email, domain
    case organisation, brand, brandPart
    case person, personPart
    case address
    case pair
    /// A value or word of a table's column.
    case column
    /// One value that says little by itself: a surname, a date, a postcode. Only rare ones bring candidates together.
    case single
  }

  public let value: UInt64

  /// Bits of ``compact``.
  static let bits: UInt64 = 52
  private static let hashBits: UInt64 = 48
  private static let hashMask: UInt64 = 1 << hashBits - 1

  @inline(__always)
  public init(_ kind: Kind, _ hash: UInt64) { value = UInt64(kind.rawValue) << 60 | hash & Self.hashMask }

  /// The key without the gap between kind and hash.
  @inline(__always)
  var compact: UInt64 { (value >> 60) << Self.hashBits | value & Self.hashMask }

  init(compact: UInt64) { value = (compact >> Self.hashBits) << 60 | compact & Self.hashMask }

  public var kind: Kind { Kind(rawValue: UInt8(value >> 60)) ?? .pair }

  public static func < (left: MatchKey, right: MatchKey) -> Bool { left.value < right.value }
}

/// Makes the keys of records: where they may meet others.
///
/// Lists that are filled again and again, so that nothing is allocated for a record.
struct KeyMaker: ~Copyable {
  /// Every key of the last record that ``make(_:)`` had, sorted, without repetition.
  private(set) var keys: [MatchKey] = []
  /// An array would ask before every key whether it has only one owner and room.
  private var list: UnsafeMutablePointer<MatchKey>
  private var capacity = 64
  private var count = 0

  init() { list = .allocate(capacity: capacity) }

  deinit { list.deallocate() }

  /// Fills ``keys``.
  mutating func make(_ record: RecordView) {
    keys.removeAll(keepingCapacity: true)
    keys += collect(record)
    keys.sort()
    var kept = 0
    for place in keys.indices where place == 0 || keys[place] != keys[kept - 1] {
      keys[kept] = keys[place]
      kept += 1
    }
    keys.removeLast(keys.count - kept)
  }

  /// Every key of this record, in no order, some more than once; valid until the next call.
  mutating func collect(_ record: RecordView) -> UnsafeBufferPointer<MatchKey> {
    count = 0
    addContacts(record)
    addOrganisations(record)
    addPersons(record)
    addPlaces(record)
    addColumns(record)
    return UnsafeBufferPointer(start: list, count: count)
  }

  @inline(__always)
  private mutating func add(_ kind: MatchKey.Kind, _ hash: UInt64) {
    if count == capacity { grow() }
    (list + count).initialize(to: MatchKey(kind, hash))
    count &+= 1
  }

  @inline(__always)
  private mutating func add(pair one: UInt64, _ other: UInt64) { add(.pair, mixed(one, other)) }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<MatchKey>.allocate(capacity: capacity * 2)
    larger.moveInitialize(from: list, count: count)
    list.deallocate()
    list = larger
    capacity *= 2
  }

  private mutating func addContacts(_ record: RecordView) {
    for identifier in record.identifiers { add(.identifier, identifier.value) }
    for phone in record.phones {
      add(.phone, phone.value)
      if phone.local != 0 { add(.single, mixed(0x70, UInt64(phone.local))) }
    }
    for email in record.emails {
      add(.email, email.value)
      if email.isFreeMail == 0 { add(.domain, email.domain) }
    }
  }

  private mutating func addOrganisations(_ record: RecordView) {
    for name in record.organisations {
      add(.organisation, name.text)
      add(.brand, name.brandHash)
      for division in record.hashes(name.divisions) { add(pair: name.brandHash, division / 100) }
      if name.sound.count >= 2 { addSounds(of: name, record) }
      for person in record.persons {
        if person.given != 0 { add(pair: name.brandHash, person.textHash) }
        add(pair: name.brandHash, person.surname)
      }
      let words = record.hashes(name.words)
      for word in words { add(.brandPart, word) }
      if words.count <= 10 { addPairs(words) }
      // Brands with one character more, less or other meet at their deletions (SymSpell's idea), from three characters on.
      let brand = record.units(name.brand)
      if (3...12).contains(brand.count) { addDeletions(of: brand, .brandPart) }
    }
  }

  private mutating func addPairs(_ words: UnsafeBufferPointer<UInt64>) {
    for place in words.indices {
      for other in place + 1..<words.count { add(pair: words[place], words[other]) }
    }
  }

  /// 恒达, 恒大 and Hengda meet where they sound alike.
  private mutating func addSounds(of name: RecordLayout.Organisation, _ record: RecordView) {
    let sound = record.units(name.sound).reduce(0x50) { mixed($0, UInt64($1)) }
    add(.brandPart, sound)
    for division in record.hashes(name.divisions) { add(pair: sound, division / 100) }
  }

  /// The text, and every text that is left when one unit is skipped.
  private mutating func addDeletions(of units: UnsafeBufferPointer<UInt16>, _ kind: MatchKey.Kind) {
    @inline(__always)
    func following(_ hash: UInt64, _ unit: UInt16) -> UInt64 { (hash ^ UInt64(unit)) &* 0x9E37_79B9_7F4A_7C15 ^ hash >> 29 }

    // Of the units before the one that is skipped.
    var start: UInt64 = 0xDE
    for skipped in units.indices {
      var hash = start
      for place in skipped + 1..<units.count { hash = following(hash, units[place]) }
      add(kind, mixed(hash, 0xDE))
      start = following(start, units[skipped])
    }
    add(kind, mixed(start, 0xDE))
  }

  private mutating func addPersons(_ record: RecordView) {
    for person in record.persons {
      if person.given != 0 { add(.person, person.textHash) }
      for sound in record.hashes(person.sounds) { add(.person, sound) }
      for address in record.addresses { addHome(person, address, record) }
      for date in record.birthDates {
        add(pair: person.surname, UInt64(date.day))
        add(pair: person.given, UInt64(date.day))
      }
      if person.isChinese == 0 { addParts(of: person, record) }
    }
    for date in record.birthDates { add(.single, mixed(0xDA, UInt64(date.day))) }
  }

  private mutating func addHome(_ person: RecordLayout.Person, _ address: RecordLayout.Address, _ record: RecordView) {
    if address.road != 0 { add(pair: person.surname, address.road) }
    for division in record.hashes(address.divisions) where division % 10_000 != 0 && person.given != 0 {
      add(pair: person.textHash, division / 100)
    }
    let words = record.hashes(address.words)
    guard words.count <= 12 else { return }
    for word in words {
      if person.surname != 0 { add(pair: person.surname, word) }
      add(pair: person.given, word)
    }
  }

  private mutating func addParts(of person: RecordLayout.Person, _ record: RecordView) {
    if person.surname != 0 { add(.single, person.surname) }
    if person.given != 0 { add(.single, person.given) }
    for place in record.addresses where place.placeHash != 0 {
      add(pair: person.surname, place.placeHash)
      add(pair: person.given, place.placeHash)
    }
    if (4...16).contains(person.surnameUnits.count) { addDeletions(of: record.units(person.surnameUnits), .personPart) }
    if (4...16).contains(person.givenUnits.count) { addDeletions(of: record.units(person.givenUnits), .personPart) }
  }

  private mutating func addPlaces(_ record: RecordView) {
    for address in record.addresses {
      let words = record.hashes(address.words)
      if address.road != 0, address.number != 0 { add(.address, mixed(address.road, address.number)) }
      if !words.isEmpty {
        add(.address, record.streetHash(address))
        if address.number != 0, words.count <= 12 { for word in words { add(pair: address.number, word) } }
      }
      for name in record.organisations {
        if address.road != 0 { add(pair: name.brandHash, address.road) }
        if address.roadSound != 0, address.number != 0 { add(pair: address.roadSound, address.number) }
        if words.count <= 12 { for word in words { add(pair: name.brandHash, word) } }
      }
      if address.postcode != 0 { addPostcode(address, record) }
    }
  }

  private mutating func addPostcode(_ address: RecordLayout.Address, _ record: RecordView) {
    add(.single, mixed(0x7A, address.postcode))
    let words = record.hashes(address.words)
    if words.count <= 12 { for word in words { add(pair: address.postcode, word) } }
    for name in record.organisations where name.words.count <= 12 {
      for word in record.hashes(name.words) { add(pair: address.postcode, word) }
    }
  }

  private mutating func addColumns(_ record: RecordView) {
    for column in record.columns {
      let seed = UInt64(column.column)
      switch PreparedRecord.ColumnFeature.Kind(rawValue: column.kind) {
      case .number, .source, nil: break
      case .code: add(.column, mixed(seed, column.hash))
      case .text, .names:
        let words = record.hashes(column.words)
        for word in words { add(.column, mixed(seed, word)) }
        // Two words together are rare where each alone is not.
        let rarest = zip(words, record.rarities(column.wordRarities)).sorted { ($0.1, $0.0) > ($1.1, $1.0) }.prefix(5).map(\.0).sorted()
        for place in rarest.indices {
          for other in rarest[(place + 1)...] { add(.column, mixed(rarest[place], other)) }
        }
      }
    }
  }
}

/// One hash of two hashes or small numbers, in this order: two rounds of multiply and fold.
@inline(__always)
func mixed(_ one: UInt64, _ other: UInt64) -> UInt64 {
  var hash = one &* 0x9E37_79B9_7F4A_7C15 ^ other
  hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
  hash = (hash ^ hash >> 32) &* 0xD6E8_FEB8_6659_FD93
  return hash ^ hash >> 32
}
