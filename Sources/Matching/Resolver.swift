import Model

/// One live record as the resolver takes it.
public struct MatchRecord: Hashable, Sendable {
  /// The caller's number for the record; never reused for another one.
  public var id: Int64
  /// A hash of the record's key: breaks ties between equal contents, whatever the order of arrival.
  public var keyHash: UInt64
  public var prepared: PreparedRecord

  public init(id: Int64, keyHash: UInt64, prepared: PreparedRecord) {
    self.id = id
    self.keyHash = keyHash
    self.prepared = prepared
  }
}

/// A decision as the resolver takes it: the key hashes of the two records, which need not be live.
public struct MatchLink: Hashable, Sendable {
  public var kind: Decision.Kind
  public var first: UInt64
  public var second: UInt64

  public init(_ kind: Decision.Kind, _ one: UInt64, _ other: UInt64) {
    self.kind = kind
    first = min(one, other)
    second = max(one, other)
  }
}

/// One change to the set of live records or decisions.
public enum MatchChange: Sendable {
  case upsert(MatchRecord)
  case remove(id: Int64)
  case link(MatchLink)
  case unlink(MatchLink)
}

/// What a batch of changes did to the partition: the clusters that are no more, and those that take their place. Every
/// record of a former cluster that is still live is in exactly one of the new ones.
public struct PartitionDelta: Sendable {
  public init(former: [[Int64]], current: [[Int64]], contradicted: [MatchLink] = [], oversized: [Int64] = []) {
    self.former = former
    self.current = current
    self.contradicted = contradicted
    self.oversized = oversized
  }

  /// Record ids, sorted; clusters ordered by their first record.
  public var former: [[Int64]]
  public var current: [[Int64]]
  /// Must-links that cannot-links contradict, as key hashes.
  public var contradicted: [MatchLink]
  /// Records of components that stayed too large at every bar.
  public var oversized: [Int64]
}

/// Keeps the partition of the live records into customers up to date. The partition is *f(live records, decisions,
/// model)*: after any history of changes it equals what a fresh resolver gives for the same records and decisions (C2).
///
/// Not thread-safe: one owner at a time.
public final class Resolver {
  public let model: MatchModel

  var nodes: [Node] = []
  private var freeNodes: [Int32] = []
  let store = RecordStore()
  /// Joinable nodes by the hash of their content; equal contents share one.
  private var nodesOfContent: [UInt64: [Int32]] = [:]
  private var keyMaker = KeyMaker()
  private var rarities: Frequencies.Reader
  private(set) var nodeOfRecord: [Int64: Int32] = [:]
  private var recordOfKey: [UInt64: Int64] = [:]
  var postings: Postings
  var links = Links()
  private(set) var clusters: [Int32: [Int32]] = [:]
  private var nextCluster: Int32 = 0

  struct Member: Hashable {
    var id: Int64
    var keyHash: UInt64
  }

  struct Node {
    var place: RecordStore.Place
    /// The one with the smallest key hash comes first; the others in no order, so that a million equal rows cost a million steps.
    var members: [Member]
    /// Pairs with at least the floor's weight.
    var edges: [(node: Int32, weight: MatchWeight)]
    var cluster: Int32
    var isAlive: Bool
    /// True when the content is evidence enough to join its records, and no decision names one of them.
    var isShared: Bool

    mutating func add(_ member: Member) {
      members.append(member)
      if member.keyHash < members[0].keyHash { members.swapAt(0, members.count - 1) }
    }

    mutating func removeMember(at place: Int) -> Member {
      members.swapAt(place, members.count - 1)
      let removed = members.removeLast()
      if place == 0, let smallest = members.indices.min(by: { members[$0].keyHash < members[$1].keyHash }) { members.swapAt(0, smallest) }
      return removed
    }
  }

  public init(model: MatchModel = MatchModel()) {
    self.model = model
    postings = Postings(model: model)
    rarities = Frequencies.Reader(model.frequencies)
  }

  /// The whole partition: record ids sorted, clusters by their first record.
  public var partition: [[Int64]] {
    clusters.values.map { recordIDs($0) }.sorted { $0[0] < $1[0] }
  }

  // MARK: Applying changes

  public func apply(_ changes: [MatchChange]) -> PartitionDelta {
    var work = Work()
    for change in changes {
      switch change {
      case .upsert(let record): upsert(record, &work)
      case .remove(let id): remove(id, &work)
      case .link(let link): setLink(link, isInForce: true, &work)
      case .unlink(let link): setLink(link, isInForce: false, &work)
      }
    }
    compareDirtyNodes(&work)
    return recluster(&work)
  }

  /// What one batch has touched so far.
  private struct Work {
    /// Nodes whose pairs must be computed again.
    var dirty: Set<Int32> = []
    /// Nodes whose component must be clustered again.
    var touched: Set<Int32> = []
    /// Clusters as they were before the batch, by number.
    var former: [Int32: [Int64]] = [:]
  }

  private func upsert(_ record: MatchRecord, _ work: inout Work) {
    let place = store.append(record.prepared)
    store[place].weigh(&rarities)
    if let node = nodeOfRecord[record.id] {
      if view(node) == store[place] { return store.remove(place) }
      remove(record.id, &work)
    }
    recordOfKey[record.keyHash] = record.id
    insert(Member(id: record.id, keyHash: record.keyHash), place, &work)
  }

  /// The record of a node.
  @inline(__always)
  func view(_ node: Int32) -> RecordView { store[nodes[Int(node)].place] }

  private func insert(_ member: Member, _ place: RecordStore.Place, _ work: inout Work) {
    let record = store[place]
    let isShared = !links.names(member.keyHash) && isJoinable(record)
    if isShared, let node = node(ofContent: record) {
      remember(nodes[Int(node)].cluster, &work)
      nodes[Int(node)].add(member)
      nodeOfRecord[member.id] = node
      work.touched.insert(node)
      store.remove(place)
      return
    }
    let node = newNode(Node(place: place, members: [member], edges: [], cluster: -1, isAlive: true, isShared: isShared))
    nodeOfRecord[member.id] = node
    if isShared { nodesOfContent[record.contentHash, default: []].append(node) }
    keyMaker.make(record)
    for key in keyMaker.keys {
      if postings.insert(node, key, names: { view($0).nameHash }) { markHolders(of: key, &work) }
    }
    work.dirty.insert(node)
  }

  private func node(ofContent record: RecordView) -> Int32? {
    nodesOfContent[record.contentHash]?.first { view($0) == record }
  }

  private func remove(_ id: Int64, _ work: inout Work) {
    guard let node = nodeOfRecord.removeValue(forKey: id), let place = nodes[Int(node)].members.firstIndex(where: { $0.id == id }) else {
      return
    }
    remember(nodes[Int(node)].cluster, &work)
    let member = nodes[Int(node)].removeMember(at: place)
    if recordOfKey[member.keyHash] == id { recordOfKey[member.keyHash] = nil }
    guard nodes[Int(node)].members.isEmpty else {
      work.touched.insert(node)
      return
    }
    for neighbour in linkedNodes(member.keyHash) { work.touched.insert(neighbour) }
    let record = view(node)
    keyMaker.make(record)
    for key in keyMaker.keys {
      if postings.remove(node, key, names: { view($0).nameHash }) { markHolders(of: key, &work) }
    }
    dropEdges(node, &work)
    if nodes[Int(node)].isShared {
      nodesOfContent[record.contentHash]?.removeAll { $0 == node }
      if nodesOfContent[record.contentHash]?.isEmpty ?? false { nodesOfContent[record.contentHash] = nil }
    }
    store.remove(nodes[Int(node)].place)
    leaveCluster(node, &work)
    nodes[Int(node)].isAlive = false
    work.dirty.remove(node)
    work.touched.remove(node)
    freeNodes.append(node)
  }

  /// Content whose weight against itself passes the threshold joins its records into one node.
  private func isJoinable(_ record: RecordView) -> Bool {
    let comparison = Comparison(model: model, reputation: NoReputation())
    return comparison.weight(comparison.evidence(record, record)) >= model.threshold
  }

  private func newNode(_ node: Node) -> Int32 {
    if let free = freeNodes.popLast() {
      nodes[Int(free)] = node
      return free
    }
    nodes.append(node)
    return Int32(nodes.count - 1)
  }

  private func markHolders(of key: MatchKey, _ work: inout Work) {
    postings.forEachNode(key) { work.dirty.insert($0) }
  }

  private func setLink(_ link: MatchLink, isInForce: Bool, _ work: inout Work) {
    guard links.set(link, isInForce: isInForce) else { return }
    for keyHash in [link.first, link.second] {
      guard let id = recordOfKey[keyHash], let node = nodeOfRecord[id] else { continue }
      // A record that a decision names has a node of its own; one that none names any more may share one again.
      let copy = store.append(copyOf: view(node))
      remove(id, &work)
      recordOfKey[keyHash] = id
      insert(Member(id: id, keyHash: keyHash), copy, &work)
    }
  }

  private func remember(_ cluster: Int32, _ work: inout Work) {
    guard cluster >= 0, work.former[cluster] == nil, let members = clusters[cluster] else { return }
    work.former[cluster] = recordIDs(members)
    for node in members { work.touched.insert(node) }
  }

  private func leaveCluster(_ node: Int32, _ work: inout Work) {
    let cluster = nodes[Int(node)].cluster
    guard cluster >= 0 else { return }
    clusters[cluster]?.removeAll { $0 == node }
    if clusters[cluster]?.isEmpty ?? false { clusters[cluster] = nil }
    nodes[Int(node)].cluster = -1
  }

  // MARK: Pairs

  private func dropEdges(_ node: Int32, _ work: inout Work) {
    for edge in nodes[Int(node)].edges {
      nodes[Int(edge.node)].edges.removeAll { $0.node == node }
      work.touched.insert(edge.node)
    }
    nodes[Int(node)].edges = []
  }

  private func compareDirtyNodes(_ work: inout Work) {
    let comparison = Comparison(model: model, reputation: postings)
    let floor = model.floor
    for node in work.dirty { dropEdges(node, &work) }
    var done: Set<Int32> = []
    for node in work.dirty {
      done.insert(node)
      for candidate in candidates(of: view(node)) where candidate != node && !done.contains(candidate) {
        let weight = comparison.weight(comparison.evidence(view(node), view(candidate)))
        guard weight >= floor else { continue }
        nodes[Int(node)].edges.append((candidate, weight))
        nodes[Int(candidate)].edges.append((node, weight))
        work.touched.insert(candidate)
      }
      work.touched.insert(node)
    }
  }

  /// The nodes that share an active key with a record.
  func candidates(of record: RecordView) -> Set<Int32> {
    var candidates: Set<Int32> = []
    keyMaker.make(record)
    for key in keyMaker.keys where postings.isActive(key) {
      postings.forEachNode(key) { candidates.insert($0) }
    }
    return candidates
  }

  /// The live nodes of records that a must-link ties to the record with this key.
  private func linkedNodes(_ keyHash: UInt64) -> [Int32] {
    links.mustLinked(keyHash).compactMap { recordOfKey[$0].flatMap { nodeOfRecord[$0] } }
  }

  func neighbours(of node: Int32) -> [(node: Int32, weight: MatchWeight?)] {
    var neighbours: [(node: Int32, weight: MatchWeight?)] = nodes[Int(node)].edges.map { ($0.node, $0.weight) }
    guard !links.isEmpty else { return neighbours }
    for member in nodes[Int(node)].members {
      for neighbour in linkedNodes(member.keyHash) { neighbours.append((neighbour, nil)) }
    }
    return neighbours
  }

  // MARK: Clusters

  private func recluster(_ work: inout Work) -> PartitionDelta {
    var delta = PartitionDelta(former: [], current: [])
    let components = Components.reachable(from: work.touched.sorted()) { node, visit in
      for neighbour in neighbours(of: node) { visit(neighbour.node) }
    }
    var current: [[Int64]] = []
    for component in components {
      for node in component { remember(nodes[Int(node)].cluster, &work) }
      for node in component { leaveCluster(node, &work) }
      for part in Components.fit(component, model: model, edges: neighbours(of:)) {
        for group in groups(of: part, &delta) {
          enter(group)
          current.append(recordIDs(group))
        }
      }
    }
    let unchanged = Set(work.former.values).intersection(current)
    delta.former = work.former.values.filter { !$0.isEmpty && !unchanged.contains($0) }.sorted { $0[0] < $1[0] }
    delta.current = current.filter { !unchanged.contains($0) }.sorted { $0[0] < $1[0] }
    return delta
  }

  private func enter(_ group: [Int32]) {
    clusters[nextCluster] = group
    for node in group { nodes[Int(node)].cluster = nextCluster }
    nextCluster &+= 1
    if nextCluster < 0 { nextCluster = 0 }
  }

  private func groups(of part: Components.Part, _ delta: inout PartitionDelta) -> [[Int32]] {
    guard part.nodes.count > 1 else { return [part.nodes] }
    let ordered = part.nodes.sorted { order($0) < order($1) }
    guard !part.isOversized else {
      delta.oversized += ordered.flatMap { nodes[Int($0)].members.map(\.id) }.sorted()
      return ExclusiveGroups.groups(ordered, record: view)
    }
    let comparison = Comparison(model: model, reputation: postings)
    let (must, cannot) = decisions(among: ordered)
    let result = Clusterer(model: model).groups(
      count: ordered.count, mustLinks: must.map(\.pair), cannotLinks: cannot.map(\.pair),
      evidence: { first, second in
        comparison.evidence(view(ordered[first]), view(ordered[second]))
      })
    for pair in result.contradicted {
      delta.contradicted += must.filter { $0.pair == pair }.map(\.link)
    }
    return result.groups.map { group in group.map { ordered[$0] } }
  }

  /// Content first, then the smallest key: an order that no history can change.
  func order(_ node: Int32) -> (UInt64, UInt64) {
    (view(node).contentHash, nodes[Int(node)].members[0].keyHash)
  }

  func decisions(
    among ordered: [Int32]
  ) -> (must: [(pair: (Int, Int), link: MatchLink)], cannot: [(pair: (Int, Int), link: MatchLink)]) {
    guard !links.isEmpty else { return ([], []) }
    var placeOfKey: [UInt64: Int] = [:]
    for (place, node) in ordered.enumerated() {
      for member in nodes[Int(node)].members where links.names(member.keyHash) { placeOfKey[member.keyHash] = place }
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

  func recordIDs(_ group: [Int32]) -> [Int64] {
    group.flatMap { nodes[Int($0)].members.map(\.id) }.sorted()
  }

  // MARK: Reading

  /// The records in the same cluster as `id`, sorted; nil when it is not live.
  public func cluster(of id: Int64) -> [Int64]? {
    guard let node = nodeOfRecord[id] else { return nil }
    return clusters[nodes[Int(node)].cluster].map(recordIDs)
  }
}
