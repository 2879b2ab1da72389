/// From keys to the live nodes that carry them, and what that says about a key: whether it is active, and how many
/// distinct names hold it.
///
/// Most keys belong to one node; those take one table entry and no list.
struct Postings {
  /// A node's number, or `-1 - place` of its list in `lists`.
  private var table: [MatchKey: Int32] = [:]
  private var lists: [List] = []
  private var freeLists: [Int32] = []
  let model: MatchModel

  private struct List {
    var nodes: [Int32]
    var level: UInt8
  }

  /// The level of a value that is generic: more holders than the cap of its key.
  static let genericLevel: UInt8 = 4

  init(model: MatchModel) { self.model = model }

  mutating func reserve(_ keys: Int) { table.reserveCapacity(keys) }

  func nodeCount(_ key: MatchKey) -> Int {
    guard let entry = table[key] else { return 0 }
    return entry >= 0 ? 1 : lists[Int(-1 - entry)].nodes.count
  }

  func isActive(_ key: MatchKey) -> Bool { nodeCount(key) <= model.cap(key.kind) }

  func level(_ key: MatchKey) -> Int {
    guard let entry = table[key], entry < 0 else { return 0 }
    return Int(lists[Int(-1 - entry)].level)
  }

  /// Calls `body` with every node that carries `key`.
  func forEachNode(_ key: MatchKey, _ body: (Int32) -> Void) {
    guard let entry = table[key] else { return }
    if entry >= 0 {
      body(entry)
    } else {
      for node in lists[Int(-1 - entry)].nodes { body(node) }
    }
  }

  /// - Returns: true when the key became generic or its level changed: every node that carries it must be compared again.
  mutating func insert(_ node: Int32, _ key: MatchKey, names: (Int32) -> UInt64) -> Bool {
    guard let entry = table[key] else {
      table[key] = node
      return false
    }
    let place: Int
    if entry >= 0 {
      place = newList([entry, node])
      table[key] = Int32(-1 - place)
    } else {
      place = Int(-1 - entry)
      lists[place].nodes.append(node)
    }
    let cap = model.cap(key.kind)
    let crossed = lists[place].nodes.count == cap + 1
    return updateLevel(place, key, names) || crossed
  }

  /// - Returns: true when the key became active again or its level changed.
  mutating func remove(_ node: Int32, _ key: MatchKey, names: (Int32) -> UInt64) -> Bool {
    guard let entry = table[key] else { return false }
    if entry >= 0 {
      if entry == node { table[key] = nil }
      return false
    }
    let place = Int(-1 - entry)
    guard let index = lists[place].nodes.firstIndex(of: node) else { return false }
    lists[place].nodes.swapAt(index, lists[place].nodes.count - 1)
    lists[place].nodes.removeLast()
    let crossed = lists[place].nodes.count == model.cap(key.kind)
    let changed = updateLevel(place, key, names)
    if lists[place].nodes.count == 1 {
      table[key] = lists[place].nodes[0]
      lists[place] = List(nodes: [], level: 0)
      freeLists.append(Int32(place))
    }
    return changed || crossed
  }

  private mutating func newList(_ nodes: [Int32]) -> Int {
    if let place = freeLists.popLast() {
      lists[Int(place)] = List(nodes: nodes, level: 0)
      return Int(place)
    }
    lists.append(List(nodes: nodes, level: 0))
    return lists.count - 1
  }

  private mutating func updateLevel(_ place: Int, _ key: MatchKey, _ names: (Int32) -> UInt64) -> Bool {
    guard Self.hasReputation(key.kind) else { return false }
    let nodes = lists[place].nodes
    let level =
      nodes.count > model.cap(key.kind) ? Self.genericLevel : Self.level(distinct: Set(nodes.lazy.map(names).filter { $0 != 0 }).count)
    defer { lists[place].level = level }
    return level != lists[place].level
  }

  /// Values whose worth depends on how many names share them.
  static func hasReputation(_ kind: MatchKey.Kind) -> Bool {
    switch kind {
    case .identifier, .phone, .email, .domain: true
    default: false
    }
  }

  /// 0 up to three distinct names, 1 up to six, 2 up to twelve, 3 above.
  static func level(distinct names: Int) -> UInt8 {
    switch names {
    case ...3: 0
    case ...6: 1
    case ...12: 2
    default: 3
    }
  }
}

extension Postings: Reputation {
  func level(of key: MatchKey) -> Int { level(key) }
}
