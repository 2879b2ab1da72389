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

  /// The batch behind the one that was applied last, when there is more than fits into one.
  private var ahead: BatchAhead?

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
    let batch = try nextBatch()
    guard !batch.deliveries.isEmpty else { return [] }
    if batch.isCut { ahead = BatchAhead { [journal, settings] in try MappedBatch(after: batch.through, of: journal, by: settings) } }
    do {
      let applied = try write(batch)
      identities.saveIfDue()
      return applied
    } catch {
      // The index may have seen records that the store did not keep, and what follows must wait for what failed.
      identities.invalidate()
      settle()
      throw error
    }
  }

  /// Waits for what is made on another thread, and forgets it: nothing reads the journal any more when this returns.
  func settle() {
    _ = ahead?.take()
    ahead = nil
  }

  private func nextBatch() throws -> MappedBatch {
    if let ahead {
      self.ahead = nil
      if let batch = try ahead.take()?.get() { return batch }
    }
    return try MappedBatch(after: store.read { try $0.appliedThrough() }, of: journal, by: settings)
  }

  private func write(_ mapped: MappedBatch) throws -> Applied {
    try store.write { writer in
      let batch = Batch(
        writer: writer, identities: identities, definition: mapped.settings.definition, trust: mapped.settings.trust, at: now())
      try batch.begin()
      let outcomes = try mapped.deliveries.map { delivery, decoded in (delivery, try batch.apply(decoded, of: delivery)) }
      try batch.finish()
      return outcomes
    }
  }
}
