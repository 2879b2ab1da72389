/// How each large component was clustered last, by its nodes. Nodes that leave a component stay in its log until all are gone or
/// the component is clustered again.
struct JoinLogs {
  private struct Log {
    var joins: [FormerJoins.Join]
    /// Nodes that have this log.
    var nodes: Int
  }

  private var logs: [UInt32: Log] = [:]
  private var nextLog: UInt32 = 0
  /// By node: 0 when it has none.
  private let logOfNode = RowBlocks<UInt32>(chunkShift: 14)

  var byteCount: Int {
    logOfNode.byteCount + logs.values.reduce(0) { $0 + 48 + $1.joins.capacity * MemoryLayout<FormerJoins.Join>.stride }
  }

  private func log(of node: Int32) -> UInt32 { Int(node) < logOfNode.count ? logOfNode[node].pointee : 0 }

  mutating func forget(_ node: Int32) {
    let log = log(of: node)
    guard log != 0 else { return }
    logOfNode[node].pointee = 0
    if logs[log]?.nodes == 1 { logs[log] = nil } else { logs[log]?.nodes -= 1 }
  }

  /// - Parameter joins: of these nodes, in their order.
  mutating func set(_ nodes: [Int32], _ joins: [FormerJoins.Join]) {
    for node in nodes { forget(node) }
    nextLog = nextLog == .max ? 1 : nextLog + 1
    for node in nodes {
      while logOfNode.count <= Int(node) { _ = logOfNode.append(0) }
      logOfNode[node].pointee = nextLog
    }
    logs[nextLog] = Log(joins: joins, nodes: nodes.count)
  }

  /// The log that most of these nodes have.
  /// - Parameters:
  ///   - nodes: in content order.
  ///   - isOther: whether a node may be worth something else than when it was clustered last.
  /// - Returns: by places in `nodes`; nil when none of them has a log.
  func former(_ nodes: [Int32], isOther: (Int32) -> Bool) -> FormerJoins? {
    let ofNode = nodes.map { log(of: $0) }
    let best = Self.mostFrequent(ofNode)
    guard let log = logs[best] else { return nil }
    let places = nodes.indices.filter { ofNode[$0] == best }.sorted { nodes[$0] < nodes[$1] }
    func place(_ node: Int32) -> Int32 {
      var (start, end) = (0, places.count)
      while start < end {
        let middle = (start + end) / 2
        if nodes[places[middle]] < node { start = middle + 1 } else { end = middle }
      }
      return start < places.count && nodes[places[start]] == node ? Int32(places[start]) : -1
    }
    return FormerJoins(
      joins: log.joins.map { .init(kept: place($0.kept), gone: place($0.gone), weight: $0.weight) },
      isOther: nodes.indices.map { ofNode[$0] != best || isOther(nodes[$0]) })
  }

  /// Of the numbers that are not 0; 0 when there is none.
  private static func mostFrequent(_ numbers: [UInt32]) -> UInt32 {
    var (best, most) = (UInt32(0), 0)
    var (present, count) = (UInt32(0), 0)
    for number in numbers.sorted() where number != 0 {
      count = number == present ? count + 1 : 1
      present = number
      if count > most { (best, most) = (number, count) }
    }
    return best
  }
}
