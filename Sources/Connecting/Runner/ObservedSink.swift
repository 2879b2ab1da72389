import Foundation
import Model
import Synchronization

/// Hands everything on to a sink and keeps the status of the connector that feeds it: when its other side was heard, what was accepted
/// last, and how much.
final class ObservedSink<Base: Sink>: SinkWrapper {
  let base: Base
  private let kept: Mutex<Status>
  private let storedCount = Atomic(0)

  init(_ base: Base, connector: String, hearsEvery: Duration) {
    self.base = base
    kept = Mutex(Status(connector: connector, state: .starting, started: Timestamp.now, hearsEvery: hearsEvery))
  }

  var current: Status { kept.withLock { $0 } }

  /// Deliveries that were new.
  var stored: Int { storedCount.load(ordering: .relaxed) }

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
    storedCount.add(receipts.count { !$0.isDuplicate }, ordering: .relaxed)
    update { status in
      let now = Timestamp.now
      status.lastByte = now
      guard !receipts.isEmpty else { return }
      status.lastItem = now
      status.accepted += receipts.count
    }
    return receipts
  }

  /// The other side has answered.
  func heard() { update { $0.lastByte = Timestamp.now } }

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
