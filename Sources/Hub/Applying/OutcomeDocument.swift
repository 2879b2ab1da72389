import Formats
import Model

/// A delivery's outcome as the store keeps it, for senders who repeat a request after it was applied.
enum OutcomeDocument {
  static func bytes(_ outcome: DeliveryOutcome) -> [UInt8] {
    switch outcome {
    case .applied(let items): CanonicalJSON.bytes(["items": .array(items.map(document))])
    case .undecodable(let fault): CanonicalJSON.bytes(["fault": document(fault)])
    case .pending: CanonicalJSON.bytes(["items": []])
    }
  }

  /// Nil when the bytes are not an outcome.
  static func outcome(_ bytes: [UInt8]) -> DeliveryOutcome? {
    guard let value = try? JSON.parse(bytes) else { return nil }
    if let found = value["fault"] { return .undecodable(fault(found)) }
    return .applied((value["items"]?.elements ?? []).compactMap(item))
  }

  private static func document(_ item: ItemOutcome) -> Value {
    var object: Object = ["item": .number(Number(item.item)), "result": .string(item.result.rawValue), "conflict": .bool(item.isConflict)]
    if let key = item.key { object["key"] = .string(key.description) }
    if let fault = item.fault { object["fault"] = document(fault) }
    if let reason = item.reason { object["reason"] = .string(reason.rawValue) }
    if let standing = item.standing {
      object["standing"] = .array([
        standing.quantity.map { .number($0) } ?? .null, standing.version.map { .number(Number($0.order)) } ?? .null,
        .number(Number(standing.version?.generation ?? 0)),
      ])
    }
    return .object(object)
  }

  private static func standing(_ value: Value) -> Standing? {
    guard case .array(let parts) = value, parts.count == 3 else { return nil }
    func number(_ value: Value) -> Number? { if case .number(let number) = value { number } else { nil } }
    let version = number(parts[1])?.int64.map { Version($0, generation: number(parts[2])?.int64 ?? 0) }
    return Standing(quantity: number(parts[0]), version: version)
  }

  private static func item(_ value: Value) -> ItemOutcome? {
    guard let result = value["result"]?.text.flatMap(ItemOutcome.Result.init(rawValue:)), case .number(let index)? = value["item"] else {
      return nil
    }
    return ItemOutcome(
      item: Int(index.int64 ?? 0), key: value["key"]?.text.flatMap(RecordKey.init(parsing:)), result: result,
      isConflict: value["conflict"] == .bool(true), fault: value["fault"].map(fault),
      reason: value["reason"]?.text.flatMap(StaleReason.init(rawValue:)), standing: value["standing"].flatMap(standing))
  }

  private static func document(_ fault: Fault) -> Value {
    var object: Object = ["code": .string(fault.code), "message": .string(fault.message)]
    if let hint = fault.hint { object["hint"] = .string(hint) }
    return .object(object)
  }

  private static func fault(_ value: Value) -> Fault {
    Fault(value["code"]?.text ?? "unknown", value["message"]?.text ?? "", hint: value["hint"]?.text)
  }
}
