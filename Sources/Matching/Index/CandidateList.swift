/// The nodes that share active keys with a record, each once; its space is used again and again.
struct CandidateList: ~Copyable {
  private var met = NodeSet()
  private(set) var nodes: [Int32] = []

  mutating func removeAll() {
    met.removeAll()
    nodes.removeAll(keepingCapacity: true)
  }

  mutating func add(_ key: MatchKey, _ postings: Postings) {
    postings.forEachCandidate(key) { if met.insert($0) { nodes.append($0) } }
  }

  mutating func add(_ keys: [MatchKey], _ postings: Postings) {
    for key in keys { add(key, postings) }
  }

  /// Keeps the first ones.
  mutating func cut(to count: Int) {
    if nodes.count > count { nodes.removeLast(nodes.count - count) }
  }
}
