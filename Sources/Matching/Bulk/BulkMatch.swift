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
    table = BulkNodes(records, keyHashes: keyHashes, model: model, workers: workers)
    (shared, edges) = Self.compare(table, model, workers)
    let clusters = BulkClusters(table, edges, shared, model: model, workers: workers)
    number(clusters.clusterOfNode)
    let large = Set(clusters.oversized)
    if !large.isEmpty { oversized = table.nodeOfRecord.indices.filter { large.contains(table.nodeOfRecord[$0]) } }
  }

  private static func compare(_ table: BulkNodes, _ model: MatchModel, _ workers: Workers) -> (SharedValues, [BulkEdges.Edge]) {
    let nodes = ArrangedNodes(table, workers: workers)
    let frequent =
      nodes.count < smallestSampled ? nil : FrequentKeys(nodes, model: model, workers: workers, every: sampleStep)
    let rounds = max(1, min(4, nodes.count / nodesOfRound))
    let groups = KeyGroups(nodes, without: frequent, model: model, workers: workers, rounds: rounds)
    return (groups.shared, BulkEdges(nodes, groups, model: model, workers: workers).edges)
  }

  /// A smaller sample finds fewer keys, a larger one takes longer.
  private static let sampleStep = 12
  private static let smallestSampled = 20_000
  /// Their keys take some 130 MB. From three million nodes on each round has more, since it makes all keys again.
  private static let nodesOfRound = 750_000

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
