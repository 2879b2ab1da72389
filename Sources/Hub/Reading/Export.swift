import Formats
import Model
import Storing

/// Exports that stream: one call of `line` a line, without its line break.
public struct Export: Sendable {
  let hub: Hub

  private static let page = 500

  /// `source,type,key,customer`, by customer, then by record: which records are whose.
  public func crosswalk(_ line: ([String]) throws -> Void) throws {
    try line(["source", "type", "key", "customer"])
    try forEachCustomer { _, records, id in
      for record in records { try line([record.key.source, record.key.type, record.key.key, id.description]) }
    }
  }

  /// The state as canonical JSON Lines (DESIGN §3): one line a cluster, one a record that is not resolved, one a dead
  /// letter. Ids and times of ours are left out, so that two hubs that know the same say the same. Stock levels have the quantity that
  /// stands, movements counted.
  public func canonical(_ line: (String) throws -> Void) throws {
    var lines: [String] = []
    try forEachCustomer { golden, records, _ in
      var document: Object = ["kind": "customer"]
      document["records"] = .array(records.map { .string($0.key.description) })
      document["golden"] = golden["golden"]
      document["contacts"] = golden["contacts"]
      lines.append(CanonicalJSON.text(.object(document)))
    }
    try hub.store.read { reader in
      let levels = StockLevels(reader: reader)
      for type in hub.settings.definition.types.values.sorted(by: { $0.name < $1.name }) where !type.isResolved {
        try reader.forEachLiveRecord(type: type.name) { records in
          for record in records {
            var values = Object(record.state.values.map { (name: $0.key, value: $0.value) })
            if type.name == StockLevels.type, let quantity = try levels.standing(of: record.key, record.state)?.quantity {
              values["quantity"] = .number(quantity)
            }
            lines.append(
              CanonicalJSON.text(["kind": .string(type.name), "record": .string(record.key.description), "attributes": .object(values)]))
          }
        }
      }
      var after: Int64 = 0
      while case let letters = try reader.deadLetters(after: after, limit: Self.page), let last = letters.last {
        for letter in letters {
          let hash = hub.settings.digests.sha256(letter.raw).map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
          lines.append(CanonicalJSON.text(["kind": "dead-letter", "sha256": .string(hash), "code": .string(letter.fault.code)]))
        }
        after = last.id
      }
    }
    for text in lines.sorted(by: utf8Precedes) { try line(text) }
  }

  private func forEachCustomer(_ body: (Value, [StoredRecord], CustomerID) throws -> Void) throws {
    try hub.store.read { reader in
      var after: CustomerID?
      while case let customers = try reader.customers(after: after, limit: Self.page), let last = customers.last {
        for customer in customers {
          try body(try JSON.parse(customer.golden), try reader.records(of: customer.id).sorted { $0.key < $1.key }, customer.id)
        }
        after = last.id
      }
    }
  }
}
