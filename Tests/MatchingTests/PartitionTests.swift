import Model
import Seeding
import Testing

@testable import Matching

/// C2 and C8: the partition is a function of live records, decisions and model, and two implementations agree on it.
@Suite("The partition")
struct PartitionTests {
  @Test("equals the brute-force one after every batch of a random history", arguments: 0..<UInt64(60))
  func equalsBruteForce(seed: UInt64) {
    var history = RandomHistory(seed: seed)
    let model = seed % 3 == 0 ? MatchModel() : RandomHistory.smallModel()
    let resolver = Resolver(model: model)
    var slow = SlowResolver(model: model)
    var known: [[Int64]] = []
    for step in 0..<12 {
      let changes = history.changes(count: Int.random(in: 1...9, using: &history.random), records: 26)
      let delta = resolver.apply(changes)
      for change in changes { slow.apply(change) }
      #expect(resolver.partition == slow.partition, "seed \(seed), step \(step)")
      known = Self.replacing(delta, in: known, seed: seed)
      #expect(known == resolver.partition, "the deltas of seed \(seed) do not add up at step \(step)")
    }
  }

  @Test("of large components equals what a new resolver finds, however often they changed", arguments: 0..<UInt64(isHeavy ? 300 : 30))
  func large(seed: UInt64) {
    var history = RandomHistory(seed: 900 + seed)
    var model = MatchModel()
    if seed % 3 == 1 { for kind in MatchKey.Kind.allCases { model.caps[kind] = 6 } }
    let resolver = Resolver(model: model, leastLazy: 0)
    var live: [Int64: MatchRecord] = [:]
    for step in 0..<25 {
      let changes = history.changes(count: Int.random(in: 1...4, using: &history.random), records: 60).filter { change in
        switch change {
        // Components with decisions are clustered anew.
        case .link, .unlink: seed % 5 == 0 && step == 12
        default: true
        }
      }
      let arrivals = step == 0 ? (1...40).map { MatchChange.upsert(history.record(Int64($0))) } : []
      _ = resolver.apply(arrivals + changes)
      for change in arrivals + changes {
        switch change {
        case .upsert(let record): live[record.id] = record
        case .remove(let id): live[id] = nil
        default: break
        }
      }
      let anew = Resolver(model: model, leastLazy: .max)
      _ = anew.apply(live.values.map { .upsert($0) } + resolver.linksInForce.flatMap { Array(repeating: .link($0.key), count: $0.value) })
      #expect(resolver.partition == anew.partition, "seed \(seed), step \(step)")
    }
  }

  /// What a listener who only hears deltas knows.
  private static func replacing(_ delta: PartitionDelta, in known: [[Int64]], seed: UInt64) -> [[Int64]] {
    for former in delta.former { #expect(known.contains(former), "seed \(seed): a former cluster was unknown") }
    return (known.filter { !delta.former.contains($0) } + delta.current).sorted { $0[0] < $1[0] }
  }

  @Test("does not depend on order, batching, deletes, re-adds or undone decisions", arguments: 0..<UInt64(Self.orders))
  func orderFree(seed: UInt64) {
    var history = RandomHistory(seed: seed / 10)
    let model = RandomHistory.smallModel()
    let records = (1...24).map { history.record(Int64($0)) }
    let links = (0..<5).map { _ in
      MatchLink(
        Bool.random(using: &history.random) ? .mustLink : .cannotLink, records.randomElement(using: &history.random)!.keyHash,
        RandomHistory.keyHash(100 + Int64.random(in: 0..<3, using: &history.random)))
    }
    let target = records.map { MatchChange.upsert($0) } + links.map { .link($0) }
    let batch = Resolver(model: model)
    _ = batch.apply(target)

    var random = SeededGenerator(seed: seed ^ 0xABCD)
    var changes = target
    for record in records.shuffled(using: &random).prefix(8) { changes += [.remove(id: record.id), .upsert(record)] }
    changes = Self.shuffledKeepingLast(changes, records: records, using: &random)
    let detour = MatchLink(.mustLink, records[0].keyHash, records[23].keyHash)
    changes.insert(.link(detour), at: Int.random(in: 0..<changes.count, using: &random))
    changes.append(.unlink(detour))

    let stream = Resolver(model: model)
    var rest = changes[...]
    while !rest.isEmpty {
      let size = min(rest.count, Int.random(in: 1...6, using: &random))
      _ = stream.apply(Array(rest.prefix(size)))
      rest = rest.dropFirst(size)
    }
    #expect(stream.partition == batch.partition, "seed \(seed)")
  }

  /// A random order in which every record ends up live.
  private static func shuffledKeepingLast(
    _ changes: [MatchChange], records: [MatchRecord], using random: inout SeededGenerator
  ) -> [MatchChange] {
    var shuffled = changes.shuffled(using: &random)
    var lastIsRemove: Set<Int64> = []
    for change in shuffled {
      switch change {
      case .upsert(let record): lastIsRemove.remove(record.id)
      case .remove(let id): lastIsRemove.insert(id)
      default: break
      }
    }
    shuffled += records.filter { lastIsRemove.contains($0.id) }.map { .upsert($0) }
    return shuffled
  }

  /// A thousand orders by default; `KINDRED_HEAVY` makes it ten times as many.
  static let orders = isHeavy ? 10_000 : 1_000

  @Test("undoing a decision gives what there would be without it", arguments: 0..<UInt64(40))
  func undo(seed: UInt64) {
    var history = RandomHistory(seed: 7_000 + seed)
    let records = (1...20).map { MatchChange.upsert(history.record(Int64($0))) }
    let resolver = Resolver(model: RandomHistory.smallModel())
    _ = resolver.apply(records)
    let before = resolver.partition
    let link = MatchLink(seed % 2 == 0 ? .mustLink : .cannotLink, RandomHistory.keyHash(1), RandomHistory.keyHash(2 + Int64(seed % 18)))
    _ = resolver.apply([.link(link)])
    let together = resolver.cluster(of: 1)!.contains(2 + Int64(seed % 18))
    #expect(together == (link.kind == .mustLink), "seed \(seed): people win")
    _ = resolver.apply([.unlink(link)])
    #expect(resolver.partition == before, "seed \(seed)")
  }
}
