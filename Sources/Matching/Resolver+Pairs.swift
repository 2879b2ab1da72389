// Which nodes are pairs: who meets whom, and what that is worth.

extension Resolver {
  // MARK: Candidates

  /// The nodes that share an active key with a record, each once.
  func candidates(of record: RecordView) -> [Int32] {
    keyMaker.make(record)
    postings.fetch(keyMaker.keys)
    candidates.removeAll()
    candidates.add(keyMaker.keys, postings)
    for node in candidates.nodes { rows.fetch(node) }
    return candidates.nodes
  }

  /// Finds the pairs of nodes that are new, or say something else than before.
  func compareFresh() {
    for node in work.fresh where rows[node].pointee.flags.contains(.isFresh) {
      rows[node].pointee.flags.remove(.isFresh)
      rows[node].pointee.flags.insert(.isNew)
      touch(node)
      let record = view(node)
      let candidates = candidates(of: record)
      for place in candidates.indices {
        let ahead = place + Self.ahead
        if ahead < candidates.count { store.fetch(rows[candidates[ahead]].pointee.place) }
        let other = candidates[place]
        // A fresh one will meet this one when its turn comes.
        guard other != node, !rows[other].pointee.flags.contains(.isFresh) else { continue }
        guard let weight = comparison.weight(record, view(other), atLeast: model.floor) else { continue }
        addEdge(node, other, weight)
      }
    }
  }

  /// How many comparisons ahead a record is brought near.
  static let ahead = 6

  // MARK: Keys that stand otherwise

  /// Looks again at the pairs of nodes that carry a key which became generic, or active again, or changed its level.
  func settleStandings() {
    // The nodes of a cluster are pairs of each other, and carry several of the keys: the keys of each are wanted several times.
    var keysOfNode: [Int32: [MatchKey]] = [:]
    for (key, before) in work.standings {
      let after = postings.standing(key)
      guard after != before else { continue }
      var holders: [Int32] = []
      postings.forEachNode(key) { holders.append($0) }
      if after.level != before.level {
        // All pairs of a component are scored, so what its nodes share is worth something else now.
        for node in holders where rows[node].pointee.edges != 0 || !links.isEmpty { change(node) }
      }
      let isWorthLess = (after.level > before.level) == (model.weights.perHolderLevel.units >= 0)
      if after.isActive, !before.isActive || after.level != before.level && !isWorthLess {
        compareAll(holders)
      } else if after.isActive || after.level == before.level || isWorthLess {
        compareAgain(holders, isWorthTheSame: after.level == before.level, &keysOfNode)
      } else {
        compareEverywhere(holders)
      }
    }
  }

  /// The key brings its nodes together: every pair of them counts.
  private func compareAll(_ holders: [Int32]) {
    for (place, one) in holders.enumerated() {
      for other in holders[(place + 1)...] where !isNew(one, other) {
        setEdge(one, other, comparison.weight(view(one), view(other), atLeast: model.floor))
      }
    }
  }

  /// The key does less than before: only pairs that are there can go.
  /// - Parameter isWorthTheSame: to the pairs that another key brings together.
  private func compareAgain(_ holders: [Int32], isWorthTheSame: Bool, _ keysOfNode: inout [Int32: [MatchKey]]) {
    met.removeAll()
    for node in holders { _ = met.insert(node) }
    var pairs: [(Int32, Int32)] = []
    for node in holders {
      edges.forEach(rows[node].pointee.edges) { edge in
        if node < edge.node, met.contains(edge.node), !isNew(node, edge.node) { pairs.append((node, edge.node)) }
      }
    }
    for (one, other) in pairs {
      let areCandidates = shareActiveKey(keys(of: one, &keysOfNode), keys(of: other, &keysOfNode))
      if areCandidates && isWorthTheSame { continue }
      setEdge(one, other, areCandidates ? comparison.weight(view(one), view(other), atLeast: model.floor) : nil)
    }
  }

  private func keys(of node: Int32, _ known: inout [Int32: [MatchKey]]) -> [MatchKey] {
    if let keys = known[node] { return keys }
    let keys = keys(of: view(node))
    known[node] = keys
    return keys
  }

  /// For models in which a value is worth more when many share it.
  private func compareEverywhere(_ holders: [Int32]) {
    for one in holders {
      for other in candidates(of: view(one)) where other != one && !isNew(one, other) {
        setEdge(one, other, comparison.weight(view(one), view(other), atLeast: model.floor))
      }
    }
  }

  /// Pairs of a node that was fresh in this batch are as they should be.
  private func isNew(_ one: Int32, _ other: Int32) -> Bool {
    rows[one].pointee.flags.union(rows[other].pointee.flags).contains(.isNew)
  }

  /// - Parameters: the keys of two nodes, sorted.
  private func shareActiveKey(_ mine: [MatchKey], _ others: [MatchKey]) -> Bool {
    var place = 0
    for key in mine {
      while place < others.count, others[place] < key { place += 1 }
      if place < others.count, others[place] == key, postings.isActive(key) { return true }
    }
    return false
  }

  // MARK: Edges

  private func addEdge(_ one: Int32, _ other: Int32, _ weight: MatchWeight) {
    rows[one].pointee.edges = edges.insert(.init(node: other, weight: weight), rows[one].pointee.edges)
    rows[other].pointee.edges = edges.insert(.init(node: one, weight: weight), rows[other].pointee.edges)
    touch(one)
    touch(other)
  }

  private func setEdge(_ one: Int32, _ other: Int32, _ weight: MatchWeight?) {
    let mine = rows[one].pointee.edges
    guard let place = edges.place(of: other, mine) else {
      if let weight { addEdge(one, other, weight) }
      return
    }
    guard edges[mine, place].weight != weight else { return }
    if let weight {
      edges.setWeight(weight, at: place, mine)
      let others = rows[other].pointee.edges
      if let place = edges.place(of: one, others) { edges.setWeight(weight, at: place, others) }
    } else {
      rows[one].pointee.edges = edges.remove(at: place, mine)
      removeEdge(of: other, to: one)
    }
    touch(one)
    touch(other)
  }

  private func removeEdge(of node: Int32, to other: Int32) {
    let list = rows[node].pointee.edges
    if let place = edges.place(of: other, list) { rows[node].pointee.edges = edges.remove(at: place, list) }
  }

  func dropEdges(_ node: Int32) {
    let list = rows[node].pointee.edges
    guard list != 0 else { return }
    edges.forEach(list) { edge in
      removeEdge(of: edge.node, to: node)
      touch(edge.node)
    }
    edges.free(list)
    rows[node].pointee.edges = 0
  }

  // MARK: Neighbours

  /// The live nodes of records that a must-link ties to the record with this key.
  func linkedNodes(_ keyHash: UInt64) -> [Int32] { links.mustLinked(keyHash).compactMap { rows.node(ofKey: $0) } }

  /// The pairs of a node, and what must-links tie to it.
  func forEachNeighbour(of node: Int32, _ body: (Int32, MatchWeight?) -> Void) {
    edges.forEach(rows[node].pointee.edges) { body($0.node, $0.weight) }
    guard !links.isEmpty else { return }
    rows.forEachMember(node) { member in
      for neighbour in linkedNodes(member.keyHash) { body(neighbour, nil) }
    }
  }

  func neighbours(of node: Int32) -> [(node: Int32, weight: MatchWeight?)] {
    var neighbours: [(node: Int32, weight: MatchWeight?)] = []
    forEachNeighbour(of: node) { neighbours.append(($0, $1)) }
    return neighbours
  }
}
