/// What the parts compared so far add up to, in 1/256 bit.
struct Tally {
  var sum: Int32 = 0
  /// Without the agreements that relatives share (``Evidence/total(_:)``).
  var own: Int32 = 0

  @inline(__always)
  static func + (left: Tally, right: Tally) -> Tally { Tally(sum: left.sum &+ right.sum, own: left.own &+ right.own) }

  /// Something that relatives do not share.
  @inline(__always)
  static func personal(_ units: Int32) -> Tally { Tally(sum: units, own: units) }

  /// Something that relatives share when it agrees.
  @inline(__always)
  static func shared(_ units: Int32) -> Tally { Tally(sum: units, own: min(units, 0)) }

  @inline(__always)
  mutating func raise(to other: Tally) {
    sum = max(sum, other.sum)
    own = max(own, other.own)
  }
}

extension Comparison {
  /// The weight of a pair with the prior, or nil when it is less than `floor`. Stops as soon as what is left to compare cannot reach it:
  /// cheap things first, each of the dear ones only while their ceilings leave hope.
  func weight(_ left: RecordView, _ right: RecordView, atLeast floor: MatchWeight) -> MatchWeight? {
    // weight = min(sum + prior, own + relatives)
    let needed = Tally(sum: floor.units - model.prior.units, own: floor.units - model.relatives.units)
    func isHopeless(_ tally: Tally) -> Bool { tally.sum < needed.sum || tally.own < needed.own }

    let kind = Int32(kinds(left, right)?.units ?? 0)
    var tally = Tally.shared(units(phones(left, right))) + .personal(units(birthDates(left, right)))
    tally = tally + .personal(units(identifiers(left, right).finding))
    let persons = personsCeiling(left, right)
    let addresses = addressesCeiling(left, right)
    let emails = emailsCeiling(left, right)
    let organisations = organisationsCeiling(left, right, kind)
    let columns = columnsCeiling(left, right)
    var rest = addresses + emails + organisations + columns
    guard !isHopeless(tally + persons + rest) else { return nil }

    tally = tally + exactPersons(left, right)
    guard !isHopeless(tally + rest) else { return nil }
    tally = tally + .personal(units(self.emails(left, right)))
    rest = addresses + organisations + columns
    guard !isHopeless(tally + rest) else { return nil }
    tally = tally + .shared(self.addresses(left, right).sum)
    rest = organisations + columns
    guard !isHopeless(tally + rest) else { return nil }
    tally = tally + exactOrganisations(left, right, kind)
    guard !isHopeless(tally + columns) else { return nil }
    compareColumns(left, right) { tally = tally + .personal(Int32($1.units)) }
    return isHopeless(tally) ? nil : MatchWeight(units: min(tally.sum + model.prior.units, tally.own + model.relatives.units))
  }

  @inline(__always)
  private func units(_ finding: LevelFinding?) -> Int32 { Int32(finding?.units ?? 0) }

  // MARK: Exact parts

  @inline(__always)
  private func exactPersons(_ left: RecordView, _ right: RecordView) -> Tally {
    let found = persons(left, right)
    return Tally(sum: found.sum, own: found.sum &- max(0, Int32(found.units[0])))
  }

  @inline(__always)
  private func exactOrganisations(_ left: RecordView, _ right: RecordView, _ kind: Int32) -> Tally {
    let found = organisations(left, right)
    let brand = Int32(found.units[0])
    return organisationTally(brand: brand, structures: found.sum &- brand &+ kind)
  }

  @inline(__always)
  private func organisationTally(brand: Int32, structures: Int32) -> Tally {
    model.sharesOrganisation ? .shared(brand) + .shared(structures) : .personal(brand &+ structures)
  }

  // MARK: Ceilings

  private func personsCeiling(_ left: RecordView, _ right: RecordView) -> Tally {
    let (mine, others) = (left.persons, right.persons)
    guard !mine.isEmpty, !others.isEmpty else { return Tally() }
    var most = Tally(sum: .min / 4, own: .min / 4)
    for one in mine {
      for other in others { most.raise(to: ceiling(one, other)) }
    }
    if !left.organisations.isEmpty, !right.organisations.isEmpty {
      most.raise(to: Tally(sum: max(0, weights.colleague.units), own: 0))
    }
    return most
  }

  @inline(__always)
  private func ceiling(_ left: RecordLayout.Person, _ right: RecordLayout.Person) -> Tally {
    guard left.isChinese == right.isChinese else {
      return Tally(sum: max(0, ceilings.rendered) + ceilings.renderedGiven, own: ceilings.renderedGiven)
    }
    if left.isChinese == 0, left.surname != 0, left.surname == right.given, left.given == right.surname, left.surname != left.given {
      let surname = Int32(weights.weight(.surname, .surnameSwapped))
      let given = Int32(weights.weight(.given, .sameGiven, rarity: min(left.givenRarity, right.givenRarity)))
      return Tally(sum: surname + given, own: given + min(surname, 0))
    }
    var surname: Int32 = 0
    if left.surname != 0, right.surname != 0 {
      surname =
        left.surname == right.surname ? Int32(weights.weight(.surname, .sameSurname, rarity: left.surnameRarity)) : ceilings.surname
    }
    var given: Int32 = 0
    if left.given != 0, right.given != 0 {
      given = left.given == right.given ? Int32(weights.weight(.given, .sameGiven, rarity: left.givenRarity)) : ceilings.given
    } else if left.gender != 0, right.gender != 0, left.gender != right.gender {
      given = Int32(weights.weight(.given, .givenDiffers))
    }
    return Tally(sum: surname + given, own: given + min(surname, 0))
  }

  private func addressesCeiling(_ left: RecordView, _ right: RecordView) -> Tally {
    let (mine, others) = (left.addresses, right.addresses)
    guard !mine.isEmpty, !others.isEmpty else { return Tally() }
    var most: Int32 = .min
    for one in mine {
      for other in others { most = max(most, ceiling(one, other)) }
    }
    return .shared(most)
  }

  @inline(__always)
  private func ceiling(_ left: RecordLayout.Address, _ right: RecordLayout.Address) -> Int32 {
    var sum: Int32 = 0
    if left.divisions.count > 0, right.divisions.count > 0 {
      sum = ceilings.samePlace
    } else if left.placeHash != 0, right.placeHash != 0 {
      sum = left.placeHash == right.placeHash ? Int32(weights.weight(.place, .samePlace, rarity: left.placeRarity)) : ceilings.place
    }
    if left.postcode != 0, right.postcode != 0 { sum &+= Int32(postcode(left.postcode, right.postcode, left.postcodeRarity).units) }
    let same = Int32(weights.weight(.street, .sameStreet, rarity: min(left.streetRarity, right.streetRarity)))
    if left.road != 0 && right.road != 0 || left.roadSound != 0 && right.roadSound != 0 && left.isChinese != right.isChinese {
      return sum &+ max(same, ceilings.street) &+ ceilings.unit
    }
    guard left.words.count > 0, right.words.count > 0 else { return sum }
    if left.number == right.number { return sum &+ max(same, ceilings.streetSameNumber) &+ ceilings.unit }
    return sum &+ (left.number == 0 || right.number == 0 ? ceilings.streetNoNumber : ceilings.streetOtherNumber)
  }

  private func emailsCeiling(_ left: RecordView, _ right: RecordView) -> Tally {
    let (mine, others) = (left.emails, right.emails)
    guard !mine.isEmpty, !others.isEmpty else { return Tally() }
    var most = Int32(weights.weight(.email, .emailDiffers))
    for one in mine {
      for other in others {
        if one.value == other.value {
          // A discount leaves a quarter bit at least.
          most = max(most, 64, Int32(max(weights.weight(.email, .sameEmail), weights.weight(.email, .sameRoleEmail))))
        } else if one.domain == other.domain || one.localHash == other.localHash {
          most = max(most, 64, ceilings.email)
        }
      }
    }
    return .personal(most)
  }

  private func organisationsCeiling(_ left: RecordView, _ right: RecordView, _ kind: Int32) -> Tally {
    let (mine, others) = (left.organisations, right.organisations)
    guard !mine.isEmpty, !others.isEmpty else { return organisationTally(brand: 0, structures: kind) }
    var brand: Int32 = ceilings.brand
    for one in mine {
      for other in others where one.brandHash == other.brandHash {
        brand = max(brand, Int32(weights.weight(.brand, .sameBrand, rarity: min(one.rarity, other.rarity))))
      }
    }
    return organisationTally(brand: brand, structures: kind + ceilings.structures)
  }

  private func columnsCeiling(_ left: RecordView, _ right: RecordView) -> Tally {
    let (mine, others) = (left.columns, right.columns)
    var most: Int32 = 0
    for one in mine {
      for other in others where other.column == one.column {
        let aspect = Aspect.column(Int(one.column))
        let ceiling = ceilings.columns[Int(min(one.column, UInt8(Aspect.columnCount - 1)))]
        most &+= one.hash == other.hash ? max(ceiling, Int32(weights.weight(aspect, .sameValue, rarity: one.rarity))) : ceiling
      }
    }
    return .personal(most)
  }
}
