import CSQLite

/// What a checkpoint did: frames in the WAL, and how many of them are in the database file now.
public struct CheckpointResult: Hashable, Sendable {
  public let walPages: Int
  public let copiedPages: Int
}

extension Database {
  public enum CheckpointMode: Sendable {
    /// Copies what no reader holds back and waits for nobody.
    case passive
    /// Waits for readers, copies everything and cuts the WAL to zero bytes.
    case truncate
  }

  /// Copies committed pages from the WAL into the database file and syncs it.
  @discardableResult
  public func checkpoint(_ mode: CheckpointMode = .passive) throws(DatabaseError) -> CheckpointResult {
    var pages: Int32 = 0
    var copied: Int32 = 0
    let code = sqlite3_wal_checkpoint_v2(
      handle, nil, mode == .passive ? SQLITE_CHECKPOINT_PASSIVE : SQLITE_CHECKPOINT_TRUNCATE, &pages, &copied)
    guard code == SQLITE_OK else { throw error(code, sql: "wal_checkpoint") }
    if pages == copied { walPages = 0 }
    return CheckpointResult(walPages: Int(pages), copiedPages: Int(copied))
  }

  /// Keeps ``walPages`` up to date; replaces SQLite's automatic checkpoint, which uses the same hook.
  func countWALPages() {
    sqlite3_wal_hook(
      handle,
      { context, _, _, pages in
        guard let context else { return SQLITE_OK }
        Unmanaged<Database>.fromOpaque(context).takeUnretainedValue().walPages = Int(pages)
        return SQLITE_OK
      }, Unmanaged.passUnretained(self).toOpaque())
  }

  /// Writes a consistent copy of the database to `path`, from one snapshot, while others go on reading and writing.
  public func backup(to path: String, vfs: String? = nil) throws(DatabaseError) {
    let target = try Database(path: path, options: Options(vfs: vfs))
    guard let backup = sqlite3_backup_init(target.handle, "main", handle, "main") else { throw target.error(SQLITE_ERROR, sql: "backup") }
    let code = sqlite3_backup_step(backup, -1)
    let finished = sqlite3_backup_finish(backup)
    guard code == SQLITE_DONE, finished == SQLITE_OK else {
      throw DatabaseError(code: code == SQLITE_DONE ? finished : code, message: String(cString: sqlite3_errstr(code)), sql: "backup")
    }
    try target.checkpoint(.truncate)
  }

  /// What SQLite finds wrong with the file; empty when it is sound.
  /// - Parameter isQuick: leaves out the comparison of indexes with their tables.
  public func problems(isQuick: Bool = false) throws(DatabaseError) -> [String] {
    let statement = try dynamicStatement(isQuick ? "PRAGMA quick_check" : "PRAGMA integrity_check")
    defer { statement.reset() }
    var found: [String] = []
    while try statement.step() { found.append(statement.row.text(0)) }
    return found == ["ok"] ? [] : found
  }
}
