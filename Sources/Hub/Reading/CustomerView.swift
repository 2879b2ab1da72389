import Formats
import Foundation
import Model
import Storing

/// The unified customer, as support tools read it.
public struct CustomerView: Sendable {
  /// Where an id led.
  public enum Answer: Sendable {
    /// The document, its version (for an ETag), and the id asked for when it was another one.
    case customer(Value, version: Int64, redirectedFrom: CustomerID?)
    case retired(CustomerID)
    case unknown
  }

  let hub: Hub

  /// How many entries of the timeline a customer document carries.
  private static let timelineLength = 50

  public func customer(_ id: CustomerID, timeline length: Int? = nil) throws -> Answer {
    try hub.store.read { reader in
      switch try reader.resolve(id) {
      case .unknown: return .unknown
      case .retired(let id): return .retired(id)
      case .customer(let stored):
        let document = try document(stored, reader, timeline: length ?? Self.timelineLength)
        return .customer(document, version: stored.version, redirectedFrom: stored.id == id ? nil : id)
      }
    }
  }

  private func document(_ stored: StoredCustomer, _ reader: StoreReader, timeline length: Int) throws -> Value {
    let golden = try JSON.parse(stored.golden)
    let records = try reader.records(of: stored.id)
    var document: Object = ["id": .string(stored.id.description), "version": .number(Number(stored.version))]
    document["name"] =
      golden["golden"]?["name"]?["value"] ?? golden["golden"]?["contact_name"]?["value"] ?? golden["golden"]?["nickname"]?["value"]
    document["golden"] = golden["golden"] ?? [:]
    document["contacts"] = golden["contacts"] ?? []
    document["records"] = .array(records.sorted { $0.key < $1.key }.map(Self.record))
    document["former_ids"] = .array(try Self.formerIDs(stored.id, reader).map { .string($0.description) })
    document["timeline"] = .array(try timeline(of: records.map(\.key), reader, length: length))
    return .object(document)
  }

  private static func formerIDs(_ id: CustomerID, _ reader: StoreReader) throws -> [CustomerID] {
    try reader.customersRedirecting(to: id).flatMap { try [$0] + formerIDs($0, reader) }
  }

  static func record(_ record: StoredRecord) -> Value {
    [
      "record": .string(record.key.description), "version": .string(record.state.version.description),
      "attributes": .object(Object(record.state.values.sorted { utf8Precedes($0.key, $1.key) }.map { (name: $0.key, value: $0.value) })),
    ]
  }

  private func timeline(of keys: [RecordKey], _ reader: StoreReader, length: Int) throws -> [Value] {
    guard length > 0 else { return [] }
    return try reader.timeline(of: keys, limit: length).map { entry in
      var object: Object = ["type": .string(entry.key.type)]
      if let at = entry.at { object["at"] = .string(Moment.text(at)) }
      object["record"] = .string(entry.key.description)
      object["attributes"] = Self.record(entry)["attributes"]
      return .object(object)
    }
  }

  // MARK: Finding

  /// How to find customers: by one of these.
  public enum Query: Sendable {
    case phone(String)
    case email(String)
    case record(RecordKey)
    case source(String, key: String)
    case text(String)
  }

  /// The ids of the customers that fit, and whether there may be more.
  public func find(_ query: Query, limit: Int) throws -> (ids: [CustomerID], isTruncated: Bool) {
    try hub.store.read { reader in
      let found: [CustomerID]
      switch query {
      case .text(let text): found = try reader.searchCustomers(text, limit: limit + 1)
      case .record(let key): found = try reader.record(key)?.customer.map { [$0] } ?? []
      case .source(let source, let key):
        let types = hub.settings.definition.types.values.filter(\.isResolved).map(\.name).sorted()
        found = try types.compactMap { try reader.record(RecordKey(source: source, type: $0, key: key))?.customer }
      case .phone(let text): found = try exact("phone", ContactForms.phones(text), reader)
      case .email(let text): found = try exact("email", ContactForms.emails(text), reader)
      }
      var seen: Set<CustomerID> = []
      let unique = found.filter { seen.insert($0).inserted }
      return (Array(unique.prefix(limit)), unique.count > limit)
    }
  }

  private func exact(_ kind: String, _ values: [String], _ reader: StoreReader) throws -> [CustomerID] {
    try values.flatMap { value in
      try reader.records(ids: reader.find(kind: kind, value: value)).compactMap(\.customer)
    }
  }

  /// One line about a customer: id, name, phones and e-mail addresses.
  public func summary(_ id: CustomerID) throws -> Value? {
    guard case .customer(let document, _, _) = try customer(id, timeline: 0) else { return nil }
    var summary: Object = ["id": .string(id.description)]
    summary["name"] = document["name"]
    for name in ["phone", "email", "address"] { summary[name] = document["golden"]?[name]?["value"] }
    summary["records"] = document["records"].map { .array($0.elements.compactMap { $0["record"] }) }
    return .object(summary)
  }
}

/// Moments as RFC 3339 text in UTC.
public enum Moment {
  /// Reads RFC 3339, with or without a fraction of a second; nil for anything else.
  public static func microseconds(_ text: String) -> Int64? {
    let date =
      (try? Date(text, strategy: .iso8601)) ?? (try? Date(text, strategy: Date.ISO8601FormatStyle(includingFractionalSeconds: true)))
    return date.map { Int64(($0.timeIntervalSince1970 * 1_000_000).rounded()) }
  }

  public static func text(_ microseconds: Int64) -> String {
    let date = Date(timeIntervalSince1970: Double(microseconds) / 1_000_000)
    return date.formatted(Date.ISO8601FormatStyle(includingFractionalSeconds: microseconds % 1_000_000 != 0))
  }
}
