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
  init(_ table: ArrangedNodes, _ groups: KeyGroups, model: MatchModel, workers: Workers) {
    let groupsOfNode = GroupsOfNode(groups, nodeCount: table.count, workers: workers)
    let sketches = RecordSketches(table, model: model, workers: workers)
    let size = Self.partSize(table.count)
    let found = workers.map(parts: (table.count + size - 1) / size) { part in
      let places = Int32(part * size)..<Int32(min(table.count, (part + 1) * size))
      return Self.compare(places, table, sketches, groups, groupsOfNode, model)
    }
    edges.reserveCapacity(found.reduce(0) { $0 + $1.count })
    for part in found { edges += part }
  }

  private static func compare(
    _ places: Range<Int32>, _ table: ArrangedNodes, _ sketches: RecordSketches, _ groups: KeyGroups, _ groupsOfNode: GroupsOfNode,
    _ model: MatchModel
  ) -> [Edge] {
    let comparison = Comparison(model: model, reputation: groups.shared)
    let floor = model.floor
    let quick = SketchComparison(model, atLeast: floor)
    var edges: [Edge] = []
    var meetings = Meetings(groups, groupsOfNode, nodeCount: table.count)
    for place in places {
      meetings.collect(place) { sketches.prefetchPersonal($0) }
      meetings.keep {
        quick.canReachPersonally(sketches, place, $0)
      } prefetch: {
        sketches.prefetchShared($0)
        table.prefetch($0)
      }
      meetings.keep {
        quick.canReach(sketches, place, $0)
      } prefetch: {
        table[$0].prefetch()
      }
      let node = table.nodes[Int(place)]
      for number in 0..<meetings.count {
        let other = meetings[number]
        let otherNode = table.nodes[Int(other)]
        // The one that comes first in content order goes first: how alike two names are may depend on it.
        let (first, second) = node < otherNode ? (place, other) : (other, place)
        if let weight = comparison.weight(table[first], table[second], atLeast: floor) {
          edges.append(Edge(first: min(node, otherNode), second: max(node, otherNode), weight: weight))
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

  /// One of those that were met and kept, each of which comes once and has a later place than the node itself.
  @inline(__always)
  subscript(_ number: Int) -> Int32 { list[number] }

  @inline(__always)
  mutating func collect(_ node: Int32, prefetch: (Int32) -> Void) {
    count = 0
    groupsOfNode.prefetch(node + 1, groups)
    for number in groupsOfNode[node] {
      if count + groups.longest > capacity { grow() }
      var count = count
      groups.forEachAfter(number) { other in
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

/// Where each node stands in the groups it belongs to, in order.
final class GroupsOfNode: @unchecked Sendable {
  private let nodeCount: Int
  private let memberCount: Int
  private let starts: UnsafeMutablePointer<UInt32>
  private let numbers: UnsafeMutablePointer<UInt32>

  init(_ groups: KeyGroups, nodeCount: Int, workers: Workers) {
    self.nodeCount = nodeCount
    memberCount = groups.memberCount
    starts = Self.allocate(nodeCount + 1)
    numbers = Self.allocate(groups.memberCount)
    starts.initialize(repeating: 0, count: nodeCount + 1)
    numbers.initialize(repeating: 0, count: groups.memberCount)
    // Each thread goes over all groups for nodes of its own.
    _ = workers.map(nodeCount) { nodes in
      for number in 0..<groups.memberCount {
        let node = Int(groups.member(number))
        if nodes.contains(node) { starts[node] += 1 }
      }
    }
    var sum: UInt32 = 0
    for node in 0...nodeCount {
      sum += starts[node]
      starts[node] = sum
    }
    // From the end on, so that the ends become starts.
    _ = workers.map(nodeCount) { nodes in
      for number in stride(from: groups.memberCount - 1, through: 0, by: -1) {
        let node = Int(groups.member(number))
        guard nodes.contains(node) else { continue }
        starts[node] -= 1
        numbers[Int(starts[node])] = UInt32(number)
      }
    }
  }

  private static func allocate(_ count: Int) -> UnsafeMutablePointer<UInt32> {
    LargeMemory.allocate(byteCount: count * MemoryLayout<UInt32>.stride).bindMemory(to: UInt32.self, capacity: count)
  }

  deinit {
    LargeMemory.free(starts, byteCount: (nodeCount + 1) * MemoryLayout<UInt32>.stride)
    LargeMemory.free(numbers, byteCount: memberCount * MemoryLayout<UInt32>.stride)
  }

  @inline(__always)
  subscript(_ node: Int32) -> UnsafeBufferPointer<UInt32> {
    let start = starts[Int(node)]
    return UnsafeBufferPointer(start: numbers + Int(start), count: Int(starts[Int(node) + 1] - start))
  }

  /// Has the groups of a node that comes next at hand.
  @inline(__always)
  func prefetch(_ node: Int32, _ groups: KeyGroups) {
    guard Int(node) < nodeCount else { return }
    for number in self[node] { groups.prefetch(number) }
  }
}
