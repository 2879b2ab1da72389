/// The pairs of a table that are at least possible.
struct BulkEdges: Sendable {
  struct Edge: Sendable {
    /// The smaller number first.
    var first: Int32
    var second: Int32
    var weight: MatchWeight
  }

  private(set) var edges: [Edge] = []

  /// Nodes that a thread takes at a time. Each part takes a bit for every node of the table, so there are not more of them in a larger one.
  private static func partSize(_ nodes: Int) -> Int { max(4_096, nodes / 512) }

  /// Compares every two nodes that share a group.
  init(_ table: BulkNodes, _ groups: KeyGroups, model: MatchModel, workers: Workers) {
    let groupsOfNode = GroupsOfNode(groups, nodeCount: table.count)
    let sketches = RecordSketches(table, model: model, workers: workers)
    let size = Self.partSize(table.count)
    let found = workers.map(parts: (table.count + size - 1) / size) { part in
      let nodes = Int32(part * size)..<Int32(min(table.count, (part + 1) * size))
      return Self.compare(nodes, table, sketches, groups, groupsOfNode, model)
    }
    for part in found { edges += part }
  }

  private static func compare(
    _ nodes: Range<Int32>, _ table: BulkNodes, _ sketches: RecordSketches, _ groups: KeyGroups, _ groupsOfNode: GroupsOfNode,
    _ model: MatchModel
  ) -> [Edge] {
    let comparison = Comparison(model: model, reputation: groups.shared)
    let floor = model.floor
    let quick = SketchComparison(model, atLeast: floor)
    var edges: [Edge] = []
    var meetings = Meetings(groups, groupsOfNode, nodeCount: table.count)
    for node in nodes {
      meetings.collect(node) { sketches.prefetchPersonal($0) }
      meetings.keep {
        quick.canReachPersonally(sketches, node, $0)
      } prefetch: {
        sketches.prefetchShared($0)
      }
      meetings.keep {
        quick.canReach(sketches, node, $0)
      } prefetch: {
        table[$0].prefetch()
      }
      let record = table[node]
      for place in 0..<meetings.count {
        let other = meetings[place]
        if let weight = comparison.weight(record, table[other], atLeast: floor) {
          edges.append(Edge(first: node, second: other, weight: weight))
        }
      }
    }
    return edges
  }
}

/// Whom a node meets in its groups.
private struct Meetings: ~Copyable {
  private let groups: KeyGroups
  private let groupsOfNode: GroupsOfNode
  /// By node: a bit that says that it was met. Small enough for the nearest caches, where the last node that met each would not be.
  private let isMet: UnsafeMutablePointer<UInt64>
  private var list: UnsafeMutablePointer<Int32>
  private var capacity: Int
  private(set) var count = 0

  init(_ groups: KeyGroups, _ groupsOfNode: GroupsOfNode, nodeCount: Int) {
    self.groups = groups
    self.groupsOfNode = groupsOfNode
    isMet = .allocate(capacity: nodeCount / 64 + 1)
    isMet.initialize(repeating: 0, count: nodeCount / 64 + 1)
    capacity = groups.longest * 4
    list = .allocate(capacity: capacity)
  }

  deinit {
    isMet.deallocate()
    list.deallocate()
  }

  /// One of those that were met and kept, each of which comes once and has a higher number than the node itself.
  @inline(__always)
  subscript(_ place: Int) -> Int32 { list[place] }

  @inline(__always)
  mutating func collect(_ node: Int32, prefetch: (Int32) -> Void) {
    count = 0
    groupsOfNode.prefetch(node + 1, groups)
    for place in groupsOfNode[node] {
      if count + groups.longest > capacity { grow() }
      var count = count
      groups.forEachAfter(place) { other in
        let (word, bit) = (Int(other) >> 6, UInt64(1) << UInt64(other & 63))
        prefetch(other)
        list[count] = other
        // No branch: every second one was met before, in no pattern.
        count &+= isMet[word] & bit == 0 ? 1 : 0
        isMet[word] |= bit
      }
      self.count = count
    }
    for place in 0..<count { isMet[Int(list[place]) >> 6] = 0 }
  }

  /// Keeps some of them.
  @inline(__always)
  mutating func keep(_ isKept: (Int32) -> Bool, prefetch: (Int32) -> Void) {
    var kept = 0
    for place in 0..<count {
      let other = list[place]
      guard isKept(other) else { continue }
      prefetch(other)
      list[kept] = other
      kept &+= 1
    }
    count = kept
  }

  private mutating func grow() {
    let larger = UnsafeMutablePointer<Int32>.allocate(capacity: capacity * 2)
    larger.update(from: list, count: count)
    list.deallocate()
    list = larger
    capacity *= 2
  }
}

/// The places of each node in the groups it belongs to, in order.
struct GroupsOfNode: Sendable {
  private var starts: [UInt32]
  private var places: [UInt32]

  init(_ groups: KeyGroups, nodeCount: Int) {
    starts = Array(repeating: 0, count: nodeCount + 1)
    for place in 0..<groups.memberCount { starts[Int(groups.member(place)) + 1] += 1 }
    for node in 0..<nodeCount { starts[node + 1] += starts[node] }
    places = Array(repeating: 0, count: groups.memberCount)
    var next = starts
    for place in 0..<groups.memberCount {
      let node = Int(groups.member(place))
      places[Int(next[node])] = UInt32(place)
      next[node] += 1
    }
  }

  @inline(__always)
  subscript(_ node: Int32) -> ArraySlice<UInt32> { places[Int(starts[Int(node)])..<Int(starts[Int(node) + 1])] }

  /// Has the groups of a node that comes next at hand.
  @inline(__always)
  func prefetch(_ node: Int32, _ groups: KeyGroups) {
    guard Int(node) + 1 < starts.count else { return }
    for place in self[node] { groups.prefetch(place) }
  }
}
