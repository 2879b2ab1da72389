import Model
import Synchronization

@testable import Connecting

/// A sink whose `accept` waits until the gate is opened: the hub while its disk is slow.
final class GatedSink: Sink {
  private let base = MemorySink()
  private let gate = StopSignal()
  private let count = Mutex(0)

  /// How many calls of `accept` have begun.
  var waiting: Int { count.withLock { $0 } }
  var journal: [Delivery] { base.journal }
  var duplicates: Int { base.duplicates }
  func open() { gate.raise() }

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    count.withLock { $0 += 1 }
    await gate.wait()
    return try await base.accept(deliveries, checkpoint: checkpoint)
  }

  func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] { await base.outcomes(receipts, within: within) }
  func delivery(_ receipt: Receipt) async throws -> Delivery? { try await base.delivery(receipt) }
  func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference { try await base.spool(chunks) }
  func schema(_ schema: StreamSchema) async throws { try await base.schema(schema) }
  func beginSnapshot(_ partition: Partition) async throws -> Generation { try await base.beginSnapshot(partition) }
  func completeSnapshot(_ generation: Generation) async throws { try await base.completeSnapshot(generation) }
  func status(_ status: Status) { base.status(status) }
  func hint(_ hint: Hint) { base.hint(hint) }
}
