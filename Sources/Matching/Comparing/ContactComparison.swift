import Normalization

/// Ids, phones, e-mail and days.
extension Comparison {
  /// What a shared value is worth when so many names hold it.
  private func discount(_ units: Int16, _ key: MatchKey) -> Int16 {
    Int16(clamping: max(min(64, Int32(units)), Int32(units) - Int32(reputation.level(of: key)) * weights.perHolderLevel.units))
  }

  // MARK: Ids

  /// Different exclusive ids forbid the join.
  func identifiers(_ left: RecordView, _ right: RecordView) -> (finding: LevelFinding?, isVetoed: Bool) {
    guard left.header.counts[0] > 0, right.header.counts[0] > 0 else { return (nil, false) }
    var best: LevelFinding?
    var codesAgree = false
    for mine in left.identifiers {
      guard let scheme = PreparedRecord.Identifier.Scheme(rawValue: UInt8(truncatingIfNeeded: mine.scheme)) else { continue }
      for other in right.identifiers where other.scheme == mine.scheme {
        let level: Level
        if other.value == mine.value {
          if scheme == .creditCode { codesAgree = true }
          level = scheme.level
        } else if mine.packed != 0, Packed.areNear(mine.packed, other.packed) {
          level = .nearID
        } else {
          continue
        }
        let full = weights.weight(.identifier, level)
        let units = level == .nearID ? full : discount(full, MatchKey(.identifier, mine.value))
        if best == nil { best = LevelFinding(level, units) } else { best?.improve(with: level, units) }
      }
    }
    if best == nil, has(.other, left), has(.other, right) {
      best = LevelFinding(.otherIDDiffers, weights.weight(.identifier, .otherIDDiffers))
    }
    return (best, !codesAgree && has(.creditCode, left) && has(.creditCode, right))
  }

  private func has(_ scheme: PreparedRecord.Identifier.Scheme, _ record: RecordView) -> Bool {
    record.identifiers.contains { $0.scheme == UInt64(scheme.rawValue) }
  }

  // MARK: Phones

  func phones(_ left: RecordView, _ right: RecordView) -> LevelFinding? {
    let (mine, others) = (left.phones, right.phones)
    guard !mine.isEmpty, !others.isEmpty else { return nil }
    var best: LevelFinding?
    for one in mine {
      for other in others {
        let level = level(one, other)
        guard level != .phoneDiffers else { continue }
        var units = weights.weight(.phone, level)
        if level == .sameMobile || level == .sameLandline || level == .sameServiceNumber {
          units = discount(units, MatchKey(.phone, one.value))
        }
        if best == nil { best = LevelFinding(level, units) } else { best?.improve(with: level, units) }
      }
    }
    return best ?? LevelFinding(.phoneDiffers, weights.weight(.phone, .phoneDiffers))
  }

  private func level(_ mine: RecordLayout.Phone, _ other: RecordLayout.Phone) -> Level {
    if mine.value == other.value {
      switch kind(mine) {
      case .mobile: return .sameMobile
      case .service: return .sameServiceNumber
      case .local: return .sameLocalNumber
      case .landline, .other: return .sameLandline
      }
    }
    if mine.local != 0, mine.local == other.local, kind(mine) == .local || kind(other) == .local { return .sameLocalNumber }
    return Digits.areNear(mine.digits, other.digits) ? .nearPhone : .phoneDiffers
  }

  @inline(__always)
  private func kind(_ phone: RecordLayout.Phone) -> Phone.Kind { Phone.Kind(rawValue: UInt8(truncatingIfNeeded: phone.kind)) ?? .other }

  // MARK: E-mail

  func emails(_ left: RecordView, _ right: RecordView) -> LevelFinding? {
    let (mine, others) = (left.emails, right.emails)
    guard !mine.isEmpty, !others.isEmpty else { return nil }
    var best = LevelFinding(.emailDiffers, weights.weight(.email, .emailDiffers))
    for one in mine {
      for other in others {
        let level = level(one, other, left, right)
        var units = weights.weight(.email, level)
        switch level {
        case .sameEmail, .sameRoleEmail: units = discount(units, MatchKey(.email, one.value))
        case .sameDomain: units = discount(units, MatchKey(.domain, one.domain))
        default: break
        }
        best.improve(with: level, units)
      }
    }
    return best
  }

  private func level(_ mine: RecordLayout.Email, _ other: RecordLayout.Email, _ left: RecordView, _ right: RecordView) -> Level {
    let isRole = mine.isRole != 0 || other.isRole != 0
    if mine.value == other.value { return isRole ? .sameRoleEmail : .sameEmail }
    let isLong = min(mine.local.count, other.local.count) >= 4
    if mine.localHash == other.localHash { return isRole || !isLong ? .emailDiffers : .sameLocalPart }
    guard mine.domain == other.domain else { return .emailDiffers }
    if isLong, !isRole, similarity(left.units(mine.local), right.units(other.local), atLeast: 930) >= 930 { return .nearEmail }
    return mine.isFreeMail != 0 ? .emailDiffers : .sameDomain
  }

  // MARK: Days

  func birthDates(_ left: RecordView, _ right: RecordView) -> LevelFinding? {
    let (mine, others) = (left.birthDates, right.birthDates)
    guard !mine.isEmpty, !others.isEmpty else { return nil }
    var best = LevelFinding(.birthDateDiffers, weights.weight(.birthDate, .birthDateDiffers))
    for one in mine {
      for other in others {
        let level = Dates.level(one.day, other.day)
        let rarity = level == .sameBirthDate ? one.rarity : 0
        best.improve(with: level, weights.weight(.birthDate, level, rarity: rarity), rarity: rarity)
      }
    }
    return best
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
