import Model

#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Text as workbooks write it.
enum XLSXText {
  /// Control characters stand there as `_x000D_`; ECMA-376 part 1, §22.4.2.4.
  static func unescape(_ text: inout [UInt8]) {
    guard text.count >= 7, text.contains(UInt8(ascii: "_")) else { return }
    var result: [UInt8] = []
    var at = 0
    while at < text.count {
      if text[at] == UInt8(ascii: "_"), at + 7 <= text.count, text[at + 1] == UInt8(ascii: "x"), text[at + 6] == UInt8(ascii: "_"),
        let code = UInt32(String(decoding: text[(at + 2)..<(at + 6)], as: UTF8.self), radix: 16), let scalar = Unicode.Scalar(code)
      {
        result.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
        at += 7
      } else {
        result.append(text[at])
        at += 1
      }
    }
    text = result
  }

  /// The column of a reference such as `AB12`, counted from 0; `nil` when there are no letters or too many.
  static func column(_ reference: UnsafeBufferPointer<UInt8>) -> Int? {
    var column = 0
    var at = 0
    while at < reference.count, at < 4, case let letter = reference[at] & 0xDF, (0x41...0x5A).contains(letter) {
      column = column * 26 + Int(letter - 0x40)
      at += 1
    }
    return at > 0 && column <= SheetGrid.columns ? column - 1 : nil
  }

  static func cell(_ reference: Substring.UTF8View) -> (row: Int, column: Int)? {
    let bytes = Array(reference)
    guard let column = bytes.withUnsafeBufferPointer({ column($0) }),
      let row = decimal(bytes.drop { (0x41...0x5A).contains($0 & 0xDF) })
    else { return nil }
    return (row, column)
  }
}

/// The merged cells of a sheet. They stand behind the rows, so a sheet is looked through for them before it is read.
enum XLSXMerges {
  private static let longestTag = 256

  /// - Throws: `sheet-merges` for more than ``SheetMerge/maximumCount``.
  static func find(in sheet: any ByteStream, file: String) throws(Fault) -> [SheetMerge] {
    var merges: [SheetMerge] = []
    /// The end of the last piece, in which a tag may have begun.
    var rest: [UInt8] = []
    while let piece = try sheet.next() {
      let text = rest + piece
      let read = find(in: text, &merges)
      rest = Array(text[max(read, text.count - longestTag)...])
      guard merges.count <= SheetMerge.maximumCount else {
        throw Fault("sheet-merges", "\(file) has more than \(SheetMerge.maximumCount) merged cells.", at: Location(file: file))
      }
    }
    return merges
  }

  /// - Returns: behind the last tag that was read.
  private static func find(in text: [UInt8], _ merges: inout [SheetMerge]) -> Int {
    text.withUnsafeBufferPointer { bytes in
      guard let base = bytes.baseAddress else { return 0 }
      var read = 0
      var at = 0
      // Of the letters in the tag, `g` is the rarest in sheets.
      while let found = memchr(base + at, Int32(UInt8(ascii: "g")), bytes.count - at) {
        let place = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
        at = place + 1
        guard bytes[at...].starts(with: "eCell ".utf8), let end = bytes[at...].prefix(longestTag).firstIndex(of: UInt8(ascii: ">")) else {
          continue
        }
        if let merge = merge(bytes[at..<end]) { merges.append(merge) }
        (at, read) = (end, end)
      }
      return read
    }
  }

  private static func merge(_ tag: Slice<UnsafeBufferPointer<UInt8>>) -> SheetMerge? {
    let parts = String(decoding: tag, as: UTF8.self).split(separator: "ref=\"")
    guard parts.count == 2, let reference = parts[1].split(separator: "\"").first else { return nil }
    let cells = reference.split(separator: ":").compactMap { XLSXText.cell($0.utf8) }
    guard cells.count == 2, cells[0].row > 0, cells[0].row <= cells[1].row, cells[0].column <= cells[1].column else { return nil }
    return SheetMerge(rows: cells[0].row...cells[1].row, columns: cells[0].column...cells[1].column)
  }
}

/// Reads a worksheet (ECMA-376 part 1, §18.3) as CSV, piece by piece.
final class XLSXSheetStream: ByteStream {
  private let source: any ByteStream
  private let rows: XLSXRows
  private let events: XMLEvents
  private var isDone = false

  private static let pieceSize = 1 << 17

  /// - Parameter file: with the sheet's name, for faults.
  init(_ source: any ByteStream, table: SheetTable, formats: SheetFormats, strings: SharedStrings, file: String) {
    self.source = source
    rows = XLSXRows(table, formats, strings, file)
    events = XMLEvents(rows, file: file)
  }

  func next() throws(Fault) -> [UInt8]? {
    while !isDone, rows.table.pending < Self.pieceSize {
      if let piece = try source.next() {
        try events.feed(piece)
      } else {
        try events.feed([], isLast: true)
        rows.table.finish()
        isDone = true
      }
    }
    let bytes = rows.table.take()
    return bytes.isEmpty ? nil : bytes
  }
}

private final class XLSXRows: XMLEventHandler {
  let table: SheetTable
  private let formats: SheetFormats
  private let strings: SharedStrings
  private let file: String
  private var row = SheetRow(number: 0)
  private var column = -1
  private var style = 0
  private var kind = Kind.number
  private var value: [UInt8] = []
  private var takesText = false
  private var isInReading = false
  private(set) var fault: Fault?

  private enum Kind {
    case number, shared, text, truth, error, date
  }

  init(_ table: SheetTable, _ formats: SheetFormats, _ strings: SharedStrings, _ file: String) {
    self.table = table
    self.formats = formats
    self.strings = strings
    self.file = file
  }

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    guard fault == nil else { return }
    switch name {
    case "c": startCell(attributes)
    case "v": takesText = true
    case "row": startRow(attributes)
    case "t": takesText = kind == .text && !isInReading
    case "rPh": isInReading = true
    default: break
    }
  }

  func end(_ name: XMLEventName) {
    switch name {
    case "v", "t": takesText = false
    case "c": endCell()
    case "row" where fault == nil:
      row.sort()
      table.add(row)
    case "rPh": isInReading = false
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if takesText { value.append(contentsOf: bytes) }
  }

  private func startRow(_ attributes: XMLEventAttributes) {
    let number = attributes.number("r") ?? row.number + 1
    if let flaw = SheetGrid.flaw(row: number) { return stop("sheet-size", flaw) }
    row.reset(number: number)
    column = -1
  }

  private func startCell(_ attributes: XMLEventAttributes) {
    if let reference = attributes["r"] {
      column = XLSXText.column(reference) ?? SheetGrid.columns
    } else {
      column += 1
    }
    if let flaw = SheetGrid.flaw(column: column, row: row.number) { return stop("sheet-size", flaw) }
    style = attributes.number("s") ?? 0
    value.removeAll(keepingCapacity: true)
    kind = attributes["t"].map(Self.kind) ?? .number
  }

  private static func kind(_ type: UnsafeBufferPointer<UInt8>) -> Kind {
    switch type.first {
    case UInt8(ascii: "s"): type.count == 1 ? .shared : .text
    case UInt8(ascii: "i"): .text
    case UInt8(ascii: "b"): .truth
    case UInt8(ascii: "e"): .error
    case UInt8(ascii: "d"): .date
    default: .number
    }
  }

  private func endCell() {
    guard fault == nil, !value.isEmpty, column < SheetGrid.columns else { return }
    switch kind {
    case .number: row.append(formats.text(value[...], style: style), column: column, isText: false)
    case .shared: appendShared()
    case .text:
      XLSXText.unescape(&value)
      row.append(value, column: column, isText: true)
    case .truth: row.append((value == [0x31] ? "TRUE" : "FALSE").utf8, column: column, isText: false)
    case .error: row.append(value, column: column, isText: false)
    case .date: row.append(SheetDate.plain(value), column: column, isText: false)
    }
  }

  private func appendShared() {
    do throws(Fault) {
      guard let number = decimal(value), let text = try strings.text(number) else {
        return stop("xlsx-damaged", "Row \(row.number) refers to a text that the workbook does not have.")
      }
      row.append(text, column: column, isText: true)
    } catch {
      fault = error
    }
  }

  private func stop(_ code: String, _ message: String) {
    fault = Fault(code, message, at: Location(file: file, line: row.number))
  }
}
