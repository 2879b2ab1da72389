/// Whether lists of GB/T 2260 codes can name the same place.
enum Places {
  static func areCompatible(_ left: [UInt32], _ right: [UInt32]) -> Bool {
    for mine in left {
      for other in right where isCompatible(mine, other) { return true }
    }
    return false
  }

  /// Equal as far as both go; the four municipalities (11, 12, 31, 50) have no city level of their own.
  private static func isCompatible(_ left: UInt32, _ right: UInt32) -> Bool {
    guard left / 10_000 == right / 10_000 else { return false }
    let isMunicipality = [11, 12, 31, 50].contains(left / 10_000)
    let (leftCity, rightCity) = (left / 100 % 100, right / 100 % 100)
    if !isMunicipality {
      guard leftCity != 0, rightCity != 0 else { return true }
      guard leftCity == rightCity else { return false }
    }
    let (leftCounty, rightCounty) = (left % 100, right % 100)
    return leftCounty == 0 || rightCounty == 0 || (leftCounty == rightCounty && leftCity == rightCity)
  }
}

extension Comparison {
  func compareAddresses(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    var best: PairFindings?
    for mine in left.addresses {
      for other in right.addresses {
        let found = compare(mine, other)
        if found.sum > best?.sum ?? .min { best = found }
      }
    }
    if let best { findings.add(best.findings) }
  }

  private func compare(_ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature) -> PairFindings {
    var found = PairFindings()
    comparePlaces(left, right, &found)
    if left.postcode != 0, right.postcode != 0 {
      let level: Level =
        left.postcode == right.postcode ? .samePostcode : Packed.areNear(left.postcode, right.postcode) ? .postcodeNear : .postcodeDiffers
      let rarity = level == .samePostcode ? left.postcodeRarity : 0
      found.set(.postcode, level, weights.weight(.postcode, level, rarity: rarity), rarity: rarity)
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

  private func comparePlaces(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ found: inout PairFindings
  ) {
    if !left.divisions.isEmpty, !right.divisions.isEmpty {
      let level: Level = Places.areCompatible(left.divisions, right.divisions) ? .samePlace : .placeDiffers
      found.set(.place, level, weights.weight(.place, level))
    } else if left.placeHash != 0, right.placeHash != 0 {
      let isSame = left.placeHash == right.placeHash
      let level: Level = isSame ? .samePlace : similarity(left.place, right.place) >= 880 ? .placeNear : .placeDiffers
      let rarity = isSame ? left.placeRarity : 0
      found.set(.place, level, weights.weight(.place, level, rarity: rarity), rarity: rarity)
    }
  }

  private func chineseStreet(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ isSameRoad: Bool, _ found: inout PairFindings
  ) {
    // 同城 not known: the same street name lies in many cities; in different cities it is another street.
    if found.findings.ranks[Int(Aspect.place.rawValue)] == Level.placeDiffers.rank { return }
    guard isSameRoad else { return found.set(.street, .streetDiffers, weights.weight(.street, .streetDiffers)) }
    guard left.number != 0, right.number != 0 else {
      return found.set(.street, .streetWithoutNumber, weights.weight(.street, .streetWithoutNumber))
    }
    guard left.number == right.number else { return found.set(.street, .numberDiffers, weights.weight(.street, .numberDiffers)) }
    found.set(.street, .sameStreet, weights.weight(.street, .sameStreet, rarity: left.streetRarity), rarity: left.streetRarity)
    compareUnits(left, right, &found)
  }

  private func compareUnits(_ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ found: inout PairFindings) {
    let differs =
      left.building != 0 && right.building != 0 && left.building != right.building
      || left.unit != 0 && right.unit != 0 && left.unit != right.unit
    let agrees =
      left.building != 0 && left.building == right.building || left.unit != 0 && left.unit == right.unit
      || left.details.contains { right.details.contains($0) }
    guard differs || agrees else { return }
    let level: Level = differs ? .unitDiffers : .sameUnit
    found.set(.unit, level, weights.weight(.unit, level))
  }

  private func westernStreet(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ found: inout PairFindings
  ) {
    let level = westernLevel(left, right)
    let rarity = level == .sameStreet ? left.streetRarity : 0
    found.set(.street, level, weights.weight(.street, level, rarity: rarity), rarity: rarity)
    if level == .sameStreet || level == .streetNear { compareUnits(left, right, &found) }
  }

  private func westernLevel(_ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature) -> Level {
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
