import Model

/// Why two records are, or are not, the same customer. The parts and the prior add up exactly to the weight (C6).
public struct Explanation: Sendable {
  public struct Part: Sendable {
    public var feature: Feature
    public var weight: MatchWeight
  }

  public enum Verdict: String, Sendable {
    case same, possible, different
  }

  public var prior: MatchWeight
  /// Only features that said something.
  public var parts: [Part]
  public var weight: MatchWeight
  public var threshold: MatchWeight
  /// How far below the threshold a pair is still possible.
  public var band: MatchWeight
  /// Exclusive ids that contradict each other.
  public var isVetoed: Bool
  public var isMustLinked: Bool
  public var isCannotLinked: Bool
  /// The keys both carry, and whether each is active: without an active one the pair is never compared.
  public var sharedKeys: [(kind: MatchKey.Kind, holders: Int, isActive: Bool)]
  /// True when the two records are in one cluster, whatever the pair's own weight: others may join them.
  public var areTogether: Bool

  /// What the pair alone, without third records, would be.
  public var verdict: Verdict {
    if isCannotLinked { return .different }
    if isMustLinked { return .same }
    if isVetoed { return .different }
    if weight >= threshold { return .same }
    return weight >= threshold - band ? .possible : .different
  }

  public var wasCompared: Bool { sharedKeys.contains { $0.isActive } || isMustLinked }
}

extension Resolver {
  /// Nil when one of the two records is not live.
  public func explain(_ one: MatchRecord, _ other: MatchRecord) -> Explanation {
    let comparison = Comparison(model: model, reputation: postings)
    let evidence = comparison.evidence(one.prepared, other.prepared)
    let parts = Feature.allCases.compactMap { feature -> Explanation.Part? in
      let weight = evidence.part(feature, model)
      return weight == .zero ? nil : Explanation.Part(feature: feature, weight: weight)
    }
    let shared = Set(one.prepared.keys).intersection(other.prepared.keys).sorted()
    return Explanation(
      prior: model.prior, parts: parts, weight: comparison.weight(evidence), threshold: model.threshold, band: model.band,
      isVetoed: evidence.isVetoed,
      isMustLinked: links.isMustLinked(one.keyHash, other.keyHash), isCannotLinked: links.cannotLinked(one.keyHash, other.keyHash),
      sharedKeys: shared.map { ($0.kind, postings.nodeCount($0), postings.isActive($0)) },
      areTogether: cluster(of: one.id)?.contains(other.id) ?? false)
  }
}
