import Model

/// A customer's row: what the id names, and the golden record as it was last published.
public struct StoredCustomer: Hashable, Sendable {
  public enum State: String, Hashable, Sendable, CaseIterable {
    case live
    /// It was merged into another customer; `redirectTo` says which.
    case redirected
    /// It names nobody any more: its records were deleted, or erased.
    case retired
  }

  public var id: CustomerID
  public var state: State
  public var redirectTo: CustomerID?
  /// The golden record as JSON, ready to be sent. Empty unless live.
  public var golden: [UInt8]
  /// Rises by one with every write of the row.
  public var version: Int64
  /// The journal position that caused the last write.
  public var updatedPosition: Int64

  public init(
    id: CustomerID, state: State = .live, redirectTo: CustomerID? = nil, golden: [UInt8] = [], version: Int64 = 0, updatedPosition: Int64
  ) {
    self.id = id
    self.state = state
    self.redirectTo = redirectTo
    self.golden = golden
    self.version = version
    self.updatedPosition = updatedPosition
  }
}
