import Foundation
import Model
import Synchronization

/// Hands everything on to a sink and keeps the status of the connector that feeds it: what was accepted last, and how
/// much.
final class ObservedSink<Base: Sink>: Sink {
  private let base: Base
  private let kept: Mutex<Status>

  init(_ base: Base, connector: String) {
    self.base = base
    kept = Mutex(Status(connector: connector, state: .starting))
  }

  var current: Status { kept.withLock { $0 } }

  /// Changes the status and tells the sink.
  func update(_ change: (inout Status) -> Void) {
    let status = kept.withLock { status in
      change(&status)
      return status
    }
    base.status(status)
  }

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    let receipts = try await base.accept(deliveries, checkpoint: checkpoint)
    if !receipts.isEmpty {
      update { status in
        status.lastItem = Timestamp.now
        status.accepted += receipts.count
      }
    }
    return receipts
  }

  func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] {
    await base.outcomes(receipts, within: within)
  }

  func delivery(_ receipt: Receipt) async throws -> Delivery? { try await base.delivery(receipt) }

  func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference {
    try await base.spool(chunks)
  }

  func schema(_ schema: StreamSchema) async throws { try await base.schema(schema) }

  func beginSnapshot(_ partition: Partition) async throws -> Generation { try await base.beginSnapshot(partition) }

  func completeSnapshot(_ generation: Generation) async throws { try await base.completeSnapshot(generation) }

  /// A source may report a fault that does not end its pass; the rest of the status is kept here.
  func status(_ status: Status) {
    if let fault = status.lastError { noteError(fault) }
  }

  func noteError(_ fault: Fault) {
    update { status in
      status.lastError = fault
      status.lastErrorTime = Timestamp.now
    }
  }
}

/// Wall-clock time as the model writes it: microseconds since 1970.
enum Timestamp {
  static var now: Int64 { Int64((Date().timeIntervalSince1970 * 1_000_000).rounded()) }

  static func microseconds(_ duration: Duration) -> Int64 {
    duration.components.seconds * 1_000_000 + duration.components.attoseconds / 1_000_000_000_000
  }
}
