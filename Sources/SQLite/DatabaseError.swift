import CSQLite

/// A failure that SQLite reported: its extended result code, its message, and the SQL that was running.
/// Codes and their meaning: <https://www.sqlite.org/rescode.html>.
public struct DatabaseError: Error, Hashable, Sendable {
  /// The extended result code.
  public let code: Int32
  public let message: String
  /// The statement that failed, without its arguments: those may be personal data.
  public let sql: String?

  public init(code: Int32, message: String, sql: String? = nil) {
    self.code = code
    self.message = message
    self.sql = sql
  }

  /// The primary result code: the low byte of the extended one.
  public var primaryCode: Int32 { code & 0xFF }

  /// The primary code as SQLite spells it, such as `SQLITE_FULL`; `SQLITE_42` for one that is not listed here.
  public var codeName: String { Self.names[primaryCode] ?? "SQLITE_\(primaryCode)" }

  public var isDiskFull: Bool { primaryCode == SQLITE_FULL }
  public var isBusy: Bool { primaryCode == SQLITE_BUSY || primaryCode == SQLITE_LOCKED }
  public var isCorrupt: Bool { primaryCode == SQLITE_CORRUPT || primaryCode == SQLITE_NOTADB }
  public var isConstraint: Bool { primaryCode == SQLITE_CONSTRAINT }

  private static let names: [Int32: String] = [
    SQLITE_ERROR: "SQLITE_ERROR", SQLITE_INTERNAL: "SQLITE_INTERNAL", SQLITE_PERM: "SQLITE_PERM", SQLITE_ABORT: "SQLITE_ABORT",
    SQLITE_BUSY: "SQLITE_BUSY", SQLITE_LOCKED: "SQLITE_LOCKED", SQLITE_NOMEM: "SQLITE_NOMEM", SQLITE_READONLY: "SQLITE_READONLY",
    SQLITE_INTERRUPT: "SQLITE_INTERRUPT", SQLITE_IOERR: "SQLITE_IOERR", SQLITE_CORRUPT: "SQLITE_CORRUPT",
    SQLITE_NOTFOUND: "SQLITE_NOTFOUND", SQLITE_FULL: "SQLITE_FULL", SQLITE_CANTOPEN: "SQLITE_CANTOPEN",
    SQLITE_PROTOCOL: "SQLITE_PROTOCOL", SQLITE_SCHEMA: "SQLITE_SCHEMA", SQLITE_TOOBIG: "SQLITE_TOOBIG",
    SQLITE_CONSTRAINT: "SQLITE_CONSTRAINT", SQLITE_MISMATCH: "SQLITE_MISMATCH", SQLITE_MISUSE: "SQLITE_MISUSE",
    SQLITE_NOLFS: "SQLITE_NOLFS", SQLITE_AUTH: "SQLITE_AUTH", SQLITE_RANGE: "SQLITE_RANGE", SQLITE_NOTADB: "SQLITE_NOTADB",
  ]
}

extension DatabaseError: CustomStringConvertible {
  public var description: String {
    let running = sql.map { " while running: \($0)" } ?? ""
    return "\(message) [\(codeName)]\(running)"
  }
}
