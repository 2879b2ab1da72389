import Model
import Synchronization

@testable import Connecting

/// A sink whose `accept` waits until the gate is opened: the hub while its disk is slow.
final class GatedSink: SinkWrapper {
  let base = MemorySink()
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
}
