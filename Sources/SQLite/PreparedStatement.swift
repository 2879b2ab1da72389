import CSQLite

/// A prepared statement. Bind its parameters from left to right, then run it or read its rows:
///
///     try database.statement("UPDATE lanes SET position = ? WHERE connector = ?").bind(position).bind(connector).run()
///     let names = try database.statement("SELECT name FROM sources ORDER BY name").map { $0.text(0) }
///
/// A failed binding is reported by the step that follows it. Like its database, used by one thread at a time.
public final class PreparedStatement {
  let handle: OpaquePointer
  private var nextParameter: Int32 = 1
  private var bindingFailure: Int32 = SQLITE_OK
  /// True from the moment it is handed out until it is reset: a nested use of the same SQL then gets a statement of its own.
  private(set) var isInUse = false

  init(handle: OpaquePointer) { self.handle = handle }

  deinit { sqlite3_finalize(handle) }

  func lend() -> PreparedStatement {
    isInUse = true
    nextParameter = 1
    bindingFailure = SQLITE_OK
    return self
  }

  // MARK: Binding

  @discardableResult public func bind(_ value: Int64) -> PreparedStatement {
    noting(sqlite3_bind_int64(handle, nextParameter, value))
  }

  @discardableResult public func bind(_ value: Int) -> PreparedStatement { bind(Int64(value)) }

  @discardableResult public func bind(_ value: Bool) -> PreparedStatement { bind(Int64(value ? 1 : 0)) }

  @discardableResult public func bind(_ value: Int64?) -> PreparedStatement {
    guard let value else { return bindNull() }
    return bind(value)
  }

  @discardableResult public func bind(_ text: String) -> PreparedStatement {
    var text = text
    return noting(
      text.withUTF8 { utf8 in
        utf8.withMemoryRebound(to: CChar.self) { kindred_bind_text(handle, nextParameter, $0.baseAddress ?? emptyText, UInt64($0.count)) }
      })
  }

  @discardableResult public func bind(_ text: String?) -> PreparedStatement {
    guard let text else { return bindNull() }
    return bind(text)
  }

  @discardableResult public func bind(_ bytes: [UInt8]) -> PreparedStatement {
    bytes.withUnsafeBytes { bind($0) }
  }

  @discardableResult public func bind(_ bytes: [UInt8]?) -> PreparedStatement {
    guard let bytes else { return bindNull() }
    return bind(bytes)
  }

  /// Binds text that is at hand as UTF-8.
  @discardableResult public func bindText(_ utf8: [UInt8]) -> PreparedStatement {
    utf8.withUnsafeBytes { bytes in
      noting(
        kindred_bind_text(handle, nextParameter, bytes.assumingMemoryBound(to: CChar.self).baseAddress ?? emptyText, UInt64(bytes.count)))
    }
  }

  /// Binds a copy of `bytes`. An empty buffer is an empty blob, not null.
  @discardableResult public func bind(_ bytes: UnsafeRawBufferPointer) -> PreparedStatement {
    guard let base = bytes.baseAddress, !bytes.isEmpty else { return noting(sqlite3_bind_zeroblob(handle, nextParameter, 0)) }
    return noting(kindred_bind_blob(handle, nextParameter, base, UInt64(bytes.count)))
  }

  @discardableResult public func bindNull() -> PreparedStatement { noting(sqlite3_bind_null(handle, nextParameter)) }

  private func noting(_ code: Int32) -> PreparedStatement {
    nextParameter += 1
    if bindingFailure == SQLITE_OK { bindingFailure = code }
    return self
  }

  // MARK: Running

  /// Runs to the end, ignoring rows.
  public func run() throws(DatabaseError) {
    defer { reset() }
    while try step() {}
  }

  /// Calls `body` with each row; the row is valid only during the call.
  @inlinable public func forEach(_ body: (Row) throws -> Void) throws {
    defer { reset() }
    while try step() { try body(row) }
  }

  @inlinable public func map<T>(_ body: (Row) throws -> T) throws -> [T] {
    var results: [T] = []
    try forEach { results.append(try body($0)) }
    return results
  }

  /// What `body` makes of the first row; `nil` when there is none.
  @inlinable public func first<T>(_ body: (Row) throws -> T) throws -> T? {
    defer { reset() }
    return try step() ? try body(row) : nil
  }

  /// Runs to the end and gives the number in the first column of the first row: for `RETURNING`. 0 when there is none.
  public func returnedInt() throws(DatabaseError) -> Int64 {
    defer { reset() }
    var value: Int64?
    while try step() { value = value ?? row.int(0) }
    return value ?? 0
  }

  /// Goes to the next row. False at the end.
  public func step() throws(DatabaseError) -> Bool {
    guard bindingFailure == SQLITE_OK else { throw failure(bindingFailure) }
    switch sqlite3_step(handle) {
    case SQLITE_ROW: return true
    case SQLITE_DONE: return false
    case let code: throw failure(code)
    }
  }

  public func reset() {
    sqlite3_reset(handle)
    isInUse = false
    nextParameter = 1
  }

  public var row: Row { Row(statement: handle) }

  private func failure(_ code: Int32) -> DatabaseError {
    let database = sqlite3_db_handle(handle)
    let extended = sqlite3_extended_errcode(database)
    let message = extended & 0xFF == code & 0xFF ? String(cString: sqlite3_errmsg(database)) : String(cString: sqlite3_errstr(code))
    return DatabaseError(
      code: extended & 0xFF == code & 0xFF ? extended : code, message: message, sql: sqlite3_sql(handle).map { String(cString: $0) })
  }
}

/// What an empty string binds: SQLite takes a null pointer for NULL.
nonisolated(unsafe) private let emptyText: UnsafePointer<CChar> = {
  let text = UnsafeMutablePointer<CChar>.allocate(capacity: 1)
  text.pointee = 0
  return UnsafePointer(text)
}()

/// The current row of a statement. Columns count from 0.
public struct Row {
  let statement: OpaquePointer

  public func isNull(_ column: Int32) -> Bool { sqlite3_column_type(statement, column) == SQLITE_NULL }

  public func int(_ column: Int32) -> Int64 { sqlite3_column_int64(statement, column) }

  public func optionalInt(_ column: Int32) -> Int64? { isNull(column) ? nil : int(column) }

  public func bool(_ column: Int32) -> Bool { int(column) != 0 }

  /// The column's text; empty for NULL.
  public func text(_ column: Int32) -> String {
    guard let start = sqlite3_column_text(statement, column) else { return "" }
    let count = Int(sqlite3_column_bytes(statement, column))
    return String(decoding: UnsafeBufferPointer(start: start, count: count), as: UTF8.self)
  }

  public func optionalText(_ column: Int32) -> String? { isNull(column) ? nil : text(column) }

  /// A copy of the column's bytes; empty for NULL.
  public func bytes(_ column: Int32) -> [UInt8] { withBytes(column) { Array($0) } }

  public func optionalBytes(_ column: Int32) -> [UInt8]? { isNull(column) ? nil : bytes(column) }

  /// The column's bytes in place; the buffer is valid only during the call.
  public func withBytes<T>(_ column: Int32, _ body: (UnsafeRawBufferPointer) throws -> T) rethrows -> T {
    let start = sqlite3_column_blob(statement, column)
    let count = start == nil ? 0 : Int(sqlite3_column_bytes(statement, column))
    return try body(UnsafeRawBufferPointer(start: start, count: count))
  }
}
