/// The size of a sheet: that of Excel's own grid (Microsoft, "Excel specifications and limits"). A file that says more would
/// make a table of any size.
enum SheetGrid {
  static let rows = 1_048_576
  static let columns = 16_384

  /// Why a row is not read, counted from 1; nil when it is.
  static func flaw(row: Int) -> String? {
    row > 0 && row <= rows ? nil : "The sheet has a row number beyond \(rows)."
  }

  /// Why a cell is not read, its column counted from 0; nil when it is.
  static func flaw(column: Int?, row: Int) -> String? {
    if let column, column >= 0, column < columns { return nil }
    return "Row \(row) has a cell beyond column \(columns)."
  }
}
