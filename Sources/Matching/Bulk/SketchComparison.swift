/// Tells from their sketches that two records cannot reach a weight. Never wrong about a pair that can: every part is at least what
/// ``Comparison`` finds.
struct SketchComparison: Sendable {
  /// A surname, given name, place or mailbox by how similar it can be at most.
  private struct Ladder {
    var near: Int32
    var similar: Int32
    var differs: Int32
    let nearBar = SimilarityBar(920)
    let similarBar = SimilarityBar(850)

    init(near: Int32, similar: Int32, differs: Int32) {
      self.near = max(near, similar, differs)
      self.similar = max(similar, differs)
      self.differs = differs
    }
  }

  private let mailboxBar = SimilarityBar(930)
  private let placeBar = SimilarityBar(880)
  private let needed: Tally
  let ceilings: Ceilings
  private let surname: Ladder
  private let given: Ladder
  private let givenNickname: Int32
  private let givenInitial: Int32
  private let surnameSwapped: Int32
  private let placeNear: Int32
  private let placeDiffers: Int32
  private let sameEmail: Int32
  private let nearEmail: Int32
  private let sameDomain: Int32
  private let sameLocalPart: Int32
  private let emailDiffers: Int32
  private let samePhone: Int32
  private let nearPhone: Int32
  private let phoneDiffers: Int32
  private let birthDateNear: Int32
  private let birthDatePartly: Int32
  private let birthDateDiffers: Int32
  private let postcodeNear: Int32
  private let postcodeDiffers: Int32
  private let streetDiffers: Int32
  private let sameKind: Int32
  private let kindDiffers: Int32
  private let kindUncertain: Int32
  let colleague: Int32
  private let givenAtMost: Int32
  private let emailAtMost: Int32
  let sharesOrganisation: Bool

  /// More than any feature can be worth.
  static let unlimited: Int32 = 1 << 20

  init(_ model: MatchModel, atLeast floor: MatchWeight) {
    let weights = model.weights
    func weight(_ level: Level) -> Int32 { Int32(weights.weight(level.aspect, level)) }
    needed = Tally(sum: floor.units - model.prior.units, own: floor.units - model.relatives.units)
    ceilings = Ceilings(weights)
    surname = Ladder(near: weight(.surnameNear), similar: weight(.surnameSimilar), differs: weight(.surnameDiffers))
    given = Ladder(near: weight(.givenNear), similar: weight(.givenSimilar), differs: weight(.givenDiffers))
    givenNickname = weight(.givenNickname)
    givenInitial = max(weight(.givenInitial), weight(.givenDiffers))
    surnameSwapped = weight(.surnameSwapped)
    placeDiffers = weight(.placeDiffers)
    placeNear = max(weight(.placeNear), placeDiffers)
    emailDiffers = weight(.emailDiffers)
    sameEmail = max(weight(.sameEmail), weight(.sameRoleEmail), emailDiffers)
    sameDomain = max(weight(.sameDomain), emailDiffers)
    nearEmail = max(weight(.nearEmail), sameDomain)
    sameLocalPart = max(weight(.sameLocalPart), emailDiffers)
    phoneDiffers = weight(.phoneDiffers)
    nearPhone = max(weight(.nearPhone), phoneDiffers)
    samePhone = max(weight(.sameMobile), weight(.sameLandline), weight(.sameServiceNumber), weight(.sameLocalNumber), nearPhone)
    birthDateDiffers = weight(.birthDateDiffers)
    birthDatePartly = max(weight(.birthDatePartly), birthDateDiffers)
    birthDateNear = max(weight(.birthDateNear), birthDatePartly)
    postcodeDiffers = weight(.postcodeDiffers)
    postcodeNear = weight(.postcodeNear)
    streetDiffers = weight(.streetDiffers)
    sameKind = weight(.sameKind)
    kindDiffers = weight(.kindDiffers)
    kindUncertain = max(0, weight(.kindUncertain))
    givenAtMost = max(given.near, givenNickname, givenInitial, ceilings.given)
    emailAtMost = max(sameEmail, nearEmail, sameLocalPart)
    colleague = max(0, weights.colleague.units)
    sharesOrganisation = model.sharesOrganisation
  }

  /// The most that two plain records are worth whose names and mailboxes are not alike: without phones, addresses, birth dates and columns.
  var unlike: EvidenceCeiling {
    var best = SIMD16<Int16>.zero
    best[Int(Feature.emails.rawValue)] = EvidenceCeiling.clamped(max(0, emailDiffers, sameDomain))
    best[Int(Feature.persons.rawValue)] = EvidenceCeiling.clamped(max(0, surname.differs) &+ max(0, given.differs))
    best[Int(Feature.structures.rawValue)] = EvidenceCeiling.clamped(max(0, sameKind, kindDiffers, kindUncertain))
    best[Int(Feature.relatives.rawValue)] = EvidenceCeiling.clamped(max(0, given.differs))
    return EvidenceCeiling(best: best, shared: EvidenceCeiling.clamped(max(0, surname.differs)))
  }

  /// What surnames, given names and mailboxes must reach to be alike.
  var barsOfAlike: [SimilarityBar] { [surname.similarBar, given.similarBar, mailboxBar] }

  /// False when what the two say of themselves alone keeps them from the weight: relatives and colleagues agree on the rest.
  @inline(__always)
  func canReachPersonally(_ sketches: RecordSketches, _ one: Int32, _ other: Int32) -> Bool {
    let (left, right) = (sketches.personal(one), sketches.personal(other))
    return !isPlainlyHopeless(left, right) && personal(left, right).own >= needed.own
  }

  /// Most pairs of a table of persons: given names, birth dates and mailboxes differ, and even if the names were similar it would not do.
  @inline(__always)
  private func isPlainlyHopeless(_ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>) -> Bool {
    let either = left.pointee.traits.union(right.pointee.traits)
    guard either.isDisjoint(with: .mayBeWorthMore), sharesOrganisation else { return false }
    let both = left.pointee.traits.intersection(right.pointee.traits)
    guard both.contains(.person), !both.contains(.organisation), left.pointee.given != right.pointee.given, left.pointee.given != 0,
      right.pointee.given != 0,
      left.pointee.surname != right.pointee.given || right.pointee.surname != left.pointee.given
    else { return false }
    var own = Int32(min(left.pointee.columns, right.pointee.columns)) &+ givenAtMost
    if both.contains(.birthDate) { own &+= birthDates(left, right) }
    if both.contains(.email) {
      let isFar = left.pointee.domain != right.pointee.domain && left.pointee.local != right.pointee.local
      own &+= isFar ? emailDiffers : emailAtMost
    }
    return own < needed.own
  }

  /// False when the two cannot reach the weight.
  @inline(__always)
  func canReach(_ sketches: RecordSketches, _ one: Int32, _ other: Int32) -> Bool {
    let (left, right) = (sketches.personal(one), sketches.personal(other))
    let (both, either) = (left.pointee.traits.intersection(right.pointee.traits), left.pointee.traits.union(right.pointee.traits))
    return isReached(personal(left, right) + shared(sketches.shared(one), sketches.shared(other), both, either))
  }

  @inline(__always)
  private func isReached(_ tally: Tally) -> Bool { tally.sum >= needed.sum && tally.own >= needed.own }

  @inline(__always)
  private func personal(_ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>) -> Tally {
    let (both, either) = (left.pointee.traits.intersection(right.pointee.traits), left.pointee.traits.union(right.pointee.traits))
    var tally = Tally.personal(Int32(min(left.pointee.columns, right.pointee.columns)))
    if both.contains(.identifiers) { tally = tally + .personal(Self.unlimited) }
    if both.contains(.person) {
      var persons =
        either.contains(.intricatePerson) ? Tally.personal(Self.unlimited) : self.persons(left, right, either.contains(.isChinesePerson))
      if both.contains(.organisation) { persons.raise(to: Tally(sum: colleague, own: 0)) }
      tally = tally + persons
    }
    if both.contains(.birthDate) {
      tally = tally + .personal(either.contains(.intricateBirthDate) ? Self.unlimited : birthDates(left, right))
    }
    if both.contains(.email) { tally = tally + .personal(either.contains(.intricateEmail) ? Self.unlimited : emails(left, right)) }
    let structures = kinds(left.pointee.kind, right.pointee.kind)
    guard both.contains(.organisation) else { return tally + organisation(0, structures) }
    let brand = either.contains(.intricateOrganisation) ? Self.unlimited : brands(left, right)
    return tally + organisation(brand, structures &+ ceilings.structures)
  }

  @inline(__always)
  private func shared(
    _ left: UnsafePointer<SharedSketch>, _ right: UnsafePointer<SharedSketch>, _ both: RecordTraits, _ either: RecordTraits
  ) -> Tally {
    var tally = Tally()
    if both.contains(.phone) { tally = tally + .shared(either.contains(.intricatePhone) ? Self.unlimited : phones(left, right)) }
    if both.contains(.address) { tally = tally + .shared(either.contains(.intricateAddress) ? Self.unlimited : addresses(left, right)) }
    return tally
  }

  @inline(__always)
  private func organisation(_ brand: Int32, _ structures: Int32) -> Tally {
    sharesOrganisation ? .shared(brand) + .shared(structures) : .personal(brand &+ structures)
  }

  @inline(__always)
  func kinds(_ left: UInt8, _ right: UInt8) -> Int32 {
    let unknown = PreparedRecord.Kind.unknown.rawValue
    guard left != unknown, right != unknown else { return kindUncertain }
    return left == right ? sameKind : kindDiffers
  }

  @inline(__always)
  func persons(
    _ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>, _ isAnyChinese: Bool
  ) -> Tally {
    if isAnyChinese {
      guard left.pointee.traits.contains(.isChinesePerson) == right.pointee.traits.contains(.isChinesePerson) else {
        return Tally(sum: max(0, ceilings.rendered) + ceilings.renderedGiven, own: ceilings.renderedGiven)
      }
    } else if left.pointee.surname != 0, left.pointee.surname == right.pointee.given, left.pointee.given == right.pointee.surname {
      return Tally(sum: .max / 4, own: .max / 4)
    }
    var surname: Int32 = 0
    if left.pointee.surname != 0, right.pointee.surname != 0 {
      if left.pointee.surname == right.pointee.surname {
        surname = max(left.pointee.surnameWorth.units, ceilings.surname)
      } else {
        surname =
          isAnyChinese
          ? ceilings.surname
          : rung(self.surname, left.pointee.surnameText, left.pointee.surnameCount, right.pointee.surnameText, right.pointee.surnameCount)
      }
    }
    var given: Int32 = 0
    if left.pointee.given != 0, right.pointee.given != 0 {
      if left.pointee.given == right.pointee.given {
        given = max(left.pointee.givenWorth.units, ceilings.given)
      } else if isAnyChinese {
        given = ceilings.given
      } else if left.pointee.givenCount == 1 || right.pointee.givenCount == 1 {
        given = left.pointee.givenText.first == right.pointee.givenText.first ? givenInitial : self.given.differs
      } else {
        given = rung(self.given, left.pointee.givenText, left.pointee.givenCount, right.pointee.givenText, right.pointee.givenCount)
        if left.pointee.nicknames & right.pointee.nicknames != 0 { given = max(given, givenNickname) }
      }
    } else {
      // What forms of address say.
      given = max(0, self.given.differs)
    }
    return Tally(sum: surname &+ given, own: given &+ min(surname, 0))
  }

  @inline(__always)
  private func rung(_ ladder: Ladder, _ left: TextSketch, _ leftCount: UInt8, _ right: TextSketch, _ rightCount: UInt8) -> Int32 {
    guard TextSketch.canReach(ladder.similarBar, left, leftCount, right, rightCount) else { return ladder.differs }
    return TextSketch.canReach(ladder.nearBar, left, leftCount, right, rightCount) ? ladder.near : ladder.similar
  }

  @inline(__always)
  func birthDates(_ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>) -> Int32 {
    let (one, other) = (left.pointee.birthDay, right.pointee.birthDay)
    let difference = one ^ other
    if difference == 0 { return max(left.pointee.birthDateWorth.units, birthDateDiffers) }
    let digit = UInt32(0xF) << UInt32(difference.trailingZeroBitCount & ~3)
    if difference & ~digit == 0 { return birthDateNear }
    let (year, month, day) = (difference >> 16 == 0, difference >> 8 & 0xFF == 0, difference & 0xFF == 0)
    if year, one >> 8 & 0xFF == other & 0xFF, one & 0xFF == other >> 8 & 0xFF { return birthDateNear }
    return (year ? 1 : 0) + (month ? 1 : 0) + (day ? 1 : 0) == 2 ? birthDatePartly : birthDateDiffers
  }

  @inline(__always)
  func emails(_ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>) -> Int32 {
    if left.pointee.email == right.pointee.email { return sameEmail }
    let isSameLocal = left.pointee.local == right.pointee.local
    if left.pointee.domain == right.pointee.domain {
      let isNear =
        isSameLocal
        || TextSketch.canReach(
          mailboxBar, left.pointee.mailbox, left.pointee.mailboxCount, right.pointee.mailbox, right.pointee.mailboxCount)
      if isNear { return max(nearEmail, sameLocalPart) }
      return left.pointee.traits.contains(.isFreeMail) && right.pointee.traits.contains(.isFreeMail) ? emailDiffers : sameDomain
    }
    return isSameLocal ? sameLocalPart : emailDiffers
  }

  @inline(__always)
  func brands(_ left: UnsafePointer<PersonalSketch>, _ right: UnsafePointer<PersonalSketch>) -> Int32 {
    guard left.pointee.brand == right.pointee.brand else { return ceilings.brand }
    return max(ceilings.brand, Int32(max(left.pointee.brandWorth, right.pointee.brandWorth)))
  }

  @inline(__always)
  func phones(_ left: UnsafePointer<SharedSketch>, _ right: UnsafePointer<SharedSketch>) -> Int32 {
    phones(left.pointee.phone, right.pointee.phone)
  }

  @inline(__always)
  func phones(_ left: UInt64, _ right: UInt64) -> Int32 {
    let difference = left ^ right
    if difference == 0 { return samePhone }
    let first = UInt64(difference.trailingZeroBitCount & ~3)
    // One digit, or two neighbours.
    return difference >> first <= 0xFF ? nearPhone : phoneDiffers
  }

  @inline(__always)
  func addresses(_ left: UnsafePointer<SharedSketch>, _ right: UnsafePointer<SharedSketch>) -> Int32 {
    var sum: Int32 = 0
    if left.pointee.place != 0, right.pointee.place != 0 {
      if left.pointee.place == right.pointee.place {
        sum = max(Int32(left.pointee.placeWorth), placeNear)
      } else {
        sum =
          TextSketch.canReach(placeBar, left.pointee.placeText, left.pointee.placeCount, right.pointee.placeText, right.pointee.placeCount)
          ? placeNear : placeDiffers
      }
    }
    if left.pointee.postcode != 0, right.pointee.postcode != 0 {
      if left.pointee.postcode == right.pointee.postcode {
        sum &+= Int32(left.pointee.postcodeWorth)
      } else {
        sum &+= Packed.areNear(left.pointee.postcode, right.pointee.postcode) ? postcodeNear : postcodeDiffers
      }
    }
    guard left.pointee.streetWords != 0, right.pointee.streetWords != 0 else { return sum }
    guard left.pointee.streetWords & right.pointee.streetWords != 0 else { return sum &+ streetDiffers }
    if left.pointee.number == right.pointee.number {
      return sum &+ max(Int32(max(left.pointee.streetWorth, right.pointee.streetWorth)), ceilings.streetSameNumber) &+ ceilings.unit
    }
    return sum &+ (left.pointee.number == 0 || right.pointee.number == 0 ? ceilings.streetNoNumber : ceilings.streetOtherNumber)
  }
}
