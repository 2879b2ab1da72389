/// The nodes of a table, numbered in content order: by the hash of their content, then by the smallest key of their records.
struct BulkNodes: Sendable {
  /// By node: the record with the smallest key hash.
  private(set) var first: [Int32] = []
  /// By record.
  private(set) var nodeOfRecord: [Int32]
  let records: RecordTable

  var count: Int { first.count }

  /// How many nodes ahead a loop asks for the next one's record: nodes lie in no order.
  static let ahead = 6

  @inline(__always)
  subscript(_ node: Int32) -> RecordView { records[Int(first[Int(node)])] }

  init(_ records: RecordTable, keyHashes: [UInt64], model: MatchModel) {
    self.records = records
    nodeOfRecord = Array(repeating: 0, count: records.count)
    first.reserveCapacity(records.count)
    let order = records.contentOrder
    var start = 0
    while start < order.count {
      var end = start + 1
      let hash = records[Int(order[start])].contentHash
      while end < order.count, records[Int(order[end])].contentHash == hash { end += 1 }
      if end == start + 1 { addNode([order[start]]) } else { addNodes(of: Array(order[start..<end]), keyHashes, model) }
      start = end
    }
  }

  /// Records of one content hash: those of equal content are one node when it is evidence enough to join them.
  private mutating func addNodes(of numbers: [Int32], _ keyHashes: [UInt64], _ model: MatchModel) {
    let comparison = Comparison(model: model, reputation: NoReputation())
    let sorted = numbers.sorted { keyHashes[Int($0)] < keyHashes[Int($1)] }
    var groups: [[Int32]] = []
    // Of joinable contents; two contents with one hash are next to impossible, so there is one.
    var joinable: [Int] = []
    for number in sorted {
      let record = records[Int(number)]
      if let place = joinable.first(where: { records[Int(groups[$0][0])] == record }) {
        groups[place].append(number)
      } else {
        if comparison.weight(comparison.evidence(record, record)) >= model.threshold { joinable.append(groups.count) }
        groups.append([number])
      }
    }
    for group in groups { addNode(group) }
  }

  private mutating func addNode(_ members: [Int32]) {
    for member in members { nodeOfRecord[Int(member)] = Int32(first.count) }
    first.append(members[0])
  }
}
