import Normalization

extension Comparison {
  func compareOrganisations(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    // A person who buys for himself and the company he works for are two customers, whatever they share.
    if left.kind != .unknown, right.kind != .unknown {
      let level: Level = left.kind == right.kind ? .sameKind : .kindDiffers
      findings.set(.kind, level, weights.weight(.kind, level))
    } else if left.kind == .company && right.organisations.isEmpty || right.kind == .company && left.organisations.isEmpty {
      // A person without a company may be its contact, or buy for himself.
      findings.set(.kind, .kindUncertain, weights.weight(.kind, .kindUncertain))
    }
    var best: PairFindings?
    for mine in left.organisations {
      for other in right.organisations {
        let found = compare(mine, other)
        if found.sum > best?.sum ?? .min { best = found }
      }
    }
    guard let best else { return }
    findings.add(best.findings)
  }

  private func compare(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> PairFindings {
    var found = PairFindings()
    guard let brand = brandLevel(left, right) else { return found }
    let rarity = brand == .sameBrand ? min(left.rarity, right.rarity) : 0
    found.set(.brand, brand, weights.weight(.brand, brand, rarity: rarity), rarity: rarity)
    guard brand != .brandDiffers, brand != .unmarkedBrandDiffers else { return found }
    if !left.industries.isEmpty, !right.industries.isEmpty {
      let level = industryLevel(left.industries, right.industries)
      found.set(.industry, level, weights.weight(.industry, level))
    }
    if !left.divisions.isEmpty, !right.divisions.isEmpty {
      let level: Level = Places.areCompatible(left.divisions, right.divisions) ? .sameRegion : .regionDiffers
      found.set(.region, level, weights.weight(.region, level))
    }
    if left.branch != right.branch {
      found.set(.branch, .branchDiffers, weights.weight(.branch, .branchDiffers))
    } else if left.ordinal != right.ordinal {
      found.set(.branch, .ordinalDiffers, weights.weight(.branch, .ordinalDiffers))
    } else if left.branch != 0 {
      found.set(.branch, .sameBranch, weights.weight(.branch, .sameBranch))
    }
    return found
  }

  private func brandLevel(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> Level? {
    guard left.isChinese == right.isChinese else {
      // 中文名 against a Latin one: only how they sound can be compared.
      return left.sound.count >= 2 && left.sound == right.sound ? .brandRendered : nil
    }
    return left.isChinese ? chineseBrand(left, right) : westernBrand(left, right)
  }

  private func industryLevel(_ left: [UInt64], _ right: [UInt64]) -> Level {
    if left == right { return .sameIndustry }
    return left.contains { right.contains($0) } ? .industryContains : .industryDiffers
  }

  private func chineseBrand(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> Level {
    if left.brandHash == right.brandHash { return .sameBrand }
    let shorter = left.brand.count <= right.brand.count ? left.brand : right.brand
    let longer = left.brand.count <= right.brand.count ? right.brand : left.brand
    if shorter.count >= 2, contains(longer, shorter) { return .brandContains }
    if shorter.count == longer.count, looksAlike(shorter, longer) { return .brandNear }
    if left.sound.count >= 2, left.sound == right.sound { return .brandSoundsSame }
    if shorter.count >= 3, distance(left.brand, right.brand) <= (shorter.count + 1) / 4 { return .brandNear }
    if shorter.count >= 2, longer.count > shorter.count + 1, CompanyName.isAbbreviation(shorter, of: longer) { return .brandAbbreviates }
    return left.isMarked && right.isMarked ? .brandDiffers : .unmarkedBrandDiffers
  }

  /// One character that looks like another.
  private func looksAlike(_ left: [UInt16], _ right: [UInt16]) -> Bool {
    var different: (UInt16, UInt16)?
    for (mine, other) in zip(left, right) where mine != other {
      if different != nil { return false }
      different = (mine, other)
    }
    guard let (mine, other) = different, let one = Unicode.Scalar(mine), let two = Unicode.Scalar(other) else { return false }
    return HanForms.looksAlike(one, two)
  }

  private func westernBrand(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> Level {
    if left.brandHash == right.brandHash { return .sameBrand }
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    if words.jaccard >= 80 { return .brandNear }
    let similarity = similarity(left.brand, right.brand)
    let isLong = min(left.brand.count, right.brand.count) >= 6
    if isLong, similarity >= 940 { return .brandNear }
    if words.containment >= 95 { return .brandContains }
    if words.jaccard >= 45 || isLong && similarity >= 880 { return .brandOverlaps }
    return words.sharedCount > 0 && words.containment >= 40 || similarity >= 800 ? .unmarkedBrandDiffers : .brandDiffers
  }

  private func distance(_ left: [UInt16], _ right: [UInt16]) -> Int {
    left.withUnsafeBufferPointer { mine in right.withUnsafeBufferPointer { levenshtein(mine, $0) } }
  }

  private func contains(_ longer: [UInt16], _ shorter: [UInt16]) -> Bool {
    guard shorter.count <= longer.count, !shorter.isEmpty else { return false }
    var start = 0
    while start + shorter.count <= longer.count {
      var index = 0
      while index < shorter.count, longer[start + index] == shorter[index] { index += 1 }
      if index == shorter.count { return true }
      start += 1
    }
    return false
  }

  func comparePersons(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    var best: PairFindings?
    for mine in left.persons {
      for other in right.persons {
        let found = compare(mine, other)
        if found.sum > best?.sum ?? .min { best = found }
      }
    }
    guard var best else { return }
    // Two people of one organisation are not a contradiction: a customer has many contacts.
    if best.sum < 0, !left.organisations.isEmpty, !right.organisations.isEmpty {
      best.findings.units[Int(Aspect.given.rawValue)] = 0
      best.findings.units[Int(Aspect.surname.rawValue)] = Int16(clamping: weights.colleague.units)
    }
    findings.add(best.findings)
  }

  private func compare(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> PairFindings {
    var found = PairFindings()
    guard left.isChinese == right.isChinese else {
      compareRendering(left, right, &found)
      return found
    }
    if !left.isChinese, left.surname != 0, left.surname == right.given, left.given == right.surname, left.surname != left.given {
      found.set(.surname, .surnameSwapped, weights.weight(.surname, .surnameSwapped))
      found.set(.given, .sameGiven, weights.weight(.given, .sameGiven, rarity: left.givenRarity), rarity: left.givenRarity)
      return found
    }
    if left.surname != 0, right.surname != 0 {
      let level = surnameLevel(left, right)
      let rarity = level == .sameSurname ? left.surnameRarity : 0
      found.set(.surname, level, weights.weight(.surname, level, rarity: rarity), rarity: rarity)
    }
    if left.given != 0, right.given != 0 {
      let level = left.isChinese ? chineseGivenLevel(left, right) : givenLevel(left, right)
      let rarity = level == .sameGiven ? left.givenRarity : 0
      found.set(.given, level, weights.weight(.given, level, rarity: rarity), rarity: rarity)
    } else if let mine = left.gender, let other = right.gender, mine != other {
      // 张先生 and 张女士.
      found.set(.given, .givenDiffers, weights.weight(.given, .givenDiffers))
    }
    return found
  }

  /// 张伟 against Zhang Wei. A Latin name that spells no Chinese one says nothing: many have an English name as well.
  private func compareRendering(
    _ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature, _ found: inout PairFindings
  ) {
    guard left.surnameSounds.contains(where: { right.surnameSounds.contains($0) }) else {
      if !left.sounds.isEmpty, !right.sounds.isEmpty { found.set(.surname, .surnameDiffers, weights.weight(.surname, .surnameDiffers) / 2) }
      return
    }
    found.set(.surname, .surnameRendered, weights.weight(.surname, .surnameRendered))
    guard !left.sounds.isEmpty, !right.sounds.isEmpty else { return }
    let isSame = left.sounds.contains { right.sounds.contains($0) }
    let level: Level = isSame ? .givenRendered : .givenDiffers
    found.set(.given, level, weights.weight(.given, level))
  }

  private func chineseGivenLevel(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> Level {
    if left.given == right.given { return .sameGiven }
    // 张伟 and 张玮, 李末 and 李未: misheard or misread.
    if left.sounds.contains(where: { right.sounds.contains($0) }) { return .givenSimilar }
    return left.givenUnits.count == right.givenUnits.count && looksAlike(left.givenUnits, right.givenUnits) ? .givenSimilar : .givenDiffers
  }

  private func surnameLevel(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> Level {
    if left.surname == right.surname { return .sameSurname }
    if left.isChinese {
      return left.surnameUnits.count == right.surnameUnits.count && looksAlike(left.surnameUnits, right.surnameUnits)
        ? .surnameSimilar : .surnameDiffers
    }
    let similarity = similarity(left.surnameUnits, right.surnameUnits)
    if similarity >= 920 { return .surnameNear }
    return similarity >= 850 ? .surnameSimilar : .surnameDiffers
  }

  private func givenLevel(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> Level {
    if left.given == right.given { return .sameGiven }
    if left.givenUnits.count == 1 || right.givenUnits.count == 1 {
      return left.givenUnits[0] == right.givenUnits[0] ? .givenInitial : .givenDiffers
    }
    if Nicknames.share(left.nicknames, right.nicknames) { return .givenNickname }
    let similarity = similarity(left.givenUnits, right.givenUnits)
    if similarity >= 920 { return .givenNear }
    return similarity >= 850 ? .givenSimilar : .givenDiffers
  }
}

extension Findings {
  /// Takes over what another comparison found about other aspects.
  @inline(__always)
  mutating func add(_ other: Findings) {
    ranks |= other.ranks
    units &+= other.units
    rarities &+= other.rarities
  }
}
