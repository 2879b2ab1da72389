import Kernels

/// A node as it stands in memory.
struct NodeRow: BitwiseCopyable {
  var place: RecordStore.Place
  /// The member with the smallest key hash; of a free row, nothing.
  var member: Int32
  var edges: EdgeLists.List = 0
  /// Nodes of equal numbers are one cluster; 0 for a node that is in none yet.
  var cluster: UInt32 = 0
  /// The next node of the cluster, in a ring; of a free row, the next free one.
  var next: Int32
  var flags: Flags

  struct Flags: OptionSet, BitwiseCopyable {
    let rawValue: UInt32
    static let isAlive = Flags(rawValue: 1)
    /// The content is evidence enough to join its records, and no decision names one of them.
    static let isShared = Flags(rawValue: 2)
    /// Its pairs have to be found.
    static let isFresh = Flags(rawValue: 4)
    /// Its pairs were found in this batch.
    static let isNew = Flags(rawValue: 8)
    /// Its component has to be clustered again.
    static let isTouched = Flags(rawValue: 16)
    /// Its pairs may be worth something else since this batch, or its place in content order is another one.
    static let isOther = Flags(rawValue: 32)
  }
}

/// A live record, a member of a node.
struct MemberRow: BitwiseCopyable {
  var id: Int64
  var keyHash: UInt64
  var node: Int32
  /// The node's members are a ring; of a free row, the next free one.
  var next: Int32
  var previous: Int32
}

/// Nodes and their members, and the ways to them: by the record's number, by the hash of its key, by the content.
final class NodeRows: Sendable {
  let nodes = RowBlocks<NodeRow>(chunkShift: 14)
  let members = RowBlocks<MemberRow>(chunkShift: 14)
  private let byID = NumberIndex()
  private let byKey = NumberIndex()
  private let byContent = NumberIndex()
  private let free = FreeRows()

  /// The first free rows; -1 when there is none.
  private final class FreeRows: @unchecked Sendable {
    var node: Int32 = -1
    var member: Int32 = -1
    var members = 0
  }

  var memberCount: Int { members.count - free.members }

  var byteCount: Int { nodes.byteCount + members.byteCount + byID.byteCount + byKey.byteCount + byContent.byteCount }

  @inline(__always)
  subscript(_ node: Int32) -> UnsafeMutablePointer<NodeRow> { nodes[node] }

  func write(to image: inout IndexImageWriter) {
    image.add(UInt64(bitPattern: Int64(free.node)))
    image.add(UInt64(bitPattern: Int64(free.member)))
    image.add(free.members)
    nodes.write(to: &image)
    members.write(to: &image)
    for index in [byID, byKey, byContent] { index.write(to: &image) }
  }

  func read(from image: inout IndexImageReader) -> Bool {
    guard let node = image.next(), let member = image.next(), let members = image.next(below: 1 << 40) else { return false }
    free.members = members
    free.node = Int32(truncatingIfNeeded: node)
    free.member = Int32(truncatingIfNeeded: member)
    return nodes.read(from: &image) && self.members.read(from: &image) && [byID, byKey, byContent].allSatisfy { $0.read(from: &image) }
  }

  func fetch(_ node: Int32) { prefetch(nodes[node]) }

  // MARK: Nodes

  func add(_ row: NodeRow) -> Int32 {
    var row = row
    guard free.node >= 0 else {
      row.next = Int32(nodes.count)
      return nodes.append(row)
    }
    let node = free.node
    free.node = nodes[node].pointee.next
    row.next = node
    nodes[node].pointee = row
    return node
  }

  func remove(_ node: Int32) {
    nodes[node].pointee = NodeRow(place: 0, member: -1, next: free.node, flags: [])
    free.node = node
  }

  var isAlive: [Int32] { (0..<Int32(nodes.count)).filter { nodes[$0].pointee.flags.contains(.isAlive) } }

  // MARK: Members

  func member(ofID id: Int64) -> Int32? {
    byID.find(UInt64(bitPattern: id)) { members[$0].pointee.id == id }
  }

  func node(ofID id: Int64) -> Int32? { member(ofID: id).map { members[$0].pointee.node } }

  func node(ofKey keyHash: UInt64) -> Int32? {
    byKey.find(keyHash) { members[$0].pointee.keyHash == keyHash }.map { members[$0].pointee.node }
  }

  func smallestMember(_ node: Int32) -> UnsafeMutablePointer<MemberRow> { members[nodes[node].pointee.member] }

  func hasOneMember(_ node: Int32) -> Bool {
    let member = nodes[node].pointee.member
    return members[member].pointee.next == member
  }

  func forEachMember(_ node: Int32, _ body: (MemberRow) -> Void) {
    let first = nodes[node].pointee.member
    var member = first
    repeat {
      body(members[member].pointee)
      member = members[member].pointee.next
    } while member != first
  }

  /// - Returns: its number; nobody's member yet.
  private func newMember(_ id: Int64, _ keyHash: UInt64) -> Int32 {
    let number: Int32
    if free.member >= 0 {
      number = free.member
      free.member = members[number].pointee.next
      free.members -= 1
      members[number].pointee = MemberRow(id: id, keyHash: keyHash, node: -1, next: number, previous: number)
    } else {
      number = members.append(MemberRow(id: id, keyHash: keyHash, node: -1, next: 0, previous: 0))
      (members[number].pointee.next, members[number].pointee.previous) = (number, number)
    }
    byID.insert(UInt64(bitPattern: id), number) { UInt64(bitPattern: members[$0].pointee.id) }
    byKey.insert(keyHash, number) { members[$0].pointee.keyHash }
    return number
  }

  func addFirstMember(_ node: Int32, _ id: Int64, _ keyHash: UInt64) {
    let member = newMember(id, keyHash)
    members[member].pointee.node = node
    nodes[node].pointee.member = member
  }

  /// - Returns: true when the new member is the one with the smallest key hash.
  func addMember(_ node: Int32, _ id: Int64, _ keyHash: UInt64) -> Bool {
    let (member, first) = (newMember(id, keyHash), nodes[node].pointee.member)
    let last = members[first].pointee.previous
    members[member].pointee.node = node
    members[member].pointee.next = first
    members[member].pointee.previous = last
    members[last].pointee.next = member
    members[first].pointee.previous = member
    guard keyHash < members[first].pointee.keyHash else { return false }
    nodes[node].pointee.member = member
    return true
  }

  /// - Returns: true when the node has another member with the smallest key hash now. A node without members keeps none.
  func removeMember(_ member: Int32) -> Bool {
    let row = members[member].pointee
    byID.remove(UInt64(bitPattern: row.id), member) { UInt64(bitPattern: members[$0].pointee.id) }
    byKey.remove(row.keyHash, member) { members[$0].pointee.keyHash }
    members[row.previous].pointee.next = row.next
    members[row.next].pointee.previous = row.previous
    let wasSmallest = nodes[row.node].pointee.member == member
    if wasSmallest { nodes[row.node].pointee.member = row.next == member ? -1 : smallest(from: row.next) }
    members[member].pointee = MemberRow(id: 0, keyHash: 0, node: -1, next: free.member, previous: -1)
    free.member = member
    free.members += 1
    return wasSmallest
  }

  private func smallest(from first: Int32) -> Int32 {
    var (smallest, member) = (first, first)
    repeat {
      if members[member].pointee.keyHash < members[smallest].pointee.keyHash { smallest = member }
      member = members[member].pointee.next
    } while member != first
    return smallest
  }

  // MARK: Contents

  func node(ofContent hash: UInt64, _ isWanted: (Int32) -> Bool) -> Int32? { byContent.find(hash, isWanted) }

  func addContent(_ node: Int32, _ hash: UInt64, hash hashOf: (Int32) -> UInt64) { byContent.insert(hash, node, hash: hashOf) }

  func removeContent(_ node: Int32, _ hash: UInt64, hash hashOf: (Int32) -> UInt64) { byContent.remove(hash, node, hash: hashOf) }

  // MARK: Clusters

  /// Calls `body` with every node of the cluster of a node.
  @inline(__always)
  func forEachMate(_ node: Int32, _ body: (Int32) -> Void) {
    var mate = node
    repeat {
      let next = nodes[mate].pointee.next
      body(mate)
      mate = next
    } while mate != node
  }

  func leaveCluster(_ node: Int32) {
    var previous = node
    while nodes[previous].pointee.next != node { previous = nodes[previous].pointee.next }
    nodes[previous].pointee.next = nodes[node].pointee.next
    nodes[node].pointee.next = node
    nodes[node].pointee.cluster = 0
  }

  func enter(_ group: [Int32], cluster: UInt32) {
    for (place, node) in group.enumerated() {
      nodes[node].pointee.cluster = cluster
      nodes[node].pointee.next = group[place + 1 == group.count ? 0 : place + 1]
    }
  }
}
