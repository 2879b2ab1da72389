import Connecting
import Foundation
import Model
import Storing

/// The sink that connectors write to: the journal in front, the applier behind.
public struct HubSink: Sink {
  let hub: Hub
  /// What its caller feeds the connector by; nil for callers that may be several.
  var lease: Lease?

  public func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    guard !hub.isClosing else { throw Refusal(.shuttingDown, "The hub is shutting down.", retryAfter: .seconds(10)) }
    do {
      let receipts = try await hub.journal.accept(deliveries, checkpoint: checkpoint, lease: lease)
      if !deliveries.isEmpty { hub.rhythms.arrived(deliveries, at: hub.now()) }
      return receipts
    } catch {
      throw Self.refusal(error)
    }
  }

  public func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] {
    let deadline = ContinuousClock.now + within
    var outcomes: [DeliveryOutcome] = []
    for receipt in receipts { outcomes.append(await outcome(receipt, until: deadline)) }
    return outcomes
  }

  private func outcome(_ receipt: Receipt, until deadline: ContinuousClock.Instant) async -> DeliveryOutcome {
    if let known = hub.board.recentOutcome(receipt.position) { return known }
    // What was accepted a moment ago is waited for without asking the store, which many do at once.
    if hub.board.mayHaveForgotten(receipt.position), let known = hub.storedOutcome(receipt) { return known }
    let outcome = await hub.board.outcome(of: receipt.position, within: max(.zero, deadline - .now))
    return outcome == .pending ? hub.storedOutcome(receipt) ?? .pending : outcome
  }

  public func delivery(_ receipt: Receipt) async throws -> Delivery? {
    try hub.journal.delivery(at: receipt.position).map { journaled in
      Delivery(
        stream: journaled.stream, body: .bytes(journaled.body), contentType: journaled.contentType, origin: journaled.origin,
        mapping: journaled.mapping, meta: journaled.meta)
    }
  }

  public func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference {
    do {
      return try await hub.journal.spool(chunks)
    } catch let fault as Fault {
      throw Self.refusal(fault)
    }
  }

  public func schema(_ schema: StreamSchema) async throws { hub.connectorStates.set(schema) }

  /// No kind of this version reads snapshots; a connector that starts one is told so rather than silently losing its deletes.
  public func beginSnapshot(_ partition: Partition) async throws -> Generation {
    throw Fault("snapshots-unsupported", "Snapshots of \(partition) are not kept by this version.")
  }

  public func completeSnapshot(_ generation: Generation) async throws {
    throw Fault("snapshots-unsupported", "Snapshots of \(generation.partition) are not kept by this version.")
  }

  public func status(_ status: Status) { hub.connectorStates.set(status) }

  public func hint(_ hint: Hint) { hub.hints.post(hint) }

  private static func refusal(_ fault: Fault) -> Refusal {
    switch fault.code {
    case "lease-lost": Refusal(.superseded, fault.message)
    case "storage-full": Refusal(.storageFull, fault.message, retryAfter: .seconds(30))
    case "journal-closed", "storage-closed": Refusal(.shuttingDown, fault.message, retryAfter: .seconds(10))
    default: Refusal(.busy, fault.message, retryAfter: .seconds(5))
    }
  }
}

/// What connectors last said of themselves.
final class ConnectorStates: @unchecked Sendable {
  // `@unchecked`: touched only under `lock`.
  private let lock = NSLock()
  private var statuses: [String: Status] = [:]
  private var schemas: [StreamName: StreamSchema] = [:]

  func set(_ status: Status) { lock.withLock { statuses[status.connector] = status } }
  func set(_ schema: StreamSchema) { lock.withLock { schemas[schema.stream] = schema } }
  /// Forgets a connector that is no longer there.
  func remove(_ connector: String) {
    lock.withLock {
      statuses[connector] = nil
      schemas = schemas.filter { $0.key.connector != connector }
    }
  }

  var all: [Status] { lock.withLock { statuses.values.sorted { $0.connector < $1.connector } } }
}
