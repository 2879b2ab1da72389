/// The features that are compared, in the order in which they are explained.
public enum Feature: UInt8, Hashable, Sendable, CaseIterable {
  case identifiers, phones, emails, organisations, persons, addresses, birthDates
  /// Region, industry, branch: what tells companies of one name apart.
  case structures
  case column0, column1, column2, column3, column4, column5, column6
  /// What agreement would be explained by two strangers who belong together (``MatchModel/relatives``).
  case relatives
}

/// What the comparison of two records found, aspect by aspect.
public struct Findings: Hashable, Sendable {
  /// By ``Aspect``: the rank of the level, 0 for nothing to compare.
  public var ranks: SIMD32<UInt8> = .zero
  /// By ``Aspect``: what the level is worth, in 1/256 bit.
  public var units: SIMD32<Int16> = .zero
  /// By ``Aspect``: how rare the value is that agrees, in 1/256 bit; 0 when the level does not depend on it.
  public var rarities: SIMD32<Int16> = .zero
  /// Something forbids the join outright: conflicting exclusive ids.
  public var isVetoed = false

  public init() {}

  public subscript(_ aspect: Aspect) -> (level: UInt8, weight: MatchWeight) {
    (ranks[Int(aspect.rawValue)], MatchWeight(units: Int32(units[Int(aspect.rawValue)])))
  }

  /// By feature: the sum of its aspects.
  var evidence: Evidence {
    var best = SIMD16<Int16>.zero
    var worst = SIMD16<Int16>.zero
    @inline(__always)
    func set(_ feature: Feature, _ sum: Int32) {
      // Where an aspect has no level, its lane is 0.
      let sum = Int16(truncatingIfNeeded: min(max(sum, -30_000), 30_000))
      best[Int(feature.rawValue)] = max(sum, 0)
      worst[Int(feature.rawValue)] = min(sum, 0)
    }
    set(.identifiers, units(.identifier))
    set(.phones, units(.phone))
    set(.emails, units(.email))
    set(.organisations, units(.brand))
    set(.persons, units(.surname) &+ units(.given))
    set(.addresses, units(.place) &+ units(.street) &+ units(.unit) &+ units(.postcode))
    set(.birthDates, units(.birthDate))
    set(.structures, units(.industry) &+ units(.region) &+ units(.branch) &+ units(.kind))
    set(.column0, units(.column0))
    set(.column1, units(.column1))
    set(.column2, units(.column2))
    set(.column3, units(.column3))
    set(.column4, units(.column4))
    set(.column5, units(.column5))
    set(.column6, units(.column6))
    set(.relatives, max(0, units(.surname)))
    return Evidence(best: best, worst: worst, isVetoed: isVetoed)
  }

  @inline(__always)
  private func units(_ aspect: Aspect) -> Int32 { Int32(units[Int(aspect.rawValue)]) }
}

/// What the comparison of two records, or two groups of records, found: per feature the best agreement (at least 0) and
/// the worst contradiction (at most 0), in 1/256 bit. Missing on either side is neutral.
///
/// Evidence of groups is the best and worst over all their pairs, so it can be kept up to date by ``merge(_:)``.
public struct Evidence: Hashable, Sendable {
  public private(set) var best: SIMD16<Int16>
  /// Relatives never contradict: their lane is below 0 when something forbids the join.
  public private(set) var worst: SIMD16<Int16>

  public static let none = Evidence(best: .zero, worst: .zero, isVetoed: false)

  public init(best: SIMD16<Int16>, worst: SIMD16<Int16>, isVetoed: Bool) {
    self.best = best
    self.worst = worst
    self.worst[Self.relatives] = isVetoed ? -1 : 0
  }

  private static let relatives = Int(Feature.relatives.rawValue)

  /// Something forbids the join outright: conflicting exclusive ids.
  public var isVetoed: Bool { worst[Self.relatives] < 0 }

  /// The evidence between the union of two groups and a third is the evidence of both parts together.
  @inline(__always)
  public mutating func merge(_ other: Evidence) {
    best = best.raised(to: other.best)
    worst = worst.lowered(to: other.worst)
  }

  /// Five bits: more than a surname or a town.
  private static let clearly: Int16 = 5 * 256

  /// By feature; ``Feature/relatives`` holds what families share of a name and is no part of the sum. A contradiction counts
  /// half where the two groups also agree clearly, since one of them then has both values; not in what tells companies apart.
  @inline(__always)
  static func weights(best: SIMD16<Int16>, worst: SIMD16<Int16>) -> SIMD16<Int16> {
    // Half of what is below 0, towards 0, where the agreement is clear: all bits of a lane are set there.
    let isHalved = ((SIMD16(repeating: clearly) &- best) &>> 15) & canBeHalved
    return (best &+ worst &+ ((((worst &+ 1) &>> 1) &- worst) & isHalved)) & isCounted
  }

  // Computed: a constant for the compiler, without the look whether it was made already.
  @inline(__always)
  private static var canBeHalved: SIMD16<Int16> {
    var mask = SIMD16<Int16>(repeating: -1)
    mask[Int(Feature.structures.rawValue)] = 0
    return mask
  }

  @inline(__always)
  private static var isCounted: SIMD16<Int16> {
    var mask = SIMD16<Int16>(repeating: -1)
    mask[relatives] = 0
    return mask
  }

  /// Of all features.
  @inline(__always)
  static func sum(_ weights: SIMD16<Int16>) -> Int32 {
    // Two lanes lie in one of twice the size.
    let pairs = unsafeBitCast(weights, to: SIMD8<Int32>.self)
    let eight = ((pairs &<< 16) &>> 16) &+ (pairs &>> 16)
    let four = eight.lowHalf &+ eight.highHalf
    let two = four.lowHalf &+ four.highHalf
    return two[0] &+ two[1]
  }

  /// The sum over all features, without the prior; never more than what relatives would not explain allows.
  @inline(__always)
  func total(_ model: MatchModel) -> MatchWeight {
    let sum = Self.sum(Self.weights(best: best, worst: worst))
    return MatchWeight(units: min(sum, limit(sum, model)))
  }

  /// What each feature adds to ``total(_:)``; the parts add up exactly to it.
  public func part(_ feature: Feature, _ model: MatchModel) -> MatchWeight {
    let weights = Self.weights(best: best, worst: worst)
    guard feature == .relatives else { return MatchWeight(units: Int32(weights[Int(feature.rawValue)])) }
    return total(model) - MatchWeight(units: Self.sum(weights))
  }

  /// Strangers who belong together (a family, colleagues, two shops in one house) share phone, address and surname. Where only
  /// these agree, the odds of a match are those of a match against such a relation, whatever the prior.
  private func limit(_ sum: Int32, _ model: MatchModel) -> Int32 {
    var shared = Int32(best[Int(Feature.phones.rawValue)]) + Int32(best[Int(Feature.addresses.rawValue)])
    shared += Int32(best[Int(Feature.relatives.rawValue)])
    if model.sharesOrganisation {
      shared += Int32(best[Int(Feature.organisations.rawValue)]) + Int32(best[Int(Feature.structures.rawValue)])
    }
    return sum - shared + model.relatives.units - model.prior.units
  }
}

/// Lane by lane. The standard library's own are not always inlined.
extension SIMD16<Int16> {
  @inline(__always)
  func raised(to other: Self) -> Self { self ^ ((self ^ other) & lanes(self .< other)) }

  @inline(__always)
  func lowered(to other: Self) -> Self { self ^ ((self ^ other) & lanes(other .< self)) }

  /// True when no lane is greater than the other one's.
  @inline(__always)
  func isAtMost(_ other: Self) -> Bool {
    let four = unsafeBitCast(lanes(other .< self), to: SIMD4<Int64>.self)
    let two = four.lowHalf | four.highHalf
    return two[0] | two[1] == 0
  }

  /// All bits of a lane are set where the mask is true.
  @inline(__always)
  private func lanes(_ mask: SIMDMask<Self>) -> Self { unsafeBitCast(mask, to: Self.self) }
}
