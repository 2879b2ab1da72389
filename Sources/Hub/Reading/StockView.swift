import Formats
import Model
import Storing

/// What is where, as the ERPs say.
public struct StockView: Sendable {
  let hub: Hub

  /// The levels of a product in all warehouses, with a total of what is available. Nil when nobody ever said anything
  /// about it.
  ///
  /// The product is found by the number that a level has, or by any other number that a `product_code` knows it by: of another system, a
  /// package, a bar code. Such levels are told in the unit of that number, whole units only.
  public func levels(sku: String) throws -> Value? {
    try hub.store.read { reader in
      let found = try reader.records(ids: reader.find(kind: "sku", value: sku)).filter { !$0.state.isDeleted }
      let own = found.filter { $0.key.type == StockLevels.type }
      let converted = try found.filter { $0.key.type == ProductCode.type }.sorted { $0.key < $1.key }.flatMap { record in
        try Self.levels(of: ProductCode(record.state), reader, without: own)
      }
      guard !own.isEmpty || !converted.isEmpty else { return nil }
      return try Self.document(sku, own.sorted { $0.key < $1.key }.map { ($0, nil) } + converted, reader)
    }
  }

  /// The levels of a code's product.
  private static func levels(of code: ProductCode?, _ reader: StoreReader, without own: [StoredRecord]) throws -> [(
    StoredRecord, ProductCode?
  )] {
    guard let code else { return [] }
    return try reader.recordsReferring(to: code.product, type: StockLevels.type, limit: 10_000)
      .filter { level in !own.contains { $0.id == level.id } }.sorted { $0.key < $1.key }.map { ($0, code) }
  }

  private static func document(_ sku: String, _ levels: [(StoredRecord, ProductCode?)], _ reader: StoreReader) throws -> Value {
    let standings = StockLevels(reader: reader)
    var totals = (quantity: Total(), reserved: Total(), available: Total())
    let documents = try levels.map { record, code -> Value in
      var values = record.state.values
      if let quantity = try standings.standing(of: record.key, record.state)?.quantity { values["quantity"] = .number(quantity) }
      let available = Self.available(values)
      values["available"] = available
      code?.convert(&values)
      totals.quantity.add(values["quantity"])
      totals.reserved.add(values["reserved"])
      totals.available.add(values["available"])
      var level = Object(values.sorted { utf8Precedes($0.key, $1.key) }.map { (name: $0.key, value: $0.value) })
      level["record"] = .string(record.key.description)
      level["version"] = .string(record.state.version.description)
      if let code { level["code"] = .string(code.record.description) }
      return .object(level)
    }
    return [
      "sku": .string(sku), "quantity": totals.quantity.value, "reserved": totals.reserved.value, "available": totals.available.value,
      "levels": .array(documents),
    ]
  }

  /// What the source says is available, else quantity minus reserved.
  private static func available(_ values: [String: Value]) -> Value? {
    if let said = values["available"] { return said }
    guard let quantity = values["quantity"] else { return nil }
    var total = Total()
    total.add(quantity)
    total.subtract(values["reserved"])
    return total.value
  }
}
