import Model

/// Everything that turns features into weights: a versioned value. The shipped model works with zero configuration.
public struct MatchModel: Sendable {
  /// Where the cut lies: see DESIGN §4.5.
  public enum Cut: String, Hashable, Sendable, CaseIterable {
    /// As many right joins as wrong ones are prevented.
    case balanced
    /// Only what is right 99 times in 100; the rest waits for a person.
    case automatic
  }

  public var name: String
  /// log2 odds that two candidates are the same before anything is compared.
  public var prior: MatchWeight
  public var cut: Cut
  /// How far below the cut a pair may lie and still be possible.
  public var band: MatchWeight
  /// Largest component that is clustered as a whole.
  public var componentLimit: Int
  /// A key carried by more live nodes than this is generic.
  public var caps: [MatchKey.Kind: Int]
  public var weights: Weights

  /// The weight a pair or group needs, including the prior.
  public var threshold: MatchWeight { cut == .balanced ? .zero : MatchWeight(bits: 6.63) }
  /// The weight a pair needs to be an edge at all.
  public var floor: MatchWeight { threshold - band }

  public func cap(_ kind: MatchKey.Kind) -> Int { caps[kind] ?? 100 }

  /// Comparison levels in bits. What each is worth was set from what the value's frequency among strangers allows
  /// (`research` notes in docs/matching.md); training on the user's own data comes with `kindred train`.
  public struct Weights: Hashable, Sendable {
    public var creditCode = 24.0
    public var organisationCode = 20.0
    public var uncheckedCode = 14.0
    public var socialID = 28.0
    public var bankAccount = 15.0
    public var otherID = 24.0
    public var mobile = 13.0
    public var landline = 10.0
    public var service = 3.0
    public var email = 14.0
    public var roleEmail = 10.0
    public var domain = 8.0
    /// What one level of holder diversity (a doubling of the distinct names from three on) takes off.
    public var perHolderLevel = 3.5
    public var sameOrganisation = 1.5
    public var industryAgrees = 2.5
    public var industryDiffers = -9.0
    public var divisionAgrees = 1.5
    public var divisionDiffers = -10.0
    public var branchDiffers = -12.0
    public var branchAgrees = 3.0
    public var ordinalDiffers = -10.0
    public var brandDiffers = -7.0
    public var unmarkedBrandDiffers = -3.0
    public var brandNear = 3.0
    public var brandContains = 3.5
    public var fullNameShort = 6.5
    public var fullNameLong = 9.0
    public var westernName = 9.0
    public var westernNear = 6.0
    public var westernSwapped = 7.0
    public var surnameOnly = 1.5
    public var surnameDiffers = -6.5
    public var givenDiffers = -6.5
    /// Two full names with nothing in common. Phone and address are then explained by a household, a gift or a recycled
    /// number, so it takes more than those two to outweigh this.
    public var fullNameDiffers = -13.5
    public var colleague = -0.5
    public var roadAndNumber = 7.0
    public var addressDetail = 2.0
    public var road = 2.0
    public var sameCity = 1.0
    public var divisionOfAddressDiffers = -3.5
    public var numberDiffers = -1.5
    public var westernAddress = 8.0
    public var westernAddressNear = 4.0
    public var westernAddressDiffers = -3.0
    public var birthDate = 9.0
    public var birthDateNear = 2.5
    public var birthDateDiffers = -7.0

    public init() {}
  }

  public init(name: String = "kindred-1", cut: Cut = .balanced) {
    self.name = name
    self.cut = cut
    prior = MatchWeight(bits: -9)
    band = MatchWeight(bits: 3)
    componentLimit = 2_000
    caps = [
      .identifier: 300, .phone: 100, .email: 100, .domain: 60, .organisation: 200, .brand: 60, .brandPart: 60, .person: 80, .personPart: 60,
      .address: 60, .pair: 60,
    ]
    weights = Weights()
  }

  /// A hash of all that can change the partition; part of the configuration digest (C2).
  public var digest: UInt64 {
    var hash = StableHash(seed: 1)
    hash.combine(name)
    for value in [prior.units, threshold.units, band.units, Int32(componentLimit)] { hash.combine(UInt64(bitPattern: Int64(value))) }
    for kind in MatchKey.Kind.allCases { hash.combine(UInt64(cap(kind))) }
    hash.combine(String(describing: weights))
    return hash.value
  }
}
