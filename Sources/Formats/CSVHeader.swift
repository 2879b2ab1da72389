import Model

/// The header of a CSV file: the names of its columns, and the delimiter that it shows.
struct CSVHeader {
  /// Where the header's fields are.
  struct Outline {
    var delimiter: UInt8
    var fields: [CSVScanner.Field]
    /// The line that names the delimiter, from the start of the bytes.
    var opening: Int
    /// How many records in front of it are titles.
    var titles: Int
    /// Where the record begins, behind titles and empty lines, and the line there, counted from 0.
    var start: Int
    var line: Int
    /// What lies up to the record's end, in bytes and lines.
    var length: Int
    var lines: Int
  }

  var outline: Outline
  var names: [String]

  /// In the order of preference when several give the same number of columns.
  private static let delimiters = [",", "\t", ";", "|"].map { UInt8(ascii: $0) }

  /// Finds the header at the start of `bytes`, behind a byte order mark: by the delimiter that the file names, or else the one that gives
  /// most columns. `nil` when more bytes are needed.
  ///
  /// - Parameter hasNames: whether titles may stand above it; otherwise it is the first row of data.
  /// - Throws: `csv-empty` without any record, `csv-header` when the record is damaged.
  static func outline(
    _ bytes: UnsafeBufferPointer<UInt8>, isGB18030: Bool, isFinal: Bool, hasNames: Bool = true, file: String?
  ) throws(Fault) -> Outline? {
    guard let opening = CSVOpening(bytes, isFinal: isFinal) else { return nil }
    var best: Outline?
    var firstLine = 0
    for delimiter in opening.delimiter.map({ [$0] }) ?? delimiters {
      let scanner = CSVScanner(delimiter: delimiter, isGB18030: isGB18030)
      let first = CSVFirstRecords(bytes, from: opening.length, scanner: scanner, count: 1, isFinal: isFinal)
      guard let record = first.candidates.first else {
        if first.needsMore { return nil }
        throw Fault("csv-empty", "The file has no header row.", at: Location(file: file, line: 1))
      }
      firstLine = record.line
      guard record.record.problem == nil, record.fields.count > best?.fields.count ?? 0 else { continue }
      best = outline(record, delimiter, opening)
    }
    guard let best else {
      throw Fault(
        "csv-header", "A quote in the header row is not closed.", at: Location(file: file, line: firstLine + 1),
        hint: "Write a quote inside quotes twice.")
    }
    let isHeader = !hasNames || best.fields.count { $0.start < $0.end } > 1
    return isHeader ? best : belowTitles(bytes, best, opening, isGB18030: isGB18030, isFinal: isFinal)
  }

  private static func outline(
    _ found: CSVFirstRecords.Candidate, _ delimiter: UInt8, _ opening: CSVOpening, titles: Int = 0
  ) -> Outline {
    Outline(
      delimiter: delimiter, fields: found.fields, opening: opening.length, titles: titles, start: found.record.start, line: found.line,
      length: found.record.next, lines: found.line + found.record.lines)
  }

  /// A first record with one field may be a title.
  private static func belowTitles(
    _ bytes: UnsafeBufferPointer<UInt8>, _ first: Outline, _ opening: CSVOpening, isGB18030: Bool, isFinal: Bool
  ) -> Outline? {
    for delimiter in opening.delimiter.map({ [$0] }) ?? delimiters {
      let scanner = CSVScanner(delimiter: delimiter, isGB18030: isGB18030)
      let records = CSVFirstRecords(bytes, from: opening.length, scanner: scanner, count: CSVOpening.lookahead, isFinal: isFinal)
      if records.needsMore { return nil }
      if let index = records.header(in: bytes) { return outline(records.candidates[index], delimiter, opening, titles: index) }
    }
    return first
  }

  /// Reads the header at the start of `bytes`, which are complete.
  ///
  /// A column without a name is called `column` and its number; a second column of the same name gets `_2` and so on.
  ///
  /// - Parameter columns: see ``ReadContext/columns``.
  /// - Throws: `csv-empty`, `csv-header` or `csv-columns`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, decoder: TextDecoder, columns: [String]?, file: String?) throws(Fault) {
    let isGB18030 = decoder.encoding == .gb18030
    guard let outline = try Self.outline(bytes, isGB18030: isGB18030, isFinal: true, hasNames: columns == nil, file: file) else {
      throw Fault("csv-empty", "The file has no header row.", at: Location(file: file, line: 1))
    }
    self.outline = outline
    if let columns {
      names = try Self.names(columns, count: outline.fields.count, at: Location(file: file, line: outline.line + 1))
      return
    }
    let row = CSVRow(decoder: decoder)
    var texts: [String] = []
    for field in outline.fields {
      guard let text = row.text(of: field, in: bytes) else {
        throw Fault(
          "csv-header", "The header row is not valid \(decoder.encoding.name).",
          at: Location(file: file, line: outline.line + 1), hint: "Name the file's encoding.")
      }
      texts.append(text)
    }
    names = Self.distinct(texts)
  }

  private static func names(_ columns: [String], count: Int, at location: Location) throws(Fault) -> [String] {
    if columns.isEmpty { return (1...count).map { "column_\($0)" } }
    guard columns.count == count else {
      throw Fault(
        "csv-columns", "The first row has \(count) field\(count == 1 ? "" : "s"), and \(columns.count) columns are named.", at: location,
        hint: "Name all columns of the file in their order.")
    }
    return columns
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var used = Set(texts)
    var seen: Set<String> = []
    /// The number to try next, by name: thousands of columns may have the same.
    var numbers: [String: Int] = [:]
    return texts.enumerated().map { index, text in
      let base = text.isEmpty ? "column\(index + 1)" : text
      if !text.isEmpty, seen.insert(text).inserted { return text }
      var name = base
      var number = numbers[base] ?? 2
      while !used.insert(name).inserted {
        name = "\(base)_\(number)"
        number += 1
      }
      numbers[base] = number
      return name
    }
  }
}
