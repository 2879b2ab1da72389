import Model

/// Reads a workbook in Microsoft's XML Spreadsheet 2003, which is exported under the name `.xls` too: elements `Worksheet`, `Table`,
/// `Row`, `Cell` and `Data` in the namespace `urn:schemas-microsoft-com:office:spreadsheet`.
final class XMLSpreadsheetReader: TableDocumentReader {
  private let rows: XMLSpreadsheetRows
  private let events: XMLEvents

  /// The sheets are not known before all was read: the first one is taken unless another is asked for.
  ///
  /// - Parameter file: for faults.
  init(_ choice: SheetChoice?, file: String) {
    rows = XMLSpreadsheetRows(choice, file)
    events = XMLEvents(rows, isUTF8: true, file: file)
  }

  var table: SheetTable { rows.table }

  /// - Throws: `sheet-missing`, `sheet-size` and what XML throws.
  func feed(_ bytes: [UInt8], isLast: Bool) throws(Fault) {
    try events.feed(bytes, isLast: isLast)
    if isLast, !rows.hasChosen { _ = try rows.sheets.index(of: rows.choice, file: rows.file) }
  }
}

private final class XMLSpreadsheetRows: XMLEventHandler {
  let table = SheetTable()
  let choice: SheetChoice?
  let file: String
  private(set) var sheets: [SheetEntry] = []
  private(set) var hasChosen = false
  private var isChosen = false
  private var row = SheetRow(number: 0)
  private var column = -1
  private var value: [UInt8] = []
  private var isText = false
  private var isDate = false
  private var isTruth = false
  private var takesText = false
  private var across = 0
  private var down = 0
  private(set) var fault: Fault?

  init(_ choice: SheetChoice?, _ file: String) {
    self.choice = choice
    self.file = file
  }

  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes) {
    guard fault == nil else { return }
    switch name {
    case "Worksheet": startSheet(attributes.text("Name") ?? "")
    case "Row" where isChosen: startRow(attributes)
    case "Cell" where isChosen: startCell(attributes)
    case "Data" where isChosen: startData(attributes)
    default: break
    }
  }

  func end(_ name: XMLEventName) {
    guard isChosen, fault == nil else { return }
    switch name {
    case "Worksheet": isChosen = false
    case "Row":
      row.sort()
      table.add(row)
    case "Cell":
      if across > 0 || down > 0 {
        table.add(SheetMerge(rows: row.number...(row.number + down), columns: column...(column + across)))
        column += across
      }
    case "Data":
      takesText = false
      row.append(shown, column: column, isText: isText)
    default: break
    }
  }

  func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    if takesText { value.append(contentsOf: bytes) }
  }

  private func startSheet(_ name: String) {
    sheets.append(SheetEntry(name: name, isHidden: false))
    guard !hasChosen else { return }
    switch choice {
    case nil: isChosen = true
    case .number(let number): isChosen = number == sheets.count
    case .name(let wanted): isChosen = wanted == name
    }
    hasChosen = isChosen
  }

  private func startRow(_ attributes: XMLEventAttributes) {
    let number = attributes.number("Index") ?? row.number + 1
    if let flaw = SheetGrid.flaw(row: number) { return stop("sheet-size", flaw) }
    row.reset(number: number)
    column = -1
  }

  private func startCell(_ attributes: XMLEventAttributes) {
    column = attributes.number("Index").map { $0 - 1 } ?? column + 1
    across = min(attributes.number("MergeAcross") ?? 0, SheetGrid.columns)
    down = min(attributes.number("MergeDown") ?? 0, SheetGrid.rows)
    if let flaw = SheetGrid.flaw(column: column, row: row.number) { return stop("sheet-size", flaw) }
  }

  private func startData(_ attributes: XMLEventAttributes) {
    value.removeAll(keepingCapacity: true)
    let type = attributes.text("Type") ?? "String"
    isText = type == "String"
    isDate = type == "DateTime"
    isTruth = type == "Boolean"
    takesText = true
  }

  private var shown: [UInt8] {
    if isTruth { return Array((value == [0x31] ? "TRUE" : "FALSE").utf8) }
    if isDate { return SheetDate.plain(value) }
    return isText ? value : SheetNumber.text(value[...])
  }

  private func stop(_ code: String, _ message: String) {
    fault = Fault(code, message, at: Location(file: file, line: row.number))
  }
}
