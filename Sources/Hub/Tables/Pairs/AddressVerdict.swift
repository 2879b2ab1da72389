import Normalization

/// Whether two addresses are one place. What both say must agree level by level; a level that only one has makes it less sure.
enum AddressVerdict {
  static func between(_ one: String, _ other: String) -> PairVerdicts.Verdict {
    guard let mine = Address(one), let theirs = Address(other) else { return .different }
    if mine.isChinese || theirs.isChinese { return chinese(mine, theirs) }
    return western(mine, theirs)
  }

  private static func chinese(_ one: Address, _ other: Address) -> PairVerdicts.Verdict {
    let place = places(one, other)
    if place == .different { return .different }
    guard hasRoad(one), hasRoad(other) else {
      // Only the district of a whole address.
      if hasRoad(one) || hasRoad(other) { return .possible }
      return place.and(details(one, other))
    }
    guard isSameRoad(one, other) else { return isLookAlike(one.road, other.road) ? .possible : .different }
    if !one.postcode.isEmpty, !other.postcode.isEmpty, one.postcode != other.postcode { return .possible }
    return place.and(number(one, other)).and(details(one, other))
  }

  private static func hasRoad(_ address: Address) -> Bool { !address.road.isEmpty || !address.roadSound.isEmpty }

  private static func isSameRoad(_ one: Address, _ other: Address) -> Bool {
    if one.isChinese == other.isChinese {
      return one.road == other.road
        || !one.roadTail.isEmpty && one.roadTail == other.roadTail
          && (one.road == one.roadTail || other.road == other.roadTail)
    }
    return !one.roadSound.isEmpty && one.roadSound == other.roadSound
  }

  /// 建国路 and 建囯路.
  private static func isLookAlike(_ one: String, _ other: String) -> Bool {
    let (mine, theirs) = (Array(one.unicodeScalars), Array(other.unicodeScalars))
    guard mine.count == theirs.count, mine.count >= 3 else { return false }
    let places = mine.indices.filter { mine[$0] != theirs[$0] }
    return places.count == 1
      && (HanForms.looksAlike(mine[places[0]], theirs[places[0]]) || HanForms.soundsAlike(mine[places[0]], theirs[places[0]]))
  }

  /// A district's name can lie in several cities: then only a city says which one is meant.
  private static func places(_ one: Address, _ other: Address) -> PairVerdicts.Verdict {
    if one.divisions.isEmpty || other.divisions.isEmpty {
      if !one.zone.isEmpty, !other.zone.isEmpty, one.zone != other.zone { return .different }
      return one.divisions.isEmpty && other.divisions.isEmpty && one.isChinese == other.isChinese ? .same : .possible
    }
    guard one.divisions.contains(where: { mine in other.divisions.contains { mine.isCompatible(with: $0) } }) else { return .different }
    let (mine, theirs) = (cities(one), cities(other))
    if mine != theirs, mine.count > 1 || theirs.count > 1 { return .possible }
    return mine.contains(0) == theirs.contains(0) ? .same : .possible
  }

  /// Numbers of the cities it may lie in; 0 when only the province is known.
  private static func cities(_ address: Address) -> Set<UInt32> {
    // The provinces above the others say nothing of their own.
    let cities = Set(address.divisions.map { [11, 12, 31, 50].contains($0.province) ? $0.province : $0.city })
    return cities.count > 1 ? cities.subtracting([0]) : cities
  }

  private static func number(_ one: Address, _ other: Address) -> PairVerdicts.Verdict {
    if one.number == other.number { return .same }
    return one.number.isEmpty || other.number.isEmpty ? .possible : .different
  }

  private static func details(_ one: Address, _ other: Address) -> PairVerdicts.Verdict {
    var verdict = PairVerdicts.Verdict.same
    for (mine, theirs) in [
      (one.building, other.building), (one.entrance, other.entrance), (one.floor, other.floor), (one.unit, other.unit),
    ]
    where mine != theirs {
      verdict = verdict.and(mine.isEmpty || theirs.isEmpty ? .possible : .different)
    }
    // 2318室 tells its floor; 华业大厦 says little beside the number.
    if !one.unit.isEmpty, one.unit == other.unit, one.building == other.building { return .same }
    return verdict
  }

  private static func western(_ one: Address, _ other: Address) -> PairVerdicts.Verdict {
    let (mine, theirs) = (Set(one.streetWords), Set(other.streetWords))
    guard !mine.isEmpty, !theirs.isEmpty else {
      return mine.isEmpty && theirs.isEmpty && one.rest == other.rest && one.postcode == other.postcode ? .same : .different
    }
    if !one.number.isEmpty, !other.number.isEmpty, one.number != other.number { return .different }
    if !one.unit.isEmpty, !other.unit.isEmpty, one.unit != other.unit { return .different }
    if !one.postcode.isEmpty, !other.postcode.isEmpty, one.postcode != other.postcode { return .different }
    let shared = mine.intersection(theirs)
    guard mine == theirs || shared == mine || shared == theirs else { return .different }
    let towns = (Set(one.rest), Set(other.rest))
    if !towns.0.isEmpty, !towns.1.isEmpty, towns.0.isDisjoint(with: towns.1) { return .different }
    let isWhole = mine == theirs && one.number == other.number && one.unit == other.unit
    return isWhole && (towns.0.isEmpty == towns.1.isEmpty || !one.postcode.isEmpty && one.postcode == other.postcode) ? .same : .possible
  }
}
