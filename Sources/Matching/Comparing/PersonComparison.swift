import Normalization

/// Names of persons.
extension Comparison {
  /// Surname and given name, of the two names that agree best.
  func persons(_ left: RecordView, _ right: RecordView) -> PartFindings {
    let (mine, others) = (left.persons, right.persons)
    guard !mine.isEmpty, !others.isEmpty else { return PartFindings() }
    var best: PartFindings?
    for one in mine {
      for other in others {
        let found = compare(PersonView(one, left), PersonView(other, right))
        if best == nil { best = found } else { best?.improve(with: found) }
      }
    }
    guard var best else { return PartFindings() }
    // Two people of one organisation are not a contradiction: a customer has many contacts.
    if best.sum < 0, !left.organisations.isEmpty, !right.organisations.isEmpty {
      best.setWeight(1, 0)
      best.setWeight(0, best.ranks[0] == 0 ? 0 : Int16(clamping: weights.colleague.units))
    }
    return best
  }

  private func compare(_ left: PersonView, _ right: PersonView) -> PartFindings {
    var found = PartFindings()
    guard left.isChinese == right.isChinese else {
      compareRendering(left, right, &found)
      return found
    }
    if !left.isChinese, left.surname != 0, left.surname == right.given, left.given == right.surname, left.surname != left.given {
      found.set(0, .surnameSwapped, weights.weight(.surname, .surnameSwapped))
      let rarity = min(left.givenRarity, right.givenRarity)
      found.set(1, .sameGiven, weights.weight(.given, .sameGiven, rarity: rarity), rarity: rarity)
      return found
    }
    if left.surname != 0, right.surname != 0 {
      let level = surnameLevel(left, right)
      let rarity = level == .sameSurname ? left.surnameRarity : 0
      found.set(0, level, weights.weight(.surname, level, rarity: rarity), rarity: rarity)
    }
    if left.given != 0, right.given != 0 {
      let level = left.isChinese ? chineseGivenLevel(left, right) : givenLevel(left, right)
      let rarity = level == .sameGiven ? left.givenRarity : 0
      found.set(1, level, weights.weight(.given, level, rarity: rarity), rarity: rarity)
    } else if left.gender != 0, right.gender != 0, left.gender != right.gender {
      // 张先生 and 张女士.
      found.set(1, .givenDiffers, weights.weight(.given, .givenDiffers))
    }
    return found
  }

  /// 张伟 against Zhang Wei. A Latin name that spells no Chinese one says nothing: many have an English name as well.
  private func compareRendering(
    _ left: PersonView, _ right: PersonView, _ found: inout PartFindings
  ) {
    guard left.surnameSounds.contains(where: { right.surnameSounds.contains($0) }) else {
      if !left.sounds.isEmpty, !right.sounds.isEmpty { found.set(0, .surnameDiffers, weights.weight(.surname, .surnameDiffers) / 2) }
      return
    }
    found.set(0, .surnameRendered, weights.weight(.surname, .surnameRendered))
    guard !left.sounds.isEmpty, !right.sounds.isEmpty else { return }
    let isSame = left.sounds.contains { right.sounds.contains($0) }
    let level: Level = isSame ? .givenRendered : .givenDiffers
    found.set(1, level, weights.weight(.given, level))
  }

  private func chineseGivenLevel(_ left: PersonView, _ right: PersonView) -> Level {
    if left.given == right.given { return .sameGiven }
    // 张伟 and 张玮, 李末 and 李未: misheard or misread.
    if left.sounds.contains(where: { right.sounds.contains($0) }) { return .givenSimilar }
    return left.givenUnits.count == right.givenUnits.count && looksAlike(left.givenUnits, right.givenUnits) ? .givenSimilar : .givenDiffers
  }

  private func surnameLevel(_ left: PersonView, _ right: PersonView) -> Level {
    if left.surname == right.surname { return .sameSurname }
    if left.isChinese {
      return left.surnameUnits.count == right.surnameUnits.count && looksAlike(left.surnameUnits, right.surnameUnits)
        ? .surnameSimilar : .surnameDiffers
    }
    let similarity = similarity(left.surnameUnits, right.surnameUnits, atLeast: 850)
    if similarity >= 920 { return .surnameNear }
    return similarity >= 850 ? .surnameSimilar : .surnameDiffers
  }

  private func givenLevel(_ left: PersonView, _ right: PersonView) -> Level {
    if left.given == right.given { return .sameGiven }
    if left.givenUnits.count == 1 || right.givenUnits.count == 1 {
      return left.givenUnits[0] == right.givenUnits[0] ? .givenInitial : .givenDiffers
    }
    if Nicknames.share(left.nicknames, right.nicknames) { return .givenNickname }
    let similarity = similarity(left.givenUnits, right.givenUnits, atLeast: 850)
    if similarity >= 920 { return .givenNear }
    return similarity >= 850 ? .givenSimilar : .givenDiffers
  }
}
