import Matching
import Model
import Seeding
import Testing

/// C6: every answer can be explained.
@Suite("Explanations")
struct ExplanationTests {
  private static func record(_ id: Int64, _ attributes: [String: Value]) -> MatchRecord {
    MatchRecord(id: id, keyHash: RandomHistory.keyHash(id), prepared: Preparation.prepare(attributes, source: "s"))
  }

  private static func resolver(_ records: [MatchRecord], model: MatchModel = MatchModel()) -> Resolver {
    let resolver = Resolver(model: model)
    _ = resolver.apply(records.map { .upsert($0) })
    return resolver
  }

  /// A name alone is not enough.
  private static var strict: MatchModel {
    var model = MatchModel()
    model.prior = MatchWeight(bits: -12)
    return model
  }

  /// Records, decisions and what they became.
  private static func world(_ seed: UInt64, model: MatchModel) -> (records: [MatchRecord], resolver: Resolver, history: RandomHistory) {
    var history = RandomHistory(seed: seed)
    let records = (1...26).map { history.record(Int64($0)) }
    let resolver = resolver(records, model: model)
    let links = (0..<3).map { _ in
      MatchLink(
        Bool.random(using: &history.random) ? .mustLink : .cannotLink,
        RandomHistory.keyHash(Int64.random(in: 1...13, using: &history.random)),
        RandomHistory.keyHash(Int64.random(in: 14...26, using: &history.random)))
    }
    _ = resolver.apply(links.map { .link($0) })
    return (records, resolver, history)
  }

  // MARK: Sums

  @Test("the prior and the parts add up exactly, to 1/256 bit, and so do the pieces of a part", arguments: 0..<UInt64(16))
  func sums(seed: UInt64) {
    let (records, resolver, _) = Self.world(seed, model: seed % 2 == 0 ? MatchModel() : RandomHistory.smallModel())
    for one in records {
      for other in records where other.id != one.id {
        let why = resolver.explain(one, other)
        #expect(why.parts.reduce(why.prior) { $0 + $1.weight } == why.weight, "seed \(seed): \(one.id), \(other.id)")
        #expect(why.weight == resolver.weight(one.prepared, other.prepared), "seed \(seed)")
        #expect(why.weight == resolver.explain(other, one).weight, "seed \(seed): symmetric")
        for part in why.parts where part.discount != .zero {
          #expect(part.discount < .zero && part.holders > 1, "seed \(seed): \(part)")
        }
        #expect(why.parts.allSatisfy { $0.rarity >= .zero }, "seed \(seed)")
      }
    }
  }

  @Test("the probability follows the weight")
  func probability() {
    #expect(MatchWeight.zero.probability == 0.5)
    #expect(abs(MatchWeight(bits: 3).probability - 8.0 / 9) < 1e-12)
    #expect(abs(MatchWeight(bits: -3).probability - 1.0 / 9) < 1e-12)
    #expect(MatchWeight(bits: 100).probability <= 1)
    #expect(MatchWeight(bits: -100).probability >= 0)
  }

  // MARK: What would change it

  @Test("what would change the verdict does change it", arguments: 0..<UInt64(10))
  func changes(seed: UInt64) {
    let (records, resolver, _) = Self.world(seed, model: MatchModel())
    for one in records {
      for other in records where other.id > one.id {
        let why = resolver.explain(one, other)
        for change in why.changes {
          switch change {
          case .undo(let kind): #expect(kind == .mustLink ? why.isMustLinked : why.isCannotLinked, "seed \(seed)")
          case .lift(let veto, _): #expect(why.veto == veto, "seed \(seed)")
          case .without(let part, let verdict):
            #expect(why.parts.contains(part) && verdict != why.verdict, "seed \(seed): \(part)")
          case .with(_, _, let verdict, _): #expect(verdict == .same && why.verdict != .same, "seed \(seed)")
          }
        }
      }
    }
  }

  @Test("a single contradiction that decides is named, and an agreement that is missing")
  func decisive() throws {
    let one = Self.record(1, ["kind": "person", "name": "王建国", "phone": "13800138001"])
    let other = Self.record(2, ["kind": "person", "name": "王志强", "phone": "13800138001"])
    let why = Self.resolver([one, other]).explain(one, other)
    #expect(why.verdict != .same)
    let given = try #require(why.parts.first { $0.aspect == .given })
    #expect(given.level == .givenDiffers)
    #expect(given.words == "given name: different")
    #expect(why.changes.contains { if case .without(let part, _) = $0 { part == given } else { false } })

    let bare = Self.record(3, ["kind": "person", "name": "王建国"])
    let lacking = Self.resolver([one, bare], model: Self.strict).explain(one, bare)
    #expect(lacking.verdict != .same)
    let isPhoneMissing = lacking.changes.contains { change in
      if case .with(.phone, .sameMobile, becomes: .same, isLacking: let lacks) = change { !lacks.first && lacks.second } else { false }
    }
    #expect(isPhoneMissing)
  }

  // MARK: Candidates

  @Test("a pair that shares only generic values says which, how many hold them, and the cap")
  func neverCompared() {
    let crowd = (1...8).map { id in
      Self.record(Int64(id), ["kind": "company", "name": .string(RandomHistory.companies[id]), "phone": "400-820-1234"])
    }
    let one = Self.record(20, ["kind": "company", "name": "青岛海丰实业有限公司", "phone": "400-820-1234"])
    let other = Self.record(21, ["kind": "company", "name": "西安古城面粉有限公司", "phone": "400-820-1234"])
    let why = Self.resolver(crowd + [one, other], model: RandomHistory.smallModel()).explain(one, other)
    #expect(!why.wasCompared)
    #expect(why.sharedKeys.contains { $0.kind == .phone && $0.holders > 4 && $0.cap == 4 && !$0.isActive })

    let stranger = Self.record(22, ["kind": "person", "name": "李娜", "email": "li.na@163.com"])
    let nothing = Self.resolver([one, stranger]).explain(one, stranger)
    #expect(nothing.sharedKeys.isEmpty && !nothing.wasCompared)
    #expect(nothing.features.first == [.phones, .organisations])
    #expect(nothing.features.second == [.emails, .persons])
  }

  @Test("a value that many names hold is discounted, and the explanation says by how much")
  func holders() throws {
    let names = ["王建国", "李志强", "赵明华", "陈小红", "周文斌", "吴晓东"]
    let records = names.enumerated().map {
      Self.record(Int64($0.offset + 1), ["kind": "person", "name": .string($0.element), "phone": "13800138001"])
    }
    let why = Self.resolver(records).explain(records[0], records[1])
    let phone = try #require(why.parts.first { $0.aspect == .phone })
    #expect(phone.holders == 6)
    #expect(phone.discount < .zero)
    #expect(phone.weight - phone.discount == MatchModel().weights[.phone, .sameMobile])
  }

  // MARK: Chains

  @Test("records that third ones tie are shown with the chain", arguments: 0..<UInt64(12))
  func chains(seed: UInt64) {
    let (records, resolver, _) = Self.world(seed, model: MatchModel())
    for one in records {
      for other in records where other.id != one.id {
        let why = resolver.explain(one, other)
        guard why.areTogether, why.verdict != .same else {
          #expect(why.chain.isEmpty, "seed \(seed)")
          continue
        }
        guard !why.chain.isEmpty else { continue }
        #expect(why.chain.first?.record == one.id && why.chain.last?.record == other.id, "seed \(seed)")
        #expect(why.chain.first?.weight == nil && why.chain.dropFirst().allSatisfy { $0.isDecided == ($0.weight == nil) }, "seed \(seed)")
        let cluster = resolver.cluster(of: one.id) ?? []
        #expect(why.chain.allSatisfy { cluster.contains($0.record) }, "seed \(seed)")
      }
    }
  }

  @Test("the chain goes over the record that has both")
  func chain() {
    let one = Self.record(1, ["kind": "person", "name": "王建国", "phone": "13800138001"])
    let bridge = Self.record(2, ["kind": "person", "name": "王建国", "phone": ["13800138001", "13900139002"], "email": "wjg1970@163.com"])
    let other = Self.record(3, ["kind": "person", "name": "王建国", "phone": "13900139002"])
    let resolver = Self.resolver([one, bridge, other], model: Self.strict)
    let why = resolver.explain(one, other)
    #expect(why.areTogether && why.verdict != .same)
    #expect(why.chain.map(\.record) == [1, 2, 3])
  }
}
