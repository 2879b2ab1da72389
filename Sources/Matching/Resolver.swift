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
/// One owner at a time changes it. Others may look records up meanwhile, as ``apply(_:alone:)`` says.
public final class Resolver {
  public let model: MatchModel

  let store: RecordStore
  let rows: NodeRows
  let postings: Postings
  let edges: EdgeLists
  var links = Links()
  var nextCluster: UInt32 = 0
  var logs = JoinLogs()

  let comparison: Comparison<Postings>
  let plain: Comparison<NoReputation>
  let clusterer: Clusterer
  var rarities: Frequencies.Reader
  var work = Work()

  // Space that is used again and again.
  var keyMaker = KeyMaker()
  var met = NodeSet()
  var candidates = CandidateList()

  /// What one batch has touched so far.
  struct Work {
    /// Nodes whose pairs have to be found.
    var fresh: [Int32] = []
    /// Nodes whose component has to be clustered again.
    var touched: [Int32] = []
    /// Nodes whose pairs may be worth something else.
    var other: [Int32] = []
    /// Nodes that got or lost a member, and nothing else.
    var renamed: [Int32] = []
    /// Keys that stand otherwise than before the batch, with how they stood.
    var standings: [MatchKey: Postings.Standing] = [:]
    /// Clusters as they were before the batch, by number.
    var former: [UInt32: [Int64]] = [:]
    /// Clusters whose records are in the delta as they are now.
    var told: Set<UInt32> = []
  }

  public convenience init(model: MatchModel = MatchModel()) { self.init(model: model, leastLazy: Clusterer.leastLazy) }

  /// - Parameter leastLazy: as ``Clusterer`` takes it.
  init(model: MatchModel, leastLazy: Int) {
    self.model = model
    store = RecordStore(usesLargePages: true)
    rows = NodeRows()
    postings = Postings(model: model)
    edges = EdgeLists()
    comparison = Comparison(model: model, reputation: postings)
    plain = Comparison(model: model, reputation: NoReputation())
    clusterer = Clusterer(model: model, leastLazy: leastLazy)
    rarities = Frequencies.Reader(model.frequencies)
  }

  /// The record of a node.
  @inline(__always)
  func view(_ node: Int32) -> RecordView { store[rows[node].pointee.place] }

  // MARK: Applying changes

  /// - Parameter alone: called once for each change, with what must not happen while somebody looks records up
  ///   (``Finder``); all else may.
  public func apply(_ changes: some Sequence<MatchChange>, alone: (() -> Void) -> Void = { $0() }) -> PartitionDelta {
    for change in changes { alone { self.change(change) } }
    compareFresh()
    settleStandings()
    defer { endBatch() }
    return recluster()
  }

  /// Takes in many changes of which nobody wants to hear the delta: faster than one by one, and none of them is kept.
  public func load(_ body: ((MatchChange) -> Void) throws -> Void) rethrows {
    defer { endBatch() }
    try body { change($0) }
    compareFresh()
    settleStandings()
    _ = recluster()
  }

  private func endBatch() {
    for node in work.fresh { rows[node].pointee.flags.remove(.isNew) }
    for node in work.other { rows[node].pointee.flags.remove(.isOther) }
    work.other.removeAll(keepingCapacity: work.other.count < 1_000)
    work.fresh.removeAll(keepingCapacity: work.fresh.count < 1_000)
    work.touched.removeAll(keepingCapacity: work.touched.count < 1_000)
    work.renamed.removeAll()
    if !work.standings.isEmpty { work.standings = [:] }
    work.former.removeAll(keepingCapacity: work.former.count < 100)
    if !work.told.isEmpty { work.told = [] }
  }

  // MARK: Reading

  /// Live records.
  public var count: Int { rows.memberCount }

  /// The whole partition: record ids sorted, clusters by their first record.
  public var partition: [[Int64]] {
    var clusters: [[Int64]] = []
    var told: Set<UInt32> = []
    for node in rows.isAlive where told.insert(rows[node].pointee.cluster).inserted { clusters.append(records(ofClusterWith: node)) }
    return clusters.sorted { $0[0] < $1[0] }
  }

  /// The records in the same cluster as `id`, sorted; nil when it is not live.
  public func cluster(of id: Int64) -> [Int64]? { rows.node(ofID: id).map(records(ofClusterWith:)) }

  /// Bytes of memory that records and index take.
  public var byteCount: (records: Int, index: Int) {
    (store.byteCount, rows.byteCount + postings.byteCount + edges.byteCount + logs.byteCount)
  }
}
