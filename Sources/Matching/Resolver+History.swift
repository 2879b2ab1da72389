import Model

/// How a cluster came together: the joins in their order, replayed from the records as they are (the partition is a function
/// of them, whatever really came first), and what stands against it.
public struct ClusterHistory: Sendable {
  /// What a feature added to a join.
  public struct Part: Hashable, Sendable {
    public var feature: Feature
    public var weight: MatchWeight
    /// The best agreement between the two groups and the worst contradiction; both zero for the correction for relatives.
    public var agreement: MatchWeight
    public var contradiction: MatchWeight
  }

  public struct Step: Hashable, Sendable {
    /// Record ids, sorted.
    public var first: [Int64]
    public var second: [Int64]
    /// Of the combined evidence, with the prior: the prior and the parts add up exactly to it.
    public var weight: MatchWeight
    public var parts: [Part]
    /// A must-link joined them, whatever the weight.
    public var isDecided: Bool
  }

  /// Two records of the cluster that contradict each other.
  public struct Contradiction: Hashable, Sendable {
    public var feature: Feature
    public var weight: MatchWeight
    public var first: Int64
    public var second: Int64
  }

  public var prior: MatchWeight
  public var threshold: MatchWeight
  /// Records whose content is equal and evidence enough by itself: they are one from the start.
  public var equal: [[Int64]]
  public var steps: [Step]
  /// The most bits that a feature speaks against two of the records; nil when nothing does.
  public var contradiction: Contradiction?
  /// Two of the records have exclusive ids that contradict each other; only must-links can bring that about.
  public var isVetoed: Bool
  /// The component was too large at every bar: only equal exclusive ids joined, and there are no steps.
  public var isOversized: Bool

  /// The join that just made it, decisions apart.
  public var weakest: Step? { steps.filter { !$0.isDecided }.min { $0.weight < $1.weight } }
}

extension Resolver {
  /// Nil when the record is not live.
  public func history(of record: Int64) -> ClusterHistory? {
    guard let node = rows.node(ofID: record), let part = part(around: node) else { return nil }
    let cluster = Set(mates(of: node))
    let ordered = inOrder(part.nodes)
    var history = ClusterHistory(
      prior: model.prior, threshold: model.threshold,
      equal: ordered.filter { cluster.contains($0) && !rows.hasOneMember($0) }.map { recordIDs([$0]) }, steps: [],
      contradiction: nil, isVetoed: false, isOversized: part.isOversized)
    if !part.isOversized { replay(ordered, cluster, &history) }
    findContradiction(ordered.filter(cluster.contains), &history)
    return history
  }

  /// The nodes that were clustered together with this one.
  private func part(around node: Int32) -> Components.Part? {
    Components.fit(component(of: node).sorted(), model: model, edges: neighbours(of:)).first { $0.nodes.contains(node) }
  }

  private func replay(_ ordered: [Int32], _ cluster: Set<Int32>, _ history: inout ClusterHistory) {
    let (must, cannot) = decisions(among: ordered)
    var groups = ordered.map { [$0] }
    var steps: [ClusterHistory.Step] = []
    let views = ordered.map(view)
    _ = clusterer.groups(
      of: views, mustLinks: must.map(\.pair), cannotLinks: cannot.map(\.pair),
      evidence: { first, second in self.comparison.evidence(views[first], views[second]) },
      watch: { join in
        if cluster.contains(ordered[join.kept]) { steps.append(self.step(join, groups)) }
        groups[join.kept] += groups[join.gone]
        groups[join.gone] = []
      })
    history.steps = steps
  }

  private func step(_ join: Clusterer.Join, _ groups: [[Int32]]) -> ClusterHistory.Step {
    let evidence = join.evidence
    let parts = Feature.allCases.compactMap { feature -> ClusterHistory.Part? in
      let lane = Int(feature.rawValue)
      let isCorrection = feature == .relatives
      let part = ClusterHistory.Part(
        feature: feature, weight: evidence.part(feature, model),
        agreement: isCorrection ? .zero : MatchWeight(units: Int32(evidence.best[lane])),
        contradiction: isCorrection ? .zero : MatchWeight(units: Int32(evidence.worst[lane])))
      return part.weight == .zero && part.agreement == .zero && part.contradiction == .zero ? nil : part
    }
    return ClusterHistory.Step(
      first: recordIDs(groups[join.kept]), second: recordIDs(groups[join.gone]), weight: evidence.total(model) + model.prior, parts: parts,
      isDecided: join.isDecided)
  }

  private func findContradiction(_ ordered: [Int32], _ history: inout ClusterHistory) {
    for (place, one) in ordered.enumerated() {
      for other in ordered[(place + 1)...] {
        let evidence = comparison.evidence(view(one), view(other))
        history.isVetoed = history.isVetoed || evidence.isVetoed
        for feature in Feature.allCases where feature != .relatives {
          let weight = MatchWeight(units: Int32(evidence.worst[Int(feature.rawValue)]))
          guard weight < history.contradiction?.weight ?? .zero else { continue }
          history.contradiction = .init(
            feature: feature, weight: weight, first: rows.smallestMember(one).pointee.id, second: rows.smallestMember(other).pointee.id)
        }
      }
    }
  }
}
