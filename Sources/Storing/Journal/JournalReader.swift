import Model
import SQLite

/// The reading side of the journal's tables.
final class JournalReader {
  let database: Database

  init(database: Database) { self.database = database }

  func deliveries(connector: String, after: Int64, maxCount: Int, maxBytes: Int) throws -> [JournaledDelivery] {
    // One snapshot for the deliveries and the bodies that they are ranges of.
    try database.transaction(.deferred) {
      var found: [JournaledDelivery] = []
      var bytes = 0
      let statement = try database.statement(
        """
        SELECT d.position, c.name, s.stream, s.partition, d.content_type, d.origin, d.mapping, d.meta, d.received_at, d.blob,
          d.blob_offset, coalesce(d.blob_length, length(d.body)), d.body
          FROM connectors c JOIN deliveries d ON d.connector = c.id JOIN streams s ON s.id = d.stream
          WHERE c.name = ? AND d.position > ? ORDER BY d.position LIMIT ?
        """
      ).bind(connector).bind(after).bind(maxCount)
      defer { statement.reset() }
      while try statement.step() {
        let size = Int(statement.row.int(11))
        guard found.isEmpty || bytes + size <= maxBytes else { break }
        bytes += size
        found.append(try decode(statement.row))
      }
      return found
    }
  }

  func delivery(at position: Int64) throws -> JournaledDelivery? {
    try database.transaction(.deferred) {
      try database.statement(
        """
        SELECT d.position, c.name, s.stream, s.partition, d.content_type, d.origin, d.mapping, d.meta, d.received_at, d.blob,
          d.blob_offset, coalesce(d.blob_length, length(d.body)), d.body
          FROM deliveries d JOIN connectors c ON c.id = d.connector JOIN streams s ON s.id = d.stream WHERE d.position = ?
        """
      ).bind(position).first(decode)
    }
  }

  private func decode(_ row: Row) throws -> JournaledDelivery {
    let body =
      try row.optionalInt(9).map { try range(blob: $0, offset: row.int(10), length: row.int(11)) } ?? row.bytes(12)
    let parts = try row.withBytes(7) { try TextList.decode($0) }
    let meta = stride(from: 0, to: parts.count - 1, by: 2).map { (parts[$0], parts[$0 + 1]) }
    return JournaledDelivery(
      position: row.int(0), stream: StreamName(connector: row.text(1), stream: row.text(2), partition: row.text(3)), body: body,
      contentType: row.optionalText(4), origin: row.optionalText(5), mapping: row.optionalText(6),
      meta: Dictionary(meta, uniquingKeysWith: { $1 }), receivedAt: row.int(8))
  }

  private func range(blob: Int64, offset: Int64, length: Int64) throws -> [UInt8] {
    var body: [UInt8] = []
    body.reserveCapacity(Int(length))
    // No chunk is longer than `chunkSize`, so none that starts earlier can reach into the range.
    try database.statement("SELECT start, bytes FROM blob_chunks WHERE blob = ? AND start > ? AND start < ? ORDER BY start")
      .bind(blob).bind(offset - Int64(JournalTables.chunkSize)).bind(offset + length).forEach { row in
        let start = row.int(0)
        row.withBytes(1) { chunk in
          let lower = Int(max(0, offset - start))
          let upper = Int(min(Int64(chunk.count), offset + length - start))
          if lower < upper { body.append(contentsOf: chunk[lower..<upper]) }
        }
      }
    guard body.count == Int(length) else { throw Fault("storage-corrupt", "The body \(blob) lacks a part of its bytes.") }
    return body
  }

  func heads() throws -> [String: Int64] {
    let rows = try database.statement("SELECT name, head FROM connectors WHERE head > 0").map { ($0.text(0), $0.int(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  func counts() throws -> [StreamName: DeliveryCounts] {
    let rows = try database.statement(
      """
      SELECT c.name, s.stream, sum(s.received), sum(s.duplicate) FROM streams s JOIN connectors c ON c.id = s.connector
        GROUP BY c.id, s.stream HAVING sum(s.received) > 0
      """
    ).map { (StreamName(connector: $0.text(0), stream: $0.text(1)), DeliveryCounts(received: $0.int(2), duplicate: $0.int(3))) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  func checkpoint(_ scope: StreamName) throws -> Checkpoint? {
    try database.statement(
      """
      SELECT p.value FROM checkpoints p JOIN streams s ON s.id = p.stream JOIN connectors c ON c.id = s.connector
        WHERE c.name = ? AND s.stream = ? AND s.partition = ?
      """
    ).bind(scope.connector).bind(scope.stream).bind(scope.partition).first { Checkpoint(scope: scope, value: $0.bytes(0)) }
  }

  func checkpoints() throws -> [Checkpoint] {
    try database.statement(
      """
      SELECT c.name, s.stream, s.partition, p.value FROM checkpoints p JOIN streams s ON s.id = p.stream
        JOIN connectors c ON c.id = s.connector ORDER BY c.name, s.stream, s.partition
      """
    ).map { row in
      Checkpoint(scope: StreamName(connector: row.text(0), stream: row.text(1), partition: row.text(2)), value: row.bytes(3))
    }
  }
}
