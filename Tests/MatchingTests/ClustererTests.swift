import Model
import Seeding
import Testing

@testable import Matching

/// Leaving comparisons out changes nothing.
@Suite("The clusterer")
struct ClustererTests {
  /// Views that live as long as this.
  private final class Component {
    let packed: [PackedRecord]
    var views: [RecordView] { packed.map(\.view) }

    init(_ records: [PreparedRecord], _ model: MatchModel) { packed = records.map { PackedRecord($0, model.frequencies) } }
  }

  private static func records(seed: UInt64, count: Int) -> [PreparedRecord] {
    var history = RandomHistory(seed: seed)
    let table = TrainingTests.table(seed: seed, persons: count / 4).records
    return seed % 3 == 0 ? (0..<count).map { history.record(Int64($0)).prepared } : Array(table.prefix(count))
  }

  private static func model(seed: UInt64, _ records: [PreparedRecord]) -> MatchModel {
    seed % 2 == 0 ? MatchModel() : ModelChoice.model(for: RecordTable(records), cut: .balanced, isPersonTable: true).model
  }

  struct Outcome: Equatable {
    var groups: [[Int]]
    var contradicted: [[Int]]
    /// First members, weight, evidence, whether decided.
    var joins: [[Int]]
  }

  @Test("looking at ceilings first gives the same groups, joins and contradictions", arguments: 1...(isHeavy ? UInt64(400) : 40))
  func lazy(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let records = Self.records(seed: seed, count: Int.random(in: 3...90, using: &random))
    let model = Self.model(seed: seed, Self.records(seed: seed, count: 300))
    let component = Component(records, model)
    let comparison = Comparison(model: model, reputation: NoReputation())
    func pairs(_ count: Int) -> [(Int, Int)] {
      (0..<count).map { _ in
        let second = Int.random(in: 1..<records.count, using: &random)
        return (Int.random(in: 0..<second, using: &random), second)
      }
    }
    let (must, cannot) = seed % 4 == 1 ? (pairs(6), pairs(8)) : ([], seed % 4 == 2 ? pairs(3) : [])
    var compared = 0
    func outcome(leastLazy: Int, mostInMatrix: Int = .max, isWatched: Bool) -> Outcome {
      compared = 0
      let views = component.views
      var joins: [[Int]] = []
      let result = Clusterer(model: model, leastLazy: leastLazy, mostInMatrix: mostInMatrix).groups(
        of: views, mustLinks: must, cannotLinks: cannot,
        evidence: { one, other in
          #expect(one < other)
          compared += 1
          return comparison.evidence(views[one], views[other])
        },
        watch: isWatched ? { joins.append([$0.kept, $0.gone, $0.isDecided ? 1 : 0, $0.evidence.hashValue]) } : nil)
      return Outcome(groups: result.groups, contradicted: result.contradicted.map { [$0.0, $0.1] }, joins: joins)
    }
    let all = outcome(leastLazy: .max, isWatched: true)
    #expect(compared == records.count * (records.count - 1) / 2)
    for mostInMatrix in [0, Int.max] {
      #expect(outcome(leastLazy: 0, mostInMatrix: mostInMatrix, isWatched: true) == all, "seed \(seed), \(mostInMatrix)")
      #expect(compared <= records.count * (records.count - 1) / 2, "seed \(seed): no pair is compared twice")
      #expect(outcome(leastLazy: 0, mostInMatrix: mostInMatrix, isWatched: false).groups == all.groups, "seed \(seed), \(mostInMatrix)")
    }
    withExtendedLifetime(component) {}
  }

  @Test("following what joined before gives the same groups and joins", arguments: 1...(isHeavy ? UInt64(800) : 80))
  func former(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let records = Self.records(seed: seed, count: Int.random(in: 6...90, using: &random))
    let model = Self.model(seed: seed, Self.records(seed: seed, count: 300))
    let component = Component(records, model)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let clusterer = Clusterer(model: model, leastLazy: 0)
    func cluster(_ nodes: [Int], _ former: FormerJoins?) -> (groups: [[Int]], joins: [FormerJoins.Join]?) {
      let views = component.views
      let result = clusterer.groups(of: nodes.map { views[$0] }, former: former) {
        comparison.evidence(views[nodes[$0]], views[nodes[$1]])
      }
      return (result.groups, result.joins)
    }
    // In each step some come, some go, and of some nobody knows whether they are what they were.
    var nodes = records.indices.filter { _ in Int.random(in: 0..<3, using: &random) > 0 }
    var joins = cluster(nodes, nil).joins
    for step in 0..<6 {
      var next = Set(nodes)
      for _ in 0..<Int.random(in: 1...3, using: &random) {
        let node = records.indices.randomElement(using: &random)!
        if next.insert(node).inserted == false { next.remove(node) }
      }
      let present = next.sorted()
      func place(_ node: Int32) -> Int32 { present.firstIndex(of: nodes[Int(node)]).map { Int32($0) } ?? -1 }
      let former = joins.map { joins in
        FormerJoins(
          joins: joins.map { .init(kept: place($0.kept), gone: place($0.gone), weight: $0.weight) },
          isOther: present.map { node in !nodes.contains(node) || Int.random(in: 0..<20, using: &random) == 0 })
      }
      let (with, without) = (cluster(present, former), cluster(present, nil))
      #expect(with.groups == without.groups, "seed \(seed), step \(step)")
      #expect(with.joins == without.joins, "seed \(seed), step \(step)")
      (nodes, joins) = (present, with.joins)
    }
    withExtendedLifetime(component) {}
  }

  @Test("a record that is new costs little where the others were clustered before")
  func newRecord() {
    let records = Self.records(seed: 5, count: 80)
    let model = Self.model(seed: 5, records)
    let component = Component(records, model)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let views = component.views
    var compared = 0
    func joins(_ count: Int, _ former: FormerJoins?) -> [FormerJoins.Join]? {
      compared = 0
      return Clusterer(model: model).groups(of: Array(views[..<count]), former: former) {
        compared += 1
        return comparison.evidence(views[$0], views[$1])
      }.joins
    }
    let all = joins(views.count, nil)
    let comparedAnew = compared
    let former = joins(views.count - 1, nil).map { FormerJoins(joins: $0, isOther: views.indices.map { $0 == views.count - 1 }) }
    #expect(joins(views.count, former) == all && former != nil)
    #expect(compared * 4 < comparedAnew, "\(compared) of \(comparedAnew)")
    withExtendedLifetime(component) {}
  }

  @Test("a chain whose nodes all belong together is not compared pair by pair", arguments: [0, Int.max])
  func chain(mostInMatrix: Int) {
    // Given name and phone are shared with one neighbour, surname and mail address with the other.
    let model = MatchModel()
    let names = (0..<130).map { number in
      "bdfgklmnprstvz".map { "\($0)\(["a", "e", "i", "o", "u"][(number + Int($0.asciiValue ?? 0)) % 5])" }
    }
    func name(_ number: Int, _ start: Int) -> String { (0..<4).map { names[number % 130][(start + number / (1 + $0 * 3)) % 14] }.joined() }
    let records = (0..<240).map { row in
      Preparation.prepare(
        [
          "given_name": .string(name(row / 2, 0)), "phone": .string("+86138000\(10_000 + row / 2 * 7)"),
          "surname": .string(name((row + 1) / 2, 5)), "email": .string("\(name((row + 1) / 2, 5))\((row + 1) / 2)@lane.net"),
        ], source: "test")
    }
    let component = Component(records, model)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let views = component.views
    func groups(leastLazy: Int) -> (groups: [[Int]], compared: Int) {
      var compared = 0
      let clusterer = Clusterer(model: model, leastLazy: leastLazy, mostInMatrix: mostInMatrix)
      let groups = clusterer.groups(of: views) {
        compared += 1
        return comparison.evidence(views[$0], views[$1])
      }
      return (groups.groups, compared)
    }
    let (all, lazy) = (groups(leastLazy: .max), groups(leastLazy: 0))
    #expect(lazy.groups == all.groups)
    #expect(lazy.compared * 4 < all.compared, "\(lazy.compared) of \(all.compared), \(all.groups.count) groups")
    withExtendedLifetime(component) {}
  }

  @Test("a ceiling is never below what is found, feature by feature, and a floor never above", arguments: [UInt64(1), 2, 3, 4, 6])
  func ceilings(seed: UInt64) {
    let records = Self.records(seed: seed, count: 160)
    var model = Self.model(seed: seed, records)
    if seed == 4 {
      // Where everything is worth something even when it differs.
      for aspect in Aspect.allCases {
        for level in aspect.levels { model.weights.set(aspect, level, MatchWeight(bits: Double(level.rawValue % 5) - 1), share: 0.3) }
      }
    }
    let component = Component(records, model)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let views = component.views
    let ceilings = EvidenceCeilings(views, SketchComparison(model, atLeast: model.floor), model.weights)
    let floor = EvidenceFloors(model.weights).floor(views)
    let some = ceilings(0, 1)
    let bounds = [some, EvidenceCeiling(best: .zero, shared: 0), ceilings.unlike].map { CeilingBound($0, unlike: ceilings.unlike) }
    var (known, unchanged) = (Evidence.none, 0)
    for other in views.indices {
      for one in 0..<other {
        let evidence = comparison.evidence(views[one], views[other])
        let (ceiling, found) = (ceilings(one, other), EvidenceCeiling(evidence))
        #expect(found.best.isAtMost(ceiling.best), "seed \(seed), \(one) and \(other)")
        for bound in bounds where ceilings.isPlainlyWithin(bound, one, other) {
          #expect(ceiling.isWithin(bound.ceiling), "seed \(seed), \(one) and \(other)")
        }
        if let floor { #expect(floor.worst.isAtMost(evidence.worst) || evidence.isVetoed, "seed \(seed), \(one) and \(other)") }
        #expect(ceiling.weight(model) >= comparison.weight(evidence), "seed \(seed), \(one) and \(other)")
        #expect(found.weight(model) >= comparison.weight(evidence), "seed \(seed), \(one) and \(other)")
        var merged = ceiling
        merged.merge(found)
        #expect(merged.weight(model) <= ceiling.weight(model), "seed \(seed), \(one) and \(other): no contradiction is smaller")
        #expect(found.addsNothing(to: evidence))
        // Once the floor is reached, a pair whose ceiling is reached too changes nothing.
        var more = known
        more.merge(evidence)
        if floor?.isReached(by: known) == true, ceiling.addsNothing(to: known) {
          unchanged += 1
          #expect(more == known, "seed \(seed), \(one) and \(other)")
        }
        known = more
      }
    }
    #expect(floor != nil)
    #expect(floor?.isReached(by: known) != true || unchanged > 0, "seed \(seed)")
    withExtendedLifetime(component) {}
  }

  @Test("parts of an oversized component are those that raising the bar step by step gives", arguments: 1...UInt64(60))
  func parts(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    var model = MatchModel(cut: seed % 2 == 0 ? .balanced : .automatic)
    model.componentLimit = Int.random(in: 1...8, using: &random)
    let nodes = (0..<Int32.random(in: 2...60, using: &random)).map { $0 * 3 + 1 }
    var neighbours: [Int32: [(node: Int32, weight: MatchWeight?)]] = [:]
    func tie(_ one: Int32, _ other: Int32) {
      let bits = Double.random(in: 0...(seed % 5 == 0 ? 130 : 12), using: &random)
      let weight = Int.random(in: 0..<9, using: &random) == 0 ? nil : model.floor + MatchWeight(bits: bits)
      neighbours[one, default: []].append((other, weight))
      neighbours[other, default: []].append((one, weight))
    }
    // All are one component.
    for place in nodes.indices.dropFirst() { tie(nodes[place], nodes[Int.random(in: 0..<place, using: &random)]) }
    for _ in nodes { tie(nodes.randomElement(using: &random)!, nodes.randomElement(using: &random)!) }
    func component(_ node: Int32, _ bar: MatchWeight) -> [Int32] {
      var found: Set<Int32> = [node]
      var rest = [node]
      while let node = rest.popLast() {
        for edge in neighbours[node] ?? [] where edge.weight.map({ $0 >= bar }) ?? true {
          if found.insert(edge.node).inserted { rest.append(edge.node) }
        }
      }
      return found.sorted()
    }
    let parts = Components.fit(nodes, model: model) { neighbours[$0] ?? [] }
    #expect(parts.flatMap(\.nodes).sorted() == nodes, "seed \(seed)")
    for part in parts {
      var bar = model.floor
      while component(part.nodes[0], bar).count > model.componentLimit, bar < MatchWeight(bits: 100) { bar += .oneBit }
      #expect(part.nodes == component(part.nodes[0], bar), "seed \(seed)")
      #expect(part.isOversized == (part.nodes.count > model.componentLimit), "seed \(seed)")
    }
  }
}
