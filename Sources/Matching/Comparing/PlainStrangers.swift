/// What the ceilings of pairs are held against: most pairs of a component are within it, and of most of those a few steps tell
/// (``EvidenceCeilings/isPlainlyWithin(_:_:_:)``).
struct CeilingBound {
  let ceiling: EvidenceCeiling
  fileprivate let phones: Int32
  fileprivate let birthDates: Int32
  fileprivate let addresses: Int32
  /// Two records are within it whose names and mailboxes are not alike, as far as these and their kinds go.
  fileprivate let coversUnlike: Bool

  /// - Parameter unlike: ``SketchComparison/unlike`` of the same model.
  init(_ ceiling: EvidenceCeiling, unlike: EvidenceCeiling) {
    self.ceiling = ceiling
    func units(_ feature: Feature) -> Int32 { Int32(ceiling.best[Int(feature.rawValue)]) }
    phones = units(.phones)
    birthDates = units(.birthDates)
    addresses = units(.addresses)
    coversUnlike = unlike.isWithin(ceiling)
  }
}

extension EvidenceCeilings {
  /// True only when the ceiling of two records is within the bound; false when a ceiling has to tell.
  @inline(__always)
  func isPlainlyWithin(_ bound: CeilingBound, _ one: Int, _ other: Int) -> Bool {
    guard bound.coversUnlike else { return false }
    let (left, right) = (UnsafePointer(plain + one), UnsafePointer(plain + other))
    guard left.pointee.traits.union(right.pointee.traits).isDisjoint(with: .intricate) else { return false }
    let both = left.pointee.traits.intersection(right.pointee.traits)
    if both.contains(.phone), quick.phones(left.pointee.phone, right.pointee.phone) > bound.phones { return false }
    guard left.pointee.nicknames & right.pointee.nicknames == 0, !left.pointee.areAlike(right, bars) else { return false }
    guard !both.isDisjoint(with: .more) else { return true }
    if both.contains(.columns) { return false }
    if both.contains(.birthDate), quick.birthDates(personal + one, personal + other) > bound.birthDates { return false }
    return !both.contains(.address) || quick.addresses(shared + one, shared + other) <= bound.addresses
  }
}

extension RecordTraits {
  fileprivate static let columns = RecordTraits(rawValue: 1 << 24)
  /// A given name of one letter.
  fileprivate static let initial = RecordTraits(rawValue: 1 << 25)

  /// Anything that more than letters, phones, days and places tells about.
  fileprivate static let intricate: RecordTraits = [
    .identifiers, .organisation, .intricatePhone, .intricateEmail, .intricatePerson, .intricateAddress, .intricateBirthDate,
    .isChinesePerson,
    .initial,
  ]
  fileprivate static let more: RecordTraits = [.columns, .birthDate, .address]
}

/// What tells that two records have neither name nor mailbox in common, nor similar ones: surname, given name and mailbox side by side, so
/// that one look is enough for all. It is as strict as ``TextSketch`` or less.
struct PlainTraces: BitwiseCopyable {
  private var letters = SIMD4<UInt32>.zero
  /// First units.
  private var first = SIMD4<UInt32>.zero
  /// Units less different letters: so many matches may there be beyond the letters in common.
  private var repeated = SIMD4<UInt32>.zero
  /// 256 by the number of units, rounded up; 0 without units.
  private var inverse = SIMD4<UInt32>.zero
  /// Of surname, given name, address and mailbox; different ones where there is none.
  private var hashes: SIMD4<UInt32>
  fileprivate let phone: UInt64
  fileprivate var traits: RecordTraits
  fileprivate let nicknames: UInt8

  struct Bars {
    /// By text: what it needs when first units differ, and when they do not.
    fileprivate var differing = SIMD4<UInt32>(repeating: 0xFFFF)
    fileprivate var equal = SIMD4<UInt32>(repeating: 0xFFFF)

    init(_ quick: SketchComparison) {
      for (lane, bar) in quick.barsOfAlike.enumerated() {
        differing[lane] = UInt32(max(1, bar.least(prefix: 0) / 16))
        equal[lane] = UInt32(max(1, bar.least(prefix: 4) / 16))
      }
    }
  }

  /// - Parameter place: of the record among those it is held against.
  init(_ record: PersonalSketch, _ shared: SharedSketch, place: Int) {
    let none = UInt32(truncatingIfNeeded: place &* 0x9E37_79B1) | 1 << 31
    hashes = SIMD4(repeating: none)
    if record.surname != 0 { hashes[0] = record.surname }
    if record.given != 0 { hashes[1] = record.given }
    traits = record.traits
    if traits.contains(.email) {
      hashes[2] = record.email
      hashes[3] = UInt32(record.local)
    }
    if record.columns > 0 { traits = traits.union(.columns) }
    if record.givenCount == 1 { traits = traits.union(.initial) }
    phone = shared.phone
    nicknames = record.nicknames
    set(0, record.surnameText, record.surnameCount)
    set(1, record.givenText, record.givenCount)
    set(2, record.mailbox, record.mailboxCount)
  }

  private mutating func set(_ lane: Int, _ text: TextSketch, _ count: UInt8) {
    guard count > 0 else { return }
    letters[lane] = text.letters
    first[lane] = text.first
    repeated[lane] = UInt32(count) - UInt32(text.letters.nonzeroBitCount)
    inverse[lane] = (256 + UInt32(count) - 1) / UInt32(count)
  }

  @inline(__always)
  fileprivate func areAlike(_ other: UnsafePointer<PlainTraces>, _ bars: Bars) -> Bool {
    let isFewer = unsafeBitCast(repeated .< other.pointee.repeated, to: SIMD4<UInt32>.self)
    let least = other.pointee.repeated ^ ((repeated ^ other.pointee.repeated) & isFewer)
    let matches = Self.count(letters & other.pointee.letters) &+ least
    // At most 64 × 512: products of sixteen bits do.
    let reached = unsafeBitCast(
      unsafeBitCast(matches, to: SIMD8<UInt16>.self) &* unsafeBitCast(inverse &+ other.pointee.inverse, to: SIMD8<UInt16>.self),
      to: SIMD4<Int32>.self)
    let isEqual = unsafeBitCast(first .== other.pointee.first, to: SIMD4<UInt32>.self)
    let bar = unsafeBitCast(bars.differing ^ ((bars.differing ^ bars.equal) & isEqual), to: SIMD4<Int32>.self)
    let isReached = unsafeBitCast(reached .>= bar, to: SIMD4<UInt32>.self)
    let found = unsafeBitCast(
      isReached | unsafeBitCast(hashes .== other.pointee.hashes, to: SIMD4<UInt32>.self), to: SIMD2<UInt64>.self)
    return found[0] | found[1] != 0 || hashes[0] == other.pointee.hashes[1]
  }

  /// Bits that are set, lane by lane.
  @inline(__always)
  private static func count(_ bits: SIMD4<UInt32>) -> SIMD4<UInt32> {
    let pairs = bits &- ((bits &>> 1) & 0x5555_5555)
    let fours = (pairs & 0x3333_3333) &+ ((pairs &>> 2) & 0x3333_3333)
    let bytes = (fours &+ (fours &>> 4)) & 0x0F0F_0F0F
    let halves = bytes &+ (bytes &>> 8)
    return (halves &+ (halves &>> 16)) & 0x3F
  }
}
