import Matching
import Model
import Seeding
import Testing

/// How a cluster came together, and what lies near it.
@Suite("History and neighbours")
struct HistoryTests {
  @Test("the replay ends in the cluster, every join adds up and passes the threshold", arguments: 0..<UInt64(24))
  func replay(seed: UInt64) throws {
    var random = RandomHistory(seed: seed)
    let model = seed % 3 == 0 ? MatchModel() : RandomHistory.smallModel()
    let resolver = Resolver(model: model)
    for _ in 0..<4 { _ = resolver.apply(random.changes(count: 12, records: 26)) }
    for cluster in resolver.partition {
      let history = try #require(resolver.history(of: cluster[0]))
      #expect(try #require(resolver.history(of: cluster[cluster.count - 1])).steps == history.steps, "seed \(seed)")
      guard !history.isOversized else { continue }
      var groups = cluster.map { [$0] }
      for equal in history.equal { Self.join(equal, &groups) }
      for step in history.steps {
        #expect(groups.contains(step.first) && groups.contains(step.second), "seed \(seed): \(step)")
        Self.join(step.first + step.second, &groups)
        #expect(step.parts.reduce(history.prior) { $0 + $1.weight } == step.weight, "seed \(seed): \(step)")
        #expect(step.isDecided || step.weight >= history.threshold, "seed \(seed): \(step)")
      }
      #expect(groups == [cluster], "seed \(seed)")
    }
  }

  private static func join(_ members: [Int64], _ groups: inout [[Int64]]) {
    groups.removeAll { !Set($0).isDisjoint(with: members) }
    groups.append(members.sorted())
  }

  @Test("what stands against a cluster is its worst pair")
  func contradiction() throws {
    let records =
      [
        ["kind": "person", "name": "王建国", "phone": "13800138001", "birth_date": "1970-03-14", "email": "wjg1970@163.com"],
        ["kind": "person", "name": "王建国", "phone": "13800138001", "birth_date": "1985-12-20", "email": "wjg1970@163.com"],
      ] as [[String: Value]]
    let resolver = Resolver()
    _ = resolver.apply(
      records.enumerated().map { place, attributes in
        .upsert(
          MatchRecord(
            id: Int64(place), keyHash: RandomHistory.keyHash(Int64(place)), prepared: Preparation.prepare(attributes, source: "s")))
      })
    let history = try #require(resolver.history(of: 0))
    #expect(history.steps.count == 1)
    #expect(history.weakest == history.steps[0])
    let against = try #require(history.contradiction)
    #expect(against.feature == .birthDates && against.weight < .zero)
    #expect(Set([against.first, against.second]) == [0, 1])
    #expect(resolver.history(of: 99) == nil)
  }

  @Test("neighbours are other clusters, in the order of the weight of the whole groups", arguments: 0..<UInt64(12))
  func neighbours(seed: UInt64) throws {
    var random = RandomHistory(seed: 500 + seed)
    let resolver = Resolver()
    _ = resolver.apply((1...26).map { .upsert(random.record(Int64($0))) })
    let partition = Set(resolver.partition)
    for cluster in partition {
      let found = try #require(resolver.neighbours(of: cluster[0], limit: 100))
      #expect(found.neighbours.count == found.candidates, "seed \(seed)")
      for neighbour in found.neighbours {
        #expect(partition.contains(neighbour.records) && neighbour.records != cluster, "seed \(seed)")
        let isApart = neighbour.isVetoed || neighbour.isCannotLinked || neighbour.weight < resolver.model.floor
        #expect(neighbour.verdict == (isApart ? .different : .possible), "seed \(seed)")
        let back = try #require(resolver.neighbours(of: neighbour.records[0], limit: 100)).neighbours.first { $0.records == cluster }
        #expect(back?.weight == neighbour.weight, "seed \(seed): both ways")
        #expect(cluster.contains(neighbour.closest.mine) && neighbour.records.contains(neighbour.closest.other), "seed \(seed)")
      }
      let weights = found.neighbours.map(\.weight)
      #expect(weights == weights.sorted(by: >), "seed \(seed)")
      #expect(try #require(resolver.neighbours(of: cluster[0], limit: 1)).neighbours.count == min(1, found.candidates))
    }
  }
}
