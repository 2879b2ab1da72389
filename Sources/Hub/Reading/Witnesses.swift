import Matching
import Model
import Storing

/// The values of two records that made the levels of one feature, as the records write them.
struct Witnesses {
  var first: [String] = []
  var second: [String] = []

  /// Which attributes a feature is read from. Those of a group are read together: a name may stand in two columns.
  private static func attributes(_ feature: Feature) -> [[String]] {
    switch feature {
    case .identifiers:
      [["credit_code"], ["tax_id"], ["wechat_openid"], ["wechat_unionid"], ["wecom_external_userid"], ["bank_account"], ["identifier"]]
    case .phones: [["phone"], ["remark"]]
    case .emails: [["email"]]
    case .organisations: [["name"], ["short_name"], ["organisation"], ["contact_name"], ["remark"]]
    case .persons: [["name"], ["contact_name"], ["remark"], ["surname", "given_name"]]
    case .addresses: [["address"], ["address.province", "address.city", "address.district", "address.street", "postcode"]]
    case .birthDates: [["birth_date"]]
    default: []
    }
  }

  /// Brand, region, industry and branch come from the same names.
  static func origin(_ feature: Feature) -> Feature { feature == .structures ? .organisations : feature }

  private struct Statement {
    var texts: [String]
    var prepared: PreparedRecord
  }

  /// Tries the values pair by pair; the first two that give the same levels by themselves are the witnesses. Where no two do
  /// (a level may come from several attributes together), all that the feature was read from.
  init(_ one: StoredRecord, _ other: StoredRecord, _ parts: [Explanation.Part], model: MatchModel) {
    guard let feature = parts.first.map({ Self.origin($0.feature) }) else { return }
    let mine = Self.statements(one, feature)
    let others = Self.statements(other, feature)
    let comparison = Comparison(model: model, reputation: NoReputation())
    for left in mine {
      for right in others {
        let findings = comparison.findings(left.prepared, right.prepared)
        guard parts.allSatisfy({ part in part.aspect == .kind || part.aspect.map { findings[$0].level == part.level?.rank } ?? true })
        else { continue }
        (first, second) = (left.texts, right.texts)
        return
      }
    }
    (first, second) = (Self.distinct(mine), Self.distinct(others))
  }

  private static let mostStatements = 30

  private static func statements(_ record: StoredRecord, _ feature: Feature) -> [Statement] {
    let values = record.state.values
    var statements: [Statement] = []
    for group in attributes(feature) {
      let present = group.compactMap { name in values[name].map { (name, $0) } }
      if group.count > 1 {
        statements.append(statement(present, record))
      } else if let (name, value) = present.first {
        for element in value.elements { statements.append(statement([(name, element)], record)) }
      }
    }
    return Array(statements.filter { $0.prepared.features.contains(feature) && !$0.texts.isEmpty }.prefix(mostStatements))
  }

  private static func statement(_ values: [(String, Value)], _ record: StoredRecord) -> Statement {
    var attributes = Dictionary(values, uniquingKeysWith: { one, _ in one })
    if let kind = record.state.values["kind"] { attributes["kind"] = kind }
    return Statement(
      texts: values.flatMap { $0.1.elements.compactMap(\.text) }.filter { !$0.isEmpty },
      prepared: Preparation.prepare(attributes, source: record.key.source))
  }

  private static func distinct(_ statements: [Statement]) -> [String] {
    var seen: Set<String> = []
    return statements.flatMap(\.texts).filter { seen.insert($0).inserted }
  }
}
