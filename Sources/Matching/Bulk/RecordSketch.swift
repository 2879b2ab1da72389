import Kernels
import Normalization

/// What a record says of itself alone, in one cache line: enough to tell, for most pairs, that they cannot be one customer, without going
/// to the records. Values are hashes cut short; worths are what agreement on the value would be worth.
struct PersonalSketch: BitwiseCopyable {
  var surname: UInt32 = 0
  var given: UInt32 = 0
  var surnameText = TextSketch()
  var givenText = TextSketch()
  var mailbox = TextSketch()
  var email: UInt32 = 0
  /// Year, month, day as decimal digits, four bits each.
  var birthDay: UInt32 = 0
  var traits = RecordTraits()
  var brand: UInt32 = 0
  var domain: UInt16 = 0
  var local: UInt16 = 0
  var brandWorth: Int16 = 0
  /// The most that all columns together can be worth.
  var columns: Int16 = 0
  var surnameWorth = RoundedWorth()
  var givenWorth = RoundedWorth()
  var birthDateWorth = RoundedWorth()
  var surnameCount: UInt8 = 0
  var givenCount: UInt8 = 0
  var mailboxCount: UInt8 = 0
  var nicknames: UInt8 = 0
  var kind: UInt8 = 0
}

/// What a record says that relatives and colleagues share with it.
struct SharedSketch: BitwiseCopyable {
  /// Decimal digits, four bits each.
  var phone: UInt64 = 0
  var streetWords: UInt64 = 0
  var postcode: UInt64 = 0
  var place: UInt32 = 0
  var number: UInt32 = 0
  var placeText = TextSketch()
  var placeWorth: Int16 = 0
  var postcodeWorth: Int16 = 0
  var streetWorth: Int16 = 0
  var placeCount: UInt8 = 0
}

/// A weight rounded up to quarter bits; never less than nothing.
struct RoundedWorth: BitwiseCopyable {
  private var quarters: UInt8 = 0

  init() {}
  init(_ units: Int16) { quarters = UInt8(clamping: (Int32(units) + 63) / 64) }

  @inline(__always) var units: Int32 { Int32(quarters) * 64 }
}

/// Which features a record has, and which of them a sketch cannot hold: several of a kind, or forms it does not know.
struct RecordTraits: OptionSet, BitwiseCopyable {
  let rawValue: UInt32

  // The standard library's own are not always inlined.
  @inline(__always)
  func contains(_ member: RecordTraits) -> Bool { rawValue & member.rawValue == member.rawValue }
  @inline(__always)
  func intersection(_ other: RecordTraits) -> RecordTraits { RecordTraits(rawValue: rawValue & other.rawValue) }
  @inline(__always)
  func union(_ other: RecordTraits) -> RecordTraits { RecordTraits(rawValue: rawValue | other.rawValue) }
  @inline(__always)
  func isDisjoint(with other: RecordTraits) -> Bool { rawValue & other.rawValue == 0 }

  static let identifiers = RecordTraits(rawValue: 1 << 0)
  static let phone = RecordTraits(rawValue: 1 << 1)
  static let email = RecordTraits(rawValue: 1 << 2)
  static let organisation = RecordTraits(rawValue: 1 << 3)
  static let person = RecordTraits(rawValue: 1 << 4)
  static let address = RecordTraits(rawValue: 1 << 5)
  static let birthDate = RecordTraits(rawValue: 1 << 6)

  static let intricatePhone = RecordTraits(rawValue: 1 << 9)
  static let intricateEmail = RecordTraits(rawValue: 1 << 10)
  static let intricateOrganisation = RecordTraits(rawValue: 1 << 11)
  static let intricatePerson = RecordTraits(rawValue: 1 << 12)
  static let intricateAddress = RecordTraits(rawValue: 1 << 13)
  static let intricateBirthDate = RecordTraits(rawValue: 1 << 14)

  /// What keeps a quick look from being enough.
  static let mayBeWorthMore: RecordTraits = [
    .identifiers, .intricateEmail, .intricatePerson, .intricateBirthDate, .isChinesePerson,
  ]

  static let isChinesePerson = RecordTraits(rawValue: 1 << 16)
  static let isFreeMail = RecordTraits(rawValue: 1 << 17)
}

extension PersonalSketch {
  init(_ record: RecordView, _ weights: LevelWeights, _ ceilings: Ceilings) {
    kind = record.kind.rawValue
    if !record.identifiers.isEmpty { traits.insert(.identifiers) }
    addTraits(ofPhones: record)
    addEmails(record)
    addOrganisations(record, weights)
    addPersons(record, weights)
    addTraits(ofAddresses: record)
    addBirthDates(record, weights)
    addColumns(record, weights, ceilings)
  }

  private mutating func addTraits(ofPhones record: RecordView) {
    guard let value = record.phones.first else { return }
    traits.insert(.phone)
    let isLocal = value.kind == UInt32(Phone.Kind.local.rawValue)
    let isPlain = record.phones.count == 1 && !isLocal && value.digits != 0 && value.digits < 10_000_000_000_000_000
    if !isPlain { traits.insert(.intricatePhone) }
  }

  private mutating func addTraits(ofAddresses record: RecordView) {
    guard let address = record.addresses.first else { return }
    traits.insert(.address)
    let isPlain = record.addresses.count == 1 && address.divisions.count == 0 && address.road == 0 && address.roadSound == 0
    if !isPlain { traits.insert(.intricateAddress) }
  }

  private mutating func addEmails(_ record: RecordView) {
    guard let value = record.emails.first else { return }
    traits.insert(.email)
    email = SketchValue.short(value.value)
    domain = UInt16(truncatingIfNeeded: value.domain)
    local = UInt16(truncatingIfNeeded: value.localHash)
    mailbox = TextSketch(record.units(value.local))
    mailboxCount = TextSketch.count(record.units(value.local))
    if value.isFreeMail != 0 { traits.insert(.isFreeMail) }
    if record.emails.count > 1 { traits.insert(.intricateEmail) }
  }

  private mutating func addOrganisations(_ record: RecordView, _ weights: LevelWeights) {
    guard let name = record.organisations.first else { return }
    traits.insert(.organisation)
    brand = SketchValue.short(name.brandHash)
    brandWorth = weights.weight(.brand, .sameBrand, rarity: name.rarity)
    if record.organisations.count > 1 { traits.insert(.intricateOrganisation) }
  }

  private mutating func addPersons(_ record: RecordView, _ weights: LevelWeights) {
    guard let name = record.persons.first else { return }
    traits.insert(.person)
    if name.isChinese != 0 { traits.insert(.isChinesePerson) }
    surname = SketchValue.short(name.surname)
    given = SketchValue.short(name.given)
    surnameText = TextSketch(record.units(name.surnameUnits))
    givenText = TextSketch(record.units(name.givenUnits))
    surnameCount = TextSketch.count(record.units(name.surnameUnits))
    givenCount = TextSketch.count(record.units(name.givenUnits))
    for nickname in record.units(name.nicknames) { nicknames |= 1 << UInt8(nickname & 7) }
    surnameWorth = RoundedWorth(weights.weight(.surname, .sameSurname, rarity: name.surnameRarity))
    givenWorth = RoundedWorth(weights.weight(.given, .sameGiven, rarity: name.givenRarity))
    if record.persons.count > 1 { traits.insert(.intricatePerson) }
  }

  private mutating func addBirthDates(_ record: RecordView, _ weights: LevelWeights) {
    guard let date = record.birthDates.first else { return }
    traits.insert(.birthDate)
    birthDay = UInt32(truncatingIfNeeded: SketchValue.decimal(UInt64(date.day)))
    birthDateWorth = RoundedWorth(weights.weight(.birthDate, .sameBirthDate, rarity: date.rarity))
    if record.birthDates.count > 1 || date.day == 0 || date.day > 99_999_999 { traits.insert(.intricateBirthDate) }
  }

  private mutating func addColumns(_ record: RecordView, _ weights: LevelWeights, _ ceilings: Ceilings) {
    var most: Int32 = 0
    for column in record.columns {
      let aspect = Aspect.column(Int(column.column))
      if column.kind == PreparedRecord.ColumnFeature.Kind.source.rawValue {
        most &+= Int32(max(0, weights.weight(aspect, .valueSimilar), weights.weight(aspect, .valueDiffers)))
      } else {
        let same = Int32(weights.weight(aspect, .sameValue, rarity: column.rarity))
        most &+= max(0, same, ceilings.columns[Int(min(column.column, UInt8(Aspect.columnCount - 1)))])
      }
    }
    columns = Int16(clamping: most)
  }
}

extension SharedSketch {
  init(_ record: RecordView, _ weights: LevelWeights) {
    if let value = record.phones.first { phone = SketchValue.decimal(value.digits) }
    guard let address = record.addresses.first else { return }
    place = SketchValue.short(address.placeHash)
    placeText = TextSketch(record.units(address.place))
    placeCount = TextSketch.count(record.units(address.place))
    placeWorth = weights.weight(.place, .samePlace, rarity: address.placeRarity)
    postcode = address.postcode
    postcodeWorth = weights.weight(.postcode, .samePostcode, rarity: address.postcodeRarity)
    number = SketchValue.short(address.number)
    for word in record.hashes(address.words) { streetWords |= 1 << (word & 63) }
    streetWorth = weights.weight(.street, .sameStreet, rarity: address.streetRarity)
  }
}

private enum SketchValue {
  /// Never 0 for a value.
  static func short(_ hash: UInt64) -> UInt32 {
    guard hash != 0 else { return 0 }
    return max(1, UInt32(truncatingIfNeeded: hash ^ hash >> 32))
  }

  /// The last sixteen decimal digits, four bits each.
  static func decimal(_ number: UInt64) -> UInt64 {
    var (rest, digits, shift) = (number, UInt64(0), UInt64(0))
    while rest > 0, shift < 64 {
      digits |= (rest % 10) << shift
      rest /= 10
      shift += 4
    }
    return digits
  }
}

/// The sketches of a table's nodes, by place.
final class RecordSketches: @unchecked Sendable {
  private let count: Int
  private let personal: UnsafeMutablePointer<PersonalSketch>
  private let shared: UnsafeMutablePointer<SharedSketch>

  init(_ table: ArrangedNodes, model: MatchModel, workers: Workers) {
    count = table.count
    personal = Self.allocate(count)
    shared = Self.allocate(count)
    let (weights, ceilings) = (model.weights, Ceilings(model.weights))
    _ = workers.map(table.count) { range in
      for node in range {
        if node + ArrangedNodes.ahead < range.upperBound { table[Int32(node + ArrangedNodes.ahead)].prefetch() }
        let record = table[Int32(node)]
        (personal + node).initialize(to: PersonalSketch(record, weights, ceilings))
        (shared + node).initialize(to: SharedSketch(record, weights))
      }
    }
  }

  private static func allocate<Sketch: BitwiseCopyable>(_ count: Int) -> UnsafeMutablePointer<Sketch> {
    LargeMemory.allocate(byteCount: count * MemoryLayout<Sketch>.stride).bindMemory(to: Sketch.self, capacity: count)
  }

  deinit {
    LargeMemory.free(personal, byteCount: count * MemoryLayout<PersonalSketch>.stride)
    LargeMemory.free(shared, byteCount: count * MemoryLayout<SharedSketch>.stride)
  }

  @inline(__always)
  func personal(_ node: Int32) -> UnsafePointer<PersonalSketch> { UnsafePointer(personal + Int(node)) }

  @inline(__always)
  func shared(_ node: Int32) -> UnsafePointer<SharedSketch> { UnsafePointer(shared + Int(node)) }

  @inline(__always)
  func prefetchPersonal(_ node: Int32) { Kernels.prefetch(personal + Int(node)) }

  @inline(__always)
  func prefetchShared(_ node: Int32) { Kernels.prefetch(shared + Int(node)) }
}
