import Model

/// A sink that stands before another one, sees or changes some calls, and hands on the rest: what it does not implement goes to ``base``.
public protocol SinkWrapper: Sink {
  associatedtype Base: Sink
  var base: Base { get }
}

extension SinkWrapper {
  public func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt] {
    try await base.accept(deliveries, checkpoint: checkpoint)
  }

  public func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome] {
    await base.outcomes(receipts, within: within)
  }

  public func delivery(_ receipt: Receipt) async throws -> Delivery? { try await base.delivery(receipt) }

  public func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference {
    try await base.spool(chunks)
  }

  public func schema(_ schema: StreamSchema) async throws { try await base.schema(schema) }

  public func beginSnapshot(_ partition: Partition) async throws -> Generation { try await base.beginSnapshot(partition) }

  public func completeSnapshot(_ generation: Generation) async throws { try await base.completeSnapshot(generation) }

  public func status(_ status: Status) { base.status(status) }

  public func hint(_ hint: Hint) { base.hint(hint) }
}
