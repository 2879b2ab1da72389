import Foundation
import Model
import Normalization
import Storing

/// Under what a record can be found: exact values, names, what it points at, and its place in time.
enum RecordIndexing {
  /// Exact values by kind. Phones and e-mail addresses in normal form, ids as they are.
  static func lookup(_ state: RecordState) -> [LookupEntry] {
    guard !state.isDeleted else { return [] }
    var entries: [LookupEntry] = []
    for text in texts(state.live("phone")) {
      for phone in Phone.all(in: text) { entries.append(LookupEntry(kind: "phone", value: phone.number)) }
    }
    for text in texts(state.live("email")) {
      for email in Email.all(in: text) { entries.append(LookupEntry(kind: "email", value: email.address)) }
    }
    for name in ["credit_code", "wechat_openid", "wechat_unionid", "wecom_external_userid", "sku", "warehouse", "barcode"] {
      for text in texts(state.live(name)) { entries.append(LookupEntry(kind: name, value: text)) }
    }
    entries.append(LookupEntry(kind: "key", value: state.key.key))
    return unique(entries)
  }

  static func searchTexts(_ state: RecordState) -> [String] {
    unique(["name", "short_name", "contact_name", "organisation", "nickname", "remark"].flatMap { texts(state.live($0)) })
  }

  /// Every reference in the attributes, also inside lists; the attribute's name is that of the outermost one.
  static func references(_ state: RecordState) -> [(attribute: String, target: RecordKey)] {
    var pointing: [(name: String, targets: [RecordKey])] = []
    for (name, attribute) in state.attributes where !state.isDeleted {
      let targets = unique(targets(in: attribute.value))
      if !targets.isEmpty { pointing.append((name: name, targets: targets)) }
    }
    pointing.sort { utf8Precedes($0.name, $1.name) }
    return pointing.flatMap { name, targets in targets.map { (attribute: name, target: $0) } }
  }

  private static func targets(in value: Value) -> [RecordKey] {
    if let reference = Reference(value) { return [reference.target] }
    switch value {
    case .array(let values): return values.flatMap(targets)
    case .object(let object): return object.members.flatMap { targets(in: $0.value) }
    default: return []
    }
  }

  /// When it happened, in microseconds since 1970: the first of these attributes that is a moment.
  static func businessTime(_ state: RecordState) -> Int64? {
    for name in ["at", "ordered_at", "as_of", "updated_at", "created_at"] {
      if let text = state.attributes[name]?.value.text, let moment = microseconds(text) { return moment }
    }
    return nil
  }

  static func microseconds(_ text: String) -> Int64? {
    guard let date = try? Date(text, strategy: .iso8601) else { return nil }
    return Int64((date.timeIntervalSince1970 * 1_000_000).rounded())
  }

  private static func texts(_ value: Value?) -> [String] {
    guard let value else { return [] }
    return value.elements.compactMap(\.text).filter { !$0.isEmpty }
  }

  private static func unique<T: Hashable>(_ values: [T]) -> [T] {
    guard values.count > 1 else { return values }
    // A handful: quicker to search than to hash.
    guard values.count > 8 else {
      return values.indices.filter { !values[..<$0].contains(values[$0]) }.map { values[$0] }
    }
    var seen: Set<T> = []
    return values.filter { seen.insert($0).inserted }
  }
}
