import Model

/// A CSV body behind its header: what cutting and decoding its records needs, and what is to be said of damaged ones.
struct CSVBody {
  /// In `currentEncoding`; indexes into them count from 0 when they are looked at through a buffer.
  let bytes: ArraySlice<UInt8>
  /// What was in front of `bytes`; offsets count from the start of the body.
  let markLength: Int
  let context: ReadContext
  let header: CSVHeader
  /// The encoding of the body as it arrived, and that of `bytes`.
  let encoding: Encoding
  let currentEncoding: Encoding
  /// Where the first record behind the header may begin, and the line there.
  let start: Int
  let firstLine: Int
  /// See ``SourceBytes/replacements``.
  private let replacements: [Int]

  /// - Throws: `csv-empty`, `csv-header`, `csv-columns`, `encoding-unknown`.
  init(_ body: [UInt8], encoding label: String?, context given: ReadContext) throws(Fault) {
    var (body, context) = (body, given)
    if given.columns != nil, let rows = given.beginning ?? given.header {
      // What was taken for titles and a header are the first rows.
      let extent = try Self.extent(of: rows, encoding: label, file: given.file)
      if given.firstRow == 1 {
        body = rows + body
        context.header = nil
        context.firstLine -= extent.lines
      } else {
        context.firstRow += extent.records
      }
    }
    let prefix = context.header ?? []
    let source = try SourceBytes(body, label: label, detecting: prefix.isEmpty ? body[...] : (prefix + body)[...])
    let decoder = TextDecoder(source.currentEncoding)
    bytes = source.bytes
    markLength = source.markLength
    self.context = context
    encoding = source.encoding
    currentEncoding = source.currentEncoding
    replacements = source.replacements
    guard context.header == nil else {
      let headerSource = try SourceBytes(prefix, label: source.encoding.name, detecting: prefix[...])
      header = try Self.header(headerSource.bytes, decoder, context)
      start = 0
      firstLine = context.firstLine
      return
    }
    header = try Self.header(bytes, decoder, context)
    let outline = header.outline
    start = context.columns == nil ? outline.length : outline.start
    firstLine = context.firstLine + (context.columns == nil ? outline.lines : outline.line)
    if let bad = replacements.first, bad < start {
      throw Fault("csv-header", "The header row is not valid \(encoding.name).", at: Location(file: context.file, line: 1))
    }
  }

  /// How many records and lines there are in front of the body.
  private static func extent(of rows: [UInt8], encoding label: String?, file: String?) throws(Fault) -> (records: Int, lines: Int) {
    let source = try SourceBytes(rows, label: label, detecting: rows[...])
    let isGB18030 = source.currentEncoding == .gb18030
    let found = source.bytes.withUnsafeBufferPointer { bytes in
      Result { () throws(Fault) -> CSVFirstRecords? in
        let outline = try CSVHeader.outline(bytes, isGB18030: isGB18030, isFinal: true, hasNames: false, file: file)
        return outline.map {
          let scanner = CSVScanner(delimiter: $0.delimiter, isGB18030: isGB18030)
          return CSVFirstRecords(bytes, from: $0.opening, scanner: scanner, count: .max, isFinal: true)
        }
      }
    }
    guard let records = try found.get()?.candidates, let last = records.last else { return (0, 0) }
    return (records.count, last.line + last.record.lines)
  }

  private static func header(_ bytes: ArraySlice<UInt8>, _ decoder: TextDecoder, _ context: ReadContext) throws(Fault) -> CSVHeader {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(Fault) in try CSVHeader(buffer, decoder: decoder, columns: context.columns, file: context.file) }
    }
    return try result.get()
  }

  func scanner() -> CSVScanner {
    CSVScanner(delimiter: header.outline.delimiter, isGB18030: currentEncoding == .gb18030, expected: header.names.count)
  }

  var isFullyDecoded: Bool { replacements.isEmpty }

  /// Whether a byte in the range could not be decoded before the body was cut.
  func holdsReplacement(_ range: Range<Int>) -> Bool {
    var low = 0
    var high = replacements.count
    while low < high {
      let middle = (low + high) / 2
      if replacements[middle] < range.lowerBound { low = middle + 1 } else { high = middle }
    }
    return low < replacements.count && replacements[low] < range.upperBound
  }
}

/// Why a record is no row.
enum CSVFlaw {
  case problem(CSVScanner.Problem)
  /// It was decoded before it was cut, and not all of it could be.
  case undecodable
  /// The column, and where its content begins.
  case undecodableField(Int, at: Int)
  case nul
  case tooLong
}

extension CSVBody {
  /// - Parameters:
  ///   - number: of the row, counted from 1.
  ///   - line: on which the record begins.
  ///   - buffer: all of `bytes`.
  func fault(
    _ flaw: CSVFlaw, in record: CSVScanner.Record, number: Int, line: Int, _ buffer: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder
  ) -> Fault {
    let location = location(record.start, line: line)
    let within = { (place: Int) in self.location(of: place, in: record, line: line, buffer, decoder) }
    switch flaw {
    case .problem(.fieldCount(let found)):
      return Fault(
        "csv-field-count", "Row \(number) has \(found) field\(found == 1 ? "" : "s"), the header has \(header.names.count).",
        at: location, hint: "Is a delimiter inside a field that lacks quotes?")
    case .problem(.unclosedQuote(let place)):
      return Fault(
        "csv-unclosed-quote", "The quote that opens a field of row \(number) is not closed.", at: within(place),
        hint: "Write a quote inside quotes twice.")
    case .problem(.strayQuote(let place)):
      return Fault(
        "csv-stray-quote", "In row \(number) text follows a closing quote.", at: within(place), hint: "Write a quote inside quotes twice.")
    case .undecodable: return Fault("text-undecodable", "Row \(number) is not valid \(encoding.name).", at: location)
    case .undecodableField(let column, let place):
      return Fault(
        "text-undecodable", "Row \(number) has a byte in column \"\(header.names[column])\" that is not valid \(encoding.name).",
        at: within(place))
    case .nul: return Fault("text-nul", "Row \(number) contains a NUL byte.", at: location, hint: "Is it a text file?")
    case .tooLong: return Fault("line-too-long", "Row \(number) is longer than 1 GB.", at: location)
    }
  }

  /// The location of a record.
  func location(_ start: Int, line: Int) -> Location { Location(file: context.file, line: line, column: 1, offset: markLength + start) }

  /// The location of a byte within a record.
  private func location(
    of place: Int, in record: CSVScanner.Record, line: Int, _ buffer: UnsafeBufferPointer<UInt8>, _ decoder: TextDecoder
  ) -> Location {
    var lineStart = record.start
    var breaks = 0
    for index in record.start..<place where buffer[index] == 0x0A || (buffer[index] == 0x0D && buffer[index + 1] != 0x0A) {
      lineStart = index + 1
      breaks += 1
    }
    let before = decoder.decodeAll(UnsafeBufferPointer(rebasing: buffer[lineStart..<place])).text
    return Location(file: context.file, line: line + breaks, column: before.unicodeScalars.count + 1, offset: markLength + place)
  }
}
