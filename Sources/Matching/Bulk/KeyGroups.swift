/// The active keys of a table that more than one node carries, each with its nodes, and how widely contacts are shared.
///
/// Made by sorting instead of hashing: keys are dealt out to partitions small enough for the cache, and each is sorted by itself.
struct KeyGroups: Sendable {
  /// Where the nodes of each group start; one more than there are groups.
  private(set) var starts: [UInt32] = [0]
  /// Node numbers, ascending in each group.
  private(set) var nodes: [Int32] = []
  /// Of contacts and ids that too many distinct names hold, by key.
  private var levels = NumberTable()

  /// - Parameter rounds: how often the keys are made, for a part of them each time: more rounds take less memory.
  init(_ table: BulkNodes, model: MatchModel, workers: Workers, rounds: Int) {
    let layout = KeyEntry.Layout(nodes: table.count)
    for round in 0..<rounds {
      let range = layout.partitions * round / rounds..<layout.partitions * (round + 1) / rounds
      let dealt = workers.map(table.count) { KeyDealing(table, $0, range, layout) }
      let parts = workers.map(parts: range.count) { KeyGroupPart(dealt, partition: range.lowerBound + $0, layout, table, model) }
      for part in parts { add(part) }
    }
  }

  private mutating func add(_ part: KeyGroupPart) {
    let offset = UInt32(nodes.count)
    nodes += part.nodes
    for end in part.ends { starts.append(offset + end) }
    for (key, level) in part.levels { levels.add(key.value, Int32(level)) }
  }

  var count: Int { starts.count - 1 }

  @inline(__always)
  subscript(_ group: Int32) -> Range<Int> { Int(starts[Int(group)])..<Int(starts[Int(group) + 1]) }
}

extension KeyGroups: Reputation {
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
  private static let blockSize = 128
  private static let slabSize = 1 << 17

  private var slabs: [UnsafeMutablePointer<UInt64>] = []
  private var blockCount = 0
  /// By block: the next one of its partition, -1 for the last.
  private var next: [Int32] = []
  /// By partition from the first of this round on.
  private var firstBlock: [Int32]
  private var lastBlock: [Int32]
  /// Entries in the last block.
  private var fill: [Int32]
  private let firstPartition: Int

  init(_ table: BulkNodes, _ nodes: Range<Int>, _ partitions: Range<Int>, _ layout: KeyEntry.Layout) {
    firstPartition = partitions.lowerBound
    firstBlock = Array(repeating: -1, count: partitions.count)
    lastBlock = firstBlock
    fill = Array(repeating: Int32(Self.blockSize), count: partitions.count)
    var maker = KeyMaker()
    for node in nodes {
      maker.collect(table[Int32(node)])
      for key in maker.keys {
        let partition = layout.partition(key) - firstPartition
        if partition >= 0, partition < partitions.count { add(layout.entry(key, Int32(node)), partition) }
      }
    }
  }

  deinit { for slab in slabs { slab.deallocate() } }

  @inline(__always)
  private func block(_ number: Int32) -> UnsafeMutablePointer<UInt64> {
    let start = Int(number) * Self.blockSize
    return slabs[start / Self.slabSize] + start % Self.slabSize
  }

  @inline(__always)
  private func add(_ entry: UInt64, _ partition: Int) {
    if fill[partition] == Int32(Self.blockSize) { addBlock(partition) }
    block(lastBlock[partition])[Int(fill[partition])] = entry
    fill[partition] += 1
  }

  private func addBlock(_ partition: Int) {
    if blockCount * Self.blockSize == slabs.count * Self.slabSize { slabs.append(.allocate(capacity: Self.slabSize)) }
    let number = Int32(blockCount)
    blockCount += 1
    next.append(-1)
    if lastBlock[partition] >= 0 { next[Int(lastBlock[partition])] = number } else { firstBlock[partition] = number }
    lastBlock[partition] = number
    fill[partition] = 0
  }

  /// How many entries a partition has.
  func count(_ partition: Int) -> Int {
    let partition = partition - firstPartition
    var (count, number) = (0, firstBlock[partition])
    while number >= 0 {
      count += number == lastBlock[partition] ? Int(fill[partition]) : Self.blockSize
      number = next[Int(number)]
    }
    return count
  }

  /// Writes the entries of a partition, in the order in which they came.
  func copy(_ partition: Int, to target: inout UnsafeMutablePointer<UInt64>) {
    let partition = partition - firstPartition
    var number = firstBlock[partition]
    while number >= 0 {
      let count = number == lastBlock[partition] ? Int(fill[partition]) : Self.blockSize
      target.update(from: block(number), count: count)
      target += count
      number = next[Int(number)]
    }
  }
}

/// The groups of one partition.
struct KeyGroupPart: Sendable {
  /// Where each group ends in `nodes`.
  private(set) var ends: [UInt32] = []
  private(set) var nodes: [Int32] = []
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
    let start = nodes.count
    var last: UInt64?
    for entry in entries where entry != last {
      nodes.append(layout.node(entry))
      last = entry
      if nodes.count - start > cap { break }
    }
    let count = nodes.count - start
    if Postings.hasReputation(key.kind), count > 1 {
      let level = count > cap ? Postings.genericLevel : Postings.level(distinct: distinctNames(nodes[start...], table))
      if level > 0 { levels.append((key, level)) }
    }
    if count < 2 || count > cap { nodes.removeLast(count) } else { ends.append(UInt32(nodes.count)) }
  }

  private func distinctNames(_ nodes: ArraySlice<Int32>, _ table: BulkNodes) -> Int {
    Set(nodes.lazy.map { table[$0].nameHash }.filter { $0 != 0 }).count
  }
}
