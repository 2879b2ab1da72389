import Model

/// A workbook of Excel 5 to 2003 ([MS-XLS]; BIFF5 and BIFF8), as many programs still export it. Formulas are not calculated: the values
/// that were stored with them are read.
final class XLSWorkbook {
  private struct Sheet {
    var entry: SheetEntry
    var offset: Int
  }

  private let name: String
  private let bytes: any RandomBytes
  private var sheets: [Sheet] = []
  private var formats = SheetFormats()
  private let strings: SharedStrings
  private var text = BIFFText(isWide: true)

  /// Whether bytes are such a workbook without a compound file around it.
  static func isBare(_ prefix: [UInt8]) -> Bool {
    prefix.starts(with: [0x09, 0x08]) && prefix.count > 8 && prefix[3] == 0 && (prefix[5] == 5 || prefix[5] == 6)
  }

  /// - Throws: `xls-damaged`, `workbook-encrypted`, `format-unsupported`.
  init(_ bytes: any RandomBytes, name: String, scratch: any ScratchSpace) throws(Fault) {
    self.name = name
    strings = SharedStrings(scratch)
    if Self.isBare(try bytes.read(at: 0, count: 16)) {
      self.bytes = bytes
    } else {
      self.bytes = try Self.stream(of: try CompoundFile(bytes, name: name), name: name)
    }
    try readGlobals()
  }

  private static func stream(of file: CompoundFile, name: String) throws(Fault) -> any RandomBytes {
    if let stream = file.stream("Workbook") ?? file.stream("Book") { return stream }
    if file.hasStream("EncryptedPackage") { throw encrypted(name) }
    throw Fault(
      "format-unsupported", "\(name) is an Office file, but no workbook.", at: Location(file: name),
      hint: "Save the table as .xlsx or .csv.")
  }

  private static func encrypted(_ name: String) -> Fault {
    Fault("workbook-encrypted", "\(name) is encrypted.", at: Location(file: name), hint: "Save it without a password.")
  }

  private func readGlobals() throws(Fault) {
    let records = BIFFRecords(bytes)
    guard let first = try records.next(), first.kind == BIFFKind.startOfPart, let version = first.numbers.u16(0) else {
      throw Fault("xls-damaged", "\(name) is a damaged workbook: it does not begin as one.", at: Location(file: name))
    }
    text.isWide = version >= 0x0600
    var codes: [Int: NumberFormat] = [:]
    var styles: [Int] = []
    while let record = try records.next(), record.kind != BIFFKind.endOfPart {
      let numbers = record.numbers
      switch record.kind {
      case BIFFKind.encrypted: throw Self.encrypted(name)
      case BIFFKind.codePage: text.codePage = numbers.u16(0)
      case BIFFKind.is1904: formats.is1904 = numbers.u16(0) == 1
      case BIFFKind.sheet: take(sheet: record)
      case BIFFKind.style: styles.append(numbers.u16(2) ?? 0)
      case BIFFKind.sharedStrings:
        var reader = BIFFStrings(record, records)
        try reader.read(into: strings)
      case let kind where BIFFKind.formats.contains(kind):
        let code = text.text(record.payload, at: 2, lengthSize: text.isWide ? 2 : 1)
        if let id = numbers.u16(0) { codes[id] = NumberFormat(code: String(decoding: code, as: UTF8.self)) }
      default: break
      }
    }
    formats.formats = styles.map { codes[$0] ?? NumberFormat(builtIn: $0) }
    // BIFF5 files of some programs hold one sheet and no list of sheets.
    if sheets.isEmpty, first.numbers.u16(2) == 0x10 { sheets = [Sheet(entry: SheetEntry(name: "Sheet1", isHidden: false), offset: 0)] }
  }

  /// [MS-XLS] §2.4.28: place, visibility, kind (0 for cells), name.
  private func take(sheet record: BIFFRecords.Record) {
    let numbers = record.numbers
    guard let offset = numbers.u32(0), let visibility = numbers.u8(4), numbers.u8(5) == 0, offset < bytes.count else { return }
    let name = String(decoding: text.text(record.payload, at: 6, lengthSize: 1), as: UTF8.self)
    sheets.append(Sheet(entry: SheetEntry(name: name, isHidden: visibility & 3 != 0), offset: offset))
  }

  /// - Throws: `sheet-missing`, `sheet-none`, `sheet-merges`.
  func open(_ choice: SheetChoice?) throws(Fault) -> OpenedSheet {
    let entries = sheets.map(\.entry)
    let index = try entries.index(of: choice, file: name)
    var others = entries
    others.remove(at: index)
    let sheet = sheets[index]
    let file = "\(name)[\(sheet.entry.name)]"
    let outline = try XLSSheetOutline(bytes, at: sheet.offset, file: file)
    let cells = XLSCells(bytes, at: sheet.offset, formats: formats, strings: strings, text: text, file: file)
    let rows = XLSSheetStream(cells, table: SheetTable(merges: outline.merges), isOrdered: outline.isOrdered)
    return OpenedSheet(name: sheet.entry.name, others: others.map(\.label), rows: rows)
  }
}

/// What must be known of a sheet before its cells are read: merged cells stand behind them, and some programs write rows in any order.
private struct XLSSheetOutline {
  private(set) var merges: [SheetMerge] = []
  private(set) var isOrdered = true

  init(_ bytes: any RandomBytes, at offset: Int, file: String) throws(Fault) {
    let records = BIFFRecords(bytes, at: offset)
    var depth = 0
    var last = 0
    while let record = try records.next() {
      if record.kind == BIFFKind.startOfPart { depth += 1 }
      if record.kind == BIFFKind.endOfPart { depth -= 1 }
      if depth <= 0 { break }
      if record.kind == BIFFKind.merges { take(record.numbers) }
      guard depth == 1, XLSCells.kinds.contains(record.kind), let row = record.numbers.u16(0) else { continue }
      if row < last { isOrdered = false }
      last = row
      guard merges.count <= SheetMerge.maximumCount else {
        throw Fault("sheet-merges", "\(file) has more than \(SheetMerge.maximumCount) merged cells.", at: Location(file: file))
      }
    }
  }

  private mutating func take(_ numbers: LittleEndian<ArraySlice<UInt8>>) {
    for index in 0..<(numbers.u16(0) ?? 0) {
      let at = 2 + index * 8
      guard let top = numbers.u16(at), let bottom = numbers.u16(at + 2), let left = numbers.u16(at + 4), let right = numbers.u16(at + 6),
        top <= bottom, left <= right
      else { return }
      merges.append(SheetMerge(rows: (top + 1)...(bottom + 1), columns: left...right))
    }
  }
}

/// Reads the cells of a sheet as CSV, piece by piece.
private final class XLSSheetStream: ByteStream {
  private let cells: XLSCells
  private let table: SheetTable
  private let isOrdered: Bool
  private var row = SheetRow(number: 1)
  private var isDone = false

  private static let pieceSize = 1 << 17

  init(_ cells: XLSCells, table: SheetTable, isOrdered: Bool) {
    self.cells = cells
    self.table = table
    self.isOrdered = isOrdered
  }

  func next() throws(Fault) -> [UInt8]? {
    if !isOrdered, !isDone { try collect() }
    while !isDone, table.pending < Self.pieceSize {
      guard let cell = try cells.next() else {
        endRow(0)
        table.finish()
        isDone = true
        break
      }
      if cell.row != row.number { endRow(cell.row) }
      row.append(cell.text, column: cell.column, isText: cell.isText)
    }
    let bytes = table.take()
    return bytes.isEmpty ? nil : bytes
  }

  private func endRow(_ next: Int) {
    row.sort()
    table.add(row)
    row.reset(number: next)
  }

  /// At most 65,536 rows: they are put in order in memory.
  private func collect() throws(Fault) {
    var rows: [Int: SheetRow] = [:]
    while let cell = try cells.next() {
      rows[cell.row, default: SheetRow(number: cell.row)].append(cell.text, column: cell.column, isText: cell.isText)
    }
    for number in rows.keys.sorted() {
      guard var row = rows[number] else { continue }
      row.sort()
      table.add(row)
    }
    table.finish()
    isDone = true
  }
}
