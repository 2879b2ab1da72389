#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cuts a part of a CSV body into rows: 64 bytes at a time where cells have no quotes, and by ``CSVScanner`` where anything is unusual.
struct CSVCutter {
  private let body: CSVBody
  private let bytes: UnsafeBufferPointer<UInt8>
  private let width: Int
  private let delimiter: UInt8
  private var scanner: CSVScanner
  private var row: CSVRow
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
    delimiter = body.header.outline.delimiter
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
    run.ends = Array(unsafeUninitializedCapacity: capacity * width) { ends, endCount in
      run.starts = Array(unsafeUninitializedCapacity: capacity) { starts, count in
        var rows = CSVRowBuffers(starts: starts, ends: ends, width: width)
        cut(from: from, to: to, &rows)
        count = rows.count
      }
      endCount = run.starts.count * width
    }
    run.reread = scanner.reread - before
  }

  private mutating func cut(from: Int, to: Int, _ rows: inout CSVRowBuffers) {
    var start = from
    while start < to {
      start = scanner.isGB18030 ? carefully(start, &rows) : quickly(start, to: to, &rows)
    }
    run.end = start
  }

  /// Cuts rows without quotes.
  ///
  /// - Returns: where the next record begins: the end of the part, or behind a record that is not simple.
  private mutating func quickly(_ from: Int, to: Int, _ rows: inout CSVRowBuffers) -> Int {
    guard let text = bytes.baseAddress else { return to }
    var start = from
    var cell = from
    var column = 0
    var block = from
    let last = width - 1
    let ends = rows.ends
    while block < bytes.count {
      var marks = block + 64 <= bytes.count ? self.marks(text + block) : finalMarks(block)
      while marks != 0 {
        let place = block &+ marks.trailingZeroBitCount
        marks &= marks &- 1
        let byte = text[place]
        if byte == delimiter {
          guard column < last else { return carefully(start, &rows) }
          ends[rows.next &+ column] = UInt32(truncatingIfNeeded: place &- start)
          column &+= 1
          cell = place &+ 1
        } else if byte == 0x0A || byte == 0x0D {
          if place > start {
            guard column == last, isRow(start, place) else { return carefully(start, &rows) }
            rows.append(start, end: place)
            run.lines += 1
          } else if byte == 0x0D || place == 0 || text[place - 1] != 0x0D {
            run.lines += 1
          }
          start = place &+ 1
          if start >= to { return start }
          cell = start
          column = 0
        } else if byte == 0 || (byte == UInt8(ascii: "\"") && place == cell) {
          return carefully(start, &rows)
        }
      }
      block += 64
    }
    guard start < bytes.count else { return start }
    guard column == last, isRow(start, bytes.count) else { return carefully(start, &rows) }
    rows.append(start, end: bytes.count)
    return bytes.count
  }

  /// A bit for each of 64 bytes that may end a cell, or make a row unusual: delimiters, quotes and what is not above CR.
  @inline(__always) private func marks(_ place: UnsafePointer<UInt8>) -> UInt64 {
    let bits = SIMD16<UInt8>(1, 2, 4, 8, 16, 32, 64, 128, 1, 2, 4, 8, 16, 32, 64, 128)
    // Comparisons with a vector are one instruction; those with a scalar are loops over the lanes.
    let delimiters = SIMD16(repeating: delimiter)
    let quotes = SIMD16(repeating: UInt8(ascii: "\""))
    let controls = SIMD16(repeating: 0x0D as UInt8)
    var marks: UInt64 = 0
    for group in 0..<4 {
      let bytes = UnsafeRawPointer(place + group * 16).loadUnaligned(as: SIMD16<UInt8>.self)
      let found = (bytes .== delimiters) .| (bytes .== quotes) .| (bytes .<= controls)
      let halves = unsafeBitCast(unsafeBitCast(found, to: SIMD16<UInt8>.self) & bits, to: SIMD2<UInt64>.self)
      // The product's highest byte is the sum of the bytes.
      let low = (halves[0] &* 0x0101_0101_0101_0101) >> 56
      let high = (halves[1] &* 0x0101_0101_0101_0101) >> 56
      marks |= (low | high << 8) << UInt64(group * 16)
    }
    return marks
  }

  private func finalMarks(_ block: Int) -> UInt64 {
    var marks: UInt64 = 0
    for place in block..<bytes.count where bytes[place] == delimiter || bytes[place] == UInt8(ascii: "\"") || bytes[place] <= 0x0D {
      marks |= 1 << UInt64(place - block)
    }
    return marks
  }

  /// Whether the bytes need no decoding, and are not too many.
  private func isRow(_ start: Int, _ end: Int) -> Bool {
    guard end - start <= Self.longestRow else { return false }
    if end <= plainEnd { return true }
    let record = UnsafeBufferPointer(rebasing: bytes[start..<end])
    if body.currentEncoding == .utf8 { return validUTF8Prefix(record) == record.count && !body.holdsReplacement(start..<end) }
    return record.allSatisfy { $0 < 0x80 }
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
    run.lines += record.lines
    return record.next
  }

  private mutating func take(_ record: CSVScanner.Record, _ rows: inout CSVRowBuffers) -> CSVFlaw? {
    if let problem = record.problem { return .problem(problem) }
    if record.end - record.start > Self.longestRow { return .tooLong }
    if body.holdsReplacement(record.start..<record.end) { return .undecodable }
    let isInPlace = isRow(record.start, record.end) && !scanner.fields.contains(where: \.hasDoubledQuotes)
    let side = run.side.count
    let flaw = isInPlace ? nil : copyAside(rows)
    if let flaw = flaw ?? (bytes[record.start..<record.end].contains(0) ? .nul : nil) {
      run.side.removeSubrange(side...)
      return flaw
    }
    if isInPlace {
      outline(record, rows)
      rows.append(record.start)
    } else {
      rows.append(~run.moved.count)
      run.moved.append(CSVRun.Moved(origin: record.start, place: side))
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

  /// Writes the cells aside as they are read.
  private mutating func copyAside(_ rows: CSVRowBuffers) -> CSVFlaw? {
    let place = run.side.count
    for (column, field) in scanner.fields.enumerated() {
      guard row.append(field, in: bytes, to: &run.side) else { return .undecodableField(column, at: field.start) }
      rows.ends[rows.next + column] = UInt32(run.side.count - place)
      run.side.append(0)
    }
    return nil
  }
}

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
  mutating func append(_ start: Int) {
    precondition(count + 1 < starts.count, "a row has fewer bytes than cells")
    starts[count] = start
    count += 1
    next += width
  }

  /// - Parameter end: of the last cell.
  @inline(__always) mutating func append(_ start: Int, end: Int) {
    ends[next + width - 1] = UInt32(truncatingIfNeeded: end - start)
    append(start)
  }
}

/// Bytes that are LF or CR.
private func lineEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  let raw = UnsafeRawBufferPointer(bytes)
  let lineFeeds = SIMD16(repeating: 0x0A as UInt8)
  let carriageReturns = SIMD16(repeating: 0x0D as UInt8)
  var count = 0
  var at = 0
  while at + 16 <= raw.count {
    // A lane counts to 255 at most.
    let blocks = min((raw.count - at) / 16, 255)
    var lanes = SIMD16<UInt8>(repeating: 0)
    for block in 0..<blocks {
      let group = raw.loadUnaligned(fromByteOffset: at + block * 16, as: SIMD16<UInt8>.self)
      // What is true has all bits set: -1.
      lanes = lanes &- unsafeBitCast((group .== lineFeeds) .| (group .== carriageReturns), to: SIMD16<UInt8>.self)
    }
    count += lanes.indices.reduce(0) { $0 + Int(lanes[$1]) }
    at += blocks * 16
  }
  return raw[at...].reduce(count) { $0 + ($1 == 0x0A || $1 == 0x0D ? 1 : 0) }
}
