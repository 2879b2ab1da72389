/// From keys to the live nodes that carry them, and what that says about a key: whether it is active, and how many
/// distinct names hold it.
///
/// Most keys belong to one node, which stands in the table itself; the others have a list.
final class Postings: Sendable {
  private let table = KeyTable()
  private let lists = HolderLists()
  /// By kind.
  private let caps: [Int]

  /// The level of a value that is generic: more holders than the cap of its key.
  static let genericLevel: UInt8 = 4

  init(model: MatchModel) {
    caps = model.capsByKind
  }

  var byteCount: Int { table.byteCount + lists.byteCount }

  /// What the pairs of the nodes that carry a key depend on.
  struct Standing: Equatable {
    var isActive: Bool
    var level: UInt8
  }

  /// A node, or the unit of a list, told apart by the lowest bit.
  private enum Holders {
    case node(Int32)
    case list(WordPool.Unit)

    @inline(__always)
    init(_ reference: UInt32) { self = reference & 1 == 0 ? .node(Int32(reference >> 1)) : .list(reference >> 1) }

    @inline(__always)
    var reference: UInt32 {
      switch self {
      case .node(let node): UInt32(node) << 1
      case .list(let list): list << 1 | 1
      }
    }
  }

  @inline(__always)
  private func cap(_ key: MatchKey) -> Int { caps[Int(key.value >> 60)] }

  func write(to image: inout IndexImageWriter) {
    table.write(to: &image)
    lists.write(to: &image)
  }

  func read(from image: inout IndexImageReader) -> Bool { table.read(from: &image) && lists.read(from: &image) }

  // MARK: Reading

  func nodeCount(_ key: MatchKey) -> Int {
    switch table[key].map(Holders.init) {
    case nil: 0
    case .node: 1
    case .list(let list): lists.count(list)
    }
  }

  func isActive(_ key: MatchKey) -> Bool { nodeCount(key) <= cap(key) }

  func level(_ key: MatchKey) -> Int {
    guard case .list(let list) = table[key].map(Holders.init) else { return 0 }
    return Int(lists.level(list))
  }

  func standing(_ key: MatchKey) -> Standing { Standing(isActive: isActive(key), level: UInt8(level(key))) }

  /// Asks for the entries of several keys, then for their lists, so that those who read them one after the other wait once for all.
  func fetch(_ keys: [MatchKey]) {
    for key in keys { table.fetch(key) }
    for key in keys {
      if case .list(let list) = table[key].map(Holders.init) { lists.fetch(list) }
    }
  }

  /// Calls `body` with every node that carries `key`.
  @inline(__always)
  func forEachNode(_ key: MatchKey, _ body: (Int32) -> Void) {
    switch table[key].map(Holders.init) {
    case nil: break
    case .node(let node): body(node)
    case .list(let list): lists.forEach(list, body)
    }
  }

  /// How many nodes a key brings together with its record; 0 when it is generic.
  func candidateCount(_ key: MatchKey) -> Int {
    let count = nodeCount(key)
    return count <= cap(key) ? count : 0
  }

  /// Calls `body` with every node that carries `key`, if it is active.
  @inline(__always)
  func forEachCandidate(_ key: MatchKey, _ body: (Int32) -> Void) {
    switch table[key].map(Holders.init) {
    case nil: break
    case .node(let node): if cap(key) >= 1 { body(node) }
    case .list(let list): if lists.count(list) <= cap(key) { lists.forEach(list, body) }
    }
  }

  // MARK: Writing

  /// - Returns: how the key stood before, when that changed: the pairs of all nodes that carry it may be others now.
  func insert(_ node: Int32, _ key: MatchKey, names: (Int32) -> UInt64) -> Standing? {
    switch table[key].map(Holders.init) {
    case nil:
      table.set(key, Holders.node(node).reference)
      return nil
    case .node(let other):
      let list = lists.make(other, node)
      table.set(key, Holders.list(list).reference)
      return change(key, list, wasActive: cap(key) >= 1, names)
    case .list(let list):
      let wasActive = lists.count(list) <= cap(key)
      let moved = lists.insert(node, list)
      if moved != list { table.set(key, Holders.list(moved).reference) }
      return change(key, moved, wasActive: wasActive, names)
    }
  }

  /// - Returns: how the key stood before, when that changed.
  func remove(_ node: Int32, _ key: MatchKey, names: (Int32) -> UInt64) -> Standing? {
    switch table[key].map(Holders.init) {
    case nil: return nil
    case .node(let holder):
      if holder == node { table.remove(key) }
      return nil
    case .list(let list):
      let wasActive = lists.count(list) <= cap(key)
      guard let moved = lists.remove(node, list) else { return nil }
      let change = change(key, moved, wasActive: wasActive, names)
      if lists.count(moved) == 1 {
        table.set(key, Holders.node(lists.first(moved)).reference)
        lists.free(moved)
      } else if moved != list {
        table.set(key, Holders.list(moved).reference)
      }
      return change
    }
  }

  /// Counts the names of a key again, after one of its nodes changed its name.
  /// - Returns: how the key stood before, when that changed.
  func recount(_ key: MatchKey, names: (Int32) -> UInt64) -> Standing? {
    guard case .list(let list) = table[key].map(Holders.init) else { return nil }
    return change(key, list, wasActive: lists.count(list) <= cap(key), names)
  }

  private func change(_ key: MatchKey, _ list: WordPool.Unit, wasActive: Bool, _ names: (Int32) -> UInt64) -> Standing? {
    let count = lists.count(list)
    let before = Standing(isActive: wasActive, level: lists.level(list))
    var after = Standing(isActive: count <= cap(key), level: 0)
    if Self.hasReputation(key.kind) { after.level = after.isActive ? level(list, count, names) : Self.genericLevel }
    guard after != before else { return nil }
    lists.setLevel(list, after.level)
    return before
  }

  private func level(_ list: WordPool.Unit, _ count: Int, _ names: (Int32) -> UInt64) -> UInt8 {
    guard count > Self.fewestNames else { return 0 }
    return withUnsafeTemporaryAllocation(of: UInt64.self, capacity: Self.mostNames + 1) { found in
      var distinct = 0
      lists.forEach(
        list,
        asLongAs: { node in
          let name = names(node)
          guard name != 0, !found[..<distinct].contains(name) else { return true }
          found[distinct] = name
          distinct += 1
          return distinct <= Self.mostNames
        })
      return Self.level(distinct: distinct)
    }
  }

  /// Values whose worth depends on how many names share them.
  static func hasReputation(_ kind: MatchKey.Kind) -> Bool {
    switch kind {
    case .identifier, .phone, .email, .domain: true
    default: false
    }
  }

  /// So few names are level 0.
  static let fewestNames = 3
  /// More names than this change nothing.
  private static let mostNames = 12

  /// 0 up to three distinct names, 1 up to six, 2 up to twelve, 3 above.
  static func level(distinct names: Int) -> UInt8 {
    switch names {
    case ...fewestNames: 0
    case ...6: 1
    case ...mostNames: 2
    default: 3
    }
  }
}

extension Postings: Reputation {
  func level(of key: MatchKey) -> Int { level(key) }
}
