import Model
import SQLite

/// The writing side of the journal's tables. Used by the writer's thread, inside its transactions.
final class JournalTables {
  private struct Stream {
    var id: Int64
    var connector: Int64
  }

  /// Bodies are kept in rows of at most so many bytes: a range is cut from few bytes more than it has.
  static let chunkSize = 256 << 10

  let database: Database
  /// The last position given out to each connector in this transaction.
  var newHeads: [String: Int64] = [:]
  private var streams: [StreamName: Stream] = [:]
  private var newCounts: [Int64: DeliveryCounts] = [:]
  private var lastPosition: Int64?
  private var leases: [String: Int64] = [:]

  init(database: Database) { self.database = database }

  /// Forgets what was read or counted inside a transaction that was rolled back.
  func forget() {
    newHeads.removeAll()
    streams.removeAll()
    newCounts.removeAll()
    lastPosition = nil
    leases.removeAll()
  }

  /// Writes heads and counts; the last thing before the commit.
  func flush() throws {
    for (connector, head) in newHeads {
      try database.statement("UPDATE connectors SET head = ? WHERE name = ?").bind(head).bind(connector).run()
    }
    for (stream, counts) in newCounts {
      try database.statement("UPDATE streams SET received = received + ?, duplicate = duplicate + ? WHERE id = ?")
        .bind(counts.received).bind(counts.duplicate).bind(stream).run()
    }
    newCounts.removeAll(keepingCapacity: true)
  }

  func loadHeads() throws -> [String: Int64] {
    let rows = try database.statement("SELECT name, head FROM connectors").map { ($0.text(0), $0.int(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  // MARK: Deliveries

  func insert(_ delivery: Delivery, receivedAt: Int64) throws -> Receipt {
    let stream = try intern(delivery.stream)
    let position = try positionBefore() + 1
    let statement = try database.statement(
      """
      INSERT INTO deliveries (position, connector, stream, received_at, content_type, origin, mapping, dedupe, meta, blob, blob_offset,
        blob_length, body) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (connector, dedupe) WHERE dedupe IS NOT NULL DO NOTHING
      """
    ).bind(position).bind(stream.connector).bind(stream.id).bind(receivedAt).bind(delivery.contentType).bind(delivery.origin)
      .bind(delivery.mapping).bind(delivery.dedupeKey).bind(Self.encode(delivery.meta))
    switch delivery.body {
    case .bytes(let bytes): try statement.bindNull().bindNull().bindNull().bind(bytes).run()
    case .range(let blob, let offset, let length):
      try check(blob, offset: offset, length: length)
      try statement.bind(blob.id).bind(offset).bind(length).bindNull().run()
    }
    newCounts[stream.id, default: DeliveryCounts()].received += 1
    guard database.changedRows == 1 else { return try duplicate(of: delivery, in: stream) }
    lastPosition = position
    newHeads[delivery.stream.connector] = position
    return Receipt(position: position, connector: delivery.stream.connector)
  }

  private func duplicate(of delivery: Delivery, in stream: Stream) throws -> Receipt {
    let first = try database.statement("SELECT position FROM deliveries WHERE connector = ? AND dedupe = ?")
      .bind(stream.connector).bind(delivery.dedupeKey).first { $0.int(0) }
    guard let first else { throw Fault("storage-corrupt", "The journal's index of dedupe keys is damaged.") }
    newCounts[stream.id, default: DeliveryCounts()].duplicate += 1
    return Receipt(position: first, connector: delivery.stream.connector, isDuplicate: true)
  }

  private func positionBefore() throws -> Int64 {
    if let lastPosition { return lastPosition }
    let last = try database.statement("SELECT max(head) FROM connectors").first { $0.int(0) } ?? 0
    lastPosition = last
    return last
  }

  private func intern(_ name: StreamName) throws -> Stream {
    if let known = streams[name] { return known }
    try database.statement("INSERT OR IGNORE INTO connectors (name, head) VALUES (?, 0)").bind(name.connector).run()
    let connector = try database.statement("SELECT id FROM connectors WHERE name = ?").bind(name.connector).returnedInt()
    try database.statement(
      "INSERT OR IGNORE INTO streams (connector, stream, partition, received, duplicate) VALUES (?, ?, ?, 0, 0)"
    ).bind(connector).bind(name.stream).bind(name.partition).run()
    let id = try database.statement("SELECT id FROM streams WHERE connector = ? AND stream = ? AND partition = ?")
      .bind(connector).bind(name.stream).bind(name.partition).returnedInt()
    let stream = Stream(id: id, connector: connector)
    // Partitions may be many (one a mailbox, one a file); what was forgotten is read again.
    if streams.count >= 10_000 { streams.removeAll() }
    streams[name] = stream
    return stream
  }

  static func encode(_ meta: [String: String]) -> [UInt8] {
    TextList.encode(meta.sorted { utf8Precedes($0.key, $1.key) }.flatMap { [$0.key, $0.value] })
  }

  // MARK: Big bodies

  func createBlob() throws -> BlobReference {
    try database.statement("INSERT INTO blobs (length) VALUES (0)").run()
    return BlobReference(id: database.lastInsertedRow)
  }

  func append(_ bytes: [UInt8], to blob: BlobReference) throws {
    var length = try self.length(of: blob)
    try bytes.withUnsafeBytes { bytes in
      for start in stride(from: 0, to: bytes.count, by: Self.chunkSize) {
        let chunk = UnsafeRawBufferPointer(rebasing: bytes[start..<min(start + Self.chunkSize, bytes.count)])
        try database.statement("INSERT INTO blob_chunks (blob, start, bytes) VALUES (?, ?, ?)").bind(blob.id).bind(length).bind(chunk).run()
        length += Int64(chunk.count)
      }
    }
    try database.statement("UPDATE blobs SET length = ? WHERE id = ?").bind(length).bind(blob.id).run()
  }

  private func check(_ blob: BlobReference, offset: Int, length: Int) throws {
    let available = try self.length(of: blob)
    guard offset >= 0, length >= 0, offset <= available, length <= available - Int64(offset) else {
      throw Fault("blob-range", "The body \(blob.id) has \(available) bytes; \(length) bytes from \(offset) on are not all there.")
    }
  }

  private func length(of blob: BlobReference) throws -> Int64 {
    let length = try database.statement("SELECT length FROM blobs WHERE id = ?").bind(blob.id).first { $0.int(0) }
    guard let length else { throw Fault("blob-unknown", "The journal holds no body \(blob.id).") }
    return length
  }

  /// Removes bodies that no delivery refers to: nobody who was writing them has survived.
  func removeAbandonedBlobs() throws {
    let abandoned = try database.statement("SELECT id FROM blobs WHERE id NOT IN (SELECT blob FROM deliveries WHERE blob IS NOT NULL)").map
    {
      $0.int(0)
    }
    for blob in abandoned {
      try database.statement("DELETE FROM blob_chunks WHERE blob = ?").bind(blob).run()
      try database.statement("DELETE FROM blobs WHERE id = ?").bind(blob).run()
    }
  }

  // MARK: Checkpoints

  func save(_ checkpoint: Checkpoint) throws {
    try database.statement(
      """
      INSERT INTO checkpoints (stream, value) VALUES (?, ?)
        ON CONFLICT (stream) DO UPDATE SET value = excluded.value WHERE length(excluded.value) > 0
      """
    ).bind(intern(checkpoint.scope).id).bind(checkpoint.value).run()
  }

  func removeCheckpoint(_ scope: StreamName) throws {
    try database.statement("DELETE FROM checkpoints WHERE stream = ?").bind(intern(scope).id).run()
  }

  func resetCheckpoints(connector: String) throws {
    try database.statement(
      "DELETE FROM checkpoints WHERE stream IN (SELECT s.id FROM streams s JOIN connectors c ON c.id = s.connector WHERE c.name = ?)"
    ).bind(connector).run()
  }

  /// The checkpoints of a stream and of all its partitions.
  func resetCheckpoints(connector: String, stream: String) throws {
    try database.statement(
      """
      DELETE FROM checkpoints WHERE stream IN
        (SELECT s.id FROM streams s JOIN connectors c ON c.id = s.connector WHERE c.name = ? AND s.stream = ?)
      """
    ).bind(connector).bind(stream).run()
  }

  // MARK: Leases

  func takeLease(_ connector: String) throws -> Lease {
    let token = try database.statement(
      "INSERT INTO leases (connector, token) VALUES (?, 1) ON CONFLICT (connector) DO UPDATE SET token = token + 1 RETURNING token"
    ).bind(connector).returnedInt()
    leases[connector] = token
    return Lease(connector: connector, token: token)
  }

  /// - Throws: `lease-lost`.
  func check(_ lease: Lease) throws {
    let token: Int64
    if let known = leases[lease.connector] {
      token = known
    } else {
      token = try database.statement("SELECT token FROM leases WHERE connector = ?").bind(lease.connector).first { $0.int(0) } ?? 0
      leases[lease.connector] = token
    }
    guard lease.token == token else {
      throw Fault("lease-lost", "Another runner has the connector \(lease.connector) by now: lease \(token), not \(lease.token).")
    }
  }
}
