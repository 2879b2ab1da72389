/// What a report shows of the pairs.
extension Resolver {
  /// Pairs of records that were compared and reached the floor, each node by its first record; by record.
  public var scoredPairs: [(one: Int64, other: Int64, weight: MatchWeight)] {
    var pairs: [(one: Int64, other: Int64, weight: MatchWeight)] = []
    for node in nodes where node.isAlive {
      guard let first = node.members.first?.id else { continue }
      for edge in node.edges {
        guard let second = nodes[Int(edge.node)].members.first?.id, first < second else { continue }
        pairs.append((first, second, edge.weight))
      }
    }
    return pairs.sorted { ($0.one, $0.other) < ($1.one, $1.other) }
  }
}
