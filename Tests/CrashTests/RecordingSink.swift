import Connecting
import CrashDisk
import Model
import Synchronization

/// Hands everything on and notes how far the disk was when each answer was there.
struct RecordingSink<Base: Sink>: SinkWrapper {
  let base: Base
  let disk: CrashDisk
  let record: Acknowledgements

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    let receipts: [Receipt]
    do throws(Refusal) {
      receipts = try await base.accept(deliveries, checkpoint: checkpoint)
    } catch {
      record.refused(error)
      // The caller shall not wait by itself: the test says when there is space again.
      throw Refusal(error.reason, error.message)
    }
    record.accepted(deliveries, receipts, at: disk.operationCount)
    return receipts
  }

  func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] {
    let outcomes = await base.outcomes(receipts, within: within)
    record.answered(receipts, outcomes, at: disk.operationCount)
    return outcomes
  }

  func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference {
    do {
      return try await base.spool(chunks)
    } catch let refusal as Refusal {
      record.refused(refusal)
      throw Refusal(refusal.reason, refusal.message)
    }
  }
}

/// What a hub promised, and when: the operation of the disk by which the answer was there.
final class Acknowledgements: Sendable {
  struct Accepted: Sendable {
    var operation: Int
    var delivery: Delivery
    var receipt: Receipt
  }

  struct Answered: Sendable {
    var operation: Int
    var receipt: Receipt
    var outcome: DeliveryOutcome
  }

  private struct State {
    var accepted: [Accepted] = []
    var answered: [Answered] = []
    var refusals: [Refusal] = []
  }

  private let state = Mutex(State())

  var accepted: [Accepted] { state.withLock { $0.accepted } }
  var answered: [Answered] { state.withLock { $0.answered } }
  var refusals: [Refusal] { state.withLock { $0.refusals } }

  func accepted(_ deliveries: [Delivery], _ receipts: [Receipt], at operation: Int) {
    state.withLock { state in
      state.accepted += zip(deliveries, receipts).map { Accepted(operation: operation, delivery: $0, receipt: $1) }
    }
  }

  func answered(_ receipts: [Receipt], _ outcomes: [DeliveryOutcome], at operation: Int) {
    state.withLock { state in
      state.answered += zip(receipts, outcomes).compactMap { receipt, outcome in
        outcome == .pending ? nil : Answered(operation: operation, receipt: receipt, outcome: outcome)
      }
    }
  }

  func refused(_ refusal: Refusal) { state.withLock { $0.refusals.append(refusal) } }
}
