import CSQLite

/// One connection to an SQLite file: WAL, `synchronous=FULL` (set after opening and read back), secure delete, foreign keys.
///
/// Not `Sendable`: whoever owns it makes sure that one thread at a time uses it (the connection is opened without SQLite's
/// own mutexes). Constant SQL is prepared once and kept.
public final class Database {
  /// How a connection is opened. Sources: <https://www.sqlite.org/pragma.html>, <https://www.sqlite.org/wal.html>.
  public struct Options: Sendable {
    /// The VFS to use; `nil` is SQLite's default.
    public var vfs: String?
    /// True refuses every write through this connection.
    public var isReader = false
    /// How long to wait for a lock, in milliseconds.
    public var busyTimeout: Int32 = 10_000
    /// Pages of the WAL after which a commit checkpoints by itself; 0 leaves that to ``Database/checkpoint(_:)``.
    public var autocheckpoint: Int32 = 1_000
    /// Page cache in KiB.
    public var cacheSize: Int = 8_192
    /// The size in bytes to which a WAL that has been checkpointed is cut back.
    public var journalSizeLimit: Int = 64 << 20

    public init(vfs: String? = nil, isReader: Bool = false, autocheckpoint: Int32 = 1_000, cacheSize: Int = 8_192) {
      self.vfs = vfs
      self.isReader = isReader
      self.autocheckpoint = autocheckpoint
      self.cacheSize = cacheSize
    }
  }

  let handle: OpaquePointer
  private var statements: [UnsafePointer<UInt8>: PreparedStatement] = [:]
  /// Frames in the WAL after the last commit of this connection. Kept only when `autocheckpoint` is 0.
  public internal(set) var walPages = 0

  public init(path: String, options: Options = Options()) throws(DatabaseError) {
    var handle: OpaquePointer?
    let flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_CREATE | SQLITE_OPEN_NOMUTEX | SQLITE_OPEN_EXRESCODE
    let code = sqlite3_open_v2(path, &handle, flags, options.vfs)
    guard code == SQLITE_OK, let handle else {
      let message = handle.map { String(cString: sqlite3_errmsg($0)) } ?? "out of memory"
      sqlite3_close_v2(handle)
      throw DatabaseError(code: code, message: "cannot open \(path): \(message)")
    }
    self.handle = handle
    try configure(options)
  }

  deinit {
    statements.removeAll()
    sqlite3_close_v2(handle)
  }

  private func configure(_ options: Options) throws(DatabaseError) {
    sqlite3_busy_timeout(handle, options.busyTimeout)
    guard try pragma("journal_mode = WAL") == "wal" else {
      throw DatabaseError(code: SQLITE_CANTOPEN, message: "the file system cannot hold a write-ahead log (shared memory is missing)")
    }
    try execute("PRAGMA synchronous = FULL")
    try execute("PRAGMA foreign_keys = ON")
    _ = try pragma("secure_delete = ON")
    _ = try pragma("journal_size_limit = \(options.journalSizeLimit)")
    try execute("PRAGMA cache_size = -\(options.cacheSize)")
    if options.autocheckpoint > 0 {
      sqlite3_wal_autocheckpoint(handle, options.autocheckpoint)
    } else {
      countWALPages()
    }
    guard try pragma("synchronous") == "2" else {
      throw DatabaseError(code: SQLITE_MISUSE, message: "synchronous is not FULL: commits would not be durable")
    }
    if options.isReader { try execute("PRAGMA query_only = ON") }
  }

  // MARK: Statements

  /// The prepared statement of a constant SQL text, kept for the next time.
  public func statement(_ sql: StaticString) throws(DatabaseError) -> PreparedStatement {
    // A literal's address identifies it: cheaper than hashing its text on every call.
    if let known = statements[sql.utf8Start], !known.isInUse { return known.lend() }
    let fresh = try prepare(sql.description, isKept: true)
    if statements[sql.utf8Start] == nil { statements[sql.utf8Start] = fresh }
    return fresh.lend()
  }

  /// Prepares SQL that was put together at run time. Never put values into it: bind them.
  public func dynamicStatement(_ sql: String) throws(DatabaseError) -> PreparedStatement {
    try prepare(sql, isKept: false).lend()
  }

  private func prepare(_ sql: String, isKept: Bool) throws(DatabaseError) -> PreparedStatement {
    var prepared: OpaquePointer?
    let code = sqlite3_prepare_v3(handle, sql, -1, isKept ? UInt32(SQLITE_PREPARE_PERSISTENT) : 0, &prepared, nil)
    guard code == SQLITE_OK, let prepared else { throw error(code, sql: sql) }
    return PreparedStatement(handle: prepared)
  }

  /// Runs one or more statements without parameters.
  public func execute(_ sql: String) throws(DatabaseError) {
    let code = sqlite3_exec(handle, sql, nil, nil, nil)
    guard code == SQLITE_OK else { throw error(code, sql: sql) }
  }

  /// The first column of the first row of `PRAGMA text`, as text.
  public func pragma(_ text: String) throws(DatabaseError) -> String? {
    let statement = try dynamicStatement("PRAGMA \(text)")
    defer { statement.reset() }
    return try statement.step() ? statement.row.optionalText(0) : nil
  }

  /// Rows that the last insert, update or delete changed.
  public var changedRows: Int { Int(sqlite3_changes64(handle)) }

  /// The row id of the last successful insert.
  public var lastInsertedRow: Int64 { sqlite3_last_insert_rowid(handle) }

  func error(_ code: Int32, sql: String?) -> DatabaseError {
    DatabaseError(code: sqlite3_extended_errcode(handle), message: String(cString: sqlite3_errmsg(handle)), sql: sql)
  }
}
