import CSQLite

extension Database {
  public enum TransactionKind: Sendable {
    /// Takes its snapshot with the first read.
    case deferred
    /// Takes the write lock at once.
    case immediate
  }

  /// Runs `body` in one transaction: all of it is on disk when this returns, none of it when this throws.
  ///
  /// The one exception is SQLite's own: when the sync at the end of a commit fails and the machine then dies, the
  /// transaction may still be found after the restart. Callers that retry need a key of their own to notice that.
  public func transaction<T>(_ kind: TransactionKind = .immediate, _ body: () throws -> T) throws -> T {
    try begin(kind)
    do {
      let result = try body()
      try commit()
      return result
    } catch {
      rollBack()
      throw error
    }
  }

  public func begin(_ kind: TransactionKind = .immediate) throws(DatabaseError) {
    switch kind {
    case .deferred: try statement("BEGIN DEFERRED").run()
    case .immediate: try statement("BEGIN IMMEDIATE").run()
    }
  }

  public func commit() throws(DatabaseError) { try statement("COMMIT").run() }

  /// Gives up the open transaction. Harmless when SQLite has already rolled it back, as it does after a full disk.
  public func rollBack() {
    guard isInTransaction else { return }
    sqlite3_exec(handle, "ROLLBACK", nil, nil, nil)
  }

  public var isInTransaction: Bool { sqlite3_get_autocommit(handle) == 0 }
}
