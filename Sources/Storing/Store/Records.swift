import Model
import SQLite

// Records by key, row, customer and type. A deleted record keeps its row: versions and home outlive its values.

extension StoreReader {
  public func record(_ key: RecordKey) throws -> StoredRecord? {
    guard let type = try nameID(key.type), let source = try nameID(key.source) else { return nil }
    return try database.statement(
      """
      SELECT id, type, source, key, version, generation, baseline, baseline_generation, deleted, attributes, versions, content,
        position, at, home, customer, baseline_content FROM records WHERE type = ? AND source = ? AND key = ?
      """
    ).bind(type).bind(source).bind(key.key).first(decodeRecord)
  }

  public func record(id: Int64) throws -> StoredRecord? {
    try database.statement(
      """
      SELECT id, type, source, key, version, generation, baseline, baseline_generation, deleted, attributes, versions, content,
        position, at, home, customer, baseline_content FROM records WHERE id = ?
      """
    ).bind(id).first(decodeRecord)
  }

  /// The records of `ids` that exist, in the order of `ids`.
  public func records(ids: [Int64]) throws -> [StoredRecord] {
    try ids.compactMap { try record(id: $0) }
  }

  /// The row of a record, without reading the rest of it.
  public func recordID(_ key: RecordKey) throws -> Int64? {
    guard let type = try nameID(key.type), let source = try nameID(key.source) else { return nil }
    return try database.statement("SELECT id FROM records WHERE type = ? AND source = ? AND key = ?")
      .bind(type).bind(source).bind(key.key).first { $0.int(0) }
  }

  /// The records that belong to a customer now, oldest first.
  public func records(of customer: CustomerID) throws -> [StoredRecord] {
    try database.statement(
      """
      SELECT id, type, source, key, version, generation, baseline, baseline_generation, deleted, attributes, versions, content,
        position, at, home, customer, baseline_content FROM records WHERE customer = ? ORDER BY id
      """
    ).bind(customer.number).map(decodeRecord)
  }

  /// The records that a customer remembers as its own, wherever they live now, tombstones included; oldest first (C3).
  public func records(atHomeIn customer: CustomerID) throws -> [StoredRecord] {
    try database.statement(
      """
      SELECT id, type, source, key, version, generation, baseline, baseline_generation, deleted, attributes, versions, content,
        position, at, home, customer, baseline_content FROM records WHERE home = ? ORDER BY id
      """
    ).bind(customer.number).map(decodeRecord)
  }

  /// The live records of a type in row order, a batch at a time: memory stays bounded whatever the store holds.
  /// The batches are of one snapshot, like everything inside one read.
  public func forEachLiveRecord(type: String, batch: Int = 1_000, _ body: ([StoredRecord]) throws -> Void) throws {
    var after: Int64 = 0
    while true {
      let page = try liveRecords(type: type, after: after, limit: batch)
      guard let last = page.last else { return }
      try body(page)
      after = last.id
    }
  }

  /// One page of the live records of a type, in row order, behind row `after`.
  public func liveRecords(type: String, after: Int64 = 0, limit: Int) throws -> [StoredRecord] {
    guard let type = try nameID(type) else { return [] }
    return try database.statement(
      """
      SELECT id, type, source, key, version, generation, baseline, baseline_generation, deleted, attributes, versions, content,
        position, at, home, customer, baseline_content FROM records WHERE type = ? AND deleted = 0 AND id > ? ORDER BY id LIMIT ?
      """
    ).bind(type).bind(after).bind(limit).map(decodeRecord)
  }

  /// How many live records there are of each type.
  public func liveRecordCounts() throws -> [String: Int] {
    let counts = try database.statement("SELECT type, count(*) FROM records WHERE deleted = 0 GROUP BY type").map { ($0.int(0), $0.int(1)) }
    return try Dictionary(uniqueKeysWithValues: counts.map { (try name($0.0), Int($0.1)) })
  }
}

extension StoreWriter {
  /// Inserts a record (`id` 0) or writes over the row `id`.
  /// - Parameter attributes: canonical JSON of all its attributes, for who has it at hand.
  /// - Returns: the row.
  @discardableResult
  public func put(_ record: StoredRecord, attributes: [UInt8]? = nil) throws -> Int64 {
    let attributes = attributes ?? AttributeVersions.canonical(record.state)
    let versions = AttributeVersions.encode(record.state)
    guard record.id == 0 else {
      try database.statement(
        """
        UPDATE records SET version = ?, generation = ?, baseline = ?, baseline_generation = ?, deleted = ?, attributes = ?, versions = ?,
          content = ?, position = ?, at = ?, home = ?, customer = ?, baseline_content = ? WHERE id = ?
        """
      ).bindContent(record, attributes, versions).bind(record.id).run()
      guard database.changedRows == 1 else { throw Fault("record-unknown", "There is no record in row \(record.id).") }
      return record.id
    }
    let id = try next("record")
    try database.statement(
      """
      INSERT INTO records (version, generation, baseline, baseline_generation, deleted, attributes, versions, content, position, at,
        home, customer, baseline_content, id, type, source, key) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).bindContent(record, attributes, versions).bind(id).bind(internName(record.key.type)).bind(internName(record.key.source)).bind(
      record.key.key
    )
    .run()
    withoutReferences.insert(id)
    withoutEntries.insert(id)
    withoutTexts.insert(id)
    return id
  }

  /// Says which customer a record belongs to now; `nil` for none.
  public func setCustomer(_ customer: CustomerID?, of record: Int64) throws {
    try database.statement("UPDATE records SET customer = ? WHERE id = ?").bind(customer?.number).bind(record).run()
  }

  /// Says which customer remembers a record as its own; `nil` for none.
  public func setHome(_ home: CustomerID?, of record: Int64) throws {
    try database.statement("UPDATE records SET home = ? WHERE id = ?").bind(home?.number).bind(record).run()
  }
}

extension PreparedStatement {
  /// Binds the columns that both an insert and an update write, in the order in which both name them.
  fileprivate func bindContent(_ record: StoredRecord, _ attributes: [UInt8], _ versions: [UInt8]?) -> PreparedStatement {
    let state = record.state
    return bind(state.version.order).bind(state.version.generation).bind(state.baseline?.order).bind(state.baseline?.generation)
      .bind(state.isDeleted).bindText(attributes).bind(versions).bind(Int64(bitPattern: state.content))
      .bind(record.acceptedPosition).bind(record.at).bind(record.home?.number).bind(record.customer?.number)
      .bind(Int64(bitPattern: state.baselineContent))
  }
}

extension StoreReader {
  /// Reads the columns that every query of this file selects, in that order.
  func decodeRecord(_ row: Row) throws -> StoredRecord {
    let key = RecordKey(source: try name(row.int(2)), type: try name(row.int(1)), key: row.text(3))
    let version = Version(row.int(4), generation: row.int(5))
    let values = try row.withBytes(9) { try CanonicalReader.object($0) }
    let content = UInt64(bitPattern: row.int(11))
    let attributes = try row.withBytes(10) { try AttributeVersions.decode($0, values: values, version: version, content: content) }
    let state = RecordState(
      key: key, version: version, content: content, isDeleted: row.bool(8), attributes: attributes,
      baseline: row.optionalInt(6).map { Version($0, generation: row.int(7)) }, baselineContent: UInt64(bitPattern: row.int(16)))
    return StoredRecord(
      id: row.int(0), state: state, acceptedPosition: row.int(12), at: row.optionalInt(13),
      home: row.optionalInt(14).map { CustomerID($0) }, customer: row.optionalInt(15).map { CustomerID($0) })
  }
}
