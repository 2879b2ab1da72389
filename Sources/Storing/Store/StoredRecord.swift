import Model

/// A record as the store keeps it: its state, and how it hangs together with customers.
public struct StoredRecord: Hashable, Sendable {
  /// The row: ascends by first acceptance and is never reused. 0 for a record that is not stored yet.
  public var id: Int64
  public var state: RecordState
  /// The journal position of the delivery that wrote it last.
  public var acceptedPosition: Int64
  /// The business time of the record (an order's date, a message's time) in microseconds since 1970, when it has one.
  public var at: Int64?
  /// The customer that remembers this record as its own, even while it lives in another one (contract C3).
  public var home: CustomerID?
  /// The customer that it belongs to now.
  public var customer: CustomerID?

  public init(
    id: Int64 = 0, state: RecordState, acceptedPosition: Int64, at: Int64? = nil, home: CustomerID? = nil,
    customer: CustomerID? = nil
  ) {
    self.id = id
    self.state = state
    self.acceptedPosition = acceptedPosition
    self.at = at
    self.home = home
    self.customer = customer
  }

  public var key: RecordKey { state.key }
}

/// A record that points at another one.
public struct StoredReference: Hashable, Sendable {
  /// The row of the record that points.
  public let record: Int64
  public let attribute: String
  public let target: RecordKey

  public init(record: Int64, attribute: String, target: RecordKey) {
    self.record = record
    self.attribute = attribute
    self.target = target
  }
}
