import Foundation
import Model
import Normalization
import Storing

/// Under what a record can be found: exact values, names, what it points at, and its place in time.
enum RecordIndexing {
  /// Exact values by kind. Phones and e-mail addresses in normal form, ids as they are.
  static func lookup(_ state: RecordState) -> [LookupEntry] {
    let values = state.values
    var entries: [LookupEntry] = []
    for text in texts(values["phone"]) {
      for phone in Phone.all(in: text) { entries.append(LookupEntry(kind: "phone", value: phone.number)) }
    }
    for text in texts(values["email"]) {
      for email in Email.all(in: text) { entries.append(LookupEntry(kind: "email", value: email.address)) }
    }
    for name in ["credit_code", "wechat_openid", "wechat_unionid", "wecom_external_userid", "sku", "warehouse", "barcode"] {
      entries += texts(values[name]).map { LookupEntry(kind: name, value: $0) }
    }
    entries.append(LookupEntry(kind: "key", value: state.key.key))
    return state.isDeleted ? [] : unique(entries)
  }

  static func searchTexts(_ state: RecordState) -> [String] {
    let values = state.values
    return unique(["name", "short_name", "contact_name", "organisation", "nickname", "remark"].flatMap { texts(values[$0]) })
  }

  /// Every reference in the attributes, also inside lists; the attribute's name is that of the outermost one.
  static func references(_ state: RecordState) -> [(attribute: String, target: RecordKey)] {
    state.values.sorted { utf8Precedes($0.key, $1.key) }.flatMap { name, value in
      unique(targets(in: value)).map { (attribute: name, target: $0) }
    }
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

  private static func texts(_ value: Value?) -> [String] { (value?.elements ?? []).compactMap(\.text).filter { !$0.isEmpty } }

  private static func unique<T: Hashable>(_ values: [T]) -> [T] {
    var seen: Set<T> = []
    return values.filter { seen.insert($0).inserted }
  }
}
