import Matching
import Model

/// The slow, obvious version of the resolver: all pairs under the same candidate rule, everything computed from scratch.
/// It shares nothing with `Resolver` but the comparison of two records.
struct SlowResolver {
  let model: MatchModel
  var records: [Int64: MatchRecord] = [:]
  /// Decisions in force; one may be there several times.
  var links: [MatchLink] = []

  mutating func apply(_ change: MatchChange) {
    switch change {
    case .upsert(let record): records[record.id] = record
    case .remove(let id): records[id] = nil
    case .link(let link): links.append(link)
    case .unlink(let link): if let place = links.firstIndex(of: link) { links.remove(at: place) }
    }
  }

  struct Node {
    var prepared: PreparedRecord
    var members: [MatchRecord]
  }

  struct Holders: Reputation {
    var names: [MatchKey: Set<UInt64>] = [:]
    var counts: [MatchKey: Int] = [:]
    let model: MatchModel

    func level(of key: MatchKey) -> Int {
      if (counts[key] ?? 0) > model.cap(key.kind) { return 4 }
      switch (names[key] ?? []).count {
      case 0...3: return 0
      case 4...6: return 1
      case 7...12: return 2
      default: return 3
      }
    }
  }

  var partition: [[Int64]] {
    let nodes = makeNodes()
    var holders = Holders(model: model)
    for node in nodes {
      for key in Set(node.prepared.keys(model.frequencies)) {
        holders.counts[key, default: 0] += 1
        if node.prepared.nameHash != 0 { holders.names[key, default: []].insert(node.prepared.nameHash) }
      }
    }
    let comparison = Comparison(model: model, reputation: holders)
    var weights: [[MatchWeight?]] = Array(repeating: Array(repeating: nil, count: nodes.count), count: nodes.count)
    for first in nodes.indices {
      for second in nodes.indices where second != first {
        let shared = Set(nodes[first].prepared.keys(model.frequencies)).intersection(nodes[second].prepared.keys(model.frequencies))
        guard shared.contains(where: { holders.counts[$0]! <= model.cap($0.kind) }) else { continue }
        weights[first][second] = comparison.weight(comparison.evidence(nodes[first].prepared, nodes[second].prepared))
      }
    }
    return components(nodes, weights).flatMap { component, isOversized in
      isOversized ? byCode(component, nodes) : groups(component, nodes, comparison)
    }
    .map { group in group.flatMap { nodes[$0].members.map(\.id) }.sorted() }
    .sorted { $0[0] < $1[0] }
  }

  private func makeNodes() -> [Node] {
    let named = Set(links.flatMap { [$0.first, $0.second] })
    let plain = Comparison(model: model, reputation: NoReputation())
    var nodes: [Node] = []
    for record in records.values.sorted(by: { $0.keyHash < $1.keyHash }) {
      let prepared = record.prepared
      let joins = !named.contains(record.keyHash) && plain.weight(plain.evidence(prepared, prepared)) >= model.threshold
      let same = nodes.firstIndex { node in
        joins && node.prepared == prepared && !named.contains(node.members[0].keyHash)
      }
      if let same { nodes[same].members.append(record) } else { nodes.append(Node(prepared: prepared, members: [record])) }
    }
    return nodes.sorted { ($0.prepared.contentHash, $0.members[0].keyHash) < ($1.prepared.contentHash, $1.members[0].keyHash) }
  }

  private func mustLinked(_ nodes: [Node], _ first: Int, _ second: Int, _ kind: Decision.Kind) -> Bool {
    nodes[first].members.contains { one in
      nodes[second].members.contains { other in links.contains(MatchLink(kind, one.keyHash, other.keyHash)) }
    }
  }

  private func components(_ nodes: [Node], _ weights: [[MatchWeight?]]) -> [([Int], Bool)] {
    func split(_ members: [Int], bar: MatchWeight) -> [([Int], Bool)] {
      var parts: [[Int]] = []
      for node in members {
        let touching = parts.indices.filter { part in
          parts[part].contains { other in
            weights[node][other].map { $0 >= bar } ?? false || mustLinked(nodes, node, other, .mustLink)
          }
        }
        let joined = touching.flatMap { parts[$0] } + [node]
        for place in touching.reversed() { parts.remove(at: place) }
        parts.append(joined)
      }
      return parts.flatMap { part -> [([Int], Bool)] in
        if part.count <= model.componentLimit { return [(part.sorted(), false)] }
        if bar >= MatchWeight(bits: 100) { return [(part.sorted(), true)] }
        return split(part, bar: bar + .oneBit)
      }
    }
    return split(Array(nodes.indices), bar: model.floor)
  }

  private func byCode(_ component: [Int], _ nodes: [Node]) -> [[Int]] {
    var groups: [[Int]] = []
    for node in component {
      let code = nodes[node].prepared.identifiers.first { $0.scheme == .creditCode }
      let home = groups.firstIndex { group in
        code != nil && nodes[group[0]].prepared.identifiers.first { $0.scheme == .creditCode } == code
      }
      if let home { groups[home].append(node) } else { groups.append([node]) }
    }
    return groups
  }

  private func groups(_ component: [Int], _ nodes: [Node], _ comparison: Comparison<Holders>) -> [[Int]] {
    var groups = component.map { [$0] }
    func isForbidden(_ one: [Int], _ other: [Int]) -> Bool {
      one.contains { first in other.contains { mustLinked(nodes, first, $0, .cannotLink) } }
    }
    func evidence(_ one: [Int], _ other: [Int]) -> Evidence {
      var sum = Evidence.none
      for first in one { for second in other { sum.merge(comparison.evidence(nodes[first].prepared, nodes[second].prepared)) } }
      return sum
    }
    for first in component {
      for second in component where second > first && mustLinked(nodes, first, second, .mustLink) {
        guard let one = groups.firstIndex(where: { $0.contains(first) }), let other = groups.firstIndex(where: { $0.contains(second) }),
          one != other, !isForbidden(groups[one], groups[other])
        else { continue }
        let merged = (groups[one] + groups[other]).sorted()
        groups.removeAll { $0.contains(first) || $0.contains(second) }
        groups.append(merged)
      }
    }
    while true {
      groups.sort { $0[0] < $1[0] }
      var strongest: (one: Int, other: Int, weight: MatchWeight)?
      for one in groups.indices {
        for other in groups.indices where other > one && !isForbidden(groups[one], groups[other]) {
          let found = evidence(groups[one], groups[other])
          let weight = comparison.weight(found)
          guard !found.isVetoed, weight >= model.threshold, weight > strongest?.weight ?? MatchWeight(units: .min) else { continue }
          strongest = (one, other, weight)
        }
      }
      guard let join = strongest else { return groups }
      groups[join.one] = (groups[join.one] + groups[join.other]).sorted()
      groups.remove(at: join.other)
    }
  }
}
