import Mastering
import Matching
import Model
import Seeding
import Testing

@Suite struct RelationsTests {
  private static func statement(
    _ key: String, _ attributes: [String: Value], isPerson: Bool = false, isGroup: Bool = false, formerly: String? = nil
  ) -> Party.Statement {
    var former: [String: Value] = ["kind": "company"]
    if let formerly { former["name"] = .string(formerly) }
    return Party.Statement(
      key: RecordKey(source: "crm", type: "customer", key: key), prepared: Preparation.prepare(attributes, source: "crm"),
      isPerson: isPerson,
      isGroup: isGroup, formerNames: Preparation.prepare(former, source: ""))
  }

  private static func company(
    _ key: String, _ name: String, _ more: [String: Value] = [:], isGroup: Bool = false, formerly: String? = nil
  ) -> Party {
    let attributes = more.merging(["kind": "company", "name": .string(name)]) { one, _ in one }
    return Party([statement(key, attributes, isGroup: isGroup, formerly: formerly)])
  }

  private static func person(_ key: String, _ name: String, _ more: [String: Value] = [:]) -> Party {
    Party([statement(key, more.merging(["kind": "person", "name": .string(name)]) { one, _ in one }, isPerson: true)])
  }

  private func kinds(_ one: Party, _ other: Party) -> [Relation.Kind] {
    relations(between: one, and: other, model: MatchModel()).map(\.kind)
  }

  @Test func aBranchBelongsToItsCompany() throws {
    let branch = Self.company("1", "广州恒达机械设备有限公司佛山分公司")
    let head = Self.company("2", "广州恒达机械设备有限公司")
    let relation = try #require(relations(between: branch, and: head, model: MatchModel()).first)
    #expect(relation.kind == .branchOf && relation.isForward)
    #expect(relation.words == "is a branch of" && relation.reversed.words == "has the branch")
    #expect(relation.evidence.contains { $0.words == "brand: same" })
    #expect(kinds(branch, Self.company("3", "上海恒达机械设备有限公司")).contains(.branchOf) == false)
    #expect(kinds(branch, Self.company("4", "广州恒达食品有限公司")).contains(.branchOf) == false)
    #expect(kinds(branch, Self.company("5", "广州恒达机械设备有限公司东莞分公司")) == [.sameGroup])
  }

  @Test func companiesOfOneBrandAreAGroupOnlyWithMoreThanTheBrand() {
    let one = Self.company("1", "深圳蓝沐电子科技有限公司", ["phone": "0755-26001234"])
    let other = Self.company("2", "深圳蓝沐物流有限公司", ["phone": "0755-26001234"])
    #expect(kinds(one, other) == [.sameGroup])
    let stranger = Self.company("3", "深圳蓝沐物流有限公司", ["phone": "0755-83330000"])
    #expect(kinds(one, stranger).isEmpty)
    #expect(kinds(Self.company("4", "蓝沐集团有限公司物流分公司", isGroup: true), stranger).contains(.household) == false)
    #expect(kinds(one, Self.company("5", "上海蓝沐集团有限公司", isGroup: true)) == [.sameGroup])
  }

  @Test func aHouseholdSharesSurnameAndHouseOrLine() {
    let house: [String: Value] = ["address": "武汉市江汉区北湖路40号2栋501室"]
    #expect(kinds(Self.person("1", "赵晴", house), Self.person("2", "赵明华", house)) == [.household])
    #expect(kinds(Self.person("1", "赵晴", house), Self.person("2", "何苗", house)).isEmpty, "another surname")
    let line: [String: Value] = ["phone": "027-85550101"]
    #expect(kinds(Self.person("1", "赵晴", line), Self.person("2", "赵明华", line)) == [.household])
    let other: [String: Value] = ["address": "武汉市江汉区北湖路40号2栋502室"]
    #expect(kinds(Self.person("1", "赵晴", house), Self.person("2", "赵明华", other)).isEmpty, "next door")
    #expect(kinds(Self.person("1", "赵晴"), Self.person("2", "赵明华")).isEmpty)
  }

  @Test func aPersonIsAContactOfTheOrganisation() throws {
    let company = Self.company("1", "深圳蓝沐电子科技有限公司", ["contact_name": "李志强", "phone": "13900000001"])
    let retail = Self.person("2", "李志强", ["phone": "13900000001"])
    let found = try #require(relations(between: retail, and: company, model: MatchModel()).first)
    #expect(found.kind == .contactOf && found.isForward)
    let colleague = Self.person("3", "陈小红", ["organisation": "深圳蓝沐电子科技有限公司"])
    #expect(kinds(colleague, company) == [.contactOf])
    #expect(kinds(Self.person("4", "李志强", ["phone": "13900000009"]), company).isEmpty, "a namesake")
  }

  @Test func aFormerNameLeadsToWhoBearsIt() throws {
    let renamed = Self.company("1", "青岛海丰实业有限公司", formerly: "青岛古城面粉有限公司")
    let bearer = Self.company("2", "青岛古城面粉有限公司")
    let found = try #require(relations(between: bearer, and: renamed, model: MatchModel()).first { $0.kind == .formerly })
    #expect(found.isForward && found.words == "has a name that was once used by")
    #expect(!kinds(Self.company("3", "青岛古城食品有限公司"), renamed).contains(.formerly))
  }

  @Test("both customers tell the same", arguments: UInt64(1)...20) func isSymmetric(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let parties = (0..<14).map { Self.randomParty($0, &random) }
    for one in parties {
      for other in parties {
        let there = relations(between: one, and: other, model: MatchModel())
        let back = relations(between: other, and: one, model: MatchModel())
        #expect(there.map(\.kind) == back.map(\.kind), "seed \(seed)")
        #expect(there.map(\.isForward) == back.map(\.reversed.isForward), "seed \(seed)")
        #expect(there.allSatisfy { !$0.evidence.isEmpty }, "seed \(seed)")
        #expect(there.allSatisfy { relation in relation.reversed.reversed == relation }, "seed \(seed)")
      }
    }
  }

  private static func randomParty(_ number: Int, _ random: inout SeededGenerator) -> Party {
    let companies = ["广州恒达机械设备有限公司", "广州恒达机械设备有限公司佛山分公司", "恒达机械", "上海恒达食品有限公司", "深圳蓝沐电子科技有限公司"]
    let people = ["赵晴", "赵明华", "李志强", "Zhao Qing"]
    var more: [String: Value] = [:]
    if random.oneIn(2) { more["phone"] = ["027-85550101", "13900000001"].randomElement(using: &random) }
    if random.oneIn(2) { more["address"] = "武汉市江汉区北湖路40号" }
    let name = companies[random.number(below: companies.count)]
    let former = random.oneIn(3) ? companies[random.number(below: companies.count)] : nil
    if random.oneIn(2) { return company("\(number)", name, more, isGroup: random.oneIn(4), formerly: former) }
    if random.oneIn(3) { more["organisation"] = .string(name) }
    return person("\(number)", people[random.number(below: people.count)], more)
  }
}
