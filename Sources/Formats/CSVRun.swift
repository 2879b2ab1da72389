/// Rows of a CSV file that lie behind each other.
struct CSVRun: Sendable {
  /// Where a row is.
  struct Moved {
    /// In the file, and in `side`.
    var origin: Int
    var place: Int
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
  var side: [UInt8] = []
  var damaged: [Damaged] = []
  /// Line breaks in the run.
  var lines = 0
  /// Where the next run begins.
  var end = 0
  /// See ``CSVScanner/reread``.
  var reread = 0

  func origin(of row: Int) -> Int { starts[row] >= 0 ? starts[row] : moved[~starts[row]].origin }

  func forEach(
    in rows: Range<Int>, _ text: UnsafeBufferPointer<UInt8>, width: Int, _ each: (Int, CSVCells) throws -> Void
  ) rethrows {
    try ends.withUnsafeBufferPointer { ends in
      try side.withUnsafeBufferPointer { side in
        guard let text = text.baseAddress, let ends = ends.baseAddress else { return }
        for row in rows {
          let start = starts[row]
          // Only rows that were moved need what lies aside, and then it is not empty.
          let place = start >= 0 ? text + start : (side.baseAddress ?? text) + moved[~start].place
          try each(row, CSVCells(start: place, ends: ends + row * width, count: width, isAsWritten: start >= 0))
        }
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

/// LF, CR and CRLF.
func lineBreaks(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  var count = 0
  var previous: UInt8 = 0
  for byte in bytes {
    if byte == 0x0D || (byte == 0x0A && previous != 0x0D) { count += 1 }
    previous = byte
  }
  return count
}
