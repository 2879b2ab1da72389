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
    // Where an aspect has no level, its lane is 0.
    let lanes = SIMD32<Int32>(truncatingIfNeeded: units)
    var sums = SIMD16<Int32>.zero
    sums[Int(Feature.identifiers.rawValue)] = lanes[Int(Aspect.identifier.rawValue)]
    sums[Int(Feature.phones.rawValue)] = lanes[Int(Aspect.phone.rawValue)]
    sums[Int(Feature.emails.rawValue)] = lanes[Int(Aspect.email.rawValue)]
    sums[Int(Feature.organisations.rawValue)] = lanes[Int(Aspect.brand.rawValue)]
    sums[Int(Feature.persons.rawValue)] = lanes[Int(Aspect.surname.rawValue)] &+ lanes[Int(Aspect.given.rawValue)]
    sums[Int(Feature.addresses.rawValue)] = sum(lanes, .place, .postcode)
    sums[Int(Feature.birthDates.rawValue)] = lanes[Int(Aspect.birthDate.rawValue)]
    sums[Int(Feature.structures.rawValue)] = sum(lanes, .industry, .kind)
    for number in 0..<Aspect.columnCount {
      sums[Int(Feature.column0.rawValue) + number] = lanes[Int(Aspect.column0.rawValue) + number]
    }
    sums[Int(Feature.relatives.rawValue)] = max(0, lanes[Int(Aspect.surname.rawValue)])
    let clamped = SIMD16<Int16>(
      truncatingIfNeeded: sums.clamped(lowerBound: .init(repeating: -30_000), upperBound: .init(repeating: 30_000)))
    return Evidence(
      best: clamped.clamped(lowerBound: .zero, upperBound: .init(repeating: .max)),
      worst: clamped.clamped(lowerBound: .init(repeating: .min), upperBound: .zero), isVetoed: isVetoed)
  }

  /// Of neighbouring aspects.
  @inline(__always)
  private func sum(_ lanes: SIMD32<Int32>, _ first: Aspect, _ last: Aspect) -> Int32 {
    var sum: Int32 = 0
    for lane in Int(first.rawValue)...Int(last.rawValue) { sum &+= lanes[lane] }
    return sum
  }
}

/// What the comparison of two records, or two groups of records, found: per feature the best agreement (at least 0) and
/// the worst contradiction (at most 0), in 1/256 bit. Missing on either side is neutral.
///
/// Evidence of groups is the best and worst over all their pairs, so it can be kept up to date by ``merge(_:)``.
public struct Evidence: Hashable, Sendable {
  public var best: SIMD16<Int16>
  public var worst: SIMD16<Int16>
  /// Something forbids the join outright: conflicting exclusive ids.
  public var isVetoed: Bool

  public static let none = Evidence(best: .zero, worst: .zero, isVetoed: false)

  /// The evidence between the union of two groups and a third is the evidence of both parts together.
  public mutating func merge(_ other: Evidence) {
    best = pointwiseMax(best, other.best)
    worst = pointwiseMin(worst, other.worst)
    isVetoed = isVetoed || other.isVetoed
  }

  /// Five bits: more than a surname or a town.
  private static let clearly: Int32 = 5 * 256

  /// By feature; ``Feature/relatives`` holds what families share of a name and is no part of the sum. A contradiction counts
  /// half where the two groups also agree clearly, since one of them then has both values; not in what tells companies apart.
  private var weights: SIMD16<Int32> {
    let agreement = SIMD16<Int32>(truncatingIfNeeded: best)
    var contradiction = SIMD16<Int32>(truncatingIfNeeded: worst)
    let structure = contradiction[Int(Feature.structures.rawValue)]
    contradiction.replace(with: contradiction / 2, where: agreement .> Self.clearly)
    contradiction[Int(Feature.structures.rawValue)] = structure
    return agreement &+ contradiction
  }

  /// The sum over all features, without the prior; never more than what relatives would not explain allows.
  func total(_ model: MatchModel) -> MatchWeight {
    var weights = weights
    weights[Int(Feature.relatives.rawValue)] = 0
    let sum = weights.wrappedSum()
    return MatchWeight(units: min(sum, limit(sum, model)))
  }

  /// What each feature adds to ``total(_:)``; the parts add up exactly to it.
  public func part(_ feature: Feature, _ model: MatchModel) -> MatchWeight {
    guard feature == .relatives else { return MatchWeight(units: weights[Int(feature.rawValue)]) }
    var weights = weights
    weights[Int(Feature.relatives.rawValue)] = 0
    return total(model) - MatchWeight(units: weights.wrappedSum())
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
