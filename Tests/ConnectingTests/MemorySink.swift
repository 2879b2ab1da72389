import Model
import Synchronization

@testable import Connecting

/// A sink that keeps everything in memory and holds to the contract of ``Sink``: all or nothing, deduplication per
/// connector, checkpoints in the same commit, outcomes by position.
final class MemorySink: Sink {
  struct State {
    /// Position 1 is at index 0.
    var journal: [Delivery] = []
    var positions: [String: [[UInt8]: Int64]] = [:]
    var checkpoints: [StreamName: [UInt8]] = [:]
    var blobs: [Int64: [UInt8]] = [:]
    var outcomes: [Int64: DeliveryOutcome] = [:]
    var statuses: [Status] = []
    var hints: [Hint] = []
    var duplicates = 0
    /// How many deliveries each `accept` brought.
    var accepts: [Int] = []
    /// Thrown by the next calls of `accept`, first one first; nil lets a call pass.
    var refusals: [Refusal?] = []
    var largestChunk = 0
  }

  let state = Mutex(State())
  /// What becomes of a delivery that is accepted for the first time.
  private let judge: @Sendable (Delivery) -> DeliveryOutcome
  /// Runs after every commit, for tests that interrupt.
  private let afterAccept: @Sendable (Int) -> Void

  init(
    judge: @escaping @Sendable (Delivery) -> DeliveryOutcome = { _ in .applied([]) },
    afterAccept: @escaping @Sendable (Int) -> Void = { _ in }
  ) {
    self.judge = judge
    self.afterAccept = afterAccept
  }

  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    let result: Result<([Receipt], Int), Refusal> = state.withLock { state in
      if !state.refusals.isEmpty, let refusal = state.refusals.removeFirst() { return .failure(refusal) }
      let receipts = deliveries.map { Self.take($0, judge, &state) }
      if let checkpoint, !(checkpoint.value.isEmpty && state.checkpoints[checkpoint.scope] != nil) {
        state.checkpoints[checkpoint.scope] = checkpoint.value
      }
      state.accepts.append(deliveries.count)
      return .success((receipts, state.accepts.count))
    }
    let (receipts, count) = try result.get()
    afterAccept(count)
    return receipts
  }

  private static func take(_ delivery: Delivery, _ judge: (Delivery) -> DeliveryOutcome, _ state: inout State) -> Receipt {
    let connector = delivery.stream.connector
    if let key = delivery.dedupeKey, let first = state.positions[connector]?[key] {
      state.duplicates += 1
      return Receipt(position: first, connector: connector, isDuplicate: true)
    }
    state.journal.append(delivery)
    let position = Int64(state.journal.count)
    if let key = delivery.dedupeKey { state.positions[connector, default: [:]][key] = position }
    state.outcomes[position] = judge(delivery)
    return Receipt(position: position, connector: connector)
  }

  func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] {
    state.withLock { state in receipts.map { state.outcomes[$0.position] ?? .pending } }
  }

  func delivery(_ receipt: Receipt) async throws -> Delivery? {
    state.withLock { state in
      let index = Int(receipt.position) - 1
      return state.journal.indices.contains(index) ? state.journal[index] : nil
    }
  }

  func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference {
    var bytes: [UInt8] = []
    var largest = 0
    for try await chunk in chunks {
      bytes += chunk
      largest = max(largest, chunk.count)
    }
    let (body, chunk) = (bytes, largest)
    return state.withLock { state in
      let id = Int64(state.blobs.count + 1)
      state.blobs[id] = body
      state.largestChunk = max(state.largestChunk, chunk)
      return BlobReference(id: id)
    }
  }

  func schema(_ schema: StreamSchema) async throws {}
  func beginSnapshot(_ partition: Partition) async throws -> Generation { Generation(partition: partition, number: 1) }
  func completeSnapshot(_ generation: Generation) async throws {}
  func status(_ status: Status) { state.withLock { $0.statuses.append(status) } }
  func hint(_ hint: Hint) { state.withLock { $0.hints.append(hint) } }
}

extension MemorySink {
  var hints: [Hint] { state.withLock { $0.hints } }
  var journal: [Delivery] { state.withLock { $0.journal } }
  var duplicates: Int { state.withLock { $0.duplicates } }
  var statuses: [Status] { state.withLock { $0.statuses } }

  func checkpoint(_ scope: StreamName) -> Checkpoint? {
    state.withLock { state in state.checkpoints[scope].map { Checkpoint(scope: scope, value: $0) } }
  }

  func refuse(_ refusals: Refusal?...) { state.withLock { $0.refusals = refusals } }

  /// The bytes of a delivery, read back from its blob when it is a range.
  func bytes(_ delivery: Delivery) -> [UInt8] {
    switch delivery.body {
    case .bytes(let bytes): bytes
    case .range(let blob, let offset, let length):
      state.withLock { state in Array((state.blobs[blob.id] ?? [])[offset..<offset + length]) }
    }
  }
}
