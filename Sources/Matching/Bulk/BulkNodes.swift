import Kernels

/// The nodes of a table, numbered in content order: by the hash of their content, then by the smallest key of their records.
struct BulkNodes: Sendable {
  /// By node: the record with the smallest key hash.
  private(set) var first: [Int32] = []
  /// By record.
  private(set) var nodeOfRecord: [Int32]
  let records: RecordTable

  var count: Int { first.count }

  @inline(__always)
  subscript(_ node: Int32) -> RecordView { records[Int(first[Int(node)])] }

  init(_ records: RecordTable, keyHashes: [UInt64], model: MatchModel, workers: Workers) {
    self.records = records
    nodeOfRecord = Array(repeating: 0, count: records.count)
    first.reserveCapacity(records.count)
    let order = ContentOrder(records, workers: workers)
    var start = 0
    while start < order.count {
      let end = order.end(from: start)
      if end == start + 1 { addNode(order[start]) } else { addNodes(of: (start..<end).map { order[$0] }, keyHashes, model) }
      start = end
    }
  }

  /// Records in content order, most likely of one content.
  private mutating func addNodes(of numbers: [Int32], _ keyHashes: [UInt64], _ model: MatchModel) {
    var rest = numbers[...]
    while let first = rest.first {
      let hash = records[Int(first)].contentHash
      let same = rest.prefix { records[Int($0)].contentHash == hash }
      addNodes(ofHash: same.sorted { keyHashes[Int($0)] < keyHashes[Int($1)] }, model)
      rest = rest.dropFirst(same.count)
    }
  }

  /// Records of one content hash: those of equal content are one node when it is evidence enough to join them.
  private mutating func addNodes(ofHash numbers: [Int32], _ model: MatchModel) {
    let comparison = Comparison(model: model, reputation: NoReputation())
    var groups: [[Int32]] = []
    // Of joinable contents; two contents with one hash are next to impossible, so there is one.
    var joinable: [Int] = []
    for number in numbers {
      let record = records[Int(number)]
      if let place = joinable.first(where: { records[Int(groups[$0][0])] == record }) {
        groups[place].append(number)
      } else {
        if comparison.weight(comparison.evidence(record, record)) >= model.threshold { joinable.append(groups.count) }
        groups.append([number])
      }
    }
    for group in groups {
      let node = Int32(first.count)
      addNode(group[0])
      for member in group { nodeOfRecord[Int(member)] = node }
    }
  }

  private mutating func addNode(_ member: Int32) {
    nodeOfRecord[Int(member)] = Int32(first.count)
    first.append(member)
  }
}

/// The nodes of a table in places where those of one surname lie side by side: what is compared with each other is then often near in
/// memory.
final class ArrangedNodes: @unchecked Sendable {
  let count: Int
  /// By place.
  let nodes: [Int32]
  private let views: UnsafeMutablePointer<RecordView>
  /// Keeps the records.
  private let table: BulkNodes

  /// How many places ahead a loop asks for the next one's record: records lie in no order.
  static let ahead = 6

  init(_ table: BulkNodes, workers: Workers) {
    self.table = table
    count = table.count
    let records = table.records
    let neighbourhoods = workers.array(records.count) { Self.neighbourhood(records[$0]) }
    var entries = workers.array(count) { UInt64(neighbourhoods[Int(table.first[$0])]) << 32 | UInt64($0) }
    entries.withUnsafeMutableBufferPointer { RadixSort.sort($0, from: 32, bits: 32) }
    let views = LargeMemory.allocate(byteCount: count * MemoryLayout<RecordView>.stride)
      .bindMemory(to: RecordView.self, capacity: count)
    let places = Places(views)
    nodes = workers.array(count) { [entries] place in
      let node = Int32(truncatingIfNeeded: entries[place])
      (places.views + place).initialize(to: table[node])
      return node
    }
    self.views = views
  }

  private struct Places: @unchecked Sendable {
    let views: UnsafeMutablePointer<RecordView>
    init(_ views: UnsafeMutablePointer<RecordView>) { self.views = views }
  }

  /// Of the surname, else of the organisation, else of nothing but the content.
  private static func neighbourhood(_ record: RecordView) -> UInt32 {
    let name = record.persons.first?.surname ?? record.organisations.first?.brandHash ?? 0
    return UInt32(truncatingIfNeeded: (name == 0 ? record.contentHash : mixed(name, 0)) >> 32)
  }

  deinit { LargeMemory.free(views, byteCount: count * MemoryLayout<RecordView>.stride) }

  @inline(__always)
  subscript(_ place: Int32) -> RecordView { views[Int(place)] }

  /// Has the address of a record at hand soon.
  @inline(__always)
  func prefetch(_ place: Int32) { Kernels.prefetch(views + Int(place)) }
}
