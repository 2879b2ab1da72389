/// The pairs of a table that are at least possible.
struct BulkEdges: Sendable {
  struct Edge: Sendable {
    /// The smaller number first.
    var first: Int32
    var second: Int32
    var weight: MatchWeight
  }

  private(set) var edges: [Edge] = []
  /// Pairs that were compared.
  private(set) var comparisonCount = 0

  private static let partSize = 4_096

  /// Compares every two nodes that share a group.
  init(_ table: BulkNodes, _ groups: KeyGroups, model: MatchModel, workers: Workers) {
    let groupsOfNode = GroupsOfNode(groups, nodeCount: table.count)
    let parts = (table.count + Self.partSize - 1) / Self.partSize
    let found = workers.map(parts: parts) { part in
      let nodes = Int32(part * Self.partSize)..<Int32(min(table.count, (part + 1) * Self.partSize))
      return Self.compare(nodes, table, groups, groupsOfNode, model)
    }
    for part in found {
      edges += part.edges
      comparisonCount += part.comparisonCount
    }
  }

  private static func compare(
    _ nodes: Range<Int32>, _ table: BulkNodes, _ groups: KeyGroups, _ groupsOfNode: GroupsOfNode, _ model: MatchModel
  ) -> (edges: [Edge], comparisonCount: Int) {
    let comparison = Comparison(model: model, reputation: groups)
    let floor = model.floor
    var edges: [Edge] = []
    var comparisonCount = 0
    // By node: the last node that met it.
    var lastMet = Array(repeating: Int32(-1), count: table.count)
    for node in nodes {
      let record = table[node]
      for group in groupsOfNode[node] {
        var place = groups[group].upperBound - 1
        while groups.nodes[place] > node {
          let other = groups.nodes[place]
          place -= 1
          guard lastMet[Int(other)] != node else { continue }
          lastMet[Int(other)] = node
          comparisonCount += 1
          if let weight = comparison.weight(record, table[other], atLeast: floor) {
            edges.append(Edge(first: node, second: other, weight: weight))
          }
        }
      }
    }
    return (edges, comparisonCount)
  }
}

/// The groups of each node, in order.
struct GroupsOfNode: Sendable {
  private var starts: [UInt32]
  private var groups: [Int32]

  init(_ keys: KeyGroups, nodeCount: Int) {
    starts = Array(repeating: 0, count: nodeCount + 1)
    for node in keys.nodes { starts[Int(node) + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    groups = Array(repeating: 0, count: keys.nodes.count)
    var next = starts
    for group in 0..<Int32(keys.count) {
      for place in keys[group] {
        let node = Int(keys.nodes[place])
        groups[Int(next[node])] = group
        next[node] += 1
      }
    }
  }

  @inline(__always)
  subscript(_ node: Int32) -> ArraySlice<Int32> { groups[Int(starts[Int(node)])..<Int(starts[Int(node) + 1])] }
}
