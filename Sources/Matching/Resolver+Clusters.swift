// The components that a batch touched, clustered again.

extension Resolver {
  func recluster() -> PartitionDelta {
    var delta = PartitionDelta(former: [], current: [])
    var place = 0
    while place < work.touched.count {
      let node = work.touched[place]
      place += 1
      if rows[node].pointee.flags.contains(.isTouched) { settle(component(of: node), &delta) }
    }
    for node in work.renamed where rows[node].pointee.flags.contains(.isAlive) { tell(node, &delta) }
    delta.former = Array(work.former.values)
    delta.leaveOutUnchanged()
    return delta
  }

  /// The nodes that are reached over pairs and must-links, this one first.
  func component(of node: Int32) -> [Int32] {
    var component = [node]
    rows[node].pointee.flags.remove(.isTouched)
    guard rows[node].pointee.edges != 0 || !links.isEmpty else { return component }
    met.removeAll()
    _ = met.insert(node)
    var next = 0
    while next < component.count {
      forEachNeighbour(of: component[next]) { neighbour, _ in
        guard met.insert(neighbour) else { return }
        rows[neighbour].pointee.flags.remove(.isTouched)
        component.append(neighbour)
      }
      next += 1
    }
    return component
  }

  /// Brings the clusters of a component in line with its groups.
  private func settle(_ component: [Int32], _ delta: inout PartitionDelta) {
    let groups = groups(ofComponent: component, &delta)
    let changed = groups.filter { group in
      guard isCluster(group) else { return true }
      tell(group[0], &delta)
      return false
    }
    for node in changed.joined() { dissolve(node) }
    for group in changed {
      nextCluster = nextCluster == .max ? 1 : nextCluster + 1
      rows.enter(group, cluster: nextCluster)
      delta.current.append(records(ofClusterWith: group[0]))
    }
    // Dissolving touches the mates of each node: those of this component are settled now.
    for node in component { rows[node].pointee.flags.remove(.isTouched) }
  }

  /// True when these nodes are a cluster already, all of it.
  private func isCluster(_ group: [Int32]) -> Bool {
    let cluster = rows[group[0]].pointee.cluster
    guard cluster != 0, group.allSatisfy({ rows[$0].pointee.cluster == cluster }) else { return false }
    var count = 0
    rows.forEachMate(group[0]) { _ in count += 1 }
    return count == group.count
  }

  /// A cluster of the same nodes, whose records may be others now.
  private func tell(_ node: Int32, _ delta: inout PartitionDelta) {
    let cluster = rows[node].pointee.cluster
    guard work.former[cluster] != nil, work.told.insert(cluster).inserted else { return }
    delta.current.append(records(ofClusterWith: node))
  }

  private func dissolve(_ node: Int32) {
    guard rows[node].pointee.cluster != 0 else { return }
    remember(node)
    rows.forEachMate(node) { mate in
      rows[mate].pointee.cluster = 0
      rows[mate].pointee.next = mate
      touch(mate)
    }
  }

  // MARK: Groups

  private func groups(ofComponent component: [Int32], _ delta: inout PartitionDelta) -> [[Int32]] {
    let parts = Components.fit(component.sorted(), model: model, edges: neighbours(of:))
    return parts.flatMap { groups(of: $0, &delta) }
  }

  private func groups(of part: Components.Part, _ delta: inout PartitionDelta) -> [[Int32]] {
    guard part.nodes.count > 1 else {
      logs.forget(part.nodes[0])
      return [part.nodes]
    }
    let ordered = inOrder(part.nodes)
    guard !part.isOversized else {
      for node in ordered { logs.forget(node) }
      for node in ordered { rows.forEachMember(node) { delta.oversized.append($0.id) } }
      return ExclusiveGroups.groups(ordered, record: view)
    }
    let views = ordered.map(view)
    let (must, cannot) = decisions(among: ordered)
    let result = clusterer.groups(
      of: views, mustLinks: must.map(\.pair), cannotLinks: cannot.map(\.pair), former: logs.former(ordered, isOther: isOther)
    ) { first, second in
      comparison.evidence(views[first], views[second])
    }
    if let joins = result.joins {
      logs.set(ordered, joins.map { .init(kept: ordered[Int($0.kept)], gone: ordered[Int($0.gone)], weight: $0.weight) })
    } else {
      for node in ordered { logs.forget(node) }
    }
    for pair in result.contradicted { delta.contradicted += must.filter { $0.pair == pair }.map(\.link) }
    return result.groups.map { group in group.map { ordered[$0] } }
  }

  /// True when a node may be worth something else than before the batch.
  private func isOther(_ node: Int32) -> Bool { !rows[node].pointee.flags.isDisjoint(with: [.isNew, .isOther]) }

  /// Content first, then the smallest key: an order that no history can change.
  func order(_ node: Int32) -> (UInt64, UInt64) { (view(node).contentHash, rows.smallestMember(node).pointee.keyHash) }

  func inOrder(_ nodes: some Sequence<Int32>) -> [Int32] {
    nodes.map { (node: $0, order: order($0)) }.sorted { $0.order < $1.order }.map(\.node)
  }

  func decisions(
    among ordered: [Int32]
  ) -> (must: [(pair: (Int, Int), link: MatchLink)], cannot: [(pair: (Int, Int), link: MatchLink)]) {
    guard !links.isEmpty else { return ([], []) }
    var placeOfKey: [UInt64: Int] = [:]
    for (place, node) in ordered.enumerated() {
      rows.forEachMember(node) { if links.names($0.keyHash) { placeOfKey[$0.keyHash] = place } }
    }
    var must: [(pair: (Int, Int), link: MatchLink)] = []
    var cannot: [(pair: (Int, Int), link: MatchLink)] = []
    for link in links.touching(placeOfKey.keys) {
      guard let one = placeOfKey[link.first], let other = placeOfKey[link.second], one != other else { continue }
      let pair = (min(one, other), max(one, other))
      if link.kind == .mustLink { must.append((pair, link)) } else { cannot.append((pair, link)) }
    }
    return (must, cannot)
  }

  // MARK: Records

  /// The nodes of a node's cluster; those of a cluster are a ring.
  func mates(of node: Int32) -> [Int32] {
    var mates: [Int32] = []
    rows.forEachMate(node) { mates.append($0) }
    return mates
  }

  func records(ofClusterWith node: Int32) -> [Int64] { recordIDs(mates(of: node)) }

  /// The records of some nodes, sorted.
  func recordIDs(_ group: [Int32]) -> [Int64] {
    var ids: [Int64] = []
    for node in group { rows.forEachMember(node) { ids.append($0.id) } }
    ids.sort()
    return ids
  }
}

extension PartitionDelta {
  /// Puts clusters in order and leaves out those that are the same as before.
  fileprivate mutating func leaveOutUnchanged() {
    former.sort { $0[0] < $1[0] }
    current.sort { $0[0] < $1[0] }
    oversized.sort()
    // Clusters of one list have no record in common, so equal ones are found by their first.
    var (one, other) = (0, 0)
    var unchanged: (former: [Int], current: [Int]) = ([], [])
    while one < former.count, other < current.count {
      if former[one][0] == current[other][0] {
        if former[one] == current[other] {
          unchanged.former.append(one)
          unchanged.current.append(other)
        }
        (one, other) = (one + 1, other + 1)
      } else if former[one][0] < current[other][0] {
        one += 1
      } else {
        other += 1
      }
    }
    former.leaveOut(unchanged.former)
    current.leaveOut(unchanged.current)
  }
}

extension Array {
  /// - Parameter places: ascending.
  fileprivate mutating func leaveOut(_ places: [Int]) {
    guard !places.isEmpty else { return }
    var rest = places[...]
    var kept: [Element] = []
    for (place, element) in enumerated() {
      if rest.first == place { rest = rest.dropFirst() } else { kept.append(element) }
    }
    self = kept
  }
}
