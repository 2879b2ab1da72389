import Model
import SQLite

// What became of everything (contract C1), how far each connector is applied, and small facts about the store itself.

extension StoreReader {
  /// The sums since the beginning, per connector and stream.
  public func accounts() throws -> [AccountKey: Account] {
    let rows = try database.statement(
      """
      SELECT connector, stream, mapped, undecodable, filtered_deliveries, produced, applied, unchanged, stale, filtered, dead_lettered,
        erased FROM accounts
      """
    ).map { row in
      var account = Account()
      account.mapped = row.int(2)
      account.undecodable = row.int(3)
      account.filteredDeliveries = row.int(4)
      account.produced = row.int(5)
      account.applied = row.int(6)
      account.unchanged = row.int(7)
      account.stale = row.int(8)
      account.filtered = row.int(9)
      account.deadLettered = row.int(10)
      account.erased = row.int(11)
      return (AccountKey(connector: row.text(0), stream: row.text(1)), account)
    }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  /// The journal position up to which a connector's deliveries are applied; 0 at first. Connectors are applied
  /// independently of each other, each in the order of the journal.
  public func appliedThrough(_ connector: String) throws -> Int64 {
    try database.statement("SELECT position FROM lanes WHERE connector = ?").bind(connector).first { $0.int(0) } ?? 0
  }

  public func appliedThrough() throws -> [String: Int64] {
    let rows = try database.statement("SELECT connector, position FROM lanes").map { ($0.text(0), $0.int(1)) }
    return Dictionary(uniqueKeysWithValues: rows)
  }

  public func meta(_ key: String) throws -> String? {
    try database.statement("SELECT value FROM meta WHERE key = ?").bind(key).first { $0.text(0) }
  }
}

extension StoreWriter {
  /// Adds to the sums of a stream. Fields of a delta may be negative: an erasure moves items from one sum to another.
  public func add(_ delta: Account, to key: AccountKey) throws {
    try database.statement(
      """
      INSERT INTO accounts (connector, stream, mapped, undecodable, filtered_deliveries, produced, applied, unchanged, stale, filtered,
        dead_lettered, erased) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
        ON CONFLICT (connector, stream) DO UPDATE SET mapped = mapped + excluded.mapped, undecodable = undecodable + excluded.undecodable,
          filtered_deliveries = filtered_deliveries + excluded.filtered_deliveries, produced = produced + excluded.produced,
          applied = applied + excluded.applied, unchanged = unchanged + excluded.unchanged, stale = stale + excluded.stale,
          filtered = filtered + excluded.filtered, dead_lettered = dead_lettered + excluded.dead_lettered,
          erased = erased + excluded.erased
      """
    ).bind(key.connector).bind(key.stream).bind(delta.mapped).bind(delta.undecodable).bind(delta.filteredDeliveries)
      .bind(delta.produced).bind(delta.applied).bind(delta.unchanged).bind(delta.stale).bind(delta.filtered).bind(delta.deadLettered)
      .bind(delta.erased).run()
  }

  /// Says that a connector's deliveries are applied up to `position`. It never goes back.
  /// - Throws: `lane-order` when the lane is already further.
  public func setAppliedThrough(_ connector: String, _ position: Int64) throws {
    try database.statement(
      """
      INSERT INTO lanes (connector, position) VALUES (?, ?)
        ON CONFLICT (connector) DO UPDATE SET position = excluded.position WHERE excluded.position >= position
      """
    ).bind(connector).bind(position).run()
    guard database.changedRows == 1 else {
      throw Fault("lane-order", "Connector \(connector) is already applied beyond position \(position).")
    }
  }

  /// Keeps a small fact, such as the configuration digest; `nil` removes it.
  public func setMeta(_ key: String, _ value: String?) throws {
    guard let value else { return try database.statement("DELETE FROM meta WHERE key = ?").bind(key).run() }
    try database.statement("INSERT INTO meta (key, value) VALUES (?, ?) ON CONFLICT (key) DO UPDATE SET value = excluded.value")
      .bind(key).bind(value).run()
  }
}
