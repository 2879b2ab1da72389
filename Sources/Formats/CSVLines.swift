/// Finds CSV rows that stand on one line each, which nearly all do, by marks. Whatever else comes is left to ``CSVScanner``, and both agree on
/// every row.
struct CSVLines {
  /// A row of which a part was looked at.
  struct Line {
    var start: Int
    /// Empty lines in front of it.
    var skipped = 0
    /// The current cell: where it begins, and its number.
    fileprivate(set) var cell: Int
    fileprivate(set) var column = 0
    /// Whether the current cell is a quoted one that is not closed yet.
    fileprivate var isQuoted = false
    /// The second of two quotes within quotes.
    fileprivate var doubled = -1
    /// Whether any cell is a quoted one, and has quotes in it.
    fileprivate(set) var hasQuotes = false
    fileprivate(set) var hasDoubledQuotes = false

    @inline(__always) init(start: Int) {
      self.start = start
      cell = start
    }
  }

  private let finder: CSVMarks
  private let last: Int

  /// - Parameter width: how many cells a row has.
  init(delimiter: UInt8, width: Int) {
    finder = CSVMarks(delimiter: delimiter)
    last = width - 1
  }

  /// Goes from row to row until one begins at `to` or behind it.
  ///
  /// - Parameters:
  ///   - isFinal: whether the input ends where the bytes end.
  ///   - cell: takes the number of each cell but the last one and where it ends in its row, its quotes included. Also called for rows that
  ///     turn out to be unusual.
  ///   - row: takes a row, where it ends, and where the next line begins; false when it needs a closer look.
  /// - Returns: the row that is not taken: it begins at `to` or behind it, or is not complete, or needs a closer look.
  @inline(__always)
  func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, from: Int, to: Int, isFinal: Bool, cell: (Int, Int) -> Void, row: (Line, Int, Int) -> Bool
  ) -> Line {
    var line = Line(start: from)
    guard let text = bytes.baseAddress else { return line }
    let count = bytes.count
    var block = from
    while block < count {
      var marks = finder.marks(bytes, at: block)
      while marks != 0 {
        let place = block &+ marks.trailingZeroBitCount
        marks &= marks &- 1
        let byte = text[place]
        if line.isQuoted {
          guard step(&line, byte, at: place, bytes) else { return line }
        } else if byte == finder.delimiter {
          guard line.column < last else { return line }
          cell(line.column, place &- line.start)
          line.column &+= 1
          line.cell = place &+ 1
        } else if byte == 0x0A || byte == 0x0D {
          // The second half of a CRLF.
          guard place >= line.start else { continue }
          var next = place &+ 1
          if byte == 0x0D {
            guard next < count || isFinal else { return line }
            if next < count, text[next] == 0x0A { next &+= 1 }
          }
          if place == line.start {
            line.start = next
            line.cell = next
            line.skipped &+= 1
          } else {
            guard line.column == last, row(line, place, next) else { return line }
            line = Line(start: next)
          }
          if next >= to { return line }
        } else if byte == quote, place == line.cell {
          line.isQuoted = true
          line.hasQuotes = true
        } else if byte == 0 {
          return line
        }
      }
      block &+= 64
    }
    guard isFinal, line.start < count, !line.isQuoted, line.column == last, row(line, count, count) else { return line }
    return Line(start: count)
  }

  /// Takes a mark within quotes; false when the row is not simple.
  @inline(__always) private func step(_ line: inout Line, _ byte: UInt8, at place: Int, _ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    guard byte == quote else { return byte > 0x0D || byte == finder.delimiter || byte == 0x09 }
    guard place != line.doubled else { return true }
    guard place + 1 < bytes.count, place - line.cell < CSVScanner.maximumQuoted else { return false }
    switch bytes[place + 1] {
    case quote:
      line.hasDoubledQuotes = true
      line.doubled = place + 1
    case finder.delimiter, 0x0A, 0x0D: line.isQuoted = false
    default: return false
    }
    return true
  }
}

private let quote = UInt8(ascii: "\"")
