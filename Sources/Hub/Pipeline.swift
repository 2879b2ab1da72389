import Formats
import Logging
import Mapping
import Mastering
import Matching
import Model
import Storing

/// The road of every record, and the only writer of the store:
///
///     journal ─▶ decode ─▶ map ─▶ version ─▶ resolve ─▶ name ─▶ publish
///
/// One call of ``applyNext()`` takes the next deliveries of every connector that has some, and carries them through in
/// one transaction. The partition of records into customers depends on live records, decisions and configuration only
/// (contract C2), so connectors need not wait for each other: each is a lane, applied in journal order.
///
/// Owned by one thread, the ``Applier``.
final class Pipeline {
  private let journal: Journal
  private let store: Store
  private let identities: Identities
  private let settings: LiveSettings
  private let now: @Sendable () -> Int64
  private let logger: Logger

  /// What one lane may bring into one transaction: large enough to share an fsync, small enough that a stock push behind
  /// a bulk import is answered in a fraction of a second.
  private static let laneBytes = 512 << 10
  private static let laneDeliveries = 2_048

  init(
    journal: Journal, store: Store, identities: Identities, settings: LiveSettings, now: @escaping @Sendable () -> Int64, logger: Logger
  ) {
    self.journal = journal
    self.store = store
    self.identities = identities
    self.settings = settings
    self.now = now
    self.logger = logger
  }

  /// Deliveries that were applied, with what became of them.
  typealias Applied = [(delivery: JournaledDelivery, outcome: DeliveryOutcome)]

  /// Applies the next batch of every lane.
  /// - Returns: what was applied; empty when nothing is pending.
  /// - Throws: a storage `Fault`; nothing of the batch remains then, and the same call can be made again.
  func applyNext() throws -> Applied {
    let deliveries = try nextDeliveries()
    guard !deliveries.isEmpty else { return [] }
    // Read once a batch, so that a delivery is mapped wholly by one configuration; and after the deliveries, so that what was
    // accepted after a reload is never mapped by the configuration before it.
    let settings = settings.current
    let decoder = DeliveryDecoder(catalog: settings.catalog)
    let decoded = deliveries.map { ($0, decoder.decode($0)) }
    do {
      let applied = try store.write { writer in
        let batch = Batch(
          writer: writer, identities: identities, definition: settings.definition, trust: settings.trust, at: now())
        try batch.begin()
        let outcomes = try decoded.map { delivery, decoded in (delivery, try batch.apply(decoded, of: delivery)) }
        try batch.finish()
        return outcomes
      }
      identities.saveIfDue()
      return applied
    } catch {
      // The index may have seen records that the store did not keep.
      identities.invalidate()
      throw error
    }
  }

  private func nextDeliveries() throws -> [JournaledDelivery] {
    let applied = try store.read { try $0.appliedThrough() }
    return try journal.heads().sorted { $0.key < $1.key }.flatMap { connector, head -> [JournaledDelivery] in
      let through = applied[connector] ?? 0
      guard head > through else { return [] }
      return try journal.read(connector: connector, after: through, maxCount: Self.laneDeliveries, maxBytes: Self.laneBytes)
    }
  }
}
