import Model
import SQLite

// What became of a delivery that may be asked for again: the second request with an idempotency key gets the first answer.

extension StoreReader {
  /// The outcome that was kept for a position, in the hub's own encoding; `nil` when none was.
  public func outcome(at position: Int64) throws -> [UInt8]? {
    try database.statement("SELECT outcome FROM outcomes WHERE position = ?").bind(position).first { $0.bytes(0) }
  }
}

extension StoreWriter {
  /// Keeps the outcome of the delivery at a position.
  public func putOutcome(_ outcome: [UInt8], at position: Int64) throws {
    try database.statement("INSERT OR REPLACE INTO outcomes (position, outcome) VALUES (?, ?)").bind(position).bind(outcome).run()
  }
}
