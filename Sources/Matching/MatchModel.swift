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
  /// log2 odds that two records are the same before anything is compared.
  public var prior: MatchWeight
  /// log2 of how many matches there are for each pair of strangers who share phone, address or surname because they belong
  /// together: a family, colleagues, two shops in one house.
  public var relatives: MatchWeight
  /// True for tables of persons: people of one organisation are then relatives, not one customer.
  public var sharesOrganisation = false
  public var cut: Cut
  /// How far below the cut a pair may lie and still be possible.
  public var band: MatchWeight
  /// Largest component that is clustered as a whole.
  public var componentLimit: Int
  /// A key carried by more live nodes than this is generic.
  public var caps: [MatchKey.Kind: Int]
  public var weights: LevelWeights
  /// How rare values are; frozen with the model (C2).
  public var frequencies: Frequencies

  /// The weight a pair or group needs, including the prior.
  public var threshold: MatchWeight { cut == .balanced ? .zero : MatchWeight(bits: 9) }
  /// The weight a pair needs to be an edge at all.
  public var floor: MatchWeight { threshold - band }

  public func cap(_ kind: MatchKey.Kind) -> Int { caps[kind] ?? 100 }

  /// By the number of the kind; numbers that are no kind have 0.
  var capsByKind: [Int] { (0..<16).map { number in MatchKey.Kind(rawValue: number).map(cap) ?? 0 } }

  public init(name: String = "kindred-2", cut: Cut = .balanced) {
    self.name = name
    self.cut = cut
    prior = MatchWeight(bits: -8)
    relatives = MatchWeight(bits: 4)
    band = MatchWeight(bits: 3)
    componentLimit = 2_000
    caps = [
      .identifier: 300, .phone: 100, .email: 100, .domain: 60, .organisation: 200, .brand: 60, .brandPart: 60, .person: 80, .personPart: 60,
      .address: 60, .pair: 60, .column: 40, .single: 20,
    ]
    weights = LevelWeights()
    frequencies = Frequencies()
  }

  /// A hash of all that can change the partition; part of the configuration digest (C2).
  public var digest: UInt64 {
    var hash = StableHash(seed: 1)
    hash.combine(name)
    for value in [prior.units, relatives.units, sharesOrganisation ? 1 : 0, threshold.units, band.units, Int32(componentLimit)] {
      hash.combine(UInt64(bitPattern: Int64(value)))
    }
    for kind in MatchKey.Kind.allCases { hash.combine(UInt64(cap(kind))) }
    hash.combine(weights.digest)
    hash.combine(frequencies.digest)
    return hash.value
  }
}
