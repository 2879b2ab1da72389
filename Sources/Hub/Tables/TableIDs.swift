import Model
import Normalization

/// What the rows of a table are called. It keeps no hold of the table itself.
public struct TableIDs: Sendable {
  /// By file: the column with the ids; nil where rows have their numbers, counted from 1.
  let columns: [Int?]
  private var ids = CellList()

  /// - Parameters:
  ///   - wanted: the header that the person named; files without it are guessed.
  ///   - perFile: true when each file has ids of its own; otherwise they are different in all of them.
  /// - Throws: `id-column-missing`, `id-duplicate`, `id-empty`.
  init(_ rows: TableRows, _ types: [ColumnType], wanted: String?, perFile: Bool) throws(Fault) {
    if let wanted, !rows.headers.contains(wanted) {
      throw Fault(
        "id-column-missing", "The table has no column \(wanted).", hint: "Its columns are \(rows.headers.joined(separator: ", ")).")
    }
    let found = rows.columns.indices.map { file in
      rows.columns[file].first { rows.headers[$0] == wanted } ?? Self.guess(rows, types, file)
    }
    // Rows of one table are either all called by their ids or all by their numbers.
    columns = !perFile && found.contains(nil) ? found.map { _ in nil } : found
    try read(rows, perFile: perFile)
  }

  public var count: Int { ids.count }

  public subscript(row: Int) -> String { ids[row] }

  /// The bytes, in UTF-8, are valid until `body` returns.
  public func withBytes(of row: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) { ids.withBytes(of: row, body) }

  /// What the matcher knows the row by.
  ///
  /// - Parameter file: the row's, when each file has ids of its own.
  func keyHash(of row: Int, file: Int?) -> UInt64 {
    var hash = StableHash()
    if let file { hash.combine("\(file)\u{1F}".utf8) }
    withBytes(of: row) { for byte in $0 { hash.combine(byte) } }
    hash.combine(0xFF as UInt8)
    return hash.value
  }

  /// The column that looks like a key, or a first column that is called so, or is nothing else and different in every row.
  private static func guess(_ rows: TableRows, _ types: [ColumnType], _ file: Int) -> Int? {
    if let key = rows.columns[file].first(where: { types[$0].attribute == "key" }) { return key }
    guard let first = rows.columns[file].first, types[first].attribute == nil, rows.columns[file].count > 1 else { return nil }
    if names.contains(Folding.fold(rows.headers[first])) { return first }
    guard types[first].general != .text, types[first].general != .names else { return nil }
    var values = CellList()
    let isFilled = values.append(first, of: rows, rows.rows(of: file)) == nil
    return isFilled && values.firstRepeat(in: 0..<values.count) == nil ? first : nil
  }

  private static let names: Set<String> = [
    "id", "_id", "key", "rid", "uid", "uuid", "guid", "rec_id", "record_id", "row_id", "unique_id", "customer_id", "client_id",
    "account_id", "编号",
    "序号", "主键", "记录号", "客户编号", "客户id", "客户代码",
  ]

  private mutating func read(_ rows: TableRows, perFile: Bool) throws(Fault) {
    var empty: (row: Int, column: Int)?
    for file in columns.indices where empty == nil {
      let range = rows.rows(of: file)
      guard let column = columns[file] else {
        for row in range { ids.append(String(row + 1 - (perFile ? range.lowerBound : 0))) }
        continue
      }
      empty = ids.append(column, of: rows, range).map { ($0, column) }
      if perFile { try refuseRepeated(in: range.clamped(to: 0..<ids.count), rows) }
    }
    if !perFile, !columns.contains(nil) { try refuseRepeated(in: 0..<ids.count, rows) }
    if let empty {
      throw Fault(
        "id-empty", "The row has no \(rows.headers[empty.column]).", at: rows.location(of: empty.row),
        hint: "Fill it in, or choose another column with --id.")
    }
  }

  private func refuseRepeated(in range: Range<Int>, _ rows: TableRows) throws(Fault) {
    guard let (first, second) = ids.firstRepeat(in: range) else { return }
    let place = rows.location(of: second)
    throw Fault(
      "id-duplicate", "The id \(ids[second]) stands in more than one row: \(rows.location(of: first)) and \(place).", at: place,
      hint: "Choose another column with --id.")
  }
}
