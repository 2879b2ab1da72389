import Model

/// A cluster that is a candidate of another one, and what the evidence of both together says.
public struct Neighbour: Sendable {
  /// Record ids, sorted.
  public var records: [Int64]
  /// Of the combined evidence, with the prior.
  public var weight: MatchWeight
  /// `possible` when the evidence of both together is at least that; `different` below, and when a veto or a decision keeps them
  /// apart. Never `same`: groups whose evidence would suffice stay apart when no two of their records are possible by themselves,
  /// and then a person has to look.
  public var verdict: Explanation.Verdict
  public var isVetoed: Bool
  public var isCannotLinked: Bool
  /// The records of the strongest pair, and its own weight.
  public var closest: (mine: Int64, other: Int64, weight: MatchWeight)
}

extension Resolver {
  /// Up to so many pairs are compared for one pair of clusters; of larger ones the first members in content order.
  private static let membersCompared = 60

  /// The clusters that share an active key with the record's cluster, the strongest first.
  /// - Parameter limit: at most so many.
  /// - Returns: nil when the record is not live. `candidates` is how many clusters were compared.
  public func neighbours(of record: Int64, limit: Int) -> (neighbours: [Neighbour], candidates: Int)? {
    guard let node = rows.node(ofID: record) else { return nil }
    let mine = inOrder(mates(of: node))
    // One node stands for its cluster.
    var others: [UInt32: Int32] = [:]
    for member in mine {
      for candidate in candidates(of: view(member)) { others[rows[candidate].pointee.cluster] = candidate }
    }
    others[rows[node].pointee.cluster] = nil
    let all = others.values.map { neighbour(mine, inOrder(mates(of: $0))) }.sorted { left, right in
      left.weight != right.weight ? left.weight > right.weight : left.records.lexicographicallyPrecedes(right.records)
    }
    return (Array(all.prefix(limit)), all.count)
  }

  /// - Parameters: nodes in order.
  private func neighbour(_ mine: [Int32], _ others: [Int32]) -> Neighbour {
    var sum = Evidence.none
    var closest = (mine: Int64(0), other: Int64(0), weight: MatchWeight(units: .min))
    var isCannotLinked = false
    for one in mine.prefix(Self.membersCompared) {
      for other in others.prefix(Self.membersCompared) {
        let evidence = comparison.evidence(view(one), view(other))
        sum.merge(evidence)
        let weight = comparison.weight(evidence)
        if weight > closest.weight {
          closest = (rows.smallestMember(one).pointee.id, rows.smallestMember(other).pointee.id, weight)
        }
        isCannotLinked = isCannotLinked || self.isCannotLinked(one, other)
      }
    }
    let weight = comparison.weight(sum)
    let isPossible = weight >= model.floor && !isCannotLinked && !sum.isVetoed
    return Neighbour(
      records: recordIDs(others), weight: weight, verdict: isPossible ? .possible : .different, isVetoed: sum.isVetoed,
      isCannotLinked: isCannotLinked, closest: closest)
  }
}
