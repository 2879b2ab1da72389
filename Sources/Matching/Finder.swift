/// Looks for live records that might be the same as one that need not be among them: search before create.
///
/// Each thread has one of its own; they do not wait for each other, nor for the resolver while it compares and clusters. Only single
/// changes of the index must not happen meanwhile (``Resolver/apply(_:alone:)``).
public final class Finder {
  /// Records of equal content, and how well they fit.
  public struct Match: Hashable, Sendable {
    /// Record ids, sorted.
    public var records: [Int64]
    /// Of the pair by itself, with the prior.
    public var weight: MatchWeight
  }

  public struct Answer: Sendable {
    /// The strongest first; ties in content order. All are at least possible.
    public var matches: [Match]
    /// Records of different content that were compared.
    public var comparisons: Int
    /// The budget left out candidates, of more frequent keys than those compared.
    public var isTruncated: Bool
  }

  private let store: RecordStore
  private let rows: NodeRows
  private let postings: Postings
  private let comparison: Comparison<Postings>

  private var rarities: Frequencies.Reader
  private var packing = RecordStore()
  private var keyMaker = KeyMaker()
  private var candidates = CandidateList()
  private var best: [(node: Int32, weight: MatchWeight)] = []

  init(_ store: RecordStore, _ rows: NodeRows, _ postings: Postings, _ comparison: Comparison<Postings>) {
    self.store = store
    self.rows = rows
    self.postings = postings
    self.comparison = comparison
    rarities = Frequencies.Reader(comparison.model.frequencies)
  }

  /// - Parameters:
  ///   - limit: at most so many matches, at least 1.
  ///   - budget: at most so many comparisons. Candidates that share rare keys come first.
  public func find(_ record: PreparedRecord, limit: Int = 10, budget: Int = 1_000) -> Answer {
    let place = packing.append(record)
    defer { packing.remove(place) }
    let view = packing[place]
    view.weigh(&rarities)
    let isTruncated = collect(view, budget)
    best.removeAll(keepingCapacity: true)
    let candidates = candidates.nodes
    for place in candidates.indices {
      if place + Resolver.ahead < candidates.count { store.fetch(rows[candidates[place + Resolver.ahead]].pointee.place) }
      let node = candidates[place]
      let least = best.count < limit ? comparison.model.floor : best[best.count - 1].weight
      if let weight = comparison.weight(view, store[rows[node].pointee.place], atLeast: least) { enter(node, weight, max(1, limit)) }
    }
    let matches = best.map { Match(records: records($0.node), weight: $0.weight) }
    return Answer(matches: matches, comparisons: candidates.count, isTruncated: isTruncated)
  }

  /// The nodes that share an active key, those of rare keys first.
  /// - Returns: true when there may be more than the budget allows.
  private func collect(_ record: RecordView, _ budget: Int) -> Bool {
    keyMaker.make(record)
    postings.fetch(keyMaker.keys)
    candidates.removeAll()
    let counts = keyMaker.keys.map { (key: $0, count: postings.candidateCount($0)) }.filter { $0.count > 0 }
    var isTruncated = false
    for (key, _) in counts.sorted(by: { $0.count < $1.count }) {
      isTruncated = candidates.nodes.count >= budget
      if isTruncated { break }
      candidates.add(key, postings)
    }
    if candidates.nodes.count > budget {
      isTruncated = true
      candidates.cut(to: budget)
    }
    for node in candidates.nodes { rows.fetch(node) }
    return isTruncated
  }

  private func enter(_ node: Int32, _ weight: MatchWeight, _ limit: Int) {
    var place = best.count
    while place > 0, best[place - 1].weight < weight || best[place - 1].weight == weight && isBefore(node, best[place - 1].node) {
      place -= 1
    }
    guard place < limit else { return }
    best.insert((node, weight), at: place)
    if best.count > limit { best.removeLast() }
  }

  private func isBefore(_ one: Int32, _ other: Int32) -> Bool { order(one) < order(other) }

  private func order(_ node: Int32) -> (UInt64, UInt64) {
    (store[rows[node].pointee.place].contentHash, rows.smallestMember(node).pointee.keyHash)
  }

  private func records(_ node: Int32) -> [Int64] {
    var ids: [Int64] = []
    rows.forEachMember(node) { ids.append($0.id) }
    return ids.sorted()
  }
}

extension Resolver {
  /// Something that looks records up, for one thread.
  public func finder() -> Finder { finders() }

  /// Makes finders; needs the resolver no more, so that any thread may call it.
  public var finders: @Sendable () -> Finder {
    { [store, rows, postings, comparison] in Finder(store, rows, postings, comparison) }
  }
}
