import Model

/// Rows that were objects (JSON Lines): their cells one behind the other in one buffer, so that a row costs only the columns it has.
struct ObjectRows: Sendable {
  /// A cell begins where the one before it ends.
  fileprivate struct Cell {
    var column: Int
    var end: Int
  }

  private struct Row {
    /// Its cells begin where those of the row before it end.
    var cellsEnd: Int
    var line: Int?
    var offset: Int?
  }

  /// In the order of their first appearance.
  private(set) var columns: [Int] = []
  private var known: Set<Int> = []
  private var text: [UInt8] = []
  private var cells: [Cell] = []
  private var rows: [Row] = []
  private let file: String

  init(file: String) { self.file = file }

  var count: Int { rows.count }

  /// - Parameter members: columns and texts; of two for one column the later one counts.
  mutating func append(_ members: some Sequence<(Int, String)>, at location: Location) {
    let first = cells.count
    var row: [(column: Int, text: String)] = []
    var isAscending = true
    for (column, text) in members {
      if known.insert(column).inserted { columns.append(column) }
      isAscending = isAscending && row.last.map { $0.column < column } ?? true
      row.append((column: column, text: text))
    }
    if !isAscending {
      row = Dictionary(row.map { ($0.column, $0.text) }, uniquingKeysWith: { $1 }).map { (column: $0, text: $1) }
      row.sort { $0.column < $1.column }
    }
    for cell in row {
      text.append(contentsOf: cell.text.utf8)
      cells.append(Cell(column: cell.column, end: text.count))
    }
    rows.append(Row(cellsEnd: first + row.count, line: location.line, offset: location.offset))
  }

  func location(of row: Int) -> Location { Location(file: file, line: rows[row].line, column: 1, offset: rows[row].offset) }

  func forEach(in range: Range<Int>, _ each: (Int, ObjectCells) throws -> Void) rethrows {
    try text.withUnsafeBufferPointer { text in
      try cells.withUnsafeBufferPointer { cells in
        for row in range {
          let first = row == 0 ? 0 : rows[row - 1].cellsEnd
          try each(row, ObjectCells(text: text, all: cells, own: first..<rows[row].cellsEnd))
        }
      }
    }
  }
}

/// The cells of one such row.
struct ObjectCells {
  fileprivate let text: UnsafeBufferPointer<UInt8>
  /// Those of all rows, and which of them are this row's, by column.
  fileprivate let all: UnsafeBufferPointer<ObjectRows.Cell>
  fileprivate let own: Range<Int>

  /// All cells of the row.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: text[start..<end(own.upperBound)]) }

  /// Where a cell is in `bytes`; empty where the row has no such column.
  func range(of column: Int) -> Range<Int> {
    guard let place = place(of: column) else { return 0..<0 }
    return end(place) - start..<end(place + 1) - start
  }

  subscript(column: Int) -> UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: bytes[range(of: column)]) }

  private var start: Int { end(own.lowerBound) }

  /// Where so many cells end.
  private func end(_ count: Int) -> Int { count == 0 ? 0 : all[count - 1].end }

  private func place(of column: Int) -> Int? {
    let likely = own.lowerBound + column
    if likely < own.upperBound, all[likely].column == column { return likely }
    var (low, high) = (own.lowerBound, own.upperBound)
    while low < high {
      let middle = (low + high) / 2
      if all[middle].column < column { low = middle + 1 } else { high = middle }
    }
    return low < own.upperBound && all[low].column == column ? low : nil
  }
}
