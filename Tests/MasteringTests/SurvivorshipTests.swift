import Mastering
import Model
import Seeding
import Testing

/// 1 January 2024 and later, as microseconds since 1970.
private func day(_ number: Int64) -> Int64 { 1_704_067_200_000_000 + number * 86_400_000_000 }

private func record(_ source: String, _ key: String, at version: Int64, _ values: [String: Value]) -> RecordState {
  RecordState(
    key: RecordKey(source: source, type: "customer", key: key), version: Version(version),
    attributes: values.mapValues { RecordState.Attribute(value: $0, version: Version(version)) })
}

private let definition = TypeDefinition(
  name: "customer", isResolved: true,
  attributes: [
    AttributeDefinition(name: "name", survivorship: .mostTrusted), AttributeDefinition(name: "address", survivorship: .longest),
    AttributeDefinition(name: "industry", survivorship: .mostFrequent),
    AttributeDefinition(name: "phone", kind: .phone, isMany: true, survivorship: .union),
    AttributeDefinition(name: "owner", survivorship: .mostRecent), AttributeDefinition(name: "remark", survivorship: .mostRecent),
  ])

private func golden(_ records: [RecordState], pins: [Pin] = [], trust: [String] = ["erp", "crm"]) -> GoldenRecord {
  Mastering.golden(records: records, pins: pins, definition: definition, trust: trust)
}

private func key(_ text: String) -> RecordKey? { RecordKey(parsing: text) }

@Suite struct SurvivorshipTests {
  @Test func theMostRecentValueWinsBySourceTimeAcrossSources() throws {
    let records = [record("wechat", "o1", at: day(3), ["owner": "王"]), record("crm", "k1", at: day(5), ["owner": "李"])]
    let owner = try #require(golden(records)["owner"])
    #expect(owner.value == "李")
    #expect(owner.origin == key("crm/customer/k1").map { .record($0) })
    #expect(owner.rule.name == "most-recent")
    #expect(owner.others == [.init(value: "王", records: [records[0].key])])
  }

  @Test func aSequenceNumberIsNeverNewerThanATimeNorThanAnotherSourcesNumber() {
    let crm = record("crm", "k1", at: 9_000_000, ["owner": "序"])
    let wechat = record("wechat", "o1", at: day(0), ["owner": "时"])
    #expect(golden([crm, wechat])["owner"]?.value == "时")
    for (one, other) in [(1, 900), (900, 1)] as [(Int64, Int64)] {
      let records = [record("crm", "k1", at: one, ["owner": "乙"]), record("erp", "e1", at: other, ["owner": "甲"])]
      #expect(golden(records)["owner"]?.value == "甲", "erp is the more trusted source")
      let ofOneSource = [record("crm", "k1", at: one, ["owner": "b"]), record("crm", "k2", at: other, ["owner": "a"])]
      #expect(golden(ofOneSource)["owner"]?.value == "a", "content decides, for a journal position says only what arrived when")
    }
  }

  @Test func theMostTrustedSourceWins() {
    let records = [record("crm", "k1", at: day(9), ["name": "新名"]), record("erp", "e1", at: day(1), ["name": "旧名"])]
    #expect(golden(records)["name"]?.value == "旧名")
    #expect(golden(records, trust: ["crm"])["name"]?.value == "新名")
    #expect(golden(records, trust: [])["name"]?.value == "新名", "without trust the time decides")
  }

  @Test func theMostFrequentValueWinsAndNamesAllItsRecords() throws {
    let records = [
      record("crm", "k1", at: day(1), ["industry": "化工"]), record("erp", "e1", at: day(2), ["industry": "化工"]),
      record("wechat", "o1", at: day(9), ["industry": "物流"]),
    ]
    let industry = try #require(golden(records)["industry"])
    #expect(industry.value == "化工")
    #expect(industry.holders == [.init(value: "化工", records: [records[0].key, records[1].key])])
    #expect(industry.origin == .record(records[1].key), "the more recent of the two that say so")
  }

  @Test func theLongestValueWins() {
    let records = [record("crm", "k1", at: day(9), ["address": "浦东"]), record("erp", "e1", at: day(1), ["address": "上海市浦东新区"])]
    #expect(golden(records)["address"]?.value == "上海市浦东新区")
  }

  @Test func aUnionHoldsEveryElementOnceWithItsRecords() throws {
    let records = [
      record("crm", "k1", at: day(1), ["phone": ["+8613900000002", "+8613900000001"]]),
      record("erp", "e1", at: day(2), ["phone": "+8613900000001"]),
    ]
    let phone = try #require(golden(records)["phone"])
    #expect(phone.value == ["+8613900000001", "+8613900000002"])
    #expect(phone.origin == .union)
    #expect(phone.holders.map(\.records.count) == [2, 1])
    #expect(phone.others.isEmpty)
  }

  @Test func maskedAndBlankValuesLose() {
    let records = [
      record("crm", "k1", at: day(9), ["owner": "李**", "phone": "138****8000", "remark": "  ", "name": "10*20*30 mm"]),
      record("wechat", "o1", at: day(1), ["owner": "李海", "phone": "+8613800138000", "remark": "老客户"]),
    ]
    let result = golden(records)
    #expect(result.values == ["name": "10*20*30 mm", "phone": ["+8613800138000"], "owner": "李海", "remark": "老客户"])
    #expect(result["phone"]?.others == [.init(value: "138****8000", records: [records[0].key])])
    #expect(golden([records[0]])["owner"]?.value == "李**", "better than nothing")
    #expect(golden([records[0]])["remark"] == nil)
  }

  @Test func deletedRecordsHaveNoSay() {
    var gone = record("crm", "k1", at: day(9), ["owner": "李"])
    gone.isDeleted = true
    #expect(golden([gone]).attributes.isEmpty)
  }

  @Test func aPinBeatsEveryRuleAndTheLastPinCounts() throws {
    let records = [record("erp", "e1", at: day(9), ["name": "旧名", "owner": "李"])]
    let pins = [
      Pin(id: 2, attribute: "name", value: "正名", author: "陈", reason: "营业执照"),
      Pin(id: 1, attribute: "name", value: "误名", author: "王", reason: "电话"),
      Pin(id: 3, attribute: "owner", value: .null, author: "陈", reason: "已离职"),
      Pin(id: 4, attribute: "tier", value: "A", author: "陈", reason: "合同"),
    ]
    let result = golden(records, pins: pins)
    let name = try #require(result["name"])
    #expect(name.value == "正名")
    #expect(name.rule == .pin)
    #expect(name.origin == .person(author: "陈", reason: "营业执照"))
    #expect(name.others == [.init(value: "旧名", records: [records[0].key])])
    #expect(result["owner"]?.value == .null)
    #expect(result.values == ["name": "正名", "tier": "A"])
    #expect(golden(records, pins: pins.reversed()) == result)
  }

  @Test func attributesThatTheModelDoesNotDefineAreKept() {
    #expect(
      golden([record("crm", "k1", at: day(1), ["zeta": "1", "alpha": "2", "owner": "李"])]).attributes.map(\.name) == [
        "owner", "alpha", "zeta",
      ])
  }

  @Test(arguments: UInt64(1)...10) func neitherOrderNorArrivalChangesAByte(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    for _ in 0..<100 {
      let times = (0..<3).map { _ in day(Int64(random.number(below: 3))) }
      let plan = (0..<(1 + random.number(below: 8))).map { number in
        (
          source: ["crm", "erp", "wechat"][random.number(below: 3)], key: "k\(number)",
          time: random.oneIn(2) ? times[random.number(below: 3)] : nil, values: anyValues(&random)
        )
      }
      // Records without a time of their own get their version from where they stand in the journal.
      let arrive: ([Int]) -> [RecordState] = { order in
        order.enumerated().map { position, index in
          record(plan[index].source, plan[index].key, at: plan[index].time ?? Int64(position + 1), plan[index].values)
        }
      }
      let expected = CanonicalJSON.bytes(golden(arrive(Array(plan.indices))).document)
      for _ in 0..<10 {
        let shuffled = golden(arrive(plan.indices.shuffled(using: &random)).shuffled(using: &random))
        #expect(CanonicalJSON.bytes(shuffled.document) == expected, "seed \(seed), \(plan)")
      }
    }
  }

  private func anyValues(_ random: inout SeededGenerator) -> [String: Value] {
    var values: [String: Value] = [:]
    let texts: [Value] = ["甲", "乙", "丙丁", "李**", "", ["1", "2"], ["2", "3"], 7]
    for name in ["name", "address", "industry", "phone", "owner", "other"] where !random.oneIn(3) {
      values[name] = texts[random.number(below: texts.count)]
    }
    return values
  }
}
