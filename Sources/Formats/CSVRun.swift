/// Rows of a CSV file that lie behind each other.
struct CSVRun: Sendable {
  /// Where a row is.
  struct Moved {
    /// In the file, with its length there, and in `side`.
    var origin: Int
    var length: UInt32
    var place: Int
  }

  /// From a row on: by how much the line on which a row begins is ahead of the row's number, both counted from the start of the run.
  struct Shift {
    var row: Int
    var lines: Int
  }

  struct Damaged {
    var record: CSVScanner.Record
    var flaw: CSVFlaw
    /// Counted from 0 and from the start of the run, in one sequence with the rows.
    var index: Int
    /// Line breaks between the start of the run and the record.
    var line: Int
  }

  /// By row: its place in the file, or the complement of its number in `moved`.
  var starts: [Int] = []
  /// By row and column: where the cell ends, from the start of the row. The next one begins one byte on.
  var ends: [UInt32] = []
  var moved: [Moved] = []
  /// Rows that are not in the file as they are read, in UTF-8.
  var side: FinishedText?
  /// In ascending order; in front of the first one, row and line are the same.
  private var shifts: [Shift] = []
  var damaged: [Damaged] = []
  /// Line breaks in the run.
  var lines = 0
  /// Where the next run begins.
  var end = 0
  /// See ``CSVScanner/reread``.
  var reread = 0

  func origin(of row: Int) -> Int { starts[row] >= 0 ? starts[row] : moved[~starts[row]].origin }

  /// Where a row is in the file, without its line break.
  func range(of row: Int, width: Int) -> Range<Int> {
    let start = starts[row]
    guard start < 0 else { return start..<start + Int(ends[row * width + width - 1]) }
    let moved = moved[~start]
    return moved.origin..<moved.origin + Int(moved.length)
  }

  /// Says on which line a row begins; rows come in ascending order.
  @inline(__always) mutating func put(_ row: Int, on line: Int, shift: inout Int) {
    guard line - row != shift else { return }
    shift = line - row
    shifts.append(Shift(row: row, lines: shift))
  }

  /// The line on which a row begins, counted from 0 and from the start of the run.
  func line(of row: Int) -> Int {
    var (low, high) = (0, shifts.count)
    while low < high {
      let middle = (low + high) / 2
      if shifts[middle].row <= row { low = middle + 1 } else { high = middle }
    }
    return row + (low == 0 ? 0 : shifts[low - 1].lines)
  }

  func forEach(
    in rows: Range<Int>, _ text: UnsafeBufferPointer<UInt8>, width: Int, _ each: (Int, CSVCells) throws -> Void
  ) rethrows {
    try ends.withUnsafeBufferPointer { ends in
      guard let text = text.baseAddress, let ends = ends.baseAddress else { return }
      // Only rows that were moved need what lies aside, and then it is there.
      let side = side?.bytes.baseAddress ?? text
      for row in rows {
        let start = starts[row]
        let place = start >= 0 ? text + start : side + moved[~start].place
        try each(row, CSVCells(start: place, ends: ends + row * width, count: width, isAsWritten: start >= 0))
      }
    }
  }
}

/// The cells of one row, as UTF-8.
public struct CSVCells {
  @usableFromInline let start: UnsafePointer<UInt8>
  @usableFromInline let ends: UnsafePointer<UInt32>
  public let count: Int
  /// Whether cells stand there with their quotes.
  @usableFromInline let isAsWritten: Bool

  init(start: UnsafePointer<UInt8>, ends: UnsafePointer<UInt32>, count: Int, isAsWritten: Bool) {
    self.start = start
    self.ends = ends
    self.count = count
    self.isAsWritten = isAsWritten
  }

  /// All of the row, also what stands between the cells.
  @inlinable public var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(start: start, count: Int(ends[count - 1])) }

  /// Where a cell is in `bytes`.
  ///
  /// - Parameter column: counted from 0, less than `count`.
  @inlinable public func range(of column: Int) -> Range<Int> {
    let from = column == 0 ? 0 : Int(ends[column - 1]) + 1
    let to = Int(ends[column])
    // A cell that begins with a quote is a quoted one.
    let isQuoted = isAsWritten && to > from && start[from] == UInt8(ascii: "\"")
    return isQuoted ? from + 1..<to - 1 : from..<to
  }

  @inlinable public subscript(column: Int) -> UnsafeBufferPointer<UInt8> {
    let range = range(of: column)
    return UnsafeBufferPointer(start: start + range.lowerBound, count: range.count)
  }
}
