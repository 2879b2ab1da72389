import Model

extension Resolver {
  /// What the pair is worth by itself, with the prior.
  public func weight(_ one: PreparedRecord, _ other: PreparedRecord) -> MatchWeight {
    let comparison = Comparison(model: model, reputation: postings)
    return comparison.weight(comparison.evidence(one, other))
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
    guard let first = nodeOfRecord[one], let second = nodeOfRecord[other] else { return false }
    return nodes[Int(first)].cluster == nodes[Int(second)].cluster
  }

  // MARK: The chain

  /// The way through the cluster whose weakest pair is as strong as can be; of equal ones the shortest, then the first in
  /// content order.
  private func chain(from one: Int64, to other: Int64) -> [Explanation.Link] {
    guard let start = nodeOfRecord[one], let goal = nodeOfRecord[other], start != goal else { return [] }
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
      let record = node == goal ? other : node == start ? one : nodes[Int(node)].members[0].id
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
    let (left, right) = (nodes[Int(one)], nodes[Int(other)])
    guard left.cluster == right.cluster else { return false }
    let isForbidden = left.members.contains { mine in right.members.contains { links.cannotLinked(mine.keyHash, $0.keyHash) } }
    return !isForbidden && (isDecided || !Comparison(model: model, reputation: postings).evidence(view(one), view(other)).isVetoed)
  }
}
