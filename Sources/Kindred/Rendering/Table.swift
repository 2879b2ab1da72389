import Formats
import Model

/// Rows as a text table, CSV or JSON.
struct Table {
  let rows: [Value]
  let columns: [String]

  init(_ rows: [Value], columns: [String]) {
    self.rows = rows
    self.columns = columns
  }

  func print(_ format: OutputFormat) throws {
    switch format {
    case .json: Console.print(bytes: CanonicalJSON.orderedBytes(.array(rows)) + [0x0A])
    case .csv:
      var writer = CSVWriter()
      writer.append(columns)
      for row in rows { writer.append(cells(row)) }
      Console.print(bytes: writer.bytes)
    case .text: text.forEach(Console.print)
    }
  }

  private func cells(_ row: Value) -> [String] { columns.map { Self.plain(row[$0]) } }

  static func plain(_ value: Value?) -> String {
    guard let value else { return "" }
    if case .array(let elements) = value { return elements.map { plain($0) }.joined(separator: ", ") }
    if let reference = Reference(value) { return reference.target.description }
    return value.text ?? (value == .null ? "" : CanonicalJSON.text(value))
  }

  private var text: [String] {
    let header = columns.map { $0.replacing("_", with: " ") }
    let body = rows.map(cells)
    let widths = columns.indices.map { column in ([header] + body).map { Self.width($0[column]) }.max() ?? 0 }
    return ([header] + body).map { row in
      var line = ""
      for (cell, width) in zip(row, widths) { line += cell + String(repeating: " ", count: width - Self.width(cell) + 2) }
      while line.last == " " { line.removeLast() }
      return line
    }
  }

  /// How many terminal columns a text takes: ideographs and full-width forms take two (Unicode UAX #11).
  static func width(_ text: String) -> Int {
    text.unicodeScalars.reduce(0) { sum, scalar in
      switch scalar.value {
      case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
        0x1F300...0x1FAFF, 0x20000...0x3FFFD:
        sum + 2
      default: sum + (scalar.properties.generalCategory == .nonspacingMark ? 0 : 1)
      }
    }
  }
}
