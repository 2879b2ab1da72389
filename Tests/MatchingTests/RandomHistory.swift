import Matching
import Model
import Seeding

/// Records from pools so small that everything collides: shared phones, namesakes, branches, equal contents.
struct RandomHistory {
  var random: SeededGenerator

  init(seed: UInt64) { random = SeededGenerator(seed: seed) }

  /// Low caps and a small component limit bring generics and the raised bar into play with few records.
  static func smallModel() -> MatchModel {
    var model = MatchModel()
    for kind in MatchKey.Kind.allCases { model.caps[kind] = 4 }
    model.componentLimit = 7
    return model
  }

  mutating func record(_ id: Int64) -> MatchRecord {
    var attributes: [String: Value] = [:]
    func maybe(_ chance: Double, _ name: String, _ pool: [String]) {
      if Double.random(in: 0..<1, using: &random) < chance { attributes[name] = .string(pool.randomElement(using: &random)!) }
    }
    let kind = ["company", "person", "unknown", "contact"].randomElement(using: &random)!
    attributes["kind"] = .string(kind)
    maybe(0.8, "name", kind == "person" ? Self.persons : Self.companies)
    maybe(0.5, "contact_name", Self.persons)
    maybe(0.6, "phone", Self.phones)
    maybe(0.4, "email", Self.emails)
    maybe(0.4, "address", Self.addresses)
    maybe(0.2, "credit_code", Self.codes)
    maybe(0.2, "birth_date", ["1980-01-02", "1980-02-01", "1991-05-05"])
    return MatchRecord(id: id, keyHash: Self.keyHash(id), prepared: Preparation.prepare(attributes, source: "s"))
  }

  static func keyHash(_ id: Int64) -> UInt64 { StableHash.of("crm/customer/\(id)") }

  /// Adds, updates, deletes, re-adds, decisions and their undoing.
  mutating func changes(count: Int, records: Int64) -> [MatchChange] {
    var linked: [MatchLink] = []
    return (0..<count).map { _ in
      let id = Int64.random(in: 1...records, using: &random)
      switch Int.random(in: 0..<20, using: &random) {
      case 0..<13: return .upsert(record(id))
      case 13..<16: return .remove(id: id)
      case 16..<19:
        let other = Int64.random(in: 1...records, using: &random)
        let link = MatchLink(
          Bool.random(using: &random) ? .mustLink : .cannotLink, Self.keyHash(id), Self.keyHash(other == id ? id % records + 1 : other))
        linked.append(link)
        return .link(link)
      default:
        guard let place = linked.indices.randomElement(using: &random) else { return .remove(id: id) }
        return .unlink(linked.remove(at: place))
      }
    }
  }

  static let companies = [
    "深圳市恒达科技有限公司", "恒达科技", "恒達科技有限責任公司", "上海恒达科技有限公司", "深圳市恒达科技有限公司广州分公司", "恒达贸易", "洛世奇商贸有限公司", "骆世奇商贸有限公司", "Acme Trading Ltd",
    "Acme Trading", "Acme Tradng Co.",
  ]
  static let persons = ["张伟", "张伟东", "李娜", "王总", "王建国", "John Smith", "Smith, John", "Jon Smith", "Mary Jones"]
  static let phones = ["13800138001", "13900139002", "0755-26001234", "400-820-1234", "13800138001/13900139002", "+44 20 7946 0011"]
  static let emails = ["zhang@163.com", "sales@hengda.cn", "li.na@hengda.cn", "john@acme.co.uk", "mary@acme.co.uk"]
  static let addresses = ["深圳市南山区科技路18号", "南山科技路18号3栋", "上海市浦东新区世纪大道100号", "12 High Street London", "12 High St, London N1"]
  static let codes = ["91350100M000100Y43", "914403001922038216", "91440300192203821", "12345"]
}
