import Model
import SQLite

// The ordered change feed. A change is committed together with what changed.

extension StoreReader {
  /// Changes behind a sequence number, in order.
  public func changes(after sequence: Int64, limit: Int) throws -> [Change] {
    try database.statement(
      "SELECT sequence, kind, customer, record, payload, position FROM changes WHERE sequence > ? ORDER BY sequence LIMIT ?"
    )
    .bind(sequence).bind(limit).map { row in
      Change(
        sequence: row.int(0), kind: row.text(1), customer: row.optionalInt(2).map { CustomerID($0) },
        record: row.optionalText(3).flatMap { RecordKey(parsing: $0) }, payload: row.bytes(4), position: row.int(5))
    }
  }

  /// The sequence number of the last change; 0 when there is none.
  public func lastChange() throws -> Int64 {
    try database.statement("SELECT max(sequence) FROM changes").first { $0.int(0) } ?? 0
  }
}

extension StoreWriter {
  /// Appends to the feed.
  /// - Parameters:
  ///   - payload: JSON, ready to be sent.
  ///   - position: the journal position that caused it.
  /// - Returns: the sequence number: consecutive from 1.
  @discardableResult
  public func appendChange(
    kind: String, customer: CustomerID? = nil, record: RecordKey? = nil, payload: [UInt8] = [], position: Int64
  ) throws -> Int64 {
    let sequence = try next("change")
    try database.statement("INSERT INTO changes (sequence, kind, customer, record, payload, position) VALUES (?, ?, ?, ?, ?, ?)")
      .bind(sequence).bind(kind).bind(customer?.number).bind(record?.description).bind(payload).bind(position).run()
    return sequence
  }
}
