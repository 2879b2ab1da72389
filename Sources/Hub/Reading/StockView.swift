import Formats
import Model
import Storing

/// What is where, as the ERPs say.
public struct StockView: Sendable {
  let hub: Hub

  /// The levels of a product in all warehouses, with a total of what is available. Nil when nobody ever said anything
  /// about it.
  public func levels(sku: String) throws -> Value? {
    let records = try hub.store.read { reader in
      try reader.records(ids: reader.find(kind: "sku", value: sku)).filter { $0.key.type == "stock" && !$0.state.isDeleted }
    }
    guard !records.isEmpty else { return nil }
    var totals = (quantity: Total(), reserved: Total(), available: Total())
    let levels = records.sorted { $0.key < $1.key }.map { record -> Value in
      let values = record.state.values
      totals.quantity.add(values["quantity"])
      totals.reserved.add(values["reserved"])
      totals.available.add(Self.available(values))
      var level = Object(values.sorted { utf8Precedes($0.key, $1.key) }.map { (name: $0.key, value: $0.value) })
      level["available"] = Self.available(values)
      level["record"] = .string(record.key.description)
      level["version"] = .string(record.state.version.description)
      return .object(level)
    }
    return [
      "sku": .string(sku), "quantity": totals.quantity.value, "reserved": totals.reserved.value, "available": totals.available.value,
      "levels": .array(levels),
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
