/// The partition of a whole table into customers, all at once: what a ``Resolver`` says after taking in all its records, without the
/// means to change it later.
public struct BulkMatch: Sendable {
  /// By record: the number of its cluster, counted from 0 in the order of first records.
  public private(set) var clusterOfRecord: [Int32] = []
  public private(set) var clusterCount = 0
  /// Records of components that stayed too large at every bar.
  public private(set) var oversized: [Int] = []

  public let model: MatchModel
  private let table: BulkNodes
  private let shared: SharedValues
  private let edges: [BulkEdges.Edge]

  /// - Parameters:
  ///   - records: weighed by the model's frequencies (``RecordTable/weigh(by:threads:)``).
  ///   - keyHashes: by record, a hash of its key: breaks ties between equal contents.
  ///   - threads: how many; the result does not depend on it.
  public init(_ records: RecordTable, keyHashes: [UInt64], model: MatchModel, threads: Int = 1) {
    let workers = Workers(threads)
    self.model = model
    table = BulkNodes(records, keyHashes: keyHashes, model: model)
    let groups = KeyGroups(table, model: model, workers: workers, rounds: Self.rounds(records.count))
    shared = groups.shared
    let found = BulkEdges(table, consume groups, model: model, workers: workers)
    edges = found.edges
    let clusters = BulkClusters(table, edges, shared, model: model, workers: workers)
    number(clusters.clusterOfNode)
    let large = Set(clusters.oversized)
    if !large.isEmpty { oversized = table.nodeOfRecord.indices.filter { large.contains(table.nodeOfRecord[$0]) } }
  }

  /// About 150 MB of keys at a time, up to two million records; then more, since every round makes all keys again.
  private static func rounds(_ records: Int) -> Int { max(1, min(4, records / 500_000)) }

  private mutating func number(_ clusterOfNode: [Int32]) {
    var numbers = Array(repeating: Int32(-1), count: table.count)
    clusterOfRecord = table.nodeOfRecord.map { node in
      let cluster = Int(clusterOfNode[Int(node)])
      if numbers[cluster] < 0 {
        numbers[cluster] = Int32(clusterCount)
        clusterCount += 1
      }
      return numbers[cluster]
    }
  }

  // MARK: What a report shows

  /// Pairs of records that were compared and reached the floor, each node by its first record; by record, the smaller number first.
  public var scoredPairs: [(one: Int, other: Int, weight: MatchWeight)] {
    edges.map { edge in
      let (first, second) = (Int(table.first[Int(edge.first)]), Int(table.first[Int(edge.second)]))
      return (min(first, second), max(first, second), edge.weight)
    }
    .sorted { ($0.one, $0.other) < ($1.one, $1.other) }
  }

  /// What each aspect of a pair is worth; with the prior they add up to its weight.
  public func parts(_ one: Int, _ other: Int) -> [Explanation.Part] {
    Comparison(model: model, reputation: shared).findings(table.records[one], table.records[other]).parts(model)
  }

  /// True for records that can join nothing: not even their own copy.
  public func isSilent(_ record: Int) -> Bool {
    let comparison = Comparison(model: model, reputation: NoReputation())
    return comparison.weight(comparison.evidence(table.records[record], table.records[record])) < model.threshold
  }
}
