import Model
import SQLite

// What could not be processed, with its bytes.

extension StoreReader {
  public func deadLetter(_ id: Int64) throws -> DeadLetter? {
    try database.dynamicStatement("\(Self.selectDeadLetters) WHERE id = ?").bind(id).first(decodeDeadLetter)
  }

  /// Dead letters in the order in which they were found, behind `after`.
  public func deadLetters(_ filter: DeadLetterFilter = DeadLetterFilter(), after: Int64 = 0, limit: Int) throws -> [DeadLetter] {
    let (condition, arguments) = conditions(filter)
    let statement = try database.dynamicStatement("\(Self.selectDeadLetters) WHERE id > ?\(condition) ORDER BY id LIMIT ?").bind(after)
    for argument in arguments { statement.bind(argument) }
    return try statement.bind(limit).map(decodeDeadLetter)
  }

  public func deadLetterCount(_ filter: DeadLetterFilter = DeadLetterFilter()) throws -> Int {
    let (condition, arguments) = conditions(filter)
    let statement = try database.dynamicStatement("SELECT count(*) FROM dead_letters WHERE id > 0\(condition)")
    for argument in arguments { statement.bind(argument) }
    return Int(try statement.first { $0.int(0) } ?? 0)
  }

  private func conditions(_ filter: DeadLetterFilter) -> (sql: String, arguments: [String]) {
    let pairs = [("connector", filter.connector), ("stream", filter.stream), ("code", filter.code)]
    let given = pairs.compactMap { column, value in value.map { (column, $0) } }
    return (given.map { " AND \($0.0) = ?" }.joined(), given.map(\.1))
  }

  private static let selectDeadLetters = """
    SELECT id, position, item, connector, stream, partition, code, message, hint, file, line, column_number, byte_offset, raw, at
      FROM dead_letters
    """

  private func decodeDeadLetter(_ row: Row) -> DeadLetter {
    let location = Location(
      file: row.optionalText(9), line: row.optionalInt(10).map { Int($0) }, column: row.optionalInt(11).map { Int($0) },
      offset: row.optionalInt(12).map { Int($0) })
    let fault = Fault(row.text(6), row.text(7), at: location == Location() ? nil : location, hint: row.optionalText(8))
    return DeadLetter(
      id: row.int(0), position: row.int(1), item: row.optionalInt(2).map { Int($0) },
      stream: StreamName(connector: row.text(3), stream: row.text(4), partition: row.text(5)), fault: fault, raw: row.bytes(13),
      at: row.int(14))
  }
}

extension StoreWriter {
  /// Adds a dead letter.
  /// - Returns: its number: consecutive from 1.
  @discardableResult
  public func add(_ letter: DeadLetter) throws -> Int64 {
    let id = try next("dead-letter")
    let location = letter.fault.location
    try database.statement(
      """
      INSERT INTO dead_letters (id, position, item, connector, stream, partition, code, message, hint, file, line, column_number,
        byte_offset, raw, at) VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
      """
    ).bind(id).bind(letter.position).bind(letter.item.map { Int64($0) }).bind(letter.stream.connector).bind(letter.stream.stream)
      .bind(letter.stream.partition).bind(letter.fault.code).bind(letter.fault.message).bind(letter.fault.hint).bind(location?.file)
      .bind(location?.line.map { Int64($0) }).bind(location?.column.map { Int64($0) }).bind(location?.offset.map { Int64($0) })
      .bind(letter.raw).bind(letter.at).run()
    return id
  }
}
