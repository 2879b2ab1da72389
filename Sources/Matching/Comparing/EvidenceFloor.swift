/// At most what the evidence of any two of some records says, feature by feature: no contradiction is greater.
struct EvidenceFloor {
  let worst: SIMD16<Int16>

  /// True when nothing can be worse than the evidence.
  @inline(__always)
  func isReached(by evidence: Evidence) -> Bool { evidence.worst.isAtMost(worst) }
}

/// The floors of records under a model.
struct EvidenceFloors {
  /// By aspect: what one of its levels is worth at least, when that is less than 0.
  private let least: [Int32]
  private let colleague: Int32
  /// Of two mail addresses of one domain that is not everybody's.
  private let leastOfDomain: Int32

  init(_ weights: LevelWeights) {
    least = Aspect.allCases.map { weights.least($0) }
    colleague = weights.colleague.units
    let levels: [Level] = [.sameEmail, .sameRoleEmail, .nearEmail, .sameDomain]
    leastOfDomain = levels.reduce(0) { min($0, Int32(weights.weight(.email, $1))) }
  }

  /// Nil when more than sketches tell forbids that two of the records join.
  func floor(_ records: [RecordView]) -> EvidenceFloor? {
    var aspects: UInt32 = Self.bits(.kind)
    for record in records {
      guard record.header.uniqueSource == 0 else { return nil }
      if !record.identifiers.isEmpty { aspects |= Self.bits(.identifier) }
      if !record.phones.isEmpty { aspects |= Self.bits(.phone) }
      if !record.emails.isEmpty { aspects |= Self.bits(.email) }
      if !record.organisations.isEmpty { aspects |= Self.bits(.brand, .industry, .region, .branch) }
      if !record.persons.isEmpty { aspects |= Self.bits(.surname, .given) }
      if !record.addresses.isEmpty { aspects |= Self.bits(.place, .street, .unit, .postcode) }
      if !record.birthDates.isEmpty { aspects |= Self.bits(.birthDate) }
      for column in record.columns { aspects |= Self.bits(.column(Int(column.column))) }
    }
    var sums = SIMD16<Int32>.zero
    for aspect in Aspect.allCases where aspects & Self.bits(aspect) != 0 {
      sums[Int(aspect.feature.rawValue)] &+= least[Int(aspect.rawValue)]
    }
    if isOneDomain(records) { sums[Int(Feature.emails.rawValue)] = leastOfDomain }
    let persons = Int(Feature.persons.rawValue)
    if aspects & Self.bits(.brand) != 0 { sums[persons] = min(sums[persons], colleague) }
    var worst = SIMD16<Int16>.zero
    for lane in 0..<16 { worst[lane] = Int16(max(sums[lane], -30_000)) }
    return EvidenceFloor(worst: worst)
  }

  private func isOneDomain(_ records: [RecordView]) -> Bool {
    var domain: UInt64?
    for record in records {
      for email in record.emails {
        guard email.isFreeMail == 0, email.domain == domain ?? email.domain else { return false }
        domain = email.domain
      }
    }
    return true
  }

  @inline(__always)
  private static func bits(_ aspects: Aspect...) -> UInt32 { aspects.reduce(0) { $0 | 1 << UInt32($1.rawValue) } }
}

extension LevelWeights {
  fileprivate func least(_ aspect: Aspect) -> Int32 {
    aspect.levels.reduce(0) { least, level in
      // Only the first level can depend on how rare the value is.
      min(least, Int32(weight(aspect, level)), level.rank == 1 && aspect.isWeighed ? Int32(weight(aspect, level, rarity: 1)) : 0)
    }
  }
}

extension Aspect {
  /// True when agreement on a rare value is worth more.
  fileprivate var isWeighed: Bool {
    switch self {
    case .identifier, .phone, .email, .industry, .region, .branch, .kind, .unit: false
    default: true
    }
  }
}
