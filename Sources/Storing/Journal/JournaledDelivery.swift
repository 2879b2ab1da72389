import Model

/// A delivery as the applier reads it back: its body resolved to bytes, with its place and time of acceptance.
public struct JournaledDelivery: Hashable, Sendable {
  /// Its place in the journal, counted from 1 over all connectors.
  public let position: Int64
  public let stream: StreamName
  public let body: [UInt8]
  public let contentType: String?
  public let origin: String?
  public let mapping: String?
  public let meta: [String: String]
  /// When it was accepted, in microseconds since 1970.
  public let receivedAt: Int64
}

/// The journal's share of the accounting identity (contract C1), counted in the same transaction as the deliveries.
public struct DeliveryCounts: Hashable, Sendable {
  /// All deliveries that were accepted, duplicates included.
  public var received: Int64
  public var duplicate: Int64

  public init(received: Int64 = 0, duplicate: Int64 = 0) {
    self.received = received
    self.duplicate = duplicate
  }
}

/// What ended a wait for work.
public enum Wakening: Hashable, Sendable {
  /// There is a delivery beyond the position asked for.
  case work
  case timedOut
  /// The journal was told to stop or was closed.
  case stopped
}
