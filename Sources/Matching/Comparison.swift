import Model

/// How many distinct names hold a value, as levels: 0 up to two names, then one more for each doubling. The index knows;
/// a comparison asks only when values agree.
public protocol Reputation {
  func level(of key: MatchKey) -> Int
}

/// Nobody shares anything: what a record is worth against itself.
public struct NoReputation: Reputation {
  public init() {}
  public func level(of key: MatchKey) -> Int { 0 }
}

/// Compares prepared records, aspect by aspect. Symmetric; allocates nothing.
public struct Comparison<Reputed: Reputation> {
  public let model: MatchModel
  public let reputation: Reputed
  let weights: LevelWeights

  public init(model: MatchModel, reputation: Reputed) {
    self.model = model
    self.reputation = reputation
    weights = model.weights
  }

  public func evidence(_ left: PreparedRecord, _ right: PreparedRecord) -> Evidence { findings(left, right).evidence }

  /// What was found, aspect by aspect.
  public func findings(_ left: PreparedRecord, _ right: PreparedRecord) -> Findings {
    var findings = Findings()
    compareIdentifiers(left, right, &findings)
    comparePhones(left, right, &findings)
    compareEmails(left, right, &findings)
    compareOrganisations(left, right, &findings)
    comparePersons(left, right, &findings)
    compareAddresses(left, right, &findings)
    compareBirthDates(left, right, &findings)
    compareColumns(left, right, &findings)
    if left.uniqueSource != 0, left.uniqueSource == right.uniqueSource { findings.isVetoed = true }
    return findings
  }

  /// The evidence and the prior together.
  public func weight(_ evidence: Evidence) -> MatchWeight { evidence.total(model) + model.prior }

  /// What a shared value is worth when so many names hold it.
  private func discount(_ units: Int16, _ key: MatchKey) -> Int16 {
    Int16(clamping: max(min(64, Int32(units)), Int32(units) - Int32(reputation.level(of: key)) * weights.perHolderLevel.units))
  }

  private func compareIdentifiers(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    var best: (level: Level, units: Int16)?
    var hasCodes = (false, false)
    var codesAgree = false
    var others = (false, false)
    for mine in left.identifiers {
      if mine.scheme == .creditCode { hasCodes.0 = true }
      if mine.scheme == .other { others.0 = true }
      for other in right.identifiers where other.scheme == mine.scheme {
        let level: Level
        if other.value == mine.value {
          if mine.scheme == .creditCode { codesAgree = true }
          level = mine.scheme.level
        } else if mine.packed != 0, Packed.areNear(mine.packed, other.packed) {
          level = .nearID
        } else {
          continue
        }
        let full = weights.weight(.identifier, level)
        let units = level == .nearID ? full : discount(full, MatchKey(.identifier, mine.value))
        if units > best?.units ?? .min { best = (level, units) }
      }
    }
    for other in right.identifiers {
      if other.scheme == .creditCode { hasCodes.1 = true }
      if other.scheme == .other { others.1 = true }
    }
    if let best {
      findings.set(.identifier, best.level, best.units)
    } else if others.0, others.1 {
      findings.set(.identifier, .otherIDDiffers, weights.weight(.identifier, .otherIDDiffers))
    }
    if hasCodes.0, hasCodes.1, !codesAgree { findings.isVetoed = true }
  }

  private func comparePhones(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    guard !left.phones.isEmpty, !right.phones.isEmpty else { return }
    var best: (level: Level, units: Int16) = (.phoneDiffers, weights.weight(.phone, .phoneDiffers))
    for mine in left.phones {
      for other in right.phones {
        let level = level(mine, other)
        var units = weights.weight(.phone, level)
        if level == .sameMobile || level == .sameLandline || level == .sameServiceNumber {
          units = discount(units, MatchKey(.phone, mine.value))
        }
        if units > best.units || best.level == .phoneDiffers { best = (level, units) }
      }
    }
    findings.set(.phone, best.level, best.units)
  }

  private func level(_ mine: PreparedRecord.PhoneFeature, _ other: PreparedRecord.PhoneFeature) -> Level {
    if mine.value == other.value {
      switch mine.kind {
      case .mobile: return .sameMobile
      case .service: return .sameServiceNumber
      case .local: return .sameLocalNumber
      case .landline, .other: return .sameLandline
      }
    }
    if mine.local != 0, mine.local == other.local, mine.kind == .local || other.kind == .local { return .sameLocalNumber }
    return Digits.areNear(mine.digits, other.digits) ? .nearPhone : .phoneDiffers
  }

  private func compareEmails(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    guard !left.emails.isEmpty, !right.emails.isEmpty else { return }
    var best: (level: Level, units: Int16) = (.emailDiffers, weights.weight(.email, .emailDiffers))
    for mine in left.emails {
      for other in right.emails {
        let level = level(mine, other)
        var units = weights.weight(.email, level)
        switch level {
        case .sameEmail, .sameRoleEmail: units = discount(units, MatchKey(.email, mine.value))
        case .sameDomain: units = discount(units, MatchKey(.domain, mine.domain))
        default: break
        }
        if units > best.units { best = (level, units) }
      }
    }
    findings.set(.email, best.level, best.units)
  }

  private func level(_ mine: PreparedRecord.EmailFeature, _ other: PreparedRecord.EmailFeature) -> Level {
    if mine.value == other.value { return mine.isRole ? .sameRoleEmail : .sameEmail }
    if mine.localHash == other.localHash { return mine.isRole || mine.local.count < 4 ? .emailDiffers : .sameLocalPart }
    let similarity = similarity(mine.local, other.local)
    if mine.domain == other.domain {
      if mine.local.count >= 4, similarity >= 930, !mine.isRole { return .nearEmail }
      return mine.isFreeMail ? .emailDiffers : .sameDomain
    }
    return .emailDiffers
  }

  private func compareBirthDates(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    guard !left.birthDates.isEmpty, !right.birthDates.isEmpty else { return }
    var best: (level: Level, units: Int16, rarity: Int16) = (.birthDateDiffers, weights.weight(.birthDate, .birthDateDiffers), 0)
    for (place, mine) in left.birthDates.enumerated() {
      for other in right.birthDates {
        let level = Dates.level(mine, other)
        let rarity = level == .sameBirthDate ? left.birthDateRarities[place] : 0
        let units = weights.weight(.birthDate, level, rarity: rarity)
        if units > best.units { best = (level, units, rarity) }
      }
    }
    findings.set(.birthDate, best.level, best.units, rarity: best.rarity)
  }

  /// Jaro-Winkler in thousandths.
  @inline(__always)
  func similarity(_ left: [UInt16], _ right: [UInt16]) -> Int {
    left.withUnsafeBufferPointer { mine in right.withUnsafeBufferPointer { jaroWinkler(mine, $0) } }
  }
}

/// What one pair of values says, summed for choosing the pair that agrees best.
struct PairFindings {
  var findings = Findings()
  var sum: Int32 = 0

  @inline(__always)
  mutating func set(_ aspect: Aspect, _ level: Level, _ units: Int16, rarity: Int16 = 0) {
    findings.set(aspect, level, units, rarity: rarity)
    sum += Int32(units)
  }
}

extension Findings {
  @inline(__always)
  mutating func set(_ aspect: Aspect, _ level: Level, _ units: Int16, rarity: Int16 = 0) {
    let lane = Int(aspect.rawValue)
    ranks[lane] = level.rank
    self.units[lane] = units
    rarities[lane] = rarity
  }
}

extension PreparedRecord.Identifier.Scheme {
  var level: Level {
    switch self {
    case .creditCode: .sameCreditCode
    case .organisationCode: .sameOrganisationCode
    case .uncheckedCode: .sameUncheckedCode
    case .openID, .unionID, .externalUserID: .sameSocialID
    case .bankAccount: .sameBankAccount
    case .other: .sameOtherID
    }
  }
}
