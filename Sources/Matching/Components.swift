/// The graph of pairs that are at least possible, and how an oversized component of it is split.
enum Components {
  /// One part of a component that is small enough to be clustered as a whole.
  struct Part {
    /// In ascending order.
    var nodes: [Int32]
    /// True when no bar made it fit: only equal exclusive ids may join its nodes.
    var isOversized: Bool
  }

  /// Raises the bar by whole bits until every part fits (DESIGN §4.4). Must-links hold whatever the bar.
  /// - Parameters:
  ///   - component: its nodes in ascending order.
  ///   - edges: the neighbours of a node and the weight of each pair; nil for a must-link.
  static func fit(_ component: [Int32], model: MatchModel, edges: (Int32) -> [(node: Int32, weight: MatchWeight?)]) -> [Part] {
    guard component.count > model.componentLimit else { return [Part(nodes: component, isOversized: false)] }
    var parts = PartsByBar(component, model: model)
    for place in component.indices {
      for edge in edges(component[place]) where edge.node > component[place] { parts.add(place, edge.node, edge.weight) }
    }
    return parts.fitted()
  }
}

/// The parts of one component at every bar, from the highest bar down: each pair is looked at once.
private struct PartsByBar {
  private let component: [Int32]
  /// By number of a node, counted from the first one's: its place in the component; empty when that would be mostly gaps.
  private let places: [Int32]
  private let limit: Int
  private let floor: MatchWeight
  /// By bar, in bits above the floor: the pairs that reach it and not the next one.
  private var pairs: [[(one: Int32, other: Int32)]]
  /// By node: what it is joined to at the present bar, with how many nodes.
  private var leader: [Int32]
  private var size: [Int]
  /// By leader: the parts that it had at the bar above, each known by its first node; none when they are done.
  private var parts: [Chain]
  /// By first node of a part.
  private var nextPart: [Int32]
  private var nodes: [Chain]
  private var nextNode: [Int32]

  private static let none: Int32 = -1

  private struct Chain {
    var first: Int32
    var last: Int32
  }

  init(_ component: [Int32], model: MatchModel) {
    self.component = component
    places = Self.places(component)
    limit = model.componentLimit
    floor = model.floor
    // No bar lies higher than the first of at least 100 bits.
    pairs = Array(repeating: [], count: max(0, Int((MatchWeight(bits: 100) - floor).units) + 255) / 256 + 1)
    leader = (0..<Int32(component.count)).map { $0 }
    size = Array(repeating: 1, count: component.count)
    parts = leader.map { Chain(first: $0, last: $0) }
    nodes = parts
    nextPart = Array(repeating: Self.none, count: component.count)
    nextNode = nextPart
  }

  /// - Parameters:
  ///   - one: by its place in the component.
  ///   - weight: nil for a pair that holds at every bar.
  mutating func add(_ one: Int, _ other: Int32, _ weight: MatchWeight?) {
    let bar = weight.map { Int(($0 - floor).units >> 8) } ?? pairs.count
    if bar >= 0 { pairs[min(bar, pairs.count - 1)].append((Int32(one), Int32(place(of: other)))) }
  }

  private static func places(_ component: [Int32]) -> [Int32] {
    guard let first = component.first, let last = component.last, Int(last - first) / 16 < component.count else { return [] }
    var places = Array(repeating: Int32(0), count: Int(last - first) + 1)
    for (place, node) in component.enumerated() { places[Int(node - first)] = Int32(place) }
    return places
  }

  private func place(of node: Int32) -> Int {
    guard places.isEmpty else { return Int(places[Int(node - component[0])]) }
    var (start, end) = (0, component.count)
    while end - start > 1 {
      let middle = (start + end) / 2
      if component[middle] <= node { start = middle } else { end = middle }
    }
    return start
  }

  /// The parts that fit, each at the lowest bar where it does, and those that fit at none.
  mutating func fitted() -> [Components.Part] {
    var fitted: [Components.Part] = []
    for bar in pairs.indices.reversed() {
      let isHighest = bar == pairs.count - 1
      var joined: [Int32] = []
      for (one, other) in pairs[bar] { if let leader = join(one, other) { joined.append(leader) } }
      for leader in joined where self.leader[Int(leader)] == leader {
        if size[Int(leader)] <= limit || isHighest { fuseParts(of: leader) }
        if size[Int(leader)] > limit { fitted += takeParts(of: leader, isOversized: isHighest) }
      }
    }
    for node in leader.indices where leader[node] == node { fitted += takeParts(of: Int32(node), isOversized: false) }
    return fitted
  }

  private mutating func find(_ node: Int32) -> Int32 {
    var current = node
    while leader[Int(current)] != current {
      leader[Int(current)] = leader[Int(leader[Int(current)])]
      current = leader[Int(current)]
    }
    return current
  }

  /// - Returns: the leader of both, unless they were joined already.
  private mutating func join(_ one: Int32, _ other: Int32) -> Int32? {
    var (kept, gone) = (Int(find(one)), Int(find(other)))
    guard kept != gone else { return nil }
    if size[kept] < size[gone] { swap(&kept, &gone) }
    leader[gone] = Int32(kept)
    size[kept] += size[gone]
    if parts[kept].first == Self.none {
      parts[kept] = parts[gone]
    } else if parts[gone].first != Self.none {
      nextPart[Int(parts[kept].last)] = parts[gone].first
      parts[kept].last = parts[gone].last
    }
    return Int32(kept)
  }

  private mutating func fuseParts(of leader: Int32) {
    let first = parts[Int(leader)].first
    guard first != Self.none else { return }
    var part = nextPart[Int(first)]
    while part != Self.none {
      nextNode[Int(nodes[Int(first)].last)] = part
      nodes[Int(first)].last = nodes[Int(part)].last
      part = nextPart[Int(part)]
    }
    nextPart[Int(first)] = Self.none
    parts[Int(leader)].last = first
  }

  private mutating func takeParts(of leader: Int32, isOversized: Bool) -> [Components.Part] {
    var taken: [Components.Part] = []
    var part = parts[Int(leader)].first
    while part != Self.none {
      var found: [Int32] = []
      var node = part
      while node != Self.none {
        found.append(component[Int(node)])
        node = nextNode[Int(node)]
      }
      taken.append(Components.Part(nodes: found.sorted(), isOversized: isOversized))
      part = nextPart[Int(part)]
    }
    parts[Int(leader)] = Chain(first: Self.none, last: Self.none)
    return taken
  }
}
