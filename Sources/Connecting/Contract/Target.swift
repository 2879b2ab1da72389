import Model

/// The write side of a kind: carries what the hub knows into an outside system.
///
/// ``write(_:)`` gets writes in the order of the change feed, at most one batch at a time per target, and answers each
/// of them. A write that is not answered (the call throws, the daemon dies) comes again with the same id, so a target
/// hands that id on as idempotency key, or makes the write repeatable in itself.
public protocol Target: ConnectorKind {
  /// One outcome a write, in order.
  /// - Throws: ``SourceError`` when the whole batch must come again.
  func write(_ writes: [Write]) async throws -> [WriteOutcome]
}

/// One thing to write to an outside system.
public struct Write: Hashable, Sendable {
  /// The same for every attempt at this write.
  public var id: String
  /// Which record of the outside system it is about.
  public var key: RecordKey
  public var isDelete: Bool
  public var attributes: [String: Value]
  /// The version that the outside system must still have, when the write depends on one.
  public var expects: Version?

  public init(id: String, key: RecordKey, isDelete: Bool = false, attributes: [String: Value] = [:], expects: Version? = nil) {
    self.id = id
    self.key = key
    self.isDelete = isDelete
    self.attributes = attributes
    self.expects = expects
  }
}

/// What became of a ``Write``.
public enum WriteOutcome: Hashable, Sendable {
  /// Done, with the version that the outside system has now, when it says.
  case written(Version?)
  /// The outside system has another version than the write expected; nothing was changed.
  case conflict(Version?)
  /// The outside system will never take it.
  case rejected(Fault)
  /// Not now; the same write comes again.
  case retry(Fault)
}
