import Foundation
import Model
import Seeding
import Testing

@testable import Matching

/// Training needs no labels, and gives one answer.
@Suite("Training")
struct TrainingTests {
  /// Persons, each once or twice, the second time with a typing mistake or a value missing.
  static func table(seed: UInt64, persons: Int) -> (records: [PreparedRecord], owners: [Int]) {
    var random = SeededGenerator(seed: seed)
    let givens = ["oliver", "amelia", "george", "isla", "harry", "ava", "noah", "emily", "jack", "sophie", "freddie", "poppy"]
    let letters = Array("bcdfghklmnprstvw")
    func word(_ length: Int) -> String {
      String((0..<length).map { $0 % 2 == 0 ? letters.randomElement(using: &random)! : Array("aeiou").randomElement(using: &random)! })
    }
    var rows: [(record: PreparedRecord, owner: Int)] = []
    for owner in 0..<persons {
      var row: [String: Value] = [
        "given_name": .string(givens.randomElement(using: &random)!), "surname": .string(word(6)),
        "birth_date": .string(
          "19\(Int.random(in: 40...99, using: &random))-0\(Int.random(in: 1...9, using: &random))-1\(Int.random(in: 0...9, using: &random))"
        ),
        "address.city": .string(word(5)), "kind": "person",
      ]
      row["email"] = .string("\(row["surname"]!.text!).\(owner)@\(word(4)).net")
      rows.append((Preparation.prepare(row, source: ""), owner))
      guard owner % 2 == 0 else { continue }
      switch Int.random(in: 0..<4, using: &random) {
      case 0: row["surname"] = .string(String(row["surname"]!.text!.dropLast()) + "z")
      case 1: row["email"] = nil
      case 2: row["address.city"] = nil
      default: row["given_name"] = .string(String(row["given_name"]!.text!.prefix(1)))
      }
      rows.append((Preparation.prepare(row, source: ""), owner))
    }
    rows.shuffle(using: &random)
    return (rows.map(\.record), rows.map(\.owner))
  }

  @Test("finds the pairs of a table nobody labelled", arguments: [UInt64(1), 2, 3])
  func accuracy(seed: UInt64) {
    let (records, owners) = Self.table(seed: seed, persons: 400)
    let fitted = ModelChoice.model(for: RecordTable(records), cut: .balanced, isPersonTable: true)
    #expect(fitted.training != nil)
    let resolver = Resolver(model: fitted.model)
    _ = resolver.apply(records.enumerated().map { .upsert(MatchRecord(id: Int64($0), keyHash: UInt64($0), prepared: $1)) })
    let found = resolver.partition.filter { $0.count > 1 }
    let right = found.count { $0.count == 2 && owners[Int($0[0])] == owners[Int($0[1])] }
    #expect(right >= 190, "seed \(seed): \(right) of 200 pairs")
    #expect(found.count - right <= 4, "seed \(seed): \(found.count - right) wrong groups")
  }

  @Test("gives the same model whatever the order of the rows and the number of threads")
  func orderFree() {
    let records = Self.table(seed: 11, persons: 300).records
    var random = SeededGenerator(seed: 12)
    var digests: Set<UInt64> = []
    for _ in 0..<3 {
      let shuffled = RecordTable(records.shuffled(using: &random))
      for threads in [1, 2, 3] {
        digests.insert(ModelChoice.model(for: shuffled, cut: .balanced, isPersonTable: true, threads: threads).model.digest)
      }
    }
    #expect(digests.count == 1)
  }

  @Test("copies of one row are one thing, and teach nothing")
  func copies() {
    let records = Array(repeating: Self.table(seed: 5, persons: 1).records[0], count: 2_000)
    let fitted = ModelChoice.model(for: RecordTable(records), cut: .balanced, isPersonTable: true)
    #expect(fitted.training == nil)
    let resolver = Resolver(model: fitted.model)
    _ = resolver.apply(records.enumerated().map { .upsert(MatchRecord(id: Int64($0), keyHash: UInt64($0 &* 7_919 % 2_003), prepared: $1)) })
    #expect(resolver.partition.count == 1)
    for id in stride(from: Int64(0), to: 2_000, by: 3) { _ = resolver.apply([.remove(id: id)]) }
    #expect(resolver.partition.map(\.count) == [1_333])
  }

  @Test("relatives who share phone and address stay two, a nickname does not part one")
  func relatives() {
    func together(_ left: [String: Value], _ right: [String: Value]) -> Bool {
      let resolver = Resolver()
      _ = resolver.apply(
        [left, right].enumerated().map {
          .upsert(MatchRecord(id: Int64($0), keyHash: UInt64($0), prepared: Preparation.prepare($1, source: "")))
        })
      return resolver.partition.count == 1
    }
    let father: [String: Value] = ["kind": "person", "name": "林国强", "phone": "19875929851", "address": "金华市婺城区幸福路944号"]
    #expect(!together(father, ["kind": "person", "name": "林新辉", "phone": "19875929851", "address": "金华幸福路944号"]))
    #expect(together(father, ["kind": "person", "name": "Lin Guoqiang", "phone": "198 7592 9851", "address": "幸福路944号"]))
    let robert: [String: Value] = ["kind": "person", "name": "Robert Ashdown", "phone": "+44 7700 900611"]
    #expect(together(robert, ["kind": "person", "name": "Bob Ashdown", "phone": "+44 7700 900611"]))
    #expect(!together(robert, ["kind": "person", "name": "Mary Ashdown", "phone": "+44 7700 900611"]))
  }

  @Test("a private person and the company he works for are two customers, a branch and its head office too")
  func policy() {
    let company: [String: Value] = ["kind": "company", "name": "广州恒达机械设备有限公司", "contact_name": "张建国", "phone": "13711110001"]
    let cases: [[String: Value]] = [
      ["kind": "person", "name": "张建国", "phone": "13711110001"],
      ["kind": "company", "name": "广州恒达机械设备有限公司佛山分公司", "contact_name": "张建国", "phone": "13711110001"],
    ]
    for other in cases {
      let resolver = Resolver()
      _ = resolver.apply(
        [company, other].enumerated().map {
          .upsert(MatchRecord(id: Int64($0), keyHash: UInt64($0), prepared: Preparation.prepare($1, source: "")))
        })
      #expect(resolver.partition.count == 2)
    }
  }

  @Test("logarithms without the C library agree with it")
  func logarithms() {
    for value in [1e-9, 0.001, 0.3, 0.5, 1, 1.4142, 2, 3, 1e6, 123_456_789.5] {
      #expect(abs(logarithm2(value) - log2(value)) < 1e-12 * max(1, abs(log2(value))))
      #expect(abs(power2(logarithm2(value)) / value - 1) < 1e-11)
    }
  }
}
