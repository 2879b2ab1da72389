import Model

/// Cuts a CSV file, fed in chunks of any size, into ranges of whole rows, so that a file of any length is read in bounded
/// memory. Finds the same rows as ``ItemReader`` finds in the whole file.
public struct CSVSplitter {
  /// The header row as the file has it, with its byte order mark and the line that names the delimiter: for ``ReadContext/header``. Known
  /// before the first range; nil when there is no other row, and the range holds it.
  public private(set) var header: [UInt8]?
  /// All of the file up to the header's end when titles stand above it: for ``ReadContext/beginning``.
  public private(set) var beginning: [UInt8]?
  /// The file's encoding as a label for ``ItemReader``: a range alone may not show it. Known before the first range.
  public var encoding: String? { buffer.encoding?.name }

  private let rangeSize: Int
  private let isSheet: Bool
  private var buffer: SplitBuffer
  private var scanner: CSVScanner?
  private var file: String?
  /// The rows in the current range, which starts at the start of the buffer.
  private var used = 0
  private var rows = 0
  private var lines = 0
  private var firstRow = 1
  private var firstLine = 1

  /// No line or row may be longer than this: the buffer must stay bounded.
  static let maximumRow = 64 << 20

  /// - Parameters:
  ///   - rangeSize: ranges are at most so long, in bytes; only a single longer row makes a longer range.
  ///   - encoding: a label; `nil`: by byte order mark and content.
  ///   - isSheet: see ``ReadContext/isSheet``.
  /// - Throws: `encoding-unknown`.
  public init(rangeSize: Int = 262_144, encoding: String? = nil, file: String? = nil, isSheet: Bool = false) throws(Fault) {
    self.rangeSize = rangeSize
    self.isSheet = isSheet
    self.file = file
    var known: Encoding?
    if let encoding { known = try Encoding(label: encoding) }
    buffer = SplitBuffer(encoding: known)
  }

  /// Takes the next bytes of the file; the last call, possibly with none, has `isLast`.
  ///
  /// - Returns: the ranges that are complete now.
  /// - Throws: `csv-empty`, `csv-header`, `csv-row-too-long` or `encoding-not-split`; then the file cannot be read at all.
  public mutating func feed(_ chunk: [UInt8], isLast: Bool) throws(Fault) -> [SplitRange] {
    guard try buffer.append(chunk, isLast: isLast) else { return [] }
    guard try readHeader(isLast: isLast), var scanner else {
      guard buffer.shape.count <= Self.maximumRow else {
        throw Fault("csv-row-too-long", "A row is longer than 64 MB.", at: Location(file: file, line: 1))
      }
      return []
    }
    var cut = Cut(splitter: self)
    let simple = CSVLines(delimiter: scanner.delimiter, width: scanner.expected ?? 1)
    buffer.shape.withUnsafeBufferPointer { shape in
      while true {
        var rest = CSVLines.Line(start: cut.used)
        if !scanner.isGB18030 {
          rest = simple.cut(shape, from: cut.used, to: shape.count, isFinal: isLast) { _, _ in
          } row: { line, _, next in
            cut.take(next: next, lines: line.skipped + 1)
            return true
          }
        }
        guard case .record(let record) = scanner.next(shape, from: rest.start, isFinal: isLast) else { return }
        cut.take(next: record.next, lines: rest.skipped + record.skippedLines + (isSheet ? 1 : record.lines))
      }
    }
    self.scanner = scanner
    if isLast, cut.rows == 0, cut.firstRow == 1 {
      // What was taken for a header is all there is: whoever knows that the table has none finds its only row in the range.
      (header, beginning) = (nil, nil)
      let length = buffer.offset + buffer.shape.count * buffer.unit + buffer.oddByteCount
      return [SplitRange(offset: 0, length: length, firstRow: 1, rowCount: 0, firstLine: 1)]
    }
    if isLast { cut.end(buffer.shape.count, oddBytes: buffer.oddByteCount) }
    (used, rows, lines, firstRow, firstLine) = (cut.used - cut.emitted, cut.rows, cut.lines, cut.firstRow, cut.firstLine)
    buffer.drop(cut.emitted)
    guard buffer.shape.count - used <= Self.maximumRow else {
      throw Fault("csv-row-too-long", "A row is longer than 64 MB.", at: Location(file: file, line: firstLine + lines))
    }
    return cut.ranges
  }

  /// What is found in the buffer.
  private struct Cut {
    var ranges: [SplitRange] = []
    var used: Int
    var rows: Int
    var lines: Int
    var firstRow: Int
    var firstLine: Int
    /// Where the current range starts.
    var emitted = 0
    private let rangeSize: Int
    private let offset: Int
    private let unit: Int

    init(splitter: CSVSplitter) {
      (used, rows, lines) = (splitter.used, splitter.rows, splitter.lines)
      (firstRow, firstLine) = (splitter.firstRow, splitter.firstLine)
      (rangeSize, offset, unit) = (splitter.rangeSize, splitter.buffer.offset, splitter.buffer.unit)
    }

    /// - Parameter lines: of the record and the empty ones before it.
    @inline(__always) mutating func take(next: Int, lines count: Int) {
      if rows > 0, (next - emitted) * unit > rangeSize { endRange(at: used) }
      used = next
      rows += 1
      lines += count
    }

    mutating func end(_ count: Int, oddBytes: Int) {
      guard rows > 0 else { return }
      endRange(at: count)
      ranges[ranges.count - 1].length += oddBytes
      used = count
    }

    private mutating func endRange(at end: Int) {
      ranges.append(
        SplitRange(
          offset: offset + emitted * unit, length: (end - emitted) * unit, firstRow: firstRow, rowCount: rows, firstLine: firstLine))
      firstRow += rows
      firstLine += lines
      (rows, lines) = (0, 0)
      emitted = end
    }
  }

  private mutating func readHeader(isLast: Bool) throws(Fault) -> Bool {
    if scanner != nil { return true }
    let isGB18030 = buffer.encoding == .gb18030
    let found = buffer.shape.withUnsafeBufferPointer { shape in
      Result { () throws(Fault) in try CSVHeader.outline(shape, isGB18030: isGB18030, isFinal: isLast, file: file) }
    }
    guard let outline = try found.get() else { return false }
    scanner = CSVScanner(delimiter: outline.delimiter, isGB18030: isGB18030, expected: outline.fields.count)
    // Without titles: they are found by what follows the header, which ranges do not have.
    let (start, unit) = (buffer.offset, buffer.unit)
    let opening = buffer.head[..<(start + outline.opening * unit)]
    let end = start + outline.length * unit
    header = Array(opening + buffer.head[(start + outline.start * unit)..<end])
    if outline.titles > 0 { beginning = Array(buffer.head[..<end]) }
    firstLine = outline.lines + 1
    buffer.dropHead()
    buffer.drop(outline.length)
    return true
  }
}
