/// Cuts a part of a CSV body into rows: 64 bytes at a time where rows stand on one line, and by ``CSVScanner`` where anything is unusual.
struct CSVCutter {
  private let body: CSVBody
  private let bytes: UnsafeBufferPointer<UInt8>
  private let width: Int
  private var scanner: CSVScanner
  private let row: CSVRow
  /// The row that is being decoded.
  private let aside = TextBuffer()
  /// Becomes ``CSVRun/side``.
  private var side = TextBuffer(capacity: 0)
  /// See ``CSVRun/Shift``.
  private var shift = 0
  private var run = CSVRun()
  /// The end of the part when all of it is known to be text that needs no decoding; otherwise 0.
  private var plainEnd = 0

  /// The longest row. Ends of cells have 32 bits, and a row can grow when it is decoded.
  private static let longestRow = 1 << 30

  /// - Parameter bytes: all of the body's.
  init(_ body: CSVBody, _ bytes: UnsafeBufferPointer<UInt8>, reread: Int = 0) {
    self.body = body
    self.bytes = bytes
    width = body.header.names.count
    scanner = body.scanner()
    scanner.reread = reread
    row = CSVRow(decoder: TextDecoder(body.currentEncoding))
  }

  /// Cuts the records that begin in the part; the last one may end behind it.
  func run(from: Int, to: Int) -> CSVRun {
    var cutter = self
    cutter.cut(from: from, to: to)
    return cutter.run
  }

  private mutating func cut(from: Int, to: Int) {
    let part = UnsafeBufferPointer(rebasing: bytes[from..<to])
    if body.currentEncoding == .utf8, body.isFullyDecoded, validUTF8Prefix(part) == part.count { plainEnd = to }
    let before = scanner.reread
    // Rows begin behind line breaks, and each has at least a byte for every cell.
    let capacity = min(lineEnds(part), part.count / width) + 3
    if body.currentEncoding == .gb18030 {
      // Nearly all rows go aside, each character of two bytes becomes one of three.
      run.moved.reserveCapacity(capacity)
      side = TextBuffer(capacity: part.count * 3 / 2 + capacity + 65_536)
    }
    run.ends = Array(unsafeUninitializedCapacity: capacity * width) { ends, endCount in
      run.starts = Array(unsafeUninitializedCapacity: capacity) { starts, count in
        var rows = CSVRowBuffers(starts: starts, ends: ends, width: width)
        cut(from: from, to: to, &rows)
        count = rows.count
      }
      endCount = run.starts.count * width
    }
    run.reread = scanner.reread - before
    if side.count > 0 { run.side = side.finish() }
  }

  private mutating func cut(from: Int, to: Int, _ rows: inout CSVRowBuffers) {
    let lines = CSVLines(delimiter: scanner.delimiter, width: width)
    var start = from
    while start < to {
      if !scanner.isGB18030 {
        let rest = lines.cut(bytes, from: start, to: to, isFinal: true) { column, end in
          rows.ends[rows.next &+ column] = UInt32(truncatingIfNeeded: end)
        } row: { line, end, _ in
          finish(line, end, &rows)
        }
        run.lines += rest.skipped
        start = rest.start
        if start >= to { break }
      }
      start = carefully(start, &rows)
    }
    run.end = start
  }

  /// Notes a row whose cells but the last have been noted; false when it holds what needs a closer look.
  private mutating func finish(_ line: CSVLines.Line, _ end: Int, _ rows: inout CSVRowBuffers) -> Bool {
    rows.ends[rows.next &+ line.column] = UInt32(truncatingIfNeeded: end &- line.start)
    let isPlain = isRow(line.start, end)
    if isPlain, !line.hasDoubledQuotes {
      run.put(rows.count, on: run.lines + line.skipped, shift: &shift)
      rows.append(line.start)
    } else {
      guard isPlain || body.currentEncoding == .gb18030, end - line.start <= Self.longestRow, moveAside(line, end, &rows) else {
        return false
      }
    }
    run.lines += line.skipped + 1
    return true
  }

  /// Writes the cells of a row on one line aside as they are read; false when a byte cannot be decoded.
  private mutating func moveAside(_ line: CSVLines.Line, _ end: Int, _ rows: inout CSVRowBuffers) -> Bool {
    let ends = UnsafeMutableBufferPointer(rebasing: rows.ends[rows.next..<rows.next + width])
    guard body.currentEncoding != .gb18030 else { return decodeAside(line, end, ends, &rows) }
    aside.truncate()
    var from = line.start
    for column in ends.indices {
      let to = line.start + Int(ends[column])
      let isQuoted = to > from && bytes[from] == quote
      let field = CSVScanner.Field(start: isQuoted ? from + 1 : from, end: isQuoted ? to - 1 : to, hasDoubledQuotes: isQuoted)
      guard row.append(field, in: bytes, to: aside) else { return false }
      ends[column] = UInt32(aside.count)
      aside.append(0)
      from = to + 1
    }
    appendAside(line.start..<end, line: run.lines + line.skipped, &rows)
    return true
  }

  private mutating func decodeAside(
    _ line: CSVLines.Line, _ end: Int, _ ends: UnsafeMutableBufferPointer<UInt32>, _ rows: inout CSVRowBuffers
  ) -> Bool {
    let row = UnsafeBufferPointer(rebasing: bytes[line.start...])
    let room = side.room(GB18030.room(for: end - line.start) + width)
    guard let written = GB18030.decode(cells: row, ends: ends, to: room) else { return false }
    append(line.start..<end, line: run.lines + line.skipped, &rows)
    side.wrote(written)
    return true
  }

  /// Notes a row that `aside` has.
  private mutating func appendAside(_ range: Range<Int>, line: Int, _ rows: inout CSVRowBuffers) {
    append(range, line: line, &rows)
    side.append(aside.bytes)
  }

  /// Notes a row that is written to `side` next.
  private mutating func append(_ range: Range<Int>, line: Int, _ rows: inout CSVRowBuffers) {
    run.put(rows.count, on: line, shift: &shift)
    rows.append(~run.moved.count)
    run.moved.append(CSVRun.Moved(origin: range.lowerBound, length: UInt32(range.count), place: side.count))
  }

  /// Whether the bytes need no decoding, and are not too many.
  private func isRow(_ start: Int, _ end: Int) -> Bool {
    guard end - start <= Self.longestRow else { return false }
    if end <= plainEnd { return true }
    let record = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if body.currentEncoding == .utf8 { return validUTF8Prefix(record) == record.count && !body.holdsReplacement(start..<end) }
    return isASCII(record)
  }

  // MARK: Unusual records

  /// Takes the record at `from`, whatever it is.
  ///
  /// - Returns: where the next one begins.
  private mutating func carefully(_ from: Int, _ rows: inout CSVRowBuffers) -> Int {
    guard case .record(let record) = scanner.next(bytes, from: from, isFinal: true) else { return bytes.count }
    run.lines += record.skippedLines
    if let flaw = take(record, &rows) {
      run.damaged.append(CSVRun.Damaged(record: record, flaw: flaw, index: rows.count + run.damaged.count, line: run.lines))
    }
    run.lines += body.context.isSheet ? 1 : record.lines
    return record.next
  }

  private mutating func take(_ record: CSVScanner.Record, _ rows: inout CSVRowBuffers) -> CSVFlaw? {
    if let problem = record.problem { return .problem(problem) }
    if record.end - record.start > Self.longestRow { return .tooLong }
    if body.holdsReplacement(record.start..<record.end) { return .undecodable }
    let isInPlace = isRow(record.start, record.end) && !scanner.fields.contains(where: \.hasDoubledQuotes)
    if !isInPlace, let flaw = copyAside(rows) { return flaw }
    if bytes[record.start..<record.end].contains(0) { return .nul }
    if isInPlace {
      outline(record, rows)
      run.put(rows.count, on: run.lines, shift: &shift)
      rows.append(record.start)
    } else {
      appendAside(record.start..<record.end, line: run.lines, &rows)
    }
    return nil
  }

  /// Notes where the cells end, with their quotes.
  private func outline(_ record: CSVScanner.Record, _ rows: CSVRowBuffers) {
    var start = record.start
    for (column, field) in scanner.fields.enumerated() {
      let end = field.start > start ? field.end + 1 : field.end
      rows.ends[rows.next + column] = UInt32(end - record.start)
      start = end + 1
    }
  }

  /// Writes the cells into `aside` as they are read.
  private func copyAside(_ rows: CSVRowBuffers) -> CSVFlaw? {
    aside.truncate()
    for (column, field) in scanner.fields.enumerated() {
      guard row.append(field, in: bytes, to: aside) else { return .undecodableField(column, at: field.start) }
      rows.ends[rows.next + column] = UInt32(aside.count)
      aside.append(0)
    }
    return nil
  }
}

private let quote = UInt8(ascii: "\"")

/// Where rows are written while they are cut.
private struct CSVRowBuffers {
  private let starts: UnsafeMutableBufferPointer<Int>
  let ends: UnsafeMutableBufferPointer<UInt32>
  private let width: Int
  private(set) var count = 0
  /// Where the ends of the next row's cells go.
  private(set) var next = 0

  init(starts: UnsafeMutableBufferPointer<Int>, ends: UnsafeMutableBufferPointer<UInt32>, width: Int) {
    self.starts = starts
    self.ends = ends
    self.width = width
  }

  /// The ends of its cells are there already.
  @inline(__always) mutating func append(_ start: Int) {
    precondition(count + 1 < starts.count, "a row has fewer bytes than cells")
    starts[count] = start
    count += 1
    next += width
  }
}
