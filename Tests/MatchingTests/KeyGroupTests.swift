import Model
import Seeding
import Testing

@testable import Matching

/// What a table's keys bring together, against lists that are made key by key.
@Suite("Keys of a whole table")
struct KeyGroupTests {
  private static let cap = 6

  private static var model: MatchModel {
    var model = MatchModel()
    for kind in MatchKey.Kind.allCases { model.caps[kind] = cap }
    return model
  }

  private static func table(seed: UInt64, count: Int) -> RecordTable {
    var history = RandomHistory(seed: seed)
    let table = RecordTable((0..<count).map { history.record(Int64($0)).prepared })
    table.weigh(by: Frequencies(), threads: 1)
    return table
  }

  @Test("active keys bring their nodes together, whatever was left out because it is frequent", arguments: [UInt64(1), 2, 3])
  func groups(seed: UInt64) {
    let (model, table) = (Self.model, Self.table(seed: seed, count: 300))
    let keyHashes = (0..<UInt64(table.count)).map { StableHash.mix($0, seed) }
    let nodes = ArrangedNodes(BulkNodes(table, keyHashes: keyHashes, model: model, workers: Workers(1)), workers: Workers(2))
    #expect(Set(nodes.nodes) == Set(0..<Int32(nodes.count)))
    var holders: [MatchKey: [Int32]] = [:]
    var maker = KeyMaker()
    for place in 0..<Int32(nodes.count) {
      maker.make(nodes[place])
      for key in maker.keys { holders[key, default: []].append(place) }
    }
    let expected = holders.values.filter { (2...Self.cap).contains($0.count) }.sorted { $0.lexicographicallyPrecedes($1) }
    let generic = holders.filter { $0.value.count > Self.cap }
    #expect(!generic.isEmpty && !expected.isEmpty)
    for (threads, step) in [(1, 0), (2, 1), (3, 4)] {
      let workers = Workers(threads)
      let frequent = step == 0 ? nil : FrequentKeys(nodes, model: model, workers: workers, every: step)
      #expect((frequent?.keys ?? []).allSatisfy { generic[$0] != nil && frequent?.contains($0) == true }, "seed \(seed)")
      #expect(step != 1 || frequent?.keys.count == generic.count, "seed \(seed)")
      let groups = KeyGroups(nodes, without: frequent, model: model, workers: workers, rounds: threads)
      #expect(Self.lists(groups).sorted { $0.lexicographicallyPrecedes($1) } == expected, "seed \(seed), step \(step)")
      for (key, holders) in holders where Postings.hasReputation(key.kind) {
        let names = Set(holders.map { nodes[$0].nameHash }.filter { $0 != 0 }).count
        let level = holders.count > Self.cap ? Postings.genericLevel : Postings.level(distinct: names)
        #expect(groups.shared.level(of: key) == Int(level), "seed \(seed), step \(step)")
      }
      let groupsOfNode = GroupsOfNode(groups, nodeCount: nodes.count, workers: workers)
      let places = (0..<Int32(nodes.count)).flatMap { node in groupsOfNode[node].map { (node, Int($0)) } }
      #expect(places.count == groups.memberCount && places.allSatisfy { groups.member($0.1) == $0.0 }, "seed \(seed), step \(step)")
    }
  }

  private static func lists(_ groups: KeyGroups) -> [[Int32]] {
    var lists: [[Int32]] = []
    var number = 0
    while number < groups.memberCount {
      var list = [groups.member(number)]
      groups.forEachAfter(UInt32(number)) { list.append($0) }
      lists.append(list)
      number += list.count
    }
    return lists
  }

  @Test("the holders of keys are all that carry them, or none", arguments: [UInt64(4), 5])
  func holders(seed: UInt64) {
    let (model, table) = (Self.model, Self.table(seed: seed, count: 500))
    let order = ContentOrder(table, workers: Workers(2)).numbers
    #expect(order == (0..<Int32(table.count)).sorted { (table[Int($0)].contentHash, $0) < (table[Int($1)].contentHash, $1) })
    var expected: [MatchKey: [Int32]] = [:]
    var maker = KeyMaker()
    for (place, record) in order.enumerated() {
      maker.make(table[Int(record)])
      for key in maker.keys { expected[key, default: []].append(Int32(place)) }
    }
    for (threads, firstRecords) in [(1, 1_000), (2, 10), (3, 64)] {
      let holders = KeyHolders(of: [0, 7, 400], in: order, table, model, Workers(threads), firstRecords: firstRecords)
      for anchor in [0, 7, 400] {
        maker.make(table[Int(order[anchor])])
        for key in maker.keys {
          let places = expected[key] ?? []
          #expect(Array(holders.active(key)) == (places.count > Self.cap ? [] : places), "seed \(seed), \(firstRecords) records first")
        }
      }
    }
  }

  @Test("sorting by some bits keeps the order of what they do not tell apart", arguments: [0, 1, 2, 23, 24, 500, 5_000])
  func radix(count: Int) {
    var generator = SeededGenerator(seed: UInt64(count))
    for (first, bits) in [(0, 64), (20, 44), (3, 40), (60, 4), (5, 0)] as [(UInt64, UInt64)] {
      for spread in [UInt64.max, 0xFF00, 0x4000_0003] as [UInt64] {
        var entries = (0..<count).map { _ in UInt64.random(in: 0...UInt64.max, using: &generator) & spread }
        func part(_ entry: UInt64) -> UInt64 { bits == 0 ? 0 : (entry << (64 - first - bits)) >> (64 - bits) }
        let expected = entries.enumerated().sorted { (part($0.element), $0.offset) < (part($1.element), $1.offset) }.map(\.element)
        entries.withUnsafeMutableBufferPointer { RadixSort.sort($0, from: first, bits: bits) }
        #expect(entries == expected, "\(count) numbers by \(bits) bits from \(first) on")
      }
    }
  }
}
