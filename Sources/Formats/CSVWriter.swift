/// Writes CSV as RFC 4180 has it: fields in quotes only when they need them, CRLF unless told otherwise, UTF-8.
public struct CSVWriter: Sendable {
  /// What becomes of text that a spreadsheet program would take for a formula: that begins with `=` `+` `-` `@`, a tab or CR (OWASP,
  /// "CSV Injection").
  public enum Formulas: Hashable, Sendable {
    /// An apostrophe goes in front of it, unless it holds only digits and what stands between digits: numbers of all kinds call nothing.
    case disarmed
    /// For programs that read it back.
    case asTheyAre
  }

  public private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private let lineEnd: [UInt8]
  private let formulas: Formulas
  /// Where the row begins that is being written, and how many fields it has so far.
  private var rowStart = 0
  private var fieldCount = 0

  /// - Parameter delimiter: an ASCII character.
  public init(delimiter: Unicode.Scalar = ",", lineEnd: String = "\r\n", withByteOrderMark: Bool = false, formulas: Formulas = .disarmed) {
    self.delimiter = UInt8(ascii: delimiter)
    self.lineEnd = Array(lineEnd.utf8)
    self.formulas = formulas
    if withByteOrderMark { bytes = [0xEF, 0xBB, 0xBF] }
    rowStart = bytes.count
  }

  /// Writes a whole row.
  public mutating func append(_ fields: some Sequence<String>) {
    for field in fields { append(field: field) }
    endRow()
  }

  /// Adds a field to the row that ``endRow()`` ends.
  public mutating func append(field text: String) {
    var text = text
    text.withUTF8 { append(field: $0) }
  }

  /// The same for text in UTF-8.
  public mutating func append(field: UnsafeBufferPointer<UInt8>) {
    startField()
    let isDisarmed = formulas == .disarmed && Self.isFormula(field)
    guard field.contains(where: { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
      if isDisarmed { bytes.append(Self.apostrophe) }
      bytes.append(contentsOf: field)
      return
    }
    quote(field, isDisarmed: isDisarmed)
  }

  /// Adds a field in quotes, whatever it holds.
  mutating func append(quoted text: String) {
    startField()
    var text = text
    text.withUTF8 { quote($0, isDisarmed: formulas == .disarmed && Self.isFormula($0)) }
  }

  private mutating func startField() {
    if fieldCount > 0 { bytes.append(delimiter) }
    fieldCount += 1
  }

  private mutating func quote(_ field: UnsafeBufferPointer<UInt8>, isDisarmed: Bool) {
    bytes.append(0x22)
    if isDisarmed { bytes.append(Self.apostrophe) }
    for byte in field {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  private static let apostrophe = UInt8(ascii: "'")

  private static func isFormula(_ field: UnsafeBufferPointer<UInt8>) -> Bool {
    switch field.first {
    case UInt8(ascii: "="), UInt8(ascii: "@"), 0x09, 0x0D: true
    // From ( to 9 stand digits, brackets and the signs between numbers.
    case UInt8(ascii: "+"), UInt8(ascii: "-"):
      !field.allSatisfy { (0x28...0x39).contains($0) || $0 == 0x20 }
    default: false
    }
  }

  public mutating func endRow() {
    // A row of one empty field would read back as an empty line.
    if bytes.count == rowStart, fieldCount > 0 { bytes.append(contentsOf: "\"\"".utf8) }
    bytes.append(contentsOf: lineEnd)
    rowStart = bytes.count
    fieldCount = 0
  }

  /// Writes an empty line, between two rows.
  mutating func endLine() {
    bytes.append(contentsOf: lineEnd)
    rowStart = bytes.count
  }

  /// Hands out what was written so far and starts again empty, between two rows: for output in pieces.
  public mutating func take() -> [UInt8] {
    defer {
      bytes = []
      rowStart = 0
    }
    return bytes
  }

  /// The same for a caller that is done with the bytes when `body` returns.
  public mutating func drain(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try bytes.withUnsafeBytes { try body($0) }
    bytes.removeAll(keepingCapacity: true)
    rowStart = 0
  }
}
