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
  private let weights: LevelWeights
  /// Of two mail addresses of one domain that is not everybody's.
  private let leastOfDomain: Int32

  init(_ weights: LevelWeights) {
    var least = Aspect.allCases.map { weights.least($0) }
    least[Int(Aspect.email.rawValue)] = min(0, Int32(weights.weight(.email, .emailDiffers)))
    self.least = least
    self.weights = weights
    let levels: [Level] = [.sameEmail, .sameRoleEmail, .nearEmail, .sameDomain]
    // Mail addresses are never worse than different ones.
    leastOfDomain = max(levels.reduce(0) { min($0, Int32(weights.weight(.email, $1))) }, least[Int(Aspect.email.rawValue)])
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
    let agreed = SingleValues(records)
    for aspect in Aspect.allCases where aspects & Self.bits(aspect) != 0 {
      sums[Int(aspect.feature.rawValue)] &+= agreed.worth(aspect, weights).map { min(0, Int32($0)) } ?? least[Int(aspect.rawValue)]
    }
    if isOneDomain(records) { sums[Int(Feature.emails.rawValue)] = leastOfDomain }
    let persons = Int(Feature.persons.rawValue)
    if aspects & Self.bits(.brand) != 0 { sums[persons] = min(sums[persons], weights.colleague.units) }
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

/// Where all of some records have one value, and the same: then no two of them contradict each other.
private struct SingleValues {
  private var kind: PreparedRecord.Kind?
  private var surname: Name?
  private var given: Name?
  private var birthDate: Day?

  private struct Name: Equatable {
    var hash: UInt64
    var rarity: Int16
    var isChinese: UInt16
  }

  private struct Day: Equatable {
    var day: UInt32
    var rarity: Int16
  }

  init(_ records: [RecordView]) {
    kind = Self.only(records) { .some($0.kind) }
    surname = Self.only(records) { record in
      guard let name = record.persons.first else { return .some(nil) }
      let isPlain = record.persons.count == 1 && name.surname != 0
      return isPlain ? Name(hash: name.surname, rarity: name.surnameRarity, isChinese: name.isChinese) : nil
    }
    given = Self.only(records) { record in
      guard let name = record.persons.first else { return .some(nil) }
      let isPlain = record.persons.count == 1 && name.given != 0
      return isPlain ? Name(hash: name.given, rarity: name.givenRarity, isChinese: name.isChinese) : nil
    }
    birthDate = Self.only(records) { record in
      guard let date = record.birthDates.first else { return .some(nil) }
      return record.birthDates.count == 1 ? Day(day: date.day, rarity: date.rarity) : nil
    }
  }

  /// - Parameter value: nil when a record has several or none that can be told; a value of nil when it says nothing.
  private static func only<Value: Equatable>(_ records: [RecordView], _ value: (RecordView) -> Value??) -> Value? {
    var only: Value?
    for record in records {
      guard let found = value(record) else { return nil }
      guard let found else { continue }
      guard found == only ?? found else { return nil }
      only = found
    }
    return only
  }

  /// What the aspect of any two of the records is worth where both have it; nil when that is not known.
  func worth(_ aspect: Aspect, _ weights: LevelWeights) -> Int16? {
    switch aspect {
    case .kind: kind.map { $0 == .unknown ? 0 : weights.weight(.kind, .sameKind) }
    case .surname: surname.map { weights.weight(.surname, .sameSurname, rarity: $0.rarity) }
    case .given: given.map { weights.weight(.given, .sameGiven, rarity: $0.rarity) }
    case .birthDate: birthDate.map { weights.weight(.birthDate, Dates.level($0.day, $0.day), rarity: $0.rarity) }
    default: nil
    }
  }
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
