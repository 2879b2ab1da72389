import Model

/// A connector's stream in the accounting, whatever the partition.
public struct AccountKey: Hashable, Sendable {
  public var connector: String
  public var stream: String

  public init(connector: String, stream: String) {
    self.connector = connector
    self.stream = stream
  }
}

/// The store's share of the accounting identity (contract C1): what became of deliveries and of their items.
/// As a value it is a sum or a delta; both are added with `+=`.
public struct Account: Hashable, Sendable {
  // Deliveries.
  public var mapped: Int64 = 0
  public var undecodable: Int64 = 0
  public var filteredDeliveries: Int64 = 0
  // Items.
  public var produced: Int64 = 0
  public var applied: Int64 = 0
  public var unchanged: Int64 = 0
  public var stale: Int64 = 0
  public var filtered: Int64 = 0
  public var deadLettered: Int64 = 0
  public var erased: Int64 = 0

  public init() {}

  public static func += (sum: inout Account, delta: Account) {
    sum.mapped += delta.mapped
    sum.undecodable += delta.undecodable
    sum.filteredDeliveries += delta.filteredDeliveries
    sum.produced += delta.produced
    sum.applied += delta.applied
    sum.unchanged += delta.unchanged
    sum.stale += delta.stale
    sum.filtered += delta.filtered
    sum.deadLettered += delta.deadLettered
    sum.erased += delta.erased
  }
}

/// A delivery or item that could not be processed, with the reason and the raw bytes.
public struct DeadLetter: Hashable, Sendable {
  /// Its number, consecutive from 1; 0 for one that is not stored yet.
  public var id: Int64
  public var position: Int64
  /// The index of the item in its delivery, counted from 0; `nil` for a whole delivery.
  public var item: Int?
  public var stream: StreamName
  public var fault: Fault
  public var raw: [UInt8]
  /// When it was found, in microseconds since 1970.
  public var at: Int64

  public init(id: Int64 = 0, position: Int64, item: Int?, stream: StreamName, fault: Fault, raw: [UInt8], at: Int64) {
    self.id = id
    self.position = position
    self.item = item
    self.stream = stream
    self.fault = fault
    self.raw = raw
    self.at = at
  }
}

/// Which dead letters to list.
public struct DeadLetterFilter: Hashable, Sendable {
  public var connector: String?
  public var stream: String?
  public var code: String?

  public init(connector: String? = nil, stream: String? = nil, code: String? = nil) {
    self.connector = connector
    self.stream = stream
    self.code = code
  }
}

/// One entry of the ordered change feed.
public struct Change: Hashable, Sendable {
  /// Consecutive from 1.
  public var sequence: Int64
  /// What happened, such as `customer-changed`; the words are the hub's.
  public var kind: String
  public var customer: CustomerID?
  public var record: RecordKey?
  /// JSON, ready to be sent.
  public var payload: [UInt8]
  /// The journal position that caused it.
  public var position: Int64

  public init(sequence: Int64, kind: String, customer: CustomerID?, record: RecordKey?, payload: [UInt8], position: Int64) {
    self.sequence = sequence
    self.kind = kind
    self.customer = customer
    self.record = record
    self.payload = payload
    self.position = position
  }
}

/// A decision with its life: it is never removed, so that it can be explained later.
public struct StoredDecision: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    case inForce = "in-force"
    case undone
    case expired
  }

  public var decision: Decision
  /// When it was made, in microseconds since 1970.
  public var created: Int64
  public var state: State
  /// Who undid it; `nil` unless undone.
  public var endedBy: String?
  /// The journal position that ended it.
  public var endedPosition: Int64?

  public init(decision: Decision, created: Int64, state: State, endedBy: String? = nil, endedPosition: Int64? = nil) {
    self.decision = decision
    self.created = created
    self.state = state
    self.endedBy = endedBy
    self.endedPosition = endedPosition
  }
}
