import Kernels

/// The active keys of a table that more than one node carries, each with its nodes, and how widely contacts are shared.
///
/// Made by sorting instead of hashing: keys are dealt out to partitions small enough for the cache, and each is sorted by itself.
final class KeyGroups: @unchecked Sendable {
  let memberCount: Int
  /// Places of nodes, ascending in each group; the last one of a group as its complement.
  private let members: UnsafeMutablePointer<Int32>
  /// No group has more members.
  let longest: Int
  let shared: SharedValues

  /// - Parameters:
  ///   - frequent: some of the generic keys, for less work.
  ///   - rounds: how often the keys are made, for a part of them each time: more rounds take less memory.
  init(_ table: ArrangedNodes, without frequent: FrequentKeys?, model: MatchModel, workers: Workers, rounds: Int) {
    longest = max(2, MatchKey.Kind.allCases.map { model.cap($0) }.max() ?? 0)
    let layout = KeyEntry.Layout(nodes: table.count)
    var shared = SharedValues()
    for key in frequent?.keys ?? [] where Postings.hasReputation(key.kind) { shared.add(key, Postings.genericLevel) }
    var parts: [KeyGroupPart] = []
    for round in 0..<rounds {
      let range = layout.partitions * round / rounds..<layout.partitions * (round + 1) / rounds
      let dealt = workers.map(table.count) { KeyDealing(table, $0, range, layout, without: frequent) }
      parts += workers.map(parts: range.count) { KeyGroupPart(dealt, partition: range.lowerBound + $0, layout, table, model) }
    }
    for part in parts { for (key, level) in part.levels { shared.add(key, level) } }
    self.shared = shared
    var starts = [0]
    for part in parts { starts.append(starts[starts.count - 1] + part.members.count) }
    memberCount = starts[parts.count]
    members = LargeMemory.allocate(byteCount: memberCount * MemoryLayout<Int32>.stride)
      .bindMemory(to: Int32.self, capacity: memberCount)
    let room = Room(members: members)
    _ = workers.map(parts.count) { [parts, starts] range in
      for number in range {
        parts[number].members.withUnsafeBufferPointer {
          if let base = $0.baseAddress { (room.members + starts[number]).initialize(from: base, count: $0.count) }
        }
      }
    }
  }

  /// Each thread fills a part of its own.
  private struct Room: @unchecked Sendable {
    let members: UnsafeMutablePointer<Int32>
  }

  deinit { LargeMemory.free(members, byteCount: memberCount * MemoryLayout<Int32>.stride) }

  @inline(__always)
  func member(_ place: Int) -> Int32 {
    let member = members[place]
    return member < 0 ? ~member : member
  }

  /// The members of a group that come after the one at a place.
  @inline(__always)
  func forEachAfter(_ place: UInt32, _ body: (Int32) -> Void) {
    var next = members + Int(place)
    while next.pointee >= 0 {
      next += 1
      let member = next.pointee
      body(member < 0 ? ~member : member)
    }
  }

  @inline(__always)
  func prefetch(_ place: UInt32) { Kernels.prefetch(members + Int(place)) }
}

/// Keys that are sure to be generic, since a sample of the nodes alone has more of them than the cap: a surname, a town. They are two
/// fifths of all that records have, and need not be sorted.
final class FrequentKeys: @unchecked Sendable {
  let keys: [MatchKey]
  /// Values of the keys by hash, open addressing; 0 where there is none.
  private let slots: UnsafeMutablePointer<UInt64>
  private let mask: Int

  /// - Parameter step: every so manieth node is in the sample. Which keys are found depends on it; that they are generic does not.
  init(_ table: ArrangedNodes, model: MatchModel, workers: Workers, every step: Int) {
    let layout = KeyEntry.Layout(nodes: table.count)
    let dealt = workers.map(table.count) { KeyDealing(table, $0, 0..<layout.partitions, layout, every: step) }
    let caps = model.capsByKind
    let parts = workers.map(parts: layout.partitions) { partition in
      var keys: [MatchKey] = []
      SortedKeys(dealt, partition, layout).forEach { key, nodes in
        let cap = caps[Int(key.value >> 60)]
        if nodes.count > cap, nodes.distinctCount(upTo: cap + 1) > cap { keys.append(key) }
      }
      return keys
    }
    keys = Array(parts.joined())
    var size = 64
    while size < keys.count * 3 { size *= 2 }
    mask = size - 1
    slots = .allocate(capacity: size)
    slots.initialize(repeating: 0, count: size)
    for key in keys {
      var place = Self.hash(key) & mask
      while slots[place] != 0 { place = (place + 1) & mask }
      slots[place] = key.value
    }
  }

  deinit { slots.deallocate() }

  @inline(__always)
  private static func hash(_ key: MatchKey) -> Int { Int(truncatingIfNeeded: key.value ^ key.value >> 40) }

  @inline(__always)
  func contains(_ key: MatchKey) -> Bool {
    var place = Self.hash(key) & mask
    while slots[place] != 0 {
      if slots[place] == key.value { return true }
      place = (place + 1) & mask
    }
    return false
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

  /// - Parameters:
  ///   - nodes: their places; of these every `step`-th one counts.
  ///   - frequent: keys to be left out.
  init(
    _ table: ArrangedNodes, _ nodes: Range<Int>, _ partitions: Range<Int>, _ layout: KeyEntry.Layout, every step: Int = 1,
    without frequent: FrequentKeys? = nil
  ) {
    firstPartition = partitions.lowerBound
    blocks = Array(repeating: [], count: partitions.count)
    ends = .allocate(capacity: partitions.count)
    ends.initialize(repeating: nil, count: partitions.count)
    var maker = KeyMaker()
    let ahead = ArrangedNodes.ahead * step
    for node in stride(from: nodes.lowerBound, to: nodes.upperBound, by: step) {
      if node + ahead < nodes.upperBound { table[Int32(node + ahead)].prefetch() }
      for key in maker.collect(table[Int32(node)]) {
        let partition = layout.partition(key) - firstPartition
        guard partition >= 0, partition < partitions.count else { continue }
        if let frequent, frequent.contains(key) { continue }
        add(layout.entry(key, Int32(node)), partition)
      }
    }
  }

  deinit {
    for slab in slabs { LargeMemory.free(slab, byteCount: Self.slabSize * 8) }
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

/// The entries of one partition by key, then by node.
final class SortedKeys {
  /// Of one key; a node stands there as often as it has the key.
  struct Nodes: Sequence {
    fileprivate let entries: UnsafeBufferPointer<UInt64>
    fileprivate let layout: KeyEntry.Layout

    var count: Int { entries.count }

    /// Each node once.
    struct Iterator: IteratorProtocol {
      fileprivate let nodes: Nodes
      fileprivate var place = 0

      mutating func next() -> Int32? {
        guard place < nodes.count else { return nil }
        let entry = nodes.entries[place]
        repeat { place += 1 } while place < nodes.count && nodes.entries[place] == entry
        return nodes.layout.node(entry)
      }
    }

    func makeIterator() -> Iterator { Iterator(nodes: self) }

    func distinctCount(upTo limit: Int) -> Int {
      var count = 0
      for _ in self where count < limit { count += 1 }
      return count
    }
  }

  private let entries: UnsafeMutableBufferPointer<UInt64>
  private let partition: Int
  private let layout: KeyEntry.Layout

  init(_ dealt: [KeyDealing], _ partition: Int, _ layout: KeyEntry.Layout) {
    self.partition = partition
    self.layout = layout
    entries = .allocate(capacity: dealt.reduce(0) { $0 + $1.count(partition) })
    guard var target = entries.baseAddress else { return }
    for dealing in dealt { dealing.copy(partition, to: &target) }
    RadixSort.sort(entries, from: layout.nodeBits, bits: layout.restBits)
  }

  deinit { entries.deallocate() }

  /// Calls `body` with every key that stands there more than once.
  @inline(__always)
  func forEach(_ body: (MatchKey, Nodes) -> Void) {
    var start = 0
    while start < entries.count {
      let rest = entries[start] >> layout.nodeBits
      var end = start + 1
      while end < entries.count, entries[end] >> layout.nodeBits == rest { end += 1 }
      if end > start + 1 {
        body(
          layout.key(entries[start], partition: partition),
          Nodes(entries: UnsafeBufferPointer(rebasing: entries[start..<end]), layout: layout))
      }
      start = end
    }
  }
}

/// The groups of one partition.
struct KeyGroupPart: Sendable {
  /// As in ``KeyGroups``.
  private(set) var members: [Int32] = []
  private(set) var levels: [(MatchKey, UInt8)] = []

  init(_ dealt: [KeyDealing], partition: Int, _ layout: KeyEntry.Layout, _ table: ArrangedNodes, _ model: MatchModel) {
    let caps = model.capsByKind
    SortedKeys(dealt, partition, layout).forEach { add($1, $0, cap: caps[Int($0.value >> 60)], table) }
  }

  private mutating func add(_ nodes: SortedKeys.Nodes, _ key: MatchKey, cap: Int, _ table: ArrangedNodes) {
    let start = members.count
    for node in nodes {
      members.append(node)
      if members.count - start > cap { break }
    }
    let count = members.count - start
    if Postings.hasReputation(key.kind), count > 1 {
      let level = count > cap ? Postings.genericLevel : level(members[start...], table)
      if level > 0 { levels.append((key, level)) }
    }
    if count < 2 || count > cap { members.removeLast(count) } else { members[members.count - 1] = ~members[members.count - 1] }
  }

  private func level(_ nodes: ArraySlice<Int32>, _ table: ArrangedNodes) -> UInt8 {
    guard nodes.count > Postings.fewestNames else { return 0 }
    return Postings.level(distinct: Set(nodes.lazy.map { table[$0].nameHash }.filter { $0 != 0 }).count)
  }
}
