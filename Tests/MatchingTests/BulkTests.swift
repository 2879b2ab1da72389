import Model
import Seeding
import Testing

@testable import Matching

extension RecordTable {
  convenience init(_ records: [PreparedRecord]) {
    self.init()
    for record in records { append(record) }
  }
}

/// C8: a table at once gives what its records one by one give, and giving up early on a pair changes nothing.
@Suite("Whole tables")
struct BulkTests {
  /// Records with sparse and shared values, some of them equal.
  private static func records(seed: UInt64, count: Int) -> [PreparedRecord] {
    var history = RandomHistory(seed: seed)
    return (0..<count).map { history.record(Int64($0)).prepared } + TrainingTests.table(seed: seed, persons: count / 4).records
  }

  private static func partition(_ match: BulkMatch) -> [[Int64]] {
    var clusters = Array(repeating: [Int64](), count: match.clusterCount)
    for (record, cluster) in match.clusterOfRecord.enumerated() { clusters[Int(cluster)].append(Int64(record)) }
    return clusters
  }

  @Test("are parted as the resolver parts them, by any number of threads", arguments: 1...8)
  func resolver(seed: Int) {
    let records = Self.records(seed: UInt64(seed), count: 400)
    var model = MatchModel()
    // Small limits make generic keys and oversized components likely.
    if seed % 2 == 0 { for kind in MatchKey.Kind.allCases { model.caps[kind] = 6 } }
    if seed % 3 == 0 { model.componentLimit = 5 }
    let keyHashes = records.indices.map { StableHash.mix(UInt64($0), UInt64(seed)) }
    let resolver = Resolver(model: model)
    let changes = records.enumerated().map {
      MatchChange.upsert(MatchRecord(id: Int64($0), keyHash: keyHashes[$0], prepared: $1))
    }
    let delta = resolver.apply(changes)
    for threads in [1, 2, 5] {
      let table = RecordTable(records)
      table.weigh(by: model.frequencies, threads: threads)
      let match = BulkMatch(table, keyHashes: keyHashes, model: model, threads: threads)
      #expect(Self.partition(match) == resolver.partition, "seed \(seed), \(threads) threads")
      #expect(match.oversized.map(Int64.init) == delta.oversized.sorted(), "seed \(seed), \(threads) threads")
    }
  }

  @Test("a pair below the floor is given up, every other one has its exact weight, whichever comes first", arguments: [UInt64(1), 2, 3])
  func bounded(seed: UInt64) {
    let records = Self.records(seed: seed, count: 200)
    let table = RecordTable(records)
    var models = [MatchModel(), ModelChoice.model(for: table, cut: .balanced, isPersonTable: true).model]
    models[1].sharesOrganisation = true
    for model in models {
      let packed = records.map { PackedRecord($0, model.frequencies) }
      let comparison = Comparison(model: model, reputation: NoReputation())
      var kept = 0
      for one in packed {
        for other in packed {
          let weight = comparison.weight(comparison.evidence(one.view, other.view))
          let floor = model.floor
          let bounded = comparison.weight(one.view, other.view, atLeast: floor)
          #expect(bounded == (weight >= floor ? weight : nil), "seed \(seed)")
          #expect(comparison.findings(one.view, other.view) == comparison.findings(other.view, one.view), "seed \(seed)")
          if weight >= floor { kept += 1 }
        }
      }
      #expect(kept > records.count && kept < records.count * records.count / 2)
    }
  }

  @Test("sketches never give up a pair that reaches the floor, and give up most of the others", arguments: [UInt64(1), 2, 3, 4])
  func sketches(seed: UInt64) {
    let records = Self.records(seed: seed, count: 200)
    let keyHashes = records.indices.map { StableHash.mix(UInt64($0), seed) }
    let table = RecordTable(records)
    var models = [MatchModel(), ModelChoice.model(for: table, cut: .balanced, isPersonTable: true).model, MatchModel()]
    models[1].sharesOrganisation = true
    // Where everything is worth something even when it differs, nothing is hopeless by its sign.
    for aspect in Aspect.allCases {
      for level in aspect.levels { models[2].weights.set(aspect, level, MatchWeight(bits: Double(level.rawValue % 5) - 1), share: 0.3) }
    }
    for (number, model) in models.enumerated() {
      table.weigh(by: model.frequencies, threads: 1)
      let nodes = ArrangedNodes(BulkNodes(table, keyHashes: keyHashes, model: model, workers: Workers(2)), workers: Workers(2))
      let sketches = RecordSketches(nodes, model: model, workers: Workers(2))
      let quick = SketchComparison(model, atLeast: model.floor)
      let comparison = Comparison(model: model, reputation: NoReputation())
      var (hopeless, givenUp) = (0, 0)
      for one in 0..<Int32(nodes.count) {
        for other in 0..<Int32(nodes.count) where one != other {
          let isPossible = quick.canReachPersonally(sketches, one, other) && quick.canReach(sketches, one, other)
          if comparison.weight(nodes[one], nodes[other], atLeast: model.floor) != nil {
            #expect(isPossible, "seed \(seed), model \(number), \(one) and \(other)")
          } else {
            hopeless += 1
            givenUp += isPossible ? 0 : 1
          }
        }
      }
      #expect(number == 2 || givenUp * 2 > hopeless, "seed \(seed), model \(number): \(givenUp) of \(hopeless)")
    }
  }

  @Test("the bar of a similarity is never above what the kernel gives", arguments: [UInt64(1), 2])
  func similarityBar(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    func word() -> [UInt16] {
      (0..<Int.random(in: 1...14, using: &generator)).map { _ in UInt16.random(in: 0x61...0x66, using: &generator) }
    }
    for _ in 0..<20_000 {
      let (one, other) = (word(), word())
      let similarity = Self.similarity(one, other)
      for thousandths in [850, 880, 920, 930] where similarity >= thousandths {
        let isReached = one.withUnsafeBufferPointer { one in
          other.withUnsafeBufferPointer { other in
            TextSketch.canReach(
              SimilarityBar(thousandths), TextSketch(one), TextSketch.count(one), TextSketch(other), TextSketch.count(other))
          }
        }
        #expect(isReached, "seed \(seed): \(one) and \(other) have \(similarity)")
      }
    }
  }

  private static func similarity(_ one: [UInt16], _ other: [UInt16]) -> Int {
    one.withUnsafeBufferPointer { one in
      other.withUnsafeBufferPointer { other in
        Comparison(model: MatchModel(), reputation: NoReputation()).similarity(one, other, atLeast: 0)
      }
    }
  }
}
