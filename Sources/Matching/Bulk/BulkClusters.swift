/// Clusters the components of a table's pairs.
struct BulkClusters: Sendable {
  /// By node: the smallest node of its cluster.
  private(set) var clusterOfNode: [Int32]
  /// Nodes of components that stayed too large at every bar.
  private(set) var oversized: [Int32] = []

  init(_ table: BulkNodes, _ edges: [BulkEdges.Edge], _ shared: SharedValues, model: MatchModel, workers: Workers) {
    clusterOfNode = (0..<Int32(table.count)).map { $0 }
    let (components, neighbours) = workers.both {
      BulkComponents(edges, nodeCount: table.count)
    } _: {
      Neighbours(edges, nodeCount: table.count)
    }
    let parts = workers.map(parts: (components.count + 255) / 256) { part -> [(groups: [[Int32]], oversized: [Int32])] in
      let (comparison, clusterer) = (Comparison(model: model, reputation: shared), Clusterer(model: model))
      let numbers = part * 256..<min(components.count, (part + 1) * 256)
      return numbers.map { number in
        if number + Self.ahead < numbers.upperBound { for node in components[number + Self.ahead] { table[node].prefetch() } }
        return Self.cluster(Array(components[number]), table, neighbours, comparison, clusterer)
      }
    }
    for result in parts.joined() {
      for group in result.groups { for node in group { clusterOfNode[Int(node)] = group[0] } }
      oversized += result.oversized
    }
  }

  /// How many components ahead a loop asks for the next one's records.
  private static let ahead = 3

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

/// The components of at least two nodes, in the order of their first nodes.
struct BulkComponents: Sendable {
  /// Where each one starts among the members, and where the last one ends.
  private var starts: [Int] = [0]
  private var members: [Int32]

  init(_ edges: [BulkEdges.Edge], nodeCount: Int) {
    // Of each node one that comes before it in its component; at last the first of the component.
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
    var sizes = Array(repeating: Int32(0), count: nodeCount)
    for node in 0..<nodeCount {
      // What comes before it is done.
      leader[node] = leader[Int(leader[node])]
      sizes[Int(leader[node])] += 1
    }
    var next = Array(repeating: 0, count: nodeCount)
    for node in 0..<nodeCount where sizes[node] > 1 {
      next[node] = starts[starts.count - 1]
      starts.append(next[node] + Int(sizes[node]))
    }
    members = Array(repeating: 0, count: starts[starts.count - 1])
    for node in 0..<nodeCount where sizes[Int(leader[node])] > 1 {
      members[next[Int(leader[node])]] = Int32(node)
      next[Int(leader[node])] += 1
    }
  }

  var count: Int { starts.count - 1 }

  /// In ascending order.
  subscript(_ number: Int) -> ArraySlice<Int32> { members[starts[number]..<starts[number + 1]] }
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
