import CXML
import Model

/// Reads the tables of an HTML page, which many Chinese programs export under the name `.xls`: their rows one below the other. The rows
/// of a table that only arranges other tables are left out. Nothing is loaded from elsewhere.
final class HTMLTableReader: TableDocumentReader {
  let table = SheetTable()
  private let file: String
  private var parser: htmlParserCtxtPtr?
  /// Rows whose end tags did not come yet: more than one when a table stands in a cell.
  private var open: [OpenRow] = []
  private var number = 0
  /// By column: the last row that a cell from above reaches down to.
  private var occupied: [Int: Int] = [:]
  private var fault: Fault?

  private struct OpenRow {
    var cells: [Cell] = []
    var isInCell = false
    /// Whether a table stands in one of its cells.
    var isLayout = false
  }

  private struct Cell {
    var text: [UInt8] = []
    var columns: Int
    var rows: Int
    var isHeader: Bool
  }

  private static let maximumDepth = 64

  init(file: String) { self.file = file }

  deinit {
    if let parser { htmlFreeParserCtxt(parser) }
  }

  func feed(_ bytes: [UInt8], isLast: Bool) throws(Fault) {
    if parser == nil { start() }
    guard let parser else { throw Fault("xml-malformed", "There is no memory for a parser.", at: Location(file: file)) }
    _ = bytes.withUnsafeBytes {
      htmlParseChunk(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), isLast ? 1 : 0)
    }
    while isLast, !open.isEmpty { endRow() }
    if let fault { throw fault }
  }

  private func start() {
    var events = xmlSAXHandler()
    events.startElement = { context, name, attributes in
      guard let name else { return }
      HTMLTableReader.of(context)?.start(String(cString: name), attributes)
    }
    events.endElement = { context, name in
      guard let name else { return }
      HTMLTableReader.of(context)?.end(String(cString: name))
    }
    events.characters = { context, text, count in
      HTMLTableReader.of(context)?.text(UnsafeBufferPointer(start: text, count: Int(count)))
    }
    events.ignorableWhitespace = events.characters
    XMLLibrary.prepare()
    parser = htmlCreatePushParserCtxt(&events, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil, XML_CHAR_ENCODING_UTF8)
    guard let parser else { return }
    let options = [HTML_PARSE_NONET, HTML_PARSE_NOERROR, HTML_PARSE_NOWARNING, HTML_PARSE_IGNORE_ENC, HTML_PARSE_RECOVER]
    htmlCtxtUseOptions(parser, options.reduce(0) { $0 | Int32($1.rawValue) })
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> HTMLTableReader? {
    context.map { Unmanaged<HTMLTableReader>.fromOpaque($0).takeUnretainedValue() }
  }

  // MARK: Events

  private func start(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?) {
    switch name {
    case "table":
      if !open.isEmpty { open[open.count - 1].isLayout = true }
    case "tr":
      // A row ends where the next one begins, unless that one is in a table of its own.
      if let last = open.last, !last.isLayout { endRow() }
      guard open.count < Self.maximumDepth else {
        return stop("html-depth", "Tables are nested more than \(Self.maximumDepth) levels deep.")
      }
      open.append(OpenRow())
    case "td", "th":
      guard !open.isEmpty else { return }
      let columns = Self.number("colspan", attributes) ?? 1
      let rows = Self.number("rowspan", attributes) ?? 1
      let cell = Cell(columns: min(max(1, columns), SheetGrid.columns), rows: min(max(1, rows), 65_536), isHeader: name == "th")
      open[open.count - 1].cells.append(cell)
      open[open.count - 1].isInCell = true
    case "br":
      [UInt8(ascii: " ")].withUnsafeBufferPointer { text($0) }
    default: break
    }
  }

  private func end(_ name: String) {
    switch name {
    case "td", "th":
      if !open.isEmpty { open[open.count - 1].isInCell = false }
    case "tr":
      if !open.isEmpty { endRow() }
    default: break
    }
  }

  private func text(_ bytes: UnsafeBufferPointer<UInt8>) {
    let row = open.count - 1
    guard row >= 0, open[row].isInCell, !open[row].isLayout else { return }
    open[row].cells[open[row].cells.count - 1].text.append(contentsOf: bytes)
  }

  private static func number(_ name: String, _ attributes: UnsafeMutablePointer<UnsafePointer<UInt8>?>?) -> Int? {
    var at = attributes
    while let pair = at, let key = pair[0] {
      if String(cString: key) == name { return pair[1].flatMap { Int(String(cString: $0)) } }
      at = pair + 2
    }
    return nil
  }

  private func stop(_ code: String, _ message: String) {
    if fault == nil { fault = Fault(code, message, at: Location(file: file, line: number)) }
  }

  // MARK: Rows

  /// Gives each cell its column, to the right of cells that reach down from rows above.
  private func endRow() {
    guard let ended = open.popLast(), !ended.isLayout, fault == nil else { return }
    number += 1
    var row = SheetRow(number: number)
    var column = 0
    for cell in ended.cells {
      while let last = occupied[column], last >= number { column += 1 }
      guard column + cell.columns <= SheetGrid.columns else {
        return stop("sheet-size", "Row \(number) has more than \(SheetGrid.columns) columns.")
      }
      let text = Self.trimmed(cell.text)
      row.append(text, column: column, isText: cell.isHeader || !Self.isNumber(text))
      if cell.columns > 1 || cell.rows > 1 { merge(cell, column) }
      column += cell.columns
    }
    table.add(row)
  }

  private func merge(_ cell: Cell, _ column: Int) {
    let last = number + cell.rows - 1
    table.add(SheetMerge(rows: number...last, columns: column...(column + cell.columns - 1)))
    guard cell.rows > 1 else { return }
    for covered in column..<(column + cell.columns) { occupied[covered] = last }
  }

  /// White space is one blank, as pages show it; none at the ends.
  private static func trimmed(_ text: [UInt8]) -> [UInt8] {
    let parts = String(decoding: text, as: UTF8.self).split { $0.isWhitespace && $0 != "\u{3000}" }
    return Array(parts.joined(separator: " ").utf8)
  }

  private static func isNumber(_ text: [UInt8]) -> Bool {
    !text.isEmpty && text.allSatisfy { (0x30...0x39).contains($0) || ".,-:/ ".utf8.contains($0) }
  }
}
