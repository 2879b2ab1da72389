import Mastering
import Model
import Seeding
import Testing

private func record(_ key: String, _ values: [String: Value]) -> RecordState {
  RecordState(
    key: RecordKey(source: "crm", type: "customer", key: key), version: Version(1),
    attributes: values.mapValues { RecordState.Attribute(value: $0, version: Version(1)) })
}

private func names(_ records: [RecordState]) -> [String] { contacts(in: records).map(\.name) }

@Suite struct ContactsTests {
  @Test func aPersonIsNamedByACompanyRecordOrByARecordOfTheirOwn() {
    let records = [
      record("1", ["name": "海龙化工有限公司", "contact_name": "王俊波", "title": "老板", "phone": "+8613900000001"]),
      record("2", ["name": "王俊波", "organisation": "海龙化工", "phone": ["+8613900000002"], "email": "wang@example.com"]),
      record("3", ["name": "海龙化工有限公司"]),
    ]
    let found = contacts(in: records)
    #expect(found.count == 1)
    #expect(found.first?.name == "王俊波")
    #expect(found.first?.titles == ["老板"])
    #expect(found.first?.phones == ["+8613900000001", "+8613900000002"])
    #expect(found.first?.emails == ["wang@example.com"])
    #expect(found.first?.sources == [records[0].key, records[1].key])
  }

  @Test func namesAreComparedWithoutAddressWidthCaseAndSpaces() {
    #expect(names([record("1", ["contact_name": "王俊波老师"]), record("2", ["contact_name": "王 俊波"])]) == ["王 俊波"])
    #expect(
      names([
        record("1", ["contact_name": "Ｋａｔｅ Liu"]), record("2", ["contact_name": "kate liu"]), record("3", ["contact_name": "Ms. Kate Liu"]),
      ]).count == 1)
  }

  @Test func aSharedMobileOrMailboxJoinsSpellingsOfOneName() {
    let typo = [
      record("1", ["contact_name": "林晓武", "phone": "13900000001"]), record("2", ["contact_name": "林哓武", "phone": "+86 139 0000 0001"]),
    ]
    #expect(contacts(in: typo).count == 1)
    let mail = [
      record("1", ["contact_name": "Bob Stone", "email": "Bob@Example.com"]),
      record("2", ["contact_name": "Robert Stone", "email": "bob@example.com"]),
    ]
    #expect(names(mail) == ["Robert Stone"])
  }

  @Test func aNameInChineseCharactersStandsForItsRendering() {
    let records = [
      record("1", ["contact_name": "Nian Xu", "email": "xunian@example.com"]),
      record("2", ["contact_name": "许念女士", "email": "xunian@example.com"]),
    ]
    #expect(names(records) == ["许念女士"])
    #expect(names(records + [record("3", ["contact_name": "许念"])]) == ["许念"])
  }

  @Test func aNameInLatinLettersIsTheChineseOneThatItSpells() {
    let spelt = [
      record("1", ["contact_name": "张伟"]), record("2", ["contact_name": "Zhang Wei"]), record("3", ["contact_name": "Wei Zhang"]),
    ]
    #expect(names(spelt) == ["张伟"])
    let another = record("4", ["contact_name": "张薇"])
    #expect(Set(names(spelt + [another])).isSuperset(of: ["张伟", "张薇"]), "it could be either of them")
    #expect(contacts(in: spelt + [another]).count > 2)
    #expect(contacts(in: [record("1", ["contact_name": "张伟"]), record("2", ["contact_name": "Kate Liu"])]).count == 2)
  }

  @Test func aFormOfAddressIsThePersonWhoseMobileItHas() {
    let shared = [
      record("1", ["contact_name": "张总", "phone": "13900000001"]), record("2", ["contact_name": "张伟", "phone": "13900000001"]),
    ]
    #expect(names(shared) == ["张伟"])
    let apart = [
      record("1", ["contact_name": "张总", "phone": "13900000002"]), record("2", ["contact_name": "张伟", "phone": "13900000001"]),
    ]
    #expect(contacts(in: apart).count == 2)
  }

  @Test func equalNamesAreOnePersonWithTwoMobiles() {
    let found = contacts(in: [
      record("1", ["contact_name": "张伟", "phone": "13900000001"]), record("2", ["contact_name": "张伟", "phone": "13900000002"]),
    ])
    #expect(found.map(\.phones) == [["13900000001", "13900000002"]])
  }

  @Test func aSwitchboardJoinsNoOneButAFormOfAddress() {
    let records = [
      record("1", ["contact_name": "王俊波", "phone": "+8675535210173"]), record("2", ["contact_name": "李海波", "phone": "0755-35210173"]),
      record("3", ["contact_name": "李先生", "phone": "+8675535210173"]), record("4", ["contact_name": "李明", "email": "info@example.com"]),
    ]
    #expect(Set(names(records)) == ["王俊波", "李海波", "李明"])
    let shared = ["info@example.com", "INFO@example.com"].enumerated().map {
      record("\($0.offset)", ["contact_name": $0.offset == 0 ? "赵一" : "赵二", "email": .string($0.element)])
    }
    #expect(contacts(in: shared).count == 2)
  }

  @Test func differentSurnamesStayApartEvenOnOneMobile() {
    let records = [
      record("1", ["contact_name": "王芳", "phone": "13900000001"]), record("2", ["contact_name": "张伟", "phone": "13900000001"]),
    ]
    #expect(contacts(in: records).count == 2)
  }

  @Test func maskedNumbersJoinNothing() {
    let records = [
      record("1", ["contact_name": "王芳", "phone": "139****0001"]), record("2", ["contact_name": "王强", "phone": "139****0001"]),
    ]
    #expect(contacts(in: records).count == 2)
  }

  @Test func aPrivatePersonAndADeletedRecordHaveNoContacts() {
    var gone = record("2", ["contact_name": "王芳"])
    gone.isDeleted = true
    #expect(contacts(in: [record("1", ["name": "陈娜", "phone": "13900000001"]), gone]).isEmpty)
  }

  @Test(arguments: UInt64(1)...10) func theOrderOfRecordsDoesNotMatter(seed: UInt64) {
    var random = SeededGenerator(seed: seed)
    let people = ["王芳", "王芳女士", "王先生", "张伟", "张 伟", "张薇", "Zhang Wei", "Wang Fang", "Kate Liu", "Mr Liu", "李"]
    let numbers: [Value] = ["13900000001", "+8613900000001", "0755-35210173", "139****0001", ["13900000002", "13900000003"]]
    for _ in 0..<100 {
      let records = (0..<(1 + random.number(below: 9))).map { number in
        var values: [String: Value] = [random.oneIn(2) ? "contact_name" : "name": .string(people[random.number(below: people.count)])]
        if random.oneIn(2) { values["organisation"] = "海龙化工" }
        if random.oneIn(2) { values["phone"] = numbers[random.number(below: numbers.count)] }
        if random.oneIn(3) { values["email"] = ["info@example.com", "wf@example.com"].randomElement(using: &random) }
        return record("\(number)", values)
      }
      let expected = document(records)
      for _ in 0..<10 { #expect(document(records.shuffled(using: &random)) == expected, "seed \(seed)") }
    }
  }

  private func document(_ records: [RecordState]) -> [UInt8] {
    CanonicalJSON.bytes(.array(contacts(in: records).map(\.document)))
  }
}
