import Model

/// A cell with its text.
struct XLSCell {
  /// Counted from 1.
  var row: Int
  /// Counted from 0.
  var column: Int
  var text: [UInt8]
  var isText: Bool
}

/// The cells of one sheet of an XLS workbook.
final class XLSCells {
  /// Records that hold cells: all of them begin with row, column and style.
  static let kinds: Set<Int> = BIFFKind.formulas.union([
    BIFFKind.numbers, BIFFKind.richText, BIFFKind.sharedText, BIFFKind.number, BIFFKind.text, BIFFKind.truth, BIFFKind.shortNumber,
  ])

  private let records: BIFFRecords
  private let formats: SheetFormats
  private let strings: SharedStrings
  private let text: BIFFText
  private let file: String
  private var depth = 0
  /// The cells of a record that holds several, last first.
  private var waiting: [XLSCell] = []

  init(_ bytes: any RandomBytes, at offset: Int, formats: SheetFormats, strings: SharedStrings, text: BIFFText, file: String) {
    records = BIFFRecords(bytes, at: offset)
    self.formats = formats
    self.strings = strings
    self.text = text
    self.file = file
  }

  /// `nil` at the end of the sheet.
  func next() throws(Fault) -> XLSCell? {
    if let cell = waiting.popLast() { return cell }
    while let record = try records.next() {
      if record.kind == BIFFKind.startOfPart { depth += 1 }
      if record.kind == BIFFKind.endOfPart { depth -= 1 }
      if depth <= 0 { return nil }
      // A chart within the sheet is a part of its own.
      guard depth == 1, Self.kinds.contains(record.kind) else { continue }
      if let cell = try cell(record) { return cell }
      if let cell = waiting.popLast() { return cell }
    }
    return nil
  }

  private func cell(_ record: BIFFRecords.Record) throws(Fault) -> XLSCell? {
    let numbers = record.numbers
    guard let row = numbers.u16(0), let column = numbers.u16(2), let style = numbers.u16(4) else { return nil }
    func cell(_ text: [UInt8], isText: Bool) -> XLSCell { XLSCell(row: row + 1, column: column, text: text, isText: isText) }
    switch record.kind {
    case BIFFKind.sharedText:
      guard let number = numbers.u32(6), let shared = try strings.text(number) else {
        throw Fault(
          "xls-damaged", "Row \(row + 1) refers to a text that the workbook does not have.", at: Location(file: file, line: row + 1))
      }
      return cell(Array(shared), isText: true)
    case BIFFKind.text, BIFFKind.richText: return cell(text.text(record.payload, at: 6, lengthSize: 2), isText: true)
    case BIFFKind.number: return numbers.double(6).map { cell(formats.text($0, style: style), isText: false) }
    case BIFFKind.shortNumber: return numbers.short(6).map { cell(formats.text($0, style: style), isText: false) }
    case BIFFKind.numbers:
      // First column, pairs of style and number, last column.
      for index in (0..<max(0, (record.payload.count - 6) / 6)).reversed() {
        guard let style = numbers.u16(4 + index * 6), let value = numbers.short(6 + index * 6) else { continue }
        waiting.append(XLSCell(row: row + 1, column: column + index, text: formats.text(value, style: style), isText: false))
      }
      return nil
    case BIFFKind.truth: return truth(numbers, at: 6, isError: numbers.u8(7) == 1).map { cell($0, isText: false) }
    default: return try formula(numbers, style: style).map { cell($0.text, isText: $0.isText) }
    }
  }

  /// The value that was stored with a formula: a double, or something else marked by 0xFFFF in its last bytes; [MS-XLS] §2.5.133.
  private func formula(_ numbers: LittleEndian<ArraySlice<UInt8>>, style: Int) throws(Fault) -> (text: [UInt8], isText: Bool)? {
    guard numbers.u16(12) == 0xFFFF else { return numbers.double(6).map { (formats.text($0, style: style), false) } }
    switch numbers.u8(6) {
    case 0:
      // The text follows in a record of its own, sometimes behind one with the formula that several cells share.
      while let record = try records.next() {
        if record.kind == BIFFKind.formulaText { return (text.text(record.payload, at: 0, lengthSize: 2), true) }
        guard [0x0221, 0x04BC, 0x0236].contains(record.kind) else { return nil }
      }
      return nil
    case 1: return truth(numbers, at: 8, isError: false).map { ($0, false) }
    case 2: return truth(numbers, at: 8, isError: true).map { ($0, false) }
    default: return nil
    }
  }

  private func truth(_ numbers: LittleEndian<ArraySlice<UInt8>>, at offset: Int, isError: Bool) -> [UInt8]? {
    guard let value = numbers.u8(offset) else { return nil }
    guard isError else { return Array((value == 0 ? "FALSE" : "TRUE").utf8) }
    // [MS-XLS] §2.5.10.
    let errors = [0: "#NULL!", 0x07: "#DIV/0!", 0x0F: "#VALUE!", 0x17: "#REF!", 0x1D: "#NAME?", 0x24: "#NUM!", 0x2A: "#N/A"]
    return Array((errors[value] ?? "#N/A").utf8)
  }
}

extension LittleEndian {
  fileprivate func double(_ offset: Int) -> Double? { number(offset, size: 8).map { Double(bitPattern: $0) } }

  /// A number in four bytes: an integer of 30 bits or the upper 30 bits of a double, either perhaps in hundredths; [MS-XLS] §2.5.217.
  fileprivate func short(_ offset: Int) -> Double? {
    guard let raw = number(offset, size: 4).map({ UInt32($0) }) else { return nil }
    let value = raw & 2 != 0 ? Double(Int32(bitPattern: raw) >> 2) : Double(bitPattern: UInt64(raw & 0xFFFF_FFFC) << 32)
    return raw & 1 != 0 ? value / 100 : value
  }
}
