import Kernels

/// The active keys of a table that more than one node carries, each with its nodes, and how widely contacts are shared.
///
/// Made by sorting instead of hashing: keys are dealt out to partitions small enough for the cache, and each is sorted by itself.
struct KeyGroups: Sendable {
  /// Node numbers, ascending in each group; the last one of a group as its complement.
  private var members: [Int32] = []
  /// No group has more members.
  let longest: Int
  private(set) var shared = SharedValues()

  /// - Parameter rounds: how often the keys are made, for a part of them each time: more rounds take less memory.
  init(_ table: BulkNodes, model: MatchModel, workers: Workers, rounds: Int) {
    longest = max(2, MatchKey.Kind.allCases.map { model.cap($0) }.max() ?? 0)
    let layout = KeyEntry.Layout(nodes: table.count)
    for round in 0..<rounds {
      let range = layout.partitions * round / rounds..<layout.partitions * (round + 1) / rounds
      let dealt = workers.map(table.count) { KeyDealing(table, $0, range, layout) }
      let parts = workers.map(parts: range.count) { KeyGroupPart(dealt, partition: range.lowerBound + $0, layout, table, model) }
      add(parts)
    }
  }

  private mutating func add(_ parts: [KeyGroupPart]) {
    members.reserveCapacity(members.count + parts.reduce(0) { $0 + $1.members.count })
    for part in parts {
      members += part.members
      for (key, level) in part.levels { shared.add(key, level) }
    }
  }

  var memberCount: Int { members.count }

  @inline(__always)
  func member(_ place: Int) -> Int32 {
    let member = members[place]
    return member < 0 ? ~member : member
  }

  /// The members of a group that come after the one at a place.
  @inline(__always)
  func forEachAfter(_ place: UInt32, _ body: (Int32) -> Void) {
    members.withUnsafeBufferPointer { members in
      var next = Int(place)
      while members[next] >= 0 {
        next += 1
        let member = members[next]
        body(member < 0 ? ~member : member)
      }
    }
  }

  @inline(__always)
  func prefetch(_ place: UInt32) {
    members.withUnsafeBufferPointer { Kernels.prefetch($0.baseAddress! + Int(place)) }
  }
}

/// Contacts and ids that too many distinct names hold.
struct SharedValues: Reputation {
  /// By key.
  private var levels = NumberTable()

  fileprivate mutating func add(_ key: MatchKey, _ level: UInt8) { levels.add(key.value, Int32(level)) }

  func level(of key: MatchKey) -> Int { Int(levels[key.value]) }
}

/// A key and the node that carries it in 64 bits: the part of the key that its partition does not say, then the node.
enum KeyEntry {
  struct Layout: Sendable {
    let nodeBits: UInt64
    let partitionBits: UInt64

    init(nodes: Int) {
      nodeBits = UInt64(max(1, 64 - UInt64(nodes).leadingZeroBitCount))
      // With more nodes more of the key has to be told by the partition.
      partitionBits = max(12, MatchKey.bits + nodeBits > 64 ? MatchKey.bits + nodeBits - 64 : 0)
    }

    var partitions: Int { 1 << Int(partitionBits) }
    var restBits: UInt64 { MatchKey.bits - partitionBits }

    @inline(__always)
    func partition(_ key: MatchKey) -> Int { Int(key.compact & (1 << partitionBits - 1)) }

    @inline(__always)
    func entry(_ key: MatchKey, _ node: Int32) -> UInt64 {
      (key.compact >> partitionBits) << nodeBits | UInt64(UInt32(bitPattern: node))
    }

    func node(_ entry: UInt64) -> Int32 { Int32(entry & (1 << nodeBits - 1)) }

    func key(_ entry: UInt64, partition: Int) -> MatchKey {
      MatchKey(compact: (entry >> nodeBits) << partitionBits | UInt64(partition))
    }
  }
}

/// The keys of some nodes, dealt out to partitions.
final class KeyDealing: @unchecked Sendable {
  /// Entries of a block: 1 KB, and it starts at a multiple of that.
  private static let blockSize = 128
  private static let slabSize = 1 << 18

  private typealias Block = UnsafeMutablePointer<UInt64>

  private var slabs: [Block] = []
  /// Blocks of the last slab that are taken.
  private var used = slabSize / blockSize
  /// By partition from the first of this round on: its blocks in order, and where its next entry goes.
  private var blocks: [[Block]]
  private let ends: UnsafeMutablePointer<Block?>
  private let firstPartition: Int

  init(_ table: BulkNodes, _ nodes: Range<Int>, _ partitions: Range<Int>, _ layout: KeyEntry.Layout) {
    firstPartition = partitions.lowerBound
    blocks = Array(repeating: [], count: partitions.count)
    ends = .allocate(capacity: partitions.count)
    ends.initialize(repeating: nil, count: partitions.count)
    var maker = KeyMaker()
    for node in nodes {
      if node + BulkNodes.ahead < nodes.upperBound { table[Int32(node + BulkNodes.ahead)].prefetch() }
      maker.collect(table[Int32(node)])
      for key in maker.keys {
        let partition = layout.partition(key) - firstPartition
        if partition >= 0, partition < partitions.count { add(layout.entry(key, Int32(node)), partition) }
      }
    }
  }

  deinit {
    for slab in slabs { UnsafeMutableRawPointer(slab).deallocate() }
    ends.deallocate()
  }

  @inline(__always)
  private func add(_ entry: UInt64, _ partition: Int) {
    let end = ends[partition]
    // Where one block ends, another one's memory begins.
    if let end, UInt(bitPattern: end) & UInt(Self.blockSize * 8 - 1) != 0 {
      end.pointee = entry
      ends[partition] = end + 1
    } else {
      let block = newBlock()
      blocks[partition].append(block)
      block.pointee = entry
      ends[partition] = block + 1
    }
  }

  private func newBlock() -> Block {
    if used == Self.slabSize / Self.blockSize {
      slabs.append(LargeMemory.allocate(byteCount: Self.slabSize * 8).bindMemory(to: UInt64.self, capacity: Self.slabSize))
      used = 0
    }
    used += 1
    return slabs[slabs.count - 1] + (used - 1) * Self.blockSize
  }

  /// How many entries a partition has.
  func count(_ partition: Int) -> Int {
    let partition = partition - firstPartition
    guard let last = blocks[partition].last, let end = ends[partition] else { return 0 }
    return (blocks[partition].count - 1) * Self.blockSize + (end - last)
  }

  /// Writes the entries of a partition, in the order in which they came.
  func copy(_ partition: Int, to target: inout UnsafeMutablePointer<UInt64>) {
    let place = partition - firstPartition
    var rest = count(partition)
    for block in blocks[place] {
      target.update(from: block, count: min(rest, Self.blockSize))
      target += min(rest, Self.blockSize)
      rest -= Self.blockSize
    }
  }
}

/// The groups of one partition.
struct KeyGroupPart: Sendable {
  /// As in ``KeyGroups``.
  private(set) var members: [Int32] = []
  private(set) var levels: [(MatchKey, UInt8)] = []

  init(_ dealt: [KeyDealing], partition: Int, _ layout: KeyEntry.Layout, _ table: BulkNodes, _ model: MatchModel) {
    let count = dealt.reduce(0) { $0 + $1.count(partition) }
    guard count > 1 else { return }
    let entries = UnsafeMutableBufferPointer<UInt64>.allocate(capacity: count)
    defer { entries.deallocate() }
    var target = entries.baseAddress!
    for dealing in dealt { dealing.copy(partition, to: &target) }
    RadixSort.sort(entries, from: layout.nodeBits, bits: layout.restBits)
    var start = 0
    while start < count {
      let rest = entries[start] >> layout.nodeBits
      var end = start + 1
      while end < count, entries[end] >> layout.nodeBits == rest { end += 1 }
      if end > start + 1 { add(entries[start..<end], layout.key(entries[start], partition: partition), layout, table, model) }
      start = end
    }
  }

  private mutating func add(
    _ entries: Slice<UnsafeMutableBufferPointer<UInt64>>, _ key: MatchKey, _ layout: KeyEntry.Layout, _ table: BulkNodes,
    _ model: MatchModel
  ) {
    let cap = model.cap(key.kind)
    let start = members.count
    var last: UInt64?
    for entry in entries where entry != last {
      members.append(layout.node(entry))
      last = entry
      if members.count - start > cap { break }
    }
    let count = members.count - start
    if Postings.hasReputation(key.kind), count > 1 {
      let level = count > cap ? Postings.genericLevel : Postings.level(distinct: distinctNames(members[start...], table))
      if level > 0 { levels.append((key, level)) }
    }
    if count < 2 || count > cap { members.removeLast(count) } else { members[members.count - 1] = ~members[members.count - 1] }
  }

  private func distinctNames(_ nodes: ArraySlice<Int32>, _ table: BulkNodes) -> Int {
    Set(nodes.lazy.map { table[$0].nameHash }.filter { $0 != 0 }).count
  }
}
