import Model

/// A row of CSV that was read and found right, of which only those cells become text that somebody asks for.
///
/// A mapping reads some cells of a row by the names of their columns; an object of all of them would cost more than cutting and decoding.
public struct CSVItem: Sendable {
  /// What the rows of a body share. The parts of its only run stand here by themselves: to read a cell through a structure of arrays would
  /// count references to all of them.
  private final class Table: Sendable {
    let rows: CSVRows
    private let bytes: ArraySlice<UInt8>
    private let starts: [Int]
    private let ends: [UInt32]
    private let moved: [CSVRun.Moved]
    private let side: FinishedText?
    private let width: Int

    init(_ rows: CSVRows, _ run: CSVRun, _ bytes: ArraySlice<UInt8>) {
      self.rows = rows
      self.bytes = bytes
      (starts, ends, moved, side) = (run.starts, run.ends, run.moved, run.side)
      width = rows.names.count
    }

    @inline(__always) func text(_ row: Int, _ column: Int) -> String {
      precondition(column < width, "there is no such column")
      let start = starts[row]
      return ends.withUnsafeBufferPointer { ends in
        if start < 0, let side {
          return text(at: side.bytes.baseAddress, moved[~start].place, ends, row, column, isAsWritten: false)
        }
        return bytes.withUnsafeBufferPointer { text(at: $0.baseAddress, start, ends, row, column, isAsWritten: true) }
      }
    }

    @inline(__always) private func text(
      at base: UnsafePointer<UInt8>?, _ place: Int, _ ends: UnsafeBufferPointer<UInt32>, _ row: Int, _ column: Int, isAsWritten: Bool
    ) -> String {
      guard let base, let ends = ends.baseAddress else { return "" }
      return knownText(CSVCells(start: base + place, ends: ends + row * width, count: width, isAsWritten: isAsWritten)[column])
    }
  }

  private let table: Table
  private let row: Int

  /// The names of the columns, no two of them the same.
  public var names: [String] { table.rows.names }

  public var columnCount: Int { table.rows.names.count }

  /// - Parameter column: counted from 0, less than ``columnCount``.
  public func name(of column: Int) -> String { table.rows.names[column] }

  /// - Parameter column: counted from 0, less than ``columnCount``.
  public func text(at column: Int) -> String { table.text(row, column) }

  /// All cells by their names.
  public var value: Value {
    .object(Object(names.enumerated().map { (name: $1, value: .string(text(at: $0))) }))
  }

  var location: Location { table.rows.location(of: row) }
  var raw: [UInt8] { table.rows.raw(of: row) }

  /// Calls `each` for the rows of a body and those that are damaged, in their order.
  static func read(
    _ body: [UInt8], encoding: String?, context: ReadContext, _ each: (Result<Item, ItemFault>) throws -> Void
  ) throws {
    // Bodies are parts of a file, or as large as a message: other cores have other bodies to read.
    let rows = try CSVRows(body, encoding: encoding, context: context, smallestPart: .max, cores: 1)
    let table = Table(rows, rows.onlyRun, rows.text)
    var faults = table.rows.faults[...]
    var index = 0
    for row in 0..<table.rows.count {
      while let fault = faults.first, fault.index == index {
        faults.removeFirst()
        index += 1
        try each(.failure(fault))
      }
      try each(.success(Item(index: index, row: CSVItem(table: table, row: row))))
      index += 1
    }
    for fault in faults { try each(.failure(fault)) }
  }
}
