import Model

/// The decisions in force, by the key hashes of their records. The same decision may be in force more than once (two
/// people said it); it holds until the last of them is undone.
struct Links {
  private var counts: [MatchLink: Int] = [:]
  private var byRecord: [UInt64: Set<MatchLink>] = [:]

  var isEmpty: Bool { counts.isEmpty }

  /// - Returns: true when the set of decisions in force changed.
  mutating func set(_ link: MatchLink, isInForce: Bool) -> Bool {
    let before = counts[link] ?? 0
    let after = max(0, before + (isInForce ? 1 : -1))
    counts[link] = after == 0 ? nil : after
    guard (before == 0) != (after == 0) else { return false }
    for record in [link.first, link.second] {
      if after > 0 { byRecord[record, default: []].insert(link) } else { byRecord[record]?.remove(link) }
      if byRecord[record]?.isEmpty ?? false { byRecord[record] = nil }
    }
    return true
  }

  /// Every decision in force, with how often it was made.
  var all: [(link: MatchLink, count: Int)] {
    counts.map { ($0.key, $0.value) }.sorted {
      ($0.0.first, $0.0.second, $0.0.kind.rawValue) < ($1.0.first, $1.0.second, $1.0.kind.rawValue)
    }
  }

  /// True when a decision in force names the record.
  func names(_ keyHash: UInt64) -> Bool { byRecord[keyHash] != nil }

  func mustLinked(_ keyHash: UInt64) -> [UInt64] {
    (byRecord[keyHash] ?? []).filter { $0.kind == .mustLink }.map { $0.first == keyHash ? $0.second : $0.first }
  }

  func cannotLinked(_ one: UInt64, _ other: UInt64) -> Bool { counts[MatchLink(.cannotLink, one, other)] != nil }

  func isMustLinked(_ one: UInt64, _ other: UInt64) -> Bool { counts[MatchLink(.mustLink, one, other)] != nil }

  /// Every decision that names one of the records, each once.
  func touching(_ records: some Sequence<UInt64>) -> Set<MatchLink> {
    records.reduce(into: []) { $0.formUnion(byRecord[$1] ?? []) }
  }
}
