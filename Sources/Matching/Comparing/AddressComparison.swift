/// Whether lists of GB/T 2260 codes can name the same place.
enum Places {
  static func areCompatible(_ left: UnsafeBufferPointer<UInt64>, _ right: UnsafeBufferPointer<UInt64>) -> Bool {
    for mine in left {
      for other in right where isCompatible(mine, other) { return true }
    }
    return false
  }

  /// Equal as far as both go; the four municipalities (11, 12, 31, 50) have no city level of their own.
  private static func isCompatible(_ left: UInt64, _ right: UInt64) -> Bool {
    guard left / 10_000 == right / 10_000 else { return false }
    let province = left / 10_000
    let isMunicipality = province == 11 || province == 12 || province == 31 || province == 50
    let (leftCity, rightCity) = (left / 100 % 100, right / 100 % 100)
    if !isMunicipality {
      guard leftCity != 0, rightCity != 0 else { return true }
      guard leftCity == rightCity else { return false }
    }
    let (leftCounty, rightCounty) = (left % 100, right % 100)
    return leftCounty == 0 || rightCounty == 0 || (leftCounty == rightCounty && leftCity == rightCity)
  }
}

/// Addresses.
extension Comparison {
  /// Place, street, unit and postcode, of the two addresses that agree best.
  func addresses(_ left: RecordView, _ right: RecordView) -> PartFindings {
    let (mine, others) = (left.addresses, right.addresses)
    guard !mine.isEmpty, !others.isEmpty else { return PartFindings() }
    var best: PartFindings?
    for one in mine {
      for other in others {
        let found = compare(AddressView(one, left), AddressView(other, right))
        if best == nil { best = found } else { best?.improve(with: found) }
      }
    }
    return best ?? PartFindings()
  }

  private func compare(_ left: AddressView, _ right: AddressView) -> PartFindings {
    var found = PartFindings()
    comparePlaces(left, right, &found)
    if left.postcode != 0, right.postcode != 0 {
      let finding = postcode(left.postcode, right.postcode, left.postcodeRarity)
      found.set(3, finding.level, finding.units, rarity: finding.rarity)
    }
    if left.road != 0, right.road != 0 {
      chineseStreet(left, right, left.road == right.road, &found)
    } else if left.isChinese != right.isChinese, left.roadSound != 0, right.roadSound != 0 {
      chineseStreet(left, right, left.roadSound == right.roadSound, &found)
    } else if !left.words.isEmpty, !right.words.isEmpty {
      westernStreet(left, right, &found)
    }
    return found
  }

  /// - Parameter rarity: of the left one; counts when they are equal.
  func postcode(_ left: UInt64, _ right: UInt64, _ rarity: Int16) -> LevelFinding {
    guard left != right else {
      return LevelFinding(.samePostcode, weights.weight(.postcode, .samePostcode, rarity: rarity), rarity: rarity)
    }
    let level: Level = Packed.areNear(left, right) ? .postcodeNear : .postcodeDiffers
    return LevelFinding(level, weights.weight(.postcode, level))
  }

  private func comparePlaces(
    _ left: AddressView, _ right: AddressView, _ found: inout PartFindings
  ) {
    if !left.divisions.isEmpty, !right.divisions.isEmpty {
      let level: Level = Places.areCompatible(left.divisions, right.divisions) ? .samePlace : .placeDiffers
      found.set(0, level, weights.weight(.place, level))
    } else if left.placeHash != 0, right.placeHash != 0 {
      let isSame = left.placeHash == right.placeHash
      let level: Level = isSame ? .samePlace : similarity(left.place, right.place, atLeast: 880) >= 880 ? .placeNear : .placeDiffers
      let rarity = isSame ? left.placeRarity : 0
      found.set(0, level, weights.weight(.place, level, rarity: rarity), rarity: rarity)
    }
  }

  private func chineseStreet(
    _ left: AddressView, _ right: AddressView, _ isSameRoad: Bool, _ found: inout PartFindings
  ) {
    // 同城 not known: the same street name lies in many cities; in different cities it is another street.
    if found.ranks[0] == Level.placeDiffers.rank { return }
    guard isSameRoad else { return found.set(1, .streetDiffers, weights.weight(.street, .streetDiffers)) }
    guard left.number != 0, right.number != 0 else {
      return found.set(1, .streetWithoutNumber, weights.weight(.street, .streetWithoutNumber))
    }
    guard left.number == right.number else { return found.set(1, .numberDiffers, weights.weight(.street, .numberDiffers)) }
    let rarity = min(left.streetRarity, right.streetRarity)
    found.set(1, .sameStreet, weights.weight(.street, .sameStreet, rarity: rarity), rarity: rarity)
    compareUnits(left, right, &found)
  }

  private func compareUnits(_ left: AddressView, _ right: AddressView, _ found: inout PartFindings) {
    let differs =
      left.building != 0 && right.building != 0 && left.building != right.building
      || left.unit != 0 && right.unit != 0 && left.unit != right.unit
    let agrees =
      left.building != 0 && left.building == right.building || left.unit != 0 && left.unit == right.unit
      || left.details.contains { right.details.contains($0) }
    guard differs || agrees else { return }
    let level: Level = differs ? .unitDiffers : .sameUnit
    found.set(2, level, weights.weight(.unit, level))
  }

  private func westernStreet(
    _ left: AddressView, _ right: AddressView, _ found: inout PartFindings
  ) {
    let level = westernLevel(left, right)
    let rarity = level == .sameStreet ? min(left.streetRarity, right.streetRarity) : 0
    found.set(1, level, weights.weight(.street, level, rarity: rarity), rarity: rarity)
    if level == .sameStreet || level == .streetNear { compareUnits(left, right, &found) }
  }

  private func westernLevel(_ left: AddressView, _ right: AddressView) -> Level {
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    let isSameNumber = left.number == right.number
    let isNumberless = left.number == 0 || right.number == 0
    if words.jaccard >= 95, isSameNumber { return .sameStreet }
    if isSameNumber, left.number != 0, words.containment >= 60 || words.jaccard >= 50 { return .streetNear }
    if isSameNumber, left.number != 0, words.sharedCount > 0, words.containment >= 30 { return .streetSimilar }
    if words.jaccard >= 50 { return isNumberless ? .streetWithoutNumber : .numberDiffers }
    return .streetDiffers
  }
}
