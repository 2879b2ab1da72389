/// Bytes as they arrived, with where from: the unit that is accepted, journaled, acknowledged and replayed.
public struct Delivery: Hashable, Sendable {
  public enum Body: Hashable, Sendable {
    case bytes([UInt8])
    /// A part of a body that was spooled beforehand: offset and length in bytes.
    case range(BlobReference, offset: Int, length: Int)
  }

  public var stream: StreamName
  public var body: Body
  /// The media type that the sender declared, with its parameters.
  public var contentType: String?
  /// Where it came from, for people: a file's name, a request's path.
  public var origin: String?
  /// The name of the mapping to use, when the caller chose one; otherwise the connector and stream decide.
  public var mapping: String?
  /// What a mapping may read as `$meta`, and what a reader needs to make sense of a range: `header` (the header row's
  /// bytes as hex), `row` and `line` (of the first row, counted from 1).
  public var meta: [String: String]
  /// Two deliveries of one connector with the same key are the same delivery; the second one is a duplicate.
  public var dedupeKey: [UInt8]?

  public init(
    stream: StreamName, body: Body, contentType: String? = nil, origin: String? = nil, mapping: String? = nil,
    meta: [String: String] = [:], dedupeKey: [UInt8]? = nil
  ) {
    self.stream = stream
    self.body = body
    self.contentType = contentType
    self.origin = origin
    self.mapping = mapping
    self.meta = meta
    self.dedupeKey = dedupeKey
  }
}

/// A connector, one of its streams, and a partition of it with an order of its own (empty when there is only one).
public struct StreamName: Hashable, Sendable, CustomStringConvertible {
  public var connector: String
  public var stream: String
  public var partition: String

  public init(connector: String, stream: String, partition: String = "") {
    self.connector = connector
    self.stream = stream
    self.partition = partition
  }

  public var description: String { partition.isEmpty ? "\(connector)/\(stream)" : "\(connector)/\(stream)/\(partition)" }
}

/// A body that was spooled into the journal ahead of the deliveries that are ranges of it.
public struct BlobReference: Hashable, Sendable {
  public let id: Int64

  public init(id: Int64) { self.id = id }
}

/// How far a stream or partition has been read. The value is the connector's own and opaque to everyone else.
public struct Checkpoint: Hashable, Sendable {
  public var scope: StreamName
  public var value: [UInt8]

  public init(scope: StreamName, value: [UInt8]) {
    self.scope = scope
    self.value = value
  }
}

/// Proof that a delivery is on disk.
public struct Receipt: Hashable, Sendable {
  /// Its place in the journal, counted from 1. A duplicate gets the place of the first.
  public var position: Int64
  public var connector: String
  public var isDuplicate: Bool

  public init(position: Int64, connector: String, isDuplicate: Bool = false) {
    self.position = position
    self.connector = connector
    self.isDuplicate = isDuplicate
  }
}

/// What became of one record of a delivery, once it was applied.
public struct ItemOutcome: Hashable, Sendable {
  public enum Result: String, Hashable, Sendable, CaseIterable {
    case applied, unchanged, stale, filtered
    case deadLettered = "dead-lettered"
    case erased
  }

  /// The index of the item in its delivery, counted from 0.
  public var item: Int
  public var key: RecordKey?
  public var result: Result
  /// Set for `stale` when the version was equal and the content was not.
  public var isConflict: Bool
  public var fault: Fault?
  /// For `stale`, why the statement did not count; `nil` says that a newer one had been here.
  public var reason: StaleReason?
  /// Of stock: what stands now, whatever became of the item.
  public var standing: Standing?

  public init(
    item: Int, key: RecordKey? = nil, result: Result, isConflict: Bool = false, fault: Fault? = nil, reason: StaleReason? = nil,
    standing: Standing? = nil
  ) {
    self.item = item
    self.key = key
    self.result = result
    self.isConflict = isConflict
    self.fault = fault
    self.reason = reason
    self.standing = standing
  }
}

/// Why a statement about stock did not count although it is the newest of its record.
public enum StaleReason: String, Hashable, Sendable {
  /// Compare-and-set: the level has another version than the sender believed.
  case versionDiffers = "version-differs"
  /// Compare-and-set: the level has another quantity than the sender believed.
  case quantityDiffers = "quantity-differs"
  /// A movement that was counted already: the level was stated as a whole at a later version.
  case counted
}

/// A stock level as it stands.
public struct Standing: Hashable, Sendable {
  /// On hand; `nil` when nobody said so.
  public var quantity: Number?
  /// Of the last statement about the whole level; `nil` when there were only movements.
  public var version: Version?

  public init(quantity: Number?, version: Version?) {
    self.quantity = quantity
    self.version = version
  }
}

/// What became of a delivery.
public enum DeliveryOutcome: Hashable, Sendable {
  case applied([ItemOutcome])
  /// It could not be decoded at all; it is a dead letter with its raw bytes.
  case undecodable(Fault)
  /// It was accepted and will be applied, but not within the time that the caller was willing to wait.
  case pending
}
