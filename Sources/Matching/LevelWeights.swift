import Model

/// What each level of each aspect is worth: log2 of how much more often it is seen between two records of one customer
/// (`m`) than between strangers (`u`), in 1/256 bit (Fellegi and Sunter 1969).
public struct LevelWeights: Hashable, Sendable {
  /// By aspect × 16 + rank.
  private var units: [Int16]
  /// log2 of `m` for levels whose worth depends on how rare the value is, by aspect × 16 + rank; such a level is then worth
  /// this and the value's rarity.
  private var agreement: [Int16]
  /// What one level of holder diversity (a doubling of the distinct names from three on) takes off a shared value.
  public var perHolderLevel: MatchWeight
  /// Two people of one organisation are no contradiction: a customer has many contacts.
  public var colleague: MatchWeight

  /// Hand-set: what the value's frequency among strangers allows (docs/matching.md), tried on public and made-up data.
  public init() {
    units = Array(repeating: 0, count: Aspect.allCases.count * Level.ranks)
    agreement = units
    perHolderLevel = MatchWeight(bits: 3.5)
    colleague = MatchWeight(bits: -0.5)
    for aspect in Aspect.allCases {
      for level in aspect.levels {
        let (bits, share) = Self.shipped(level)
        set(aspect, level, MatchWeight(bits: bits), share: share)
      }
    }
  }

  @inline(__always)
  static func place(_ aspect: Aspect, _ rank: UInt8) -> Int { Int(aspect.rawValue) * Level.ranks + Int(rank) }

  @inline(__always)
  func weight(_ aspect: Aspect, _ level: Level) -> Int16 { units[Self.place(aspect, level.rank)] }

  /// - Parameter rarity: of the value that agrees, in 1/256 bit; 0 when nothing is known of it.
  @inline(__always)
  func weight(_ aspect: Aspect, _ level: Level, rarity: Int16) -> Int16 {
    rarity == 0 ? weight(aspect, level) : agreement[Self.place(aspect, level.rank)] &+ rarity
  }

  public subscript(_ aspect: Aspect, _ level: Level) -> MatchWeight { MatchWeight(units: Int32(weight(aspect, level))) }

  /// - Parameter share: `m`, the share of pairs of one customer that show this level among those where both have a value.
  public mutating func set(_ aspect: Aspect, _ level: Level, _ weight: MatchWeight, share: Double) {
    units[Self.place(aspect, level.rank)] = Int16(clamping: weight.units)
    agreement[Self.place(aspect, level.rank)] = Int16(clamping: MatchWeight(bits: logarithm2(max(share, 1e-6))).units)
  }

  /// `m` of a level, 0…1.
  public func share(_ aspect: Aspect, _ level: Level) -> Double {
    power2(Double(agreement[Self.place(aspect, level.rank)]) / 256)
  }

  var digest: UInt64 {
    var hash = StableHash(seed: 2)
    for value in units + agreement { hash.combine(UInt64(UInt16(bitPattern: value))) }
    hash.combine(UInt64(UInt32(bitPattern: perHolderLevel.units)))
    hash.combine(UInt64(UInt32(bitPattern: colleague.units)))
    return hash.value
  }

  /// Bits, and the share among pairs of one customer.
  private static func shipped(_ level: Level) -> (bits: Double, share: Double) {
    switch level {
    case .sameCreditCode: (24, 0.85)
    case .sameOrganisationCode: (20, 0.03)
    case .sameUncheckedCode: (14, 0.03)
    case .sameSocialID: (28, 0.3)
    case .sameBankAccount: (15, 0.3)
    case .sameOtherID: (24, 0.8)
    case .nearID: (10, 0.1)
    case .otherIDDiffers: (-3, 0.1)
    case .sameMobile: (10.5, 0.5)
    case .sameLandline: (9.5, 0.2)
    case .sameServiceNumber: (3, 0.02)
    case .sameLocalNumber: (8, 0.05)
    case .nearPhone: (4, 0.03)
    case .phoneDiffers: (-1.4, 0.2)
    case .sameEmail: (12.5, 0.6)
    case .sameRoleEmail: (10, 0.1)
    case .nearEmail: (7, 0.05)
    case .sameDomain: (6.5, 0.1)
    case .sameLocalPart: (1.5, 0.03)
    case .emailDiffers: (-2.2, 0.12)
    case .sameBrand: (8, 0.75)
    case .brandSoundsSame: (2.5, 0.02)
    case .brandNear: (2.5, 0.05)
    case .brandContains: (3.5, 0.05)
    case .brandAbbreviates: (3, 0.02)
    case .brandRendered: (5.5, 0.02)
    case .brandOverlaps: (3, 0.05)
    case .unmarkedBrandDiffers: (-3, 0.03)
    case .brandDiffers: (-7, 0.01)
    case .sameIndustry: (2.5, 0.9)
    case .industryContains: (1, 0.08)
    case .industryDiffers: (-22, 0.002)
    case .sameRegion: (2, 0.999)
    case .regionDiffers: (-22, 0.001)
    case .sameBranch: (3, 0.99)
    case .branchDiffers: (-28, 0.01)
    case .ordinalDiffers: (-22, 0.001)
    case .sameKind: (0, 0.999)
    case .kindUncertain: (-1, 0.3)
    case .kindDiffers: (-26, 0.001)
    case .sameSurname: (3.5, 0.85)
    case .surnameNear: (3, 0.07)
    case .surnameSimilar: (1, 0.03)
    case .surnameSwapped: (3.5, 0.02)
    case .surnameRendered: (2.5, 0.01)
    case .surnameDiffers: (-7, 0.02)
    case .sameGiven: (4, 0.75)
    case .givenNickname: (1.5, 0.05)
    case .givenInitial: (1, 0.04)
    case .givenNear: (3, 0.07)
    case .givenSimilar: (1, 0.03)
    case .givenRendered: (3, 0.01)
    case .givenDiffers: (-9, 0.05)
    case .samePlace: (0, 0.85)
    case .placeNear: (0.5, 0.08)
    case .placeDiffers: (-4.2, 0.07)
    case .sameStreet: (6, 0.7)
    case .streetNear: (5, 0.1)
    case .streetSimilar: (3, 0.06)
    case .streetWithoutNumber: (2, 0.06)
    case .numberDiffers: (-1.5, 0.05)
    case .streetDiffers: (-2.3, 0.03)
    case .sameUnit: (1.2, 0.8)
    case .unitDiffers: (-3, 0.2)
    case .samePostcode: (1.5, 0.85)
    case .postcodeNear: (0.5, 0.1)
    case .postcodeDiffers: (-1, 0.05)
    case .sameBirthDate: (9, 0.85)
    case .birthDateNear: (4, 0.07)
    case .birthDatePartly: (0, 0.04)
    case .birthDateDiffers: (-7, 0.04)
    case .sameValue: (3, 0.7)
    case .valueNear: (3, 0.12)
    case .valueSimilar: (2, 0.07)
    case .valuePartly: (1, 0.05)
    case .valueWeakly: (0, 0.03)
    case .valueDiffers: (-2, 0.03)
    }
  }
}
