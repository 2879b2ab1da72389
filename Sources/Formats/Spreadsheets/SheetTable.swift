import Model

/// Turns the rows of a sheet into a CSV file with one line a row, so that everything that reads CSV reads sheets: titles above the
/// table are left out, a header of several rows becomes one, a value of merged cells stands in each row that they cover.
///
/// The header is written first; behind it come as many empty lines as it takes for each record to be on the line whose number its
/// row has in the sheet, provided that a record counts as one line (``ReadContext/isSheet``).
final class SheetTable {
  private var writer = CSVWriter(lineEnd: "\n", formulas: .asTheyAre)
  /// Rows that came before it was clear which is the header.
  private var first: [SheetRow] = []
  private var merges: ArraySlice<SheetMerge>
  /// By column: the last row that merged cells from above cover, and their text.
  private var covering: [Int: (lastRow: Int, text: [UInt8])] = [:]
  private var width = 0
  private var hasHeader = false
  /// The number of the line that is written next.
  private var line = 1

  /// As many rows are looked at to find the header and the number of columns.
  static let lookahead = 64

  /// - Parameter merges: in any order.
  init(merges: [SheetMerge] = []) {
    self.merges = merges.sorted { $0.rows.lowerBound < $1.rows.lowerBound }[...]
  }

  /// How many bytes ``take()`` would give.
  var pending: Int { writer.bytes.count }

  func take() -> [UInt8] { writer.take() }

  /// Takes merged cells of which no row was added yet, in the order of their first rows.
  func add(_ merge: SheetMerge) { merges.append(merge) }

  /// Takes the next row. Rows come in their order; one that does not is read as the one behind the last.
  func add(_ row: SheetRow) {
    guard !row.isEmpty else { return }
    guard hasHeader else {
      first.append(row)
      if first.count == Self.lookahead { begin() }
      return
    }
    write(row)
  }

  func finish() {
    if !hasHeader { begin() }
  }

  private func begin() {
    hasHeader = true
    let rows = first
    first = []
    guard let header = SheetHeader(rows, merges) else { return }
    width = header.names.count
    for name in header.names { writer.append(quoted: name) }
    writer.endRow()
    line = 2
    merges = merges.drop { $0.rows.upperBound <= header.lastRow }
    for row in rows where row.number > header.lastRow { write(row) }
  }

  private func write(_ row: SheetRow) {
    while line < row.number {
      writer.endLine()
      line += 1
    }
    cover(row)
    var next = 0
    for cell in row.cells {
      fill(&next, upTo: cell.column, row.number)
      row.text(cell).withUnsafeBufferPointer { writer.append(field: $0) }
      next += 1
    }
    fill(&next, upTo: width, row.number)
    writer.endRow()
    line += 1
  }

  /// Writes columns that have no cell of their own.
  private func fill(_ next: inout Int, upTo end: Int, _ row: Int) {
    while next < end {
      if let covered = covering[next], covered.lastRow >= row {
        covered.text.withUnsafeBufferPointer { writer.append(field: $0) }
      } else {
        writer.append(field: UnsafeBufferPointer(start: nil, count: 0))
      }
      next += 1
    }
  }

  /// Takes note of merged cells that begin in the row and reach further down.
  private func cover(_ row: SheetRow) {
    while let merge = merges.first, merge.rows.lowerBound <= row.number {
      merges = merges.dropFirst()
      guard merge.rows.upperBound > row.number, merge.rows.lowerBound == row.number, let cell = row.cell(merge.columns.lowerBound)
      else { continue }
      covering[merge.columns.lowerBound] = (merge.rows.upperBound, Array(row.text(cell)))
    }
  }
}

/// The names of a table's columns, from the first rows of a sheet.
struct SheetHeader {
  private(set) var names: [String] = []
  /// The last row of the sheet that belongs to the header.
  private(set) var lastRow: Int

  /// Headers of more rows are taken for data.
  private static let maximumDepth = 4

  /// `nil` without any row.
  init?(_ rows: [SheetRow], _ merges: ArraySlice<SheetMerge>) {
    guard !rows.isEmpty else { return nil }
    let width = rows.reduce(1) { max($0, ($1.cells.last?.column ?? 0) + 1) }
    let merges = merges.prefix { $0.rows.lowerBound <= rows[rows.count - 1].number }
    let across = Self.across(merges)
    let start = Self.start(rows, across, width: width)
    let top = rows[start].number
    let depth = Self.depth(top, merges.filter { $0.rows.contains(top) }, merges, width: width)
    lastRow = top + depth - 1
    let last = lastRow
    let header = rows[start...].prefix { $0.number <= last }
    names = (0..<width).map { column in
      var parts: [String] = []
      for row in header {
        let text = Self.text(row, column, across).split(whereSeparator: \.isWhitespace).joined(separator: " ")
        if !text.isEmpty, parts.last != text { parts.append(text) }
      }
      return parts.joined(separator: " / ")
    }
  }

  /// Titles, dates of export and the like stand above the table in fewer than half of its columns, and the header below them holds
  /// nothing but text.
  private static func start(_ rows: [SheetRow], _ across: [Int: [Int: Int]], width: Int) -> Int {
    let filled = rows.map { row in
      Set(row.cells.map { row.text($0) }).count == 1 ? 1 : row.cells.count + (across[row.number]?.keys.count { row.cell($0) == nil } ?? 0)
    }
    guard let full = rows.indices.first(where: { filled[$0] * 2 > width }), full > 0 else { return 0 }
    let isHeader = rows[full].cells.allSatisfy(\.isText)
    return isHeader && filled[..<full].allSatisfy { $0 * 2 <= filled[full] } ? full : 0
  }

  /// By row and column, the first of the cells that were merged across. Merged cells that overlap without end are not all looked at.
  private static func across(_ merges: ArraySlice<SheetMerge>) -> [Int: [Int: Int]] {
    var across: [Int: [Int: Int]] = [:]
    var steps = 0
    for merge in merges where merge.columns.count > 1 && steps < 1 << 21 {
      steps += merge.columns.count
      for column in merge.columns.dropFirst() where column < SheetGrid.columns {
        across[merge.rows.lowerBound, default: [:]][column] = merge.columns.lowerBound
      }
    }
    return across
  }

  /// Cells merged across part of the columns stand above names of their own; cells merged downwards say how many rows there are.
  private static func depth(_ top: Int, _ own: [SheetMerge], _ merges: ArraySlice<SheetMerge>, width: Int) -> Int {
    var depth = own.filter { $0.rows.lowerBound == top }.map(\.rows.count).max() ?? 1
    while depth < maximumDepth,
      merges.contains(where: {
        $0.rows.upperBound == top + depth - 1 && $0.rows.lowerBound >= top && $0.columns.count > 1 && $0.columns.count < width
      })
    {
      depth += 1
    }
    return min(depth, maximumDepth)
  }

  /// The text of a column, also when it stands in the first of merged cells.
  private static func text(_ row: SheetRow, _ column: Int, _ across: [Int: [Int: Int]]) -> String {
    guard let cell = row.cell(column) ?? across[row.number]?[column].flatMap({ row.cell($0) }) else { return "" }
    return String(decoding: row.text(cell), as: UTF8.self)
  }
}
