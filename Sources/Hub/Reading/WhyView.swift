import Matching
import Model
import Storing

/// Why records are, or are not, one customer.
public struct WhyView: Sendable {
  let hub: Hub

  /// Why two records are or are not together. The parts and the prior add up to the weight (contract C6).
  /// - Throws: `unknown-record`, `not-resolved`.
  public func pair(_ first: RecordKey, _ second: RecordKey) throws -> Value {
    try hub.store.read { reader in try pair(first, second, reader) }
  }

  /// Why the records of a customer are together: the strongest tie of each record to another one.
  /// - Returns: nil when the customer is not live.
  public func customer(_ id: CustomerID) throws -> Value? {
    try hub.store.read { reader in
      guard case .customer(let stored) = try reader.resolve(id) else { return nil }
      let records = try reader.records(of: stored.id).sorted { $0.key < $1.key }
      let ties = try records.compactMap { record -> Value? in
        let others = try records.filter { $0.id != record.id }.map { try explain(record, $0, reader) }
        return others.max { $0.1.weight < $1.1.weight }.map { strongest in
          Self.document(record.key, strongest.0, strongest.1)
        }
      }
      return ["customer": .string(stored.id.description), "records": .number(Number(records.count)), "ties": .array(ties)]
    }
  }

  private func pair(_ first: RecordKey, _ second: RecordKey, _ reader: StoreReader) throws -> Value {
    let one = try record(first, reader)
    let other = try record(second, reader)
    var document = Self.document(first, second, try explain(one, other, reader).1)
    if case .object(var object) = document {
      object["customers"] = .array([one.customer, other.customer].map { $0.map { .string($0.description) } ?? .null })
      object["together"] = .bool(one.customer != nil && one.customer == other.customer)
      document = .object(object)
    }
    return document
  }

  private func record(_ key: RecordKey, _ reader: StoreReader) throws -> StoredRecord {
    guard let record = try reader.record(key), !record.state.isDeleted else {
      throw Fault("unknown-record", "There is no live record \(key).")
    }
    guard hub.settings.definition.types[key.type]?.isResolved ?? false else {
      throw Fault("not-resolved", "Records of type \(key.type) are joined by key, not by matching.")
    }
    return record
  }

  private func explain(_ one: StoredRecord, _ other: StoredRecord, _ reader: StoreReader) throws -> (RecordKey, Explanation) {
    let types = hub.settings.definition.types.values.filter(\.isResolved).map(\.name).sorted()
    let explanation = try hub.identities.ask(reader, resolvedTypes: types) { resolver in
      resolver.explain(Identities.matchRecord(one), Identities.matchRecord(other))
    }
    return (other.key, explanation)
  }

  private static func document(_ first: RecordKey, _ second: RecordKey, _ why: Explanation) -> Value {
    var parts: [Value] = [["feature": "prior", "weight": weight(why.prior)]]
    parts += why.parts.map { ["feature": .string($0.feature.name), "weight": weight($0.weight)] }
    return [
      "first": .string(first.description), "second": .string(second.description), "verdict": .string(why.verdict.rawValue),
      "weight": weight(why.weight), "threshold": weight(why.threshold), "parts": .array(parts),
      "compared": .bool(why.wasCompared), "vetoed": .bool(why.isVetoed), "must_link": .bool(why.isMustLinked),
      "cannot_link": .bool(why.isCannotLinked),
      "shared_keys": .array(sharedKeys(why)),
      "would_change": .array(counterfactuals(why).map { .string($0) }),
    ]
  }

  /// By kind: how many keys they share, and the rarest of them.
  private static func sharedKeys(_ why: Explanation) -> [Value] {
    Dictionary(grouping: why.sharedKeys, by: \.kind).sorted { $0.key.rawValue < $1.key.rawValue }.map { kind, keys in
      [
        "kind": .string("\(kind)"), "count": .number(Number(keys.count)), "holders": .number(Number(keys.map(\.holders).min() ?? 0)),
        "active": .bool(keys.contains(where: \.isActive)),
      ]
    }
  }

  /// What would make it the other way round, in words.
  private static func counterfactuals(_ why: Explanation) -> [String] {
    if why.isCannotLinked { return ["Undoing the cannot-link decision."] }
    if why.isMustLinked { return ["Undoing the must-link decision."] }
    if why.isVetoed { return ["Their exclusive ids contradict each other: one of them must be wrong."] }
    let missing = why.threshold - why.weight
    if missing > .zero {
      let against = why.parts.filter { $0.weight < .zero && why.weight - $0.weight >= why.threshold }
      let without = against.map { "Without the contradiction of their \($0.feature.name) they would match." }
      return without + ["\(missing) bits more, for example a shared phone number, e-mail address or credit code."]
    }
    let decisive = why.parts.filter { $0.weight > .zero && why.weight - $0.weight < why.threshold }
    if decisive.isEmpty { return ["No single agreement decides: without any one of them they would still match."] }
    return decisive.map { "Without the agreement of their \($0.feature.name) they would not match." }
  }

  private static func weight(_ weight: MatchWeight) -> Value {
    // 1/256 bit has at most eight decimals, so this is exact.
    .number(Number(parsing: decimal(weight.units)) ?? Number(0))
  }

  private static func decimal(_ units: Int32) -> String {
    let scaled = Int64(units) * 390_625
    let digits = String(abs(scaled))
    let padded = String(repeating: "0", count: max(0, 9 - digits.count)) + digits
    return "\(scaled < 0 ? "-" : "")\(padded.dropLast(8)).\(padded.suffix(8))"
  }
}

extension Feature {
  /// As explanations write it.
  public var name: String {
    switch self {
    case .identifiers: "ids"
    case .phones: "phones"
    case .emails: "e-mail"
    case .organisations: "organisation names"
    case .persons: "person names"
    case .addresses: "addresses"
    case .birthDates: "birth dates"
    case .relatives: "what relatives would share"
    default: "column \(rawValue - Feature.column0.rawValue + 1)"
    }
  }
}
