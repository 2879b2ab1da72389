import Model
import SQLite

/// The right to feed the journal for one connector: of all that were ever given out, the last one has it.
///
/// The token is the fence: a runner that was thought dead, or whose end nobody waited for, cannot move the checkpoint behind the back
/// of its successor.
public struct Lease: Hashable, Sendable {
  public var connector: String
  /// Rises with every lease of the connector, over restarts too; from 1.
  public var token: Int64

  public init(connector: String, token: Int64) {
    self.connector = connector
    self.token = token
  }
}

/// What people have ordered for one stream of a connector.
public struct StreamControl: Hashable, Sendable {
  public var isPaused: Bool
  /// Where reading starts when there is no checkpoint, in microseconds since 1970; nil: from the beginning.
  public var since: Int64?

  public init(isPaused: Bool = false, since: Int64? = nil) {
    self.isPaused = isPaused
    self.since = since
  }
}

extension Journal {
  // MARK: Leases

  /// Takes the lease of a connector from whoever has it.
  /// - Throws: `storage-…`, `journal-closed`.
  public func takeLease(_ connector: String) async throws(Fault) -> Lease {
    try await submit(cost: 0) { try $0.takeLease(connector) }
  }

  // MARK: Orders for streams

  /// Pauses or resumes a stream.
  public func setPaused(_ isPaused: Bool, connector: String, stream: String) async throws(Fault) {
    try await submit(cost: 0) { tables in
      try tables.database.statement(
        """
        INSERT INTO controls (connector, stream, paused) VALUES (?, ?, ?)
          ON CONFLICT (connector, stream) DO UPDATE SET paused = excluded.paused
        """
      ).bind(connector).bind(stream).bind(isPaused ? 1 : 0).run()
    }
  }

  /// Forgets how far a stream and its partitions have been read. In the same commit the lease is taken from whoever reads now: an
  /// `accept` that comes later cannot bring the checkpoint back.
  /// - Parameter since: where to start then, in microseconds since 1970; nil: from the beginning.
  public func restart(connector: String, stream: String, since: Int64?) async throws(Fault) {
    try await submit(cost: 0) { tables in
      try tables.database.statement(
        """
        INSERT INTO controls (connector, stream, paused, since) VALUES (?, ?, 0, ?)
          ON CONFLICT (connector, stream) DO UPDATE SET since = excluded.since
        """
      ).bind(connector).bind(stream).bind(since).run()
      try tables.resetCheckpoints(connector: connector, stream: stream)
      _ = try tables.takeLease(connector)
    }
  }

  /// The orders for streams, by connector and stream. Streams without any are not in it.
  public func controls() throws(Fault) -> [String: [String: StreamControl]] {
    try reading { reader in
      var controls: [String: [String: StreamControl]] = [:]
      try reader.database.statement("SELECT connector, stream, paused, since FROM controls").forEach { row in
        controls[row.text(0), default: [:]][row.text(1)] = StreamControl(isPaused: row.int(2) != 0, since: row.optionalInt(3))
      }
      return controls
    }
  }

  // MARK: Remarks

  /// Keeps something under a key over restarts; an empty value removes it.
  public func keep(_ value: [UInt8], as key: String) async throws(Fault) {
    try await submit(cost: value.count) { tables in
      if value.isEmpty {
        try tables.database.statement("DELETE FROM remarks WHERE key = ?").bind(key).run()
      } else {
        try tables.database.statement(
          "INSERT INTO remarks (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value"
        )
        .bind(key).bind(value).run()
      }
    }
  }

  /// What is kept under a key; nil when there is nothing.
  public func kept(_ key: String) throws(Fault) -> [UInt8]? {
    try reading { try $0.database.statement("SELECT value FROM remarks WHERE key = ?").bind(key).first { $0.bytes(0) } }
  }
}
