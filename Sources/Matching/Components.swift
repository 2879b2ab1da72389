/// The graph of pairs that are at least possible, and how an oversized component of it is split.
enum Components {
  /// The nodes reachable from `seeds`, one sorted list a component, over the neighbours that `neighbours` gives.
  static func reachable(from seeds: [Int32], neighbours: (Int32, (Int32) -> Void) -> Void) -> [[Int32]] {
    var seen: Set<Int32> = []
    var components: [[Int32]] = []
    for seed in seeds where seen.insert(seed).inserted {
      var component = [seed]
      var next = 0
      while next < component.count {
        neighbours(component[next]) { neighbour in
          if seen.insert(neighbour).inserted { component.append(neighbour) }
        }
        next += 1
      }
      components.append(component.sorted())
    }
    return components
  }

  /// One part of a component that is small enough to be clustered as a whole.
  struct Part {
    var nodes: [Int32]
    /// True when no bar made it fit: only equal exclusive ids may join its nodes.
    var isOversized: Bool
  }

  /// Raises the bar by whole bits until every part fits (DESIGN §4.4). Must-links hold whatever the bar.
  /// - Parameter edges: the neighbours of a node and the weight of each pair; nil for a must-link.
  static func fit(_ component: [Int32], model: MatchModel, edges: (Int32) -> [(node: Int32, weight: MatchWeight?)]) -> [Part] {
    var parts: [Part] = []
    var rest = [component]
    var bar = model.floor
    while let _ = rest.first {
      parts += rest.filter { $0.count <= model.componentLimit }.map { Part(nodes: $0, isOversized: false) }
      rest.removeAll { $0.count <= model.componentLimit }
      guard bar < MatchWeight(bits: 100) else { return parts + rest.map { Part(nodes: $0, isOversized: true) } }
      bar += .oneBit
      rest = rest.flatMap { oversized in
        reachable(from: oversized) { node, visit in
          for edge in edges(node) where edge.weight.map({ $0 >= bar }) ?? true { visit(edge.node) }
        }
      }
    }
    return parts
  }
}
