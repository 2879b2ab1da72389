/// Clusters the components of a table's pairs.
struct BulkClusters: Sendable {
  /// By node: the smallest node of its cluster.
  private(set) var clusterOfNode: [Int32]
  /// Nodes of components that stayed too large at every bar.
  private(set) var oversized: [Int32] = []

  init(_ table: BulkNodes, _ edges: [BulkEdges.Edge], _ shared: SharedValues, model: MatchModel, workers: Workers) {
    clusterOfNode = (0..<Int32(table.count)).map { $0 }
    let neighbours = Neighbours(edges, nodeCount: table.count)
    let components = Self.components(edges, nodeCount: table.count)
    let parts = workers.map(parts: (components.count + 255) / 256) { part -> [(groups: [[Int32]], oversized: [Int32])] in
      let (comparison, clusterer) = (Comparison(model: model, reputation: shared), Clusterer(model: model))
      return components[part * 256..<min(components.count, (part + 1) * 256)].map {
        Self.cluster($0, table, neighbours, comparison, clusterer)
      }
    }
    for result in parts.joined() {
      for group in result.groups { for node in group { clusterOfNode[Int(node)] = group[0] } }
      oversized += result.oversized
    }
  }

  /// Components of at least two nodes, each sorted.
  private static func components(_ edges: [BulkEdges.Edge], nodeCount: Int) -> [[Int32]] {
    var leader = (0..<Int32(nodeCount)).map { $0 }
    func find(_ node: Int32) -> Int32 {
      var current = node
      while leader[Int(current)] != current {
        leader[Int(current)] = leader[Int(leader[Int(current)])]
        current = leader[Int(current)]
      }
      return current
    }
    for edge in edges {
      let (one, other) = (find(edge.first), find(edge.second))
      if one != other { leader[Int(max(one, other))] = min(one, other) }
    }
    var place = Array(repeating: Int32(-1), count: nodeCount)
    var components: [[Int32]] = []
    for node in 0..<Int32(nodeCount) {
      let root = find(node)
      guard root != node else { continue }
      if place[Int(root)] < 0 {
        place[Int(root)] = Int32(components.count)
        components.append([root])
      }
      components[Int(place[Int(root)])].append(node)
    }
    return components
  }

  private static func cluster(
    _ component: [Int32], _ table: BulkNodes, _ neighbours: Neighbours, _ comparison: Comparison<SharedValues>, _ clusterer: Clusterer
  ) -> (groups: [[Int32]], oversized: [Int32]) {
    let model = comparison.model
    var result: (groups: [[Int32]], oversized: [Int32]) = ([], [])
    if component.count == 2 {
      if neighbours.weight(component[0]) >= model.threshold, !comparison.isVetoed(table[component[0]], table[component[1]]) {
        result.groups = [component]
      }
      return result
    }
    for part in Components.fit(component, model: model, edges: neighbours.of) {
      guard !part.isOversized else {
        result.oversized += part.nodes
        result.groups += ExclusiveGroups.groups(part.nodes) { table[$0] }
        continue
      }
      let records = part.nodes.map { table[$0] }
      let clusters = clusterer.groups(of: records) { comparison.evidence(records[$0], records[$1]) }
      result.groups += clusters.groups.map { group in group.map { part.nodes[$0] } }
    }
    return result
  }
}

/// The pairs of each node.
struct Neighbours: Sendable {
  private var starts: [UInt32]
  private var pairs: [(node: Int32, weight: MatchWeight)]

  init(_ edges: [BulkEdges.Edge], nodeCount: Int) {
    starts = Array(repeating: 0, count: nodeCount + 1)
    for edge in edges {
      starts[Int(edge.first) + 1] += 1
      starts[Int(edge.second) + 1] += 1
    }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    pairs = Array(repeating: (0, .zero), count: edges.count * 2)
    var next = starts
    for edge in edges {
      pairs[Int(next[Int(edge.first)])] = (edge.second, edge.weight)
      next[Int(edge.first)] += 1
      pairs[Int(next[Int(edge.second)])] = (edge.first, edge.weight)
      next[Int(edge.second)] += 1
    }
  }

  /// Of a node's first pair.
  func weight(_ node: Int32) -> MatchWeight { pairs[Int(starts[Int(node)])].weight }

  func of(_ node: Int32) -> [(node: Int32, weight: MatchWeight?)] {
    pairs[Int(starts[Int(node)])..<Int(starts[Int(node) + 1])].map { ($0.node, $0.weight) }
  }
}
