import Model

extension Resolver {
  /// What the pair is worth by itself, with the prior.
  public func weight(_ one: PreparedRecord, _ other: PreparedRecord) -> MatchWeight {
    comparison.weight(comparison.evidence(one, other))
  }

  /// The two records as they are, whether or not they are live.
  public func explain(_ one: MatchRecord, _ other: MatchRecord) -> Explanation {
    let explainer = Explainer(
      model: model, postings: postings, first: one.prepared, second: other.prepared, name: { self.view($0).nameHash })
    let isMustLinked = links.isMustLinked(one.keyHash, other.keyHash)
    let isCannotLinked = links.cannotLinked(one.keyHash, other.keyHash)
    var explanation = Explanation(
      prior: model.prior, parts: explainer.parts, weight: explainer.weight, threshold: model.threshold, band: model.band,
      veto: explainer.veto, isMustLinked: isMustLinked, isCannotLinked: isCannotLinked,
      sharedKeys: explainer.keys.map { .init(kind: $0.kind, holders: postings.nodeCount($0), cap: model.cap($0.kind)) },
      features: (one.prepared.features, other.prepared.features),
      changes: explainer.changes(isMustLinked: isMustLinked, isCannotLinked: isCannotLinked),
      areTogether: areTogether(one.id, other.id), chain: [])
    if explanation.areTogether, explanation.verdict != .same { explanation.chain = chain(from: one.id, to: other.id) }
    return explanation
  }

  private func areTogether(_ one: Int64, _ other: Int64) -> Bool {
    guard let first = rows.node(ofID: one), let second = rows.node(ofID: other) else { return false }
    return rows[first].pointee.cluster == rows[second].pointee.cluster
  }

  // MARK: The chain

  /// The way through the cluster whose weakest pair is as strong as can be; of equal ones the shortest, then the first in
  /// content order.
  private func chain(from one: Int64, to other: Int64) -> [Explanation.Link] {
    guard let start = rows.node(ofID: one), let goal = rows.node(ofID: other), start != goal else { return [] }
    var reached: [Int32: Reach] = [start: Reach(weakest: MatchWeight(units: .max), steps: 0, weight: nil, from: start)]
    var done: Set<Int32> = []
    while let next = reached.filter({ !done.contains($0.key) }).min(by: { isBetter($0, $1) }) {
      if next.key == goal { break }
      done.insert(next.key)
      for (node, weight) in neighbours(of: next.key) where !done.contains(node) && isWalkable(next.key, node, isDecided: weight == nil) {
        let reach = Reach(
          weakest: min(next.value.weakest, weight ?? MatchWeight(units: .max)), steps: next.value.steps + 1, weight: weight, from: next.key)
        if let known = reached[node], !isBetter((node, reach), (node, known)) { continue }
        reached[node] = reach
      }
    }
    guard reached[goal] != nil else { return [] }
    var links: [Explanation.Link] = []
    var node = goal
    while let reach = reached[node] {
      let record = node == goal ? other : node == start ? one : rows.smallestMember(node).pointee.id
      links.append(Explanation.Link(record: record, weight: reach.weight, isDecided: node != start && reach.weight == nil))
      if node == start { break }
      node = reach.from
    }
    return links.reversed()
  }

  private struct Reach {
    var weakest: MatchWeight
    var steps: Int
    /// Of the pair with `from`; nil for a must-link.
    var weight: MatchWeight?
    var from: Int32
  }

  private func isBetter(_ one: (key: Int32, value: Reach), _ other: (key: Int32, value: Reach)) -> Bool {
    if one.value.weakest != other.value.weakest { return one.value.weakest > other.value.weakest }
    if one.value.steps != other.value.steps { return one.value.steps < other.value.steps }
    if one.key != other.key { return order(one.key) < order(other.key) }
    return order(one.value.from) < order(other.value.from)
  }

  /// Within one cluster, and not forbidden for the pair itself; a must-link goes before a veto (C4).
  private func isWalkable(_ one: Int32, _ other: Int32, isDecided: Bool) -> Bool {
    guard rows[one].pointee.cluster == rows[other].pointee.cluster else { return false }
    let isForbidden = isCannotLinked(one, other)
    return !isForbidden && (isDecided || !comparison.evidence(view(one), view(other)).isVetoed)
  }

  /// True when a decision keeps a record of the one apart from a record of the other.
  func isCannotLinked(_ one: Int32, _ other: Int32) -> Bool {
    guard !links.isEmpty else { return false }
    var isCannotLinked = false
    rows.forEachMember(one) { mine in
      rows.forEachMember(other) { if links.cannotLinked(mine.keyHash, $0.keyHash) { isCannotLinked = true } }
    }
    return isCannotLinked
  }
}
