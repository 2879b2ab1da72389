import Model

/// Reads the rows of a CSV body, or of a range of one.
struct CSVReader {
  private let bytes: [UInt8]
  /// What was in front of `bytes`; offsets count from the start of the body.
  private let markLength: Int
  private let context: ReadContext
  private let header: CSVHeader
  private let encoding: Encoding
  private var row: CSVRow
  private var scanner: CSVScanner
  /// See ``SourceBytes/replacements``; consumed from the front.
  private var replacements: ArraySlice<Int>
  private var at: Int
  private var line: Int
  private var index = 0

  init(_ body: [UInt8], encoding label: String?, context: ReadContext) throws(Fault) {
    let prefix = context.header ?? []
    let source = try SourceBytes(body, label: label, detecting: (prefix + body)[...])
    let decoder = TextDecoder(source.currentEncoding)
    bytes = Array(source.bytes)
    markLength = source.markLength
    self.context = context
    self.encoding = source.encoding
    row = CSVRow(decoder: decoder)
    replacements = source.replacements[...]
    if context.header == nil {
      header = try Self.header(bytes, decoder, context)
      at = header.outline.length
      line = context.firstLine + header.outline.lines
      if let bad = replacements.first, bad < at {
        throw Fault("csv-header", "The header row is not valid \(encoding.name).", at: Location(file: context.file, line: 1))
      }
    } else {
      let headerSource = try SourceBytes(prefix, label: source.encoding.name, detecting: prefix[...])
      header = try Self.header(Array(headerSource.bytes), decoder, context)
      at = 0
      line = context.firstLine
    }
    scanner = CSVScanner(delimiter: header.outline.delimiter, isGB18030: source.currentEncoding == .gb18030, expected: header.names.count)
  }

  private static func header(_ bytes: [UInt8], _ decoder: TextDecoder, _ context: ReadContext) throws(Fault) -> CSVHeader {
    let result = bytes.withUnsafeBufferPointer { buffer in
      Result { () throws(Fault) in try CSVHeader(buffer, decoder: decoder, file: context.file) }
    }
    return try result.get()
  }

  mutating func read(_ each: (Result<Item, ItemFault>) throws -> Void) throws {
    try bytes.withUnsafeBufferPointer { buffer in
      while case .record(let record) = scanner.next(buffer, from: at, isFinal: true) {
        line += record.skippedLines
        try each(item(record, buffer))
        index += 1
        line += record.lines
        at = record.next
      }
    }
  }

  private mutating func item(_ record: CSVScanner.Record, _ buffer: UnsafeBufferPointer<UInt8>) -> Result<Item, ItemFault> {
    let raw = Array(buffer[record.start..<record.end])
    if let problem = record.problem { return .failure(ItemFault(index: index, fault: fault(problem, record, buffer), raw: raw)) }
    if let fault = undecodable(record) { return .failure(ItemFault(index: index, fault: fault, raw: raw)) }
    var members: [(name: String, value: Value)] = []
    members.reserveCapacity(header.names.count)
    for (name, field) in zip(header.names, scanner.fields) {
      guard let text = row.text(of: field, in: buffer) else {
        let fault = undecodable(column: name, record, at: field.start, buffer)
        return .failure(ItemFault(index: index, fault: fault, raw: raw))
      }
      members.append((name: name, value: .string(text)))
    }
    if raw.contains(0) {
      let fault = Fault("text-nul", "Row \(number) contains a NUL byte.", at: location(record), hint: "Is it a text file?")
      return .failure(ItemFault(index: index, fault: fault, raw: raw))
    }
    return .success(Item(index: index, content: .value(.object(Object(members))), location: location(record), raw: raw))
  }

  private var number: Int { context.firstRow + index }

  private func location(_ record: CSVScanner.Record) -> Location {
    Location(file: context.file, line: line, column: 1, offset: markLength + record.start)
  }

  private func fault(_ problem: CSVScanner.Problem, _ record: CSVScanner.Record, _ buffer: UnsafeBufferPointer<UInt8>) -> Fault {
    switch problem {
    case .fieldCount(let found):
      return Fault(
        "csv-field-count", "Row \(number) has \(found) field\(found == 1 ? "" : "s"), the header has \(header.names.count).",
        at: location(record), hint: "Is a delimiter inside a field that lacks quotes?")
    case .unclosedQuote(let place):
      return Fault(
        "csv-unclosed-quote", "The quote that opens a field of row \(number) is not closed.", at: location(record, place, buffer),
        hint: "Write a quote inside quotes twice.")
    case .strayQuote(let place):
      return Fault(
        "csv-stray-quote", "In row \(number) text follows a closing quote.", at: location(record, place, buffer),
        hint: "Write a quote inside quotes twice.")
    }
  }

  /// A row that was decoded before it was cut.
  private mutating func undecodable(_ record: CSVScanner.Record) -> Fault? {
    let ahead = replacements.drop { $0 < record.start }
    replacements = ahead.drop { $0 < record.end }
    return replacements.count == ahead.count
      ? nil : Fault("text-undecodable", "Row \(number) is not valid \(encoding.name).", at: location(record))
  }

  private func undecodable(column: String, _ record: CSVScanner.Record, at start: Int, _ buffer: UnsafeBufferPointer<UInt8>) -> Fault {
    Fault(
      "text-undecodable", "Row \(number) has a byte in column \"\(column)\" that is not valid \(encoding.name).",
      at: location(record, start, buffer))
  }

  /// The place of a byte within a record.
  private func location(_ record: CSVScanner.Record, _ place: Int, _ buffer: UnsafeBufferPointer<UInt8>) -> Location {
    var lineStart = record.start
    var breaks = 0
    for index in record.start..<place where buffer[index] == 0x0A || (buffer[index] == 0x0D && buffer[index + 1] != 0x0A) {
      lineStart = index + 1
      breaks += 1
    }
    let before = row.decoder.decodeAll(UnsafeBufferPointer(rebasing: buffer[lineStart..<place])).text
    return Location(file: context.file, line: line + breaks, column: before.unicodeScalars.count + 1, offset: markLength + place)
  }
}
