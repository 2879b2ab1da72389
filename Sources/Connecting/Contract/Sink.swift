import Model

/// Bytes of a body, in the order in which they arrived.
public typealias Bytes = [UInt8]

/// Where sources and receivers put what they got. The hub implements it on top of the journal; tests keep it in memory.
///
/// The rules for callers:
/// - Acceptance is acknowledgement: once ``accept(_:checkpoint:)`` has returned, the deliveries, their dedupe keys and the
///   checkpoint are on disk in one commit, and will be applied. Before that nothing is promised, and the caller keeps
///   what it holds.
/// - Back-pressure is the `await`: a full hub answers later, or refuses *before* it has enqueued anything. After
///   enqueueing, a caller that goes away (its task is cancelled, its peer hangs up) changes nothing.
/// - At most one `accept` in flight per checkpoint scope. Different scopes may run in parallel.
/// - A delivery that was accepted before (same connector, same dedupe key) is not stored again: its receipt says so
///   and carries the place of the first.
public protocol Sink: Sendable {
  /// Journals the deliveries and moves the checkpoint, in one commit; returns after the fsync, with one receipt a
  /// delivery, in order. `accept([], checkpoint:)` only moves the checkpoint. A checkpoint with an empty value never
  /// replaces one that has a value.
  func accept(_ deliveries: [Delivery], checkpoint: Checkpoint?) async throws(Refusal) -> [Receipt]

  /// What became of accepted deliveries, one answer a receipt, in order. Returns as soon as all are applied or known to
  /// be undecodable, at the latest after `within`; what is still under way then is `.pending`. A receipt of a duplicate
  /// answers with the outcome of the first.
  func outcomes(_ receipts: [Receipt], within: Duration) async -> [DeliveryOutcome]

  /// The delivery as it was accepted first, for a receiver that must tell a repeated request from a reused
  /// idempotency key. `nil` when it is no longer kept (erased or compacted).
  func delivery(_ receipt: Receipt) async throws -> Delivery?

  /// Writes a big body to disk ahead of the deliveries that are ranges of it, in bounded memory. A spooled body that no
  /// delivery refers to after a restart is thrown away.
  /// - Throws: ``Refusal``, or what the sequence throws.
  func spool(_ chunks: some AsyncSequence<Bytes, any Error> & Sendable) async throws -> BlobReference

  /// Tells what the items of a stream look like now, so that drift is noticed. Equal schemas are told once.
  func schema(_ schema: StreamSchema) async throws

  /// Opens a snapshot: a complete reading of a partition. Deliveries that follow belong to it.
  func beginSnapshot(_ partition: Partition) async throws -> Generation

  /// Closes a snapshot: keys that it did not mention become deletes. A snapshot that was broken off is never completed
  /// and deletes nothing.
  func completeSnapshot(_ generation: Generation) async throws

  /// Reports how the connector is doing. Cheap, never blocks.
  func status(_ status: Status)

  /// Wakes the source of a connector, this one or another. Cheap, never blocks; called after the `accept` of what it tells about.
  func hint(_ hint: Hint)
}

/// Why a sink did not take something. Nothing of the call was stored.
public struct Refusal: Error, Hashable, Sendable, CustomStringConvertible {
  public enum Reason: String, Hashable, Sendable {
    /// The disk, or the share of it that the hub may use, is full.
    case storageFull = "storage-full"
    /// Too much is waiting to be applied.
    case busy
    /// The hub is shutting down.
    case shuttingDown = "shutting-down"
    /// One delivery is larger than the hub takes. Sending it again cannot help.
    case tooLarge = "too-large"
    /// The connector was stopped or removed.
    case stopped
    /// Another runner has the connector's lease by now; this one must end.
    case superseded
  }

  public var reason: Reason
  /// One sentence for people.
  public var message: String
  /// After how long it makes sense to try again; `nil` when trying again cannot help.
  public var retryAfter: Duration?

  public init(_ reason: Reason, _ message: String, retryAfter: Duration? = nil) {
    self.reason = reason
    self.message = message
    self.retryAfter = retryAfter
  }

  public var fault: Fault { Fault(reason.rawValue, message) }
  public var description: String { fault.description }
}

/// What the items of a stream look like.
public struct StreamSchema: Hashable, Sendable {
  public struct Field: Hashable, Sendable {
    public var name: String
    /// The type as the source calls it, such as `string` or `decimal(10,2)`.
    public var type: String

    public init(name: String, type: String) {
      self.name = name
      self.type = type
    }
  }

  public var stream: StreamName
  public var fields: [Field]

  public init(stream: StreamName, fields: [Field]) {
    self.stream = stream
    self.fields = fields
  }
}

/// A partition is a stream name whose `partition` may be empty.
public typealias Partition = StreamName

/// One complete reading of a partition. Numbers rise with every snapshot of that partition, from 1.
public struct Generation: Hashable, Sendable {
  public var partition: Partition
  public var number: Int64

  public init(partition: Partition, number: Int64) {
    self.partition = partition
    self.number = number
  }
}

/// How a connector is doing.
public struct Status: Hashable, Sendable {
  public enum State: String, Hashable, Sendable {
    /// Made, and not yet called.
    case starting
    /// Reading.
    case running
    /// Caught up; waiting for the next pass.
    case idle
    /// The last pass failed; waiting to try again.
    case waiting
    /// It failed so often in a row that it is left alone for a while; then comes one trial.
    case tripped
    /// The credentials were refused; trying again at the longest delay.
    case unauthorised
    /// The configuration cannot work: stopped until it is changed.
    case misconfigured
    /// All of its streams are paused on request.
    case paused
    /// Stopped on request.
    case stopped
  }

  public var connector: String
  public var state: State
  /// Since when it has been running, in microseconds since 1970; nil for receivers, which wait for others.
  public var started: Int64?
  /// How often its other side is asked, when all goes well; nil for receivers.
  public var hearsEvery: Duration?
  /// When its other side last said anything, be it "nothing new", in microseconds since 1970.
  public var lastByte: Int64?
  /// When the last delivery was accepted, in microseconds since 1970.
  public var lastItem: Int64?
  /// Deliveries accepted since the start, duplicates included.
  public var accepted: Int
  /// What went wrong last, however long ago; ``state`` says whether all is well now.
  public var lastError: Fault?
  /// When that was, in microseconds since 1970.
  public var lastErrorTime: Int64?
  /// When the next pass starts, in microseconds since 1970; set in `idle`, `waiting`, `tripped` and `unauthorised`.
  public var nextRun: Int64?
  /// Passes that failed in a row.
  public var failures = 0

  public init(
    connector: String, state: State, started: Int64? = nil, hearsEvery: Duration? = nil, lastByte: Int64? = nil, lastItem: Int64? = nil,
    accepted: Int = 0, lastError: Fault? = nil, lastErrorTime: Int64? = nil, nextRun: Int64? = nil
  ) {
    self.connector = connector
    self.state = state
    self.started = started
    self.hearsEvery = hearsEvery
    self.lastByte = lastByte
    self.lastItem = lastItem
    self.accepted = accepted
    self.lastError = lastError
    self.lastErrorTime = lastErrorTime
    self.nextRun = nextRun
  }
}
