import Matching
import Model
import Testing

/// Pairs that must come out right with the shipped model and nothing else.
@Suite("Cases")
struct CaseTests {
  private static func together(_ left: [String: Value], _ right: [String: Value]) -> Bool {
    let resolver = Resolver()
    let records = [left, right].enumerated().map { number, attributes in
      MatchRecord(id: Int64(number + 1), keyHash: UInt64(number + 1), prepared: Preparation.prepare(attributes, source: "s\(number)"))
    }
    _ = resolver.apply(records.map { .upsert($0) })
    return resolver.cluster(of: 1)?.contains(2) ?? false
  }

  @Test("swapped western names with one mailbox are one person")
  func swapped() {
    #expect(Self.together(["name": "Jane Holloway", "email": "jh@x.example"], ["name": "Holloway Jane", "email": "jh@x.example"]))
  }

  @Test("legal forms and scripts do not separate a company")
  func company() {
    let left: [String: Value] = ["kind": "company", "name": "廣州恒達機械設備有限公司"]
    #expect(Self.together(left, ["kind": "company", "name": "广州恒达机械设备有限责任公司"]))
  }

  @Test("a branch, a namesake in another city and another industry are other companies")
  func otherCompanies() {
    let head: [String: Value] = ["kind": "company", "name": "广州恒达机械设备有限公司", "phone": "020-55550101"]
    for name in ["广州恒达机械设备有限公司佛山分公司", "上海恒达机械设备有限公司", "广州恒达食品有限公司"] {
      #expect(!Self.together(head, ["kind": "company", "name": .string(name), "phone": "020-55550101"]), "\(name)")
    }
  }

  @Test("a family's or a recycled number does not make two people one")
  func household() {
    let one: [String: Value] = ["kind": "person", "name": "赵晴", "phone": "13200006702", "address": "武汉市江汉区北湖路40号"]
    #expect(!Self.together(one, ["kind": "person", "name": "何苗", "phone": "13200006702", "address": "武汉市江汉区北湖路40号"]))
  }

  @Test("conflicting credit codes veto whatever else agrees")
  func veto() {
    func company(_ code: String) -> [String: Value] {
      ["kind": "company", "name": "恒达科技有限公司", "credit_code": .string(code), "phone": "13800138001", "email": "a@hengda.cn"]
    }
    #expect(Self.together(company("91350100M000100Y43"), company("91350100M000100Y43")))
    #expect(!Self.together(company("91350100M000100Y43"), company("92110102MAW4AFWC60")))
  }

  @Test("a masked number and a nickname are no evidence")
  func noEvidence() {
    #expect(!Self.together(["nickname": "阳光灿烂", "phone": "138****8001"], ["nickname": "阳光灿烂", "phone": "138****8001"]))
  }
}
