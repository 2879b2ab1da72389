import Kernels
import Normalization

/// Names of organisations, and what tells organisations of one name apart.
extension Comparison {
  /// A person who buys for himself and the company he works for are two customers, whatever they share.
  func kinds(_ left: RecordView, _ right: RecordView) -> LevelFinding? {
    let level: Level
    if left.kind != .unknown, right.kind != .unknown {
      level = left.kind == right.kind ? .sameKind : .kindDiffers
    } else if left.kind == .company && right.organisations.isEmpty || right.kind == .company && left.organisations.isEmpty {
      // A person without a company may be its contact, or buy for himself.
      level = .kindUncertain
    } else {
      return nil
    }
    return LevelFinding(level, weights.weight(.kind, level))
  }

  /// Brand, industry, region and branch, of the two names that agree best.
  func organisations(_ left: RecordView, _ right: RecordView) -> PartFindings {
    let (mine, others) = (left.organisations, right.organisations)
    guard !mine.isEmpty, !others.isEmpty else { return PartFindings() }
    var best: PartFindings?
    for one in mine {
      for other in others {
        let found = compare(OrganisationView(one, left), OrganisationView(other, right))
        if best == nil { best = found } else { best?.improve(with: found) }
      }
    }
    return best ?? PartFindings()
  }

  private func compare(_ left: OrganisationView, _ right: OrganisationView) -> PartFindings {
    var found = PartFindings()
    guard let brand = brandLevel(left, right) else { return found }
    let rarity = brand == .sameBrand ? min(left.rarity, right.rarity) : 0
    found.set(0, brand, weights.weight(.brand, brand, rarity: rarity), rarity: rarity)
    guard brand != .brandDiffers, brand != .unmarkedBrandDiffers else { return found }
    if !left.industries.isEmpty, !right.industries.isEmpty {
      let level = industryLevel(left.industries, right.industries)
      found.set(1, level, weights.weight(.industry, level))
    }
    if !left.divisions.isEmpty, !right.divisions.isEmpty {
      let level: Level = Places.areCompatible(left.divisions, right.divisions) ? .sameRegion : .regionDiffers
      found.set(2, level, weights.weight(.region, level))
    }
    if left.branch != right.branch {
      found.set(3, .branchDiffers, weights.weight(.branch, .branchDiffers))
    } else if left.ordinal != right.ordinal {
      found.set(3, .ordinalDiffers, weights.weight(.branch, .ordinalDiffers))
    } else if left.branch != 0 {
      found.set(3, .sameBranch, weights.weight(.branch, .sameBranch))
    }
    return found
  }

  private func brandLevel(_ left: OrganisationView, _ right: OrganisationView) -> Level? {
    guard left.isChinese == right.isChinese else {
      // 中文名 against a Latin one: only how they sound can be compared.
      return left.sound.count >= 2 && left.sound.elementsEqual(right.sound) ? .brandRendered : nil
    }
    return left.isChinese ? chineseBrand(left, right) : westernBrand(left, right)
  }

  private func industryLevel(_ left: UnsafeBufferPointer<UInt64>, _ right: UnsafeBufferPointer<UInt64>) -> Level {
    if left.elementsEqual(right) { return .sameIndustry }
    return left.contains { right.contains($0) } ? .industryContains : .industryDiffers
  }

  private func chineseBrand(_ left: OrganisationView, _ right: OrganisationView) -> Level {
    if left.brandHash == right.brandHash { return .sameBrand }
    let shorter = left.brand.count <= right.brand.count ? left.brand : right.brand
    let longer = left.brand.count <= right.brand.count ? right.brand : left.brand
    if shorter.count >= 2, contains(longer, shorter) { return .brandContains }
    if shorter.count == longer.count, looksAlike(shorter, longer) { return .brandNear }
    if left.sound.count >= 2, left.sound.elementsEqual(right.sound) { return .brandSoundsSame }
    if shorter.count >= 3, levenshtein(left.brand, right.brand, atMost: (shorter.count + 1) / 4) <= (shorter.count + 1) / 4 {
      return .brandNear
    }
    if shorter.count >= 2, longer.count > shorter.count + 1, longer.count <= shorter.count * 3,
      CompanyName.isAbbreviation(Array(shorter), of: Array(longer))
    {
      return .brandAbbreviates
    }
    return left.isMarked && right.isMarked ? .brandDiffers : .unmarkedBrandDiffers
  }

  /// One character that looks like another.
  func looksAlike(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>) -> Bool {
    var different: (UInt16, UInt16)?
    for (mine, other) in zip(left, right) where mine != other {
      if different != nil { return false }
      different = (mine, other)
    }
    guard let (mine, other) = different, let one = Unicode.Scalar(mine), let two = Unicode.Scalar(other) else { return false }
    return HanForms.looksAlike(one, two)
  }

  private func westernBrand(_ left: OrganisationView, _ right: OrganisationView) -> Level {
    if left.brandHash == right.brandHash { return .sameBrand }
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    if words.jaccard >= 80 { return .brandNear }
    let similarity = similarity(left.brand, right.brand, atLeast: 800)
    let isLong = min(left.brand.count, right.brand.count) >= 6
    if isLong, similarity >= 940 { return .brandNear }
    if words.containment >= 95 { return .brandContains }
    if words.jaccard >= 45 || isLong && similarity >= 880 { return .brandOverlaps }
    return words.sharedCount > 0 && words.containment >= 40 || similarity >= 800 ? .unmarkedBrandDiffers : .brandDiffers
  }

  private func contains(_ longer: UnsafeBufferPointer<UInt16>, _ shorter: UnsafeBufferPointer<UInt16>) -> Bool {
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
}
