/// The features that are compared, in the order in which they are explained.
public enum Feature: UInt8, Hashable, Sendable, CaseIterable {
  case identifiers, phones, emails, organisations, persons, addresses, birthDates
}

/// What the comparison of two records, or two groups of records, found: per feature the best agreement (at least 0) and
/// the worst contradiction (at most 0), in 1/256 bit. Missing on either side is neutral.
///
/// Evidence of groups is the best and worst over all their pairs, so it can be kept up to date by ``merge(_:)``.
public struct Evidence: Hashable, Sendable {
  public var best: SIMD8<Int16>
  public var worst: SIMD8<Int16>
  /// Something forbids the join outright: conflicting exclusive ids.
  public var isVetoed: Bool

  public static let none = Evidence(best: .zero, worst: .zero, isVetoed: false)

  public mutating func add(_ feature: Feature, bits: Double) {
    let units = Int16((bits * 256).rounded())
    let lane = Int(feature.rawValue)
    if units >= 0 { best[lane] = max(best[lane], units) } else { worst[lane] = min(worst[lane], units) }
  }

  /// The evidence between the union of two groups and a third is the evidence of both parts together.
  public mutating func merge(_ other: Evidence) {
    best = pointwiseMax(best, other.best)
    worst = pointwiseMin(worst, other.worst)
    isVetoed = isVetoed || other.isVetoed
  }

  public subscript(_ feature: Feature) -> MatchWeight {
    MatchWeight(units: Int32(best[Int(feature.rawValue)]) + Int32(worst[Int(feature.rawValue)]))
  }

  /// The sum over all features, without the prior.
  public var total: MatchWeight {
    let sum = SIMD8<Int32>(truncatingIfNeeded: best) &+ SIMD8<Int32>(truncatingIfNeeded: worst)
    return MatchWeight(units: sum.wrappedSum())
  }
}
