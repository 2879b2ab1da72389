import Matching
import Model

/// What a match of the whole table finds for some of its records: the measure of what a lookup should find.
struct BulkPairs {
  /// By row: the other rows of the pairs that were scored and are at least possible, with their weights, the strongest first.
  private var pairs: [Int: [(other: Int, weight: MatchWeight)]] = [:]

  /// One row in so many is looked at: 5,000 of the table.
  private let step: Int

  init(_ rows: Rows, _ live: Int, _ model: MatchModel) {
    step = max(1, live / 5_000)
    let table = RecordTable()
    for row in 0..<live { table.append(rows.prepared(row)) }
    table.weigh(by: model.frequencies, threads: 2)
    let match = BulkMatch(table, keyHashes: (0..<live).map(Rows.keyHash), model: model, threads: 2)
    for (one, other, weight) in match.scoredPairs {
      if one % step == 0 { pairs[one, default: []].append((other, weight)) }
      if other % step == 0 { pairs[other, default: []].append((one, weight)) }
    }
    for row in pairs.keys { pairs[row]?.sort { $0.weight > $1.weight } }
  }

  /// Looks these rows up within the budget, and counts which of the ten strongest pairs of each are among the first ten answers. One that
  /// is not, but as strong as the tenth answer, counts as found. Then the same for the other rows of its cluster, of which some are no
  /// pairs of it, but of each other. Rows of equal content are one; in pairs the first of them stands for all.
  func recall(_ resolver: Resolver, _ rows: Rows) {
    let finder = resolver.finder()
    var (found, all, mates, foundMates) = (0, 0, 0, 0)
    for (row, pairs) in pairs {
      // The row finds itself, too.
      let answer = finder.find(rows.prepared(row), limit: 11, budget: 300).matches
      let answered = Set(answer.flatMap(\.records))
      let strongest = pairs.prefix(10)
      all += strongest.count
      found += strongest.count { pair in
        answered.contains(Int64(pair.other)) || answer.count == 11 && pair.weight == answer[10].weight
      }
      let cluster = Set(resolver.cluster(of: Int64(row)) ?? []).subtracting([Int64(row)])
      mates += min(10, cluster.count)
      foundMates += min(10, answered.count(where: cluster.contains))
    }
    print("recall@10 of the pairs that matching the whole table finds, of \(all): \(Self.share(found, all))")
    print("records of the same cluster among the first ten: \(Self.share(foundMates, mates))")
  }

  private static func share(_ part: Int, _ whole: Int) -> String {
    let digits = String((part * 10_000 + whole / 2) / max(1, whole))
    return digits.count > 4 ? "1.0000" : "0." + String(repeating: "0", count: 4 - digits.count) + digits
  }
}
