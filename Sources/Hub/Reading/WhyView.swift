import Formats
import Matching
import Model
import Storing

/// Why records are, or are not, one customer; how a customer came together; what else might belong to it.
public struct WhyView: Sendable {
  let hub: Hub

  // MARK: Two records

  /// Why two records are or are not together. The parts, with the prior, add up to the weight (contract C6).
  /// - Throws: `unknown-record`, `not-resolved`.
  public func pair(_ first: RecordKey, _ second: RecordKey) throws -> Value {
    try hub.store.read { reader in
      let one = try record(first, reader)
      let other = try record(second, reader)
      let why = try ask(reader) { $0.explain(Identities.matchRecord(one), Identities.matchRecord(other)) }
      let keys = try keys(of: why.chain.map(\.record), reader)
      var document = WhyDocument(one, other, why, model: hub.settings.match).object
      document["customers"] = .array([one.customer, other.customer].map { $0.map { .string($0.description) } ?? .null })
      document["together"] = .bool(one.customer != nil && one.customer == other.customer)
      document["chain"] = .array(why.chain.map { WhyDocument.link($0, keys[$0.record]) })
      return .object(document)
    }
  }

  /// Why the records of a customer are together: the strongest tie of each record to another one.
  /// - Returns: nil when the customer is not live.
  public func customer(_ id: CustomerID) throws -> Value? {
    try hub.store.read { reader in
      guard case .customer(let stored) = try reader.resolve(id) else { return nil }
      let records = try reader.records(of: stored.id).sorted { $0.key < $1.key }
      let prepared = records.map(Identities.matchRecord)
      let ties = try ask(reader) { resolver in
        prepared.indices.compactMap { place -> (Int, Int, Explanation)? in
          let others = prepared.indices.filter { $0 != place }
          let weights = others.map { (other: $0, weight: resolver.weight(prepared[place].prepared, prepared[$0].prepared)) }
          guard let strongest = weights.max(by: { $0.weight < $1.weight }) else { return nil }
          return (place, strongest.other, resolver.explain(prepared[place], prepared[strongest.other]))
        }
      }
      return [
        "customer": .string(stored.id.description), "records": .number(Number(records.count)),
        "ties": .array(ties.map { .object(WhyDocument(records[$0.0], records[$0.1], $0.2, model: hub.settings.match).object) }),
      ]
    }
  }

  // MARK: How

  /// The joins that made a customer, in their order, and what stands against it.
  /// - Returns: nil when the customer is not live.
  public func how(_ id: CustomerID) throws -> Value? {
    try hub.store.read { reader in
      guard case .customer(let stored) = try reader.resolve(id) else { return nil }
      let records = try reader.records(of: stored.id).sorted { $0.key < $1.key }
      guard let first = records.first, let history = try ask(reader, { $0.history(of: first.id) }) else { return nil }
      let keys = Dictionary(records.map { ($0.id, $0.key) }, uniquingKeysWith: { one, _ in one })
      return HowDocument(stored.id, records.count, history, keys: keys).value
    }
  }

  // MARK: What else

  /// The customers that might be the same as the one a record belongs to, the most probable first.
  /// - Throws: `unknown-record`, `not-resolved`.
  public func nearest(_ key: RecordKey, limit: Int) throws -> Value {
    try hub.store.read { reader in try nearest(record(key, reader), limit, reader) }
  }

  /// The same for a customer.
  /// - Returns: nil when it is not live.
  public func nearest(_ id: CustomerID, limit: Int) throws -> Value? {
    try hub.store.read { reader in
      guard case .customer(let stored) = try reader.resolve(id), let first = try reader.records(of: stored.id).first else { return nil }
      return try nearest(first, limit, reader)
    }
  }

  private func nearest(_ record: StoredRecord, _ limit: Int, _ reader: StoreReader) throws -> Value {
    let found = try ask(reader) { $0.neighbours(of: record.id, limit: limit) }
    let neighbours = found?.neighbours ?? []
    let ids = Set(neighbours.flatMap { [$0.records.first ?? 0, $0.closest.mine, $0.closest.other] }).sorted()
    let records = Dictionary(try reader.records(ids: ids).map { ($0.id, $0) }, uniquingKeysWith: { one, _ in one })
    let model = hub.settings.match
    let documents = try neighbours.map { neighbour -> Value in
      let customer = records[neighbour.records.first ?? 0]?.customer
      var document: Object = ["customer": customer.map { .string($0.description) } ?? .null]
      document["name"] = try customer.flatMap { try Self.name($0, reader) }
      document["verdict"] = .string(neighbour.verdict.rawValue)
      document["weight"] = WhyDocument.weight(neighbour.weight)
      document["probability"] = WhyDocument.probability(neighbour.weight)
      document["missing"] = WhyDocument.weight(MatchWeight(units: max(0, (model.threshold - neighbour.weight).units)))
      document["vetoed"] = .bool(neighbour.isVetoed)
      document["cannot_link"] = .bool(neighbour.isCannotLinked)
      document["closest"] = .array(
        [neighbour.closest.mine, neighbour.closest.other].map { records[$0].map { .string($0.key.description) } ?? .null })
      return .object(document)
    }
    return [
      "record": .string(record.key.description), "customer": record.customer.map { .string($0.description) } ?? .null,
      "candidates": .number(Number(found?.candidates ?? 0)), "threshold": WhyDocument.weight(model.threshold),
      "band": WhyDocument.weight(model.band), "neighbours": .array(documents),
    ]
  }

  /// What people call a customer.
  static func name(_ id: CustomerID, _ reader: StoreReader) throws -> Value? {
    guard case .customer(let stored) = try reader.resolve(id) else { return nil }
    let golden = try JSON.parse(stored.golden)["golden"]
    return golden?["name"]?["value"] ?? golden?["contact_name"]?["value"]
  }

  // MARK: Reading

  private func record(_ key: RecordKey, _ reader: StoreReader) throws -> StoredRecord {
    guard let record = try reader.record(key), !record.state.isDeleted else {
      throw Fault("unknown-record", "There is no live record \(key).")
    }
    guard hub.settings.definition.types[key.type]?.isResolved ?? false else {
      throw Fault("not-resolved", "Records of type \(key.type) are joined by key, not by matching.")
    }
    return record
  }

  private func keys(of ids: [Int64], _ reader: StoreReader) throws -> [Int64: RecordKey] {
    Dictionary(try reader.records(ids: ids).map { ($0.id, $0.key) }, uniquingKeysWith: { one, _ in one })
  }

  private func ask<T>(_ reader: StoreReader, _ body: (Resolver) throws -> T) throws -> T {
    try hub.identities.ask(reader, body)
  }
}
