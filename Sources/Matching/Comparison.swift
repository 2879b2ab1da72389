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

/// Compares prepared records, feature by feature. Symmetric; allocates nothing.
public struct Comparison<Reputed: Reputation> {
  public let model: MatchModel
  public let reputation: Reputed
  private let weights: MatchModel.Weights

  public init(model: MatchModel, reputation: Reputed) {
    self.model = model
    self.reputation = reputation
    weights = model.weights
  }

  public func evidence(_ left: PreparedRecord, _ right: PreparedRecord) -> Evidence {
    var evidence = Evidence.none
    compareIdentifiers(left, right, &evidence)
    comparePhones(left, right, &evidence)
    compareEmails(left, right, &evidence)
    compareOrganisations(left, right, &evidence)
    comparePersons(left, right, &evidence)
    compareAddresses(left, right, &evidence)
    compareBirthDates(left, right, &evidence)
    return evidence
  }

  /// The evidence and the prior together.
  public func weight(_ evidence: Evidence) -> MatchWeight { evidence.total + model.prior }

  private func discount(_ bits: Double, _ key: MatchKey) -> Double {
    max(0.25, bits - Double(reputation.level(of: key)) * weights.perHolderLevel)
  }

  private func compareIdentifiers(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    var hasCodes = (false, false)
    var codesAgree = false
    for mine in left.identifiers {
      if mine.scheme == .creditCode { hasCodes.0 = true }
      for other in right.identifiers where other == mine {
        if mine.scheme == .creditCode { codesAgree = true }
        evidence.add(.identifiers, bits: discount(weight(of: mine.scheme), MatchKey(.identifier, mine.value)))
      }
    }
    guard hasCodes.0, !codesAgree else { return }
    for other in right.identifiers where other.scheme == .creditCode { hasCodes.1 = true }
    if hasCodes.1 { evidence.isVetoed = true }
  }

  private func weight(of scheme: PreparedRecord.Identifier.Scheme) -> Double {
    switch scheme {
    case .creditCode: weights.creditCode
    case .organisationCode: weights.organisationCode
    case .uncheckedCode: weights.uncheckedCode
    case .openID, .unionID, .externalUserID: weights.socialID
    case .bankAccount: weights.bankAccount
    case .other: weights.otherID
    }
  }

  private func comparePhones(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    for mine in left.phones {
      for other in right.phones where other.value == mine.value {
        let bits = mine.isService ? weights.service : mine.isMobile ? weights.mobile : weights.landline
        evidence.add(.phones, bits: discount(bits, MatchKey(.phone, mine.value)))
      }
    }
  }

  private func compareEmails(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    for mine in left.emails {
      for other in right.emails {
        if other.value == mine.value {
          evidence.add(.emails, bits: discount(mine.isRole ? weights.roleEmail : weights.email, MatchKey(.email, mine.value)))
        } else if other.domain == mine.domain, !mine.isFreeMail {
          evidence.add(.emails, bits: discount(weights.domain, MatchKey(.domain, mine.domain)))
        }
      }
    }
  }

  private func compareAddresses(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    guard !left.addresses.isEmpty, !right.addresses.isEmpty else { return }
    var strongest = -Double.infinity
    for mine in left.addresses {
      for other in right.addresses { strongest = max(strongest, AddressComparison.bits(mine, other, weights)) }
    }
    evidence.add(.addresses, bits: strongest)
  }

  private func compareBirthDates(_ left: PreparedRecord, _ right: PreparedRecord, _ evidence: inout Evidence) {
    guard !left.birthDates.isEmpty, !right.birthDates.isEmpty else { return }
    var strongest = weights.birthDateDiffers
    for mine in left.birthDates {
      for other in right.birthDates {
        if mine == other {
          strongest = max(strongest, weights.birthDate)
        } else if Self.isNear(mine, other) {
          strongest = max(strongest, weights.birthDateNear)
        }
      }
    }
    evidence.add(.birthDates, bits: strongest)
  }

  /// One digit different, or day and month exchanged.
  private static func isNear(_ left: UInt32, _ right: UInt32) -> Bool {
    let swapped = left / 10_000 * 10_000 + left % 100 * 100 + left / 100 % 100
    if swapped == right { return true }
    var (a, b, different) = (left, right, 0)
    while a > 0 || b > 0 {
      if a % 10 != b % 10 { different += 1 }
      a /= 10
      b /= 10
    }
    return different == 1
  }
}
