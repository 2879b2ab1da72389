extension Comparison {
  func compareOrganisations(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    guard !left.organisations.isEmpty, !right.organisations.isEmpty else { return }
    var strongest = -Double.infinity
    for mine in left.organisations {
      for other in right.organisations { strongest = max(strongest, bits(mine, other)) }
    }
    evidence.add(.organisations, bits: strongest)
  }

  private func bits(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> Double {
    let weights = model.weights
    // 中文名 against English name: nothing can be said.
    guard left.isChinese == right.isChinese else { return 0 }
    let brand = brandBits(left, right)
    guard brand > 0 else { return brand }
    var sum = brand
    if left.text == right.text { sum += weights.sameOrganisation }
    sum += industryBits(left.industry, right.industry)
    if !left.divisions.isEmpty, !right.divisions.isEmpty {
      sum += Places.areCompatible(left.divisions, right.divisions) ? weights.divisionAgrees : weights.divisionDiffers
    }
    if left.branch != right.branch { sum += weights.branchDiffers } else if left.branch != 0 { sum += weights.branchAgrees }
    if left.ordinal != right.ordinal { sum += weights.ordinalDiffers }
    return sum
  }

  private func brandBits(_ left: PreparedRecord.OrganisationFeature, _ right: PreparedRecord.OrganisationFeature) -> Double {
    let weights = model.weights
    if left.brandHash == right.brandHash { return Self.worth(ofBrand: left.brand.count, isChinese: left.isChinese) }
    let differs = left.isMarked && right.isMarked ? weights.brandDiffers : weights.unmarkedBrandDiffers
    let shorter = left.brand.count <= right.brand.count ? left.brand : right.brand
    let longer = left.brand.count <= right.brand.count ? right.brand : left.brand
    if shorter.count >= 2, contains(longer, shorter) { return left.isChinese || shorter.count >= 6 ? weights.brandContains : differs }
    return left.brand.withUnsafeBufferPointer { mine in
      right.brand.withUnsafeBufferPointer { other in
        guard left.isChinese else {
          let similarity = jaroWinkler(mine, other)
          if similarity >= 930, shorter.count >= 6 { return weights.brandNear + 2 }
          return similarity >= 860 && shorter.count >= 6 ? weights.brandNear : differs
        }
        guard shorter.count >= 3 else { return shorter.count == 2 && longer.count == 2 ? differs : differs }
        return levenshtein(mine, other) <= (shorter.count + 1) / 4 ? weights.brandNear : differs
      }
    }
  }

  /// What agreeing on a brand is worth: 46 % of Chinese short names have two characters, and many companies share one.
  private static func worth(ofBrand length: Int, isChinese: Bool) -> Double {
    guard isChinese else { return min(11, 3 + Double(length) * 0.75) }
    switch length {
    case 0...1: return 2
    case 2: return 6
    case 3: return 8.5
    default: return 10.5
    }
  }

  private func industryBits(_ left: [UInt16], _ right: [UInt16]) -> Double {
    guard !left.isEmpty, !right.isEmpty else { return 0 }
    if left == right { return model.weights.industryAgrees }
    if contains(left, right) || contains(right, left) { return 1 }
    return model.weights.industryDiffers
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

  func comparePersons(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    guard !left.persons.isEmpty, !right.persons.isEmpty else { return }
    var strongest = -Double.infinity
    for mine in left.persons {
      for other in right.persons { strongest = max(strongest, bits(mine, other)) }
    }
    // Two people of one organisation are not a contradiction: a customer has many contacts.
    if strongest < 0, !left.organisations.isEmpty, !right.organisations.isEmpty { strongest = model.weights.colleague }
    evidence.add(.persons, bits: strongest)
  }

  private func bits(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> Double {
    let weights = model.weights
    // 汉字 against pinyin or an English name: nothing can be said yet.
    guard left.isChinese == right.isChinese else { return 0 }
    guard left.isChinese else { return westernBits(left, right) }
    guard left.surname == right.surname else {
      return left.given != 0 && right.given != 0 && left.given != right.given ? weights.fullNameDiffers : weights.surnameDiffers
    }
    guard left.given != 0, right.given != 0 else { return weights.surnameOnly }
    guard left.given == right.given else { return weights.givenDiffers }
    return left.text.count >= 3 ? weights.fullNameLong : weights.fullNameShort
  }

  private func westernBits(_ left: PreparedRecord.PersonFeature, _ right: PreparedRecord.PersonFeature) -> Double {
    let weights = model.weights
    if left.textHash == right.textHash { return left.surname == 0 ? weights.surnameOnly + 1 : weights.westernName }
    if left.surname != 0, left.surname == right.given, left.given == right.surname { return weights.westernSwapped }
    if left.surname == 0 || right.surname == 0 { return left.given == right.given ? weights.surnameOnly + 1 : weights.givenDiffers / 2 }
    return left.text.withUnsafeBufferPointer { mine in
      right.text.withUnsafeBufferPointer { other in
        let similarity = jaroWinkler(mine, other)
        if similarity >= 940 { return weights.westernNear }
        if similarity >= 880 { return weights.westernNear / 2 }
        if left.surname == right.surname || left.given == right.given { return similarity >= 800 ? 0 : weights.givenDiffers / 2 }
        return weights.surnameDiffers
      }
    }
  }
}
