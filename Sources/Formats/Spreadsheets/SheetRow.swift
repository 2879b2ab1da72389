/// A row of a sheet as a reader finds it: its cells that are not empty, in UTF-8.
struct SheetRow {
  struct Cell {
    /// Counted from 0.
    var column: Int
    var start: Int
    var end: Int
    /// Whether the cell holds text, not a number, a date or a truth value: names of columns do.
    var isText: Bool
  }

  /// Counted from 1.
  var number: Int
  private(set) var bytes: [UInt8] = []
  private(set) var cells: [Cell] = []

  init(number: Int) { self.number = number }

  var isEmpty: Bool { cells.isEmpty }

  /// Empty text is no cell.
  mutating func append(_ text: some Collection<UInt8>, column: Int, isText: Bool) {
    guard !text.isEmpty else { return }
    let start = bytes.count
    bytes.append(contentsOf: text)
    cells.append(Cell(column: column, start: start, end: bytes.count, isText: isText))
  }

  mutating func reset(number: Int) {
    self.number = number
    bytes.removeAll(keepingCapacity: true)
    cells.removeAll(keepingCapacity: true)
  }

  /// Puts cells that came in another order in order; of two in one place the last counts.
  mutating func sort() {
    guard zip(cells, cells.dropFirst()).contains(where: { $0.column >= $1.column }) else { return }
    var last: [Int: Cell] = [:]
    for cell in cells { last[cell.column] = cell }
    cells = last.values.sorted { $0.column < $1.column }
  }

  func text(_ cell: Cell) -> ArraySlice<UInt8> { bytes[cell.start..<cell.end] }

  /// The cell of a column.
  func cell(_ column: Int) -> Cell? {
    var low = 0
    var high = cells.count
    while low < high {
      let middle = (low + high) / 2
      if cells[middle].column < column { low = middle + 1 } else { high = middle }
    }
    return low < cells.count && cells[low].column == column ? cells[low] : nil
  }
}

/// Cells that were merged into one: the value is in the first.
struct SheetMerge: Hashable {
  /// Rows counted from 1, columns from 0.
  var rows: ClosedRange<Int>
  var columns: ClosedRange<Int>

  /// More are not looked at: each costs memory, and beyond that a sheet is a drawing.
  static let maximumCount = 500_000
}
