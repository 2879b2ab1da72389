/// What stands in front of a CSV file's header: a line `sep=;` for Excel, and titles above the table.
struct CSVOpening {
  /// The delimiter that the file names itself.
  private(set) var delimiter: UInt8?
  /// The length of the line that does so, with its line break.
  private(set) var length = 0

  /// `nil` when more bytes are needed.
  init?(_ bytes: UnsafeBufferPointer<UInt8>, isFinal: Bool) {
    let word = Array("sep=".utf8)
    guard bytes.count > 9 || isFinal else { return nil }
    // As long as it gets: in quotes, with CRLF behind them.
    let line = bytes.prefix(9)
    let content = line.first == UInt8(ascii: "\"") ? line.dropFirst() : line
    guard content.count > 4, content.prefix(4).map({ $0 | 0x20 }).elementsEqual(word.map { $0 | 0x20 }) else { return }
    let rest = content.dropFirst(5).drop { $0 == UInt8(ascii: "\"") }
    guard rest.isEmpty || rest.first == 0x0A || rest.first == 0x0D else { return }
    let named = content[content.startIndex + 4]
    guard named == 0x09 || (0x20..<0x7F).contains(named) && named != UInt8(ascii: "\"") else { return }
    delimiter = named
    length = rest.startIndex + rest.prefix(2).prefix { $0 == 0x0A || $0 == 0x0D }.count
    if rest.starts(with: [0x0A, 0x0A]) || rest.starts(with: [0x0D, 0x0D]) { length -= 1 }
  }

  /// How many records to look at for the header behind titles.
  static let lookahead = 12
}

/// The first records of a CSV file, cut by one delimiter.
struct CSVFirstRecords {
  struct Candidate {
    var record: CSVScanner.Record
    var fields: [CSVScanner.Field]
    /// The line on which it begins, counted from 0.
    var line: Int
    /// How many fields are not empty.
    var filled: Int
  }

  private(set) var candidates: [Candidate] = []
  /// Whether more bytes could bring more records.
  private(set) var needsMore = false

  init(_ bytes: UnsafeBufferPointer<UInt8>, from: Int, scanner: CSVScanner, count: Int, isFinal: Bool) {
    var scanner = scanner
    var (at, line) = (from, from > 0 ? 1 : 0)
    while candidates.count < count {
      guard case .record(let record) = scanner.next(bytes, from: at, isFinal: isFinal) else {
        needsMore = !isFinal
        return
      }
      line += record.skippedLines
      let fields = record.problem == nil ? scanner.fields : []
      candidates.append(Candidate(record: record, fields: fields, line: line, filled: fields.count { $0.start < $0.end }))
      line += record.lines
      at = record.next
    }
  }

  /// The index of the header when titles stand above it. They have one field that is not empty; the header has at least two, and what
  /// follows has as many. Where titles lack the delimiters that a spreadsheet program pads them with, only tables of three columns and more
  /// are told from text with a delimiter in it.
  func header(in bytes: UnsafeBufferPointer<UInt8>) -> Int? {
    guard let first = candidates.first, first.filled < 2, let index = candidates.firstIndex(where: { $0.filled > 1 }) else { return nil }
    let header = candidates[index]
    let isPadded = first.fields.count == header.fields.count
    let following = candidates[(index + 1)...]
    guard isPadded || header.fields.count > 2, following.count > (isPadded ? 0 : 1), header.filled * 2 > header.fields.count,
      following.allSatisfy({ $0.fields.count == header.fields.count }), candidates[..<index].allSatisfy({ $0.filled < 2 })
    else { return nil }
    let isNamed = header.fields.allSatisfy { field in
      field.start == field.end || !bytes[field.start..<field.end].allSatisfy { (0x2B...0x3A).contains($0) || $0 == 0x20 }
    }
    return isNamed ? index : nil
  }
}
