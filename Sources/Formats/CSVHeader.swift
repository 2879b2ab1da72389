import Model

/// The first record of a CSV file: the names of its columns, and the delimiter that it shows.
struct CSVHeader {
  /// Where the header's fields are.
  struct Outline {
    var delimiter: UInt8
    var fields: [CSVScanner.Field]
    /// What the record covers, from the start of the bytes.
    var length: Int
    var lines: Int
    var emptyLines: Int
  }

  var outline: Outline
  var names: [String]

  /// In the order of preference when several give the same number of columns.
  private static let delimiters = [",", "\t", ";", "|"].map { UInt8(ascii: $0) }

  /// Finds the header at the start of `bytes`, behind a byte order mark, by the delimiter that gives most columns. `nil` when
  /// more bytes are needed.
  ///
  /// - Throws: `csv-empty` without any record, `csv-header` when the record is damaged.
  static func outline(
    _ bytes: UnsafeBufferPointer<UInt8>, isGB18030: Bool, isFinal: Bool, file: String?
  ) throws(Fault) -> Outline? {
    var best: Outline?
    var emptyLines = 0
    for delimiter in delimiters {
      var scanner = CSVScanner(delimiter: delimiter, isGB18030: isGB18030)
      switch scanner.next(bytes, from: 0, isFinal: isFinal) {
      case .record(let record):
        emptyLines = record.skippedLines
        guard record.problem == nil, scanner.fields.count > best?.fields.count ?? 0 else { continue }
        best = Outline(
          delimiter: delimiter, fields: scanner.fields, length: record.next, lines: record.skippedLines + record.lines,
          emptyLines: record.skippedLines)
      case .needsMore: return nil
      case .end: throw Fault("csv-empty", "The file has no header row.", at: Location(file: file, line: 1))
      }
    }
    if let best { return best }
    throw Fault(
      "csv-header", "A quote in the header row is not closed.", at: Location(file: file, line: emptyLines + 1),
      hint: "Write a quote inside quotes twice.")
  }

  /// Reads the header at the start of `bytes`, which are complete.
  ///
  /// A column without a name is called `column` and its number; a second column of the same name gets `_2` and so on.
  ///
  /// - Throws: `csv-empty` or `csv-header`.
  init(_ bytes: UnsafeBufferPointer<UInt8>, decoder: TextDecoder, file: String?) throws(Fault) {
    let isGB18030 = decoder.encoding == .gb18030
    guard let outline = try Self.outline(bytes, isGB18030: isGB18030, isFinal: true, file: file) else {
      throw Fault("csv-empty", "The file has no header row.", at: Location(file: file, line: 1))
    }
    var row = CSVRow(decoder: decoder)
    var texts: [String] = []
    for field in outline.fields {
      guard let text = row.text(of: field, in: bytes) else {
        throw Fault(
          "csv-header", "The header row is not valid \(decoder.encoding.name).",
          at: Location(file: file, line: outline.emptyLines + 1), hint: "Name the file's encoding.")
      }
      texts.append(text)
    }
    self.outline = outline
    names = Self.distinct(texts)
  }

  private static func distinct(_ texts: [String]) -> [String] {
    var used = Set(texts)
    var seen: Set<String> = []
    return texts.enumerated().map { index, text in
      let base = text.isEmpty ? "column\(index + 1)" : text
      if !text.isEmpty, seen.insert(text).inserted { return text }
      var name = base
      var number = 2
      while !used.insert(name).inserted {
        name = "\(base)_\(number)"
        number += 1
      }
      return name
    }
  }
}

/// Turns a scanned field into text.
struct CSVRow {
  let decoder: TextDecoder
  private var unquoted: [UInt8] = []

  init(decoder: TextDecoder) { self.decoder = decoder }

  /// `nil` when a byte cannot be decoded.
  mutating func text(of field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    if field.start == field.end { return "" }
    let content = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
    guard field.hasDoubledQuotes else { return decoder.decode(content) }
    unquote(content)
    return unquoted.withUnsafeBufferPointer { decoder.decode($0) }
  }

  /// Appends the text in UTF-8, or nothing when a byte cannot be decoded, which it says by `false`.
  mutating func append(_ field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>, to output: inout [UInt8]) -> Bool {
    if field.start == field.end { return true }
    let content = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
    guard field.hasDoubledQuotes else { return decoder.decode(content, to: &output) }
    unquote(content)
    return unquoted.withUnsafeBufferPointer { decoder.decode($0, to: &output) }
  }

  private mutating func unquote(_ content: UnsafeBufferPointer<UInt8>) {
    unquoted.removeAll(keepingCapacity: true)
    var at = 0
    while at < content.count {
      unquoted.append(content[at])
      at += content[at] == UInt8(ascii: "\"") ? 2 : 1
    }
  }
}
