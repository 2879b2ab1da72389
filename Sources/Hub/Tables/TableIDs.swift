import Model
import Normalization

/// What the rows of a table are called.
struct TableIDs {
  /// By file: the column with the ids; nil where rows have their numbers, counted from 1.
  private(set) var columns: [Int?]
  private(set) var ids: [String] = []

  /// - Parameters:
  ///   - wanted: the header that the person named; files without it are guessed.
  ///   - perFile: true when each file has ids of its own; otherwise they are different in all of them.
  /// - Throws: `id-column-missing`, `id-duplicate`, `id-empty`.
  init(_ rows: TableRows, _ types: [ColumnType], wanted: String?, perFile: Bool) throws(Fault) {
    if let wanted, !rows.headers.contains(wanted) {
      throw Fault(
        "id-column-missing", "The table has no column \(wanted).", hint: "Its columns are \(rows.headers.joined(separator: ", ")).")
    }
    columns = rows.columns.indices.map { file in
      rows.columns[file].first { rows.headers[$0] == wanted } ?? Self.guess(rows, types, file)
    }
    // Rows of one table are either all called by their ids or all by their numbers.
    if !perFile, columns.contains(nil) { columns = columns.map { _ in nil } }
    try read(rows, perFile: perFile)
  }

  /// The column that looks like a key, or a first column that is called so, or is nothing else and different in every row.
  private static func guess(_ rows: TableRows, _ types: [ColumnType], _ file: Int) -> Int? {
    if let key = rows.columns[file].first(where: { types[$0].attribute == "key" }) { return key }
    guard let first = rows.columns[file].first, types[first].attribute == nil, rows.columns[file].count > 1 else { return nil }
    if names.contains(Folding.fold(rows.headers[first])) { return first }
    guard types[first].general != .text, types[first].general != .names else { return nil }
    var seen: Set<String> = []
    for place in rows.rows.indices where rows.rows[place].file == file {
      let value = rows.cell(place, first)
      guard !value.isEmpty, seen.insert(value).inserted else { return nil }
    }
    return first
  }

  private static let names: Set<String> = [
    "id", "_id", "key", "rid", "uid", "uuid", "guid", "rec_id", "record_id", "row_id", "unique_id", "customer_id", "client_id",
    "account_id", "编号",
    "序号", "主键", "记录号", "客户编号", "客户id", "客户代码",
  ]

  private mutating func read(_ rows: TableRows, perFile: Bool) throws(Fault) {
    ids.reserveCapacity(rows.rows.count)
    var first: [String: Int] = [:]
    var counts = Array(repeating: 0, count: columns.count)
    for (place, row) in rows.rows.enumerated() {
      let group = perFile ? row.file : 0
      counts[group] += 1
      guard let column = columns[row.file] else {
        ids.append(String(counts[group]))
        continue
      }
      let id = rows.cell(place, column)
      guard !id.isEmpty else {
        throw Fault(
          "id-empty", "The row has no \(rows.headers[column]).", at: row.location, hint: "Fill it in, or choose another column with --id.")
      }
      if let other = first.updateValue(place, forKey: "\(group)\u{1F}\(id)") {
        throw Fault(
          "id-duplicate", "The id \(id) stands in more than one row: \(rows.rows[other].location) and \(row.location).", at: row.location,
          hint: "Choose another column with --id.")
      }
      ids.append(id)
    }
  }
}
