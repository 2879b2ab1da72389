import Hub
import Model

// What the API reads from the hub beyond its views.

extension Hub {
  /// A live record with its customer; nil when there is none.
  func recordDocument(_ key: RecordKey) throws -> Value? {
    try store.read { reader in
      guard let record = try reader.record(key), !record.state.isDeleted else { return nil }
      let values = record.state.values.sorted { utf8Precedes($0.key, $1.key) }.map { (name: $0.key, value: $0.value) }
      return [
        "record": .string(key.description), "version": .string(record.state.version.description),
        "customer": record.customer.map { .string($0.description) } ?? .null, "attributes": .object(Object(values)),
      ]
    }
  }

  /// The decisions in force, oldest first.
  func decisionDocuments() throws -> [Value] {
    try store.read { try $0.decisionsInForce() }.map(\.document)
  }

  /// Whether a decision was ever made; undone and expired ones count.
  func knowsDecision(_ id: Int64) throws -> Bool { try store.read { try $0.decision(id) != nil } }

  /// Which of these records are not there (yet).
  func missing(_ keys: [RecordKey]) throws -> [RecordKey] {
    try store.read { reader in try keys.filter { try reader.record($0).map(\.state.isDeleted) ?? true } }
  }

  /// Sizes and distances, for metrics.
  struct Gauges: Sendable {
    var customers: Int
    var deadLetters: Int
    /// How many journal positions each connector's applied part is behind its last delivery; some may be others'.
    var lag: [(connector: String, positions: Int64)]
  }

  func gauges() throws -> Gauges {
    // The store first: what is accepted meanwhile counts as lag, never as negative lag.
    let (customers, letters, applied) = try store.read { reader in
      (try reader.customerCount(), try reader.deadLetterCount(), try reader.appliedThrough())
    }
    let lag = try journal.heads().sorted { $0.key < $1.key }.map { head in
      (connector: head.key, positions: head.value - (applied[head.key] ?? 0))
    }
    return Gauges(customers: customers, deadLetters: letters, lag: lag)
  }
}
