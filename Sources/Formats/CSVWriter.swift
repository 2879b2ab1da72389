/// Writes CSV as RFC 4180 has it: fields in quotes only when they need them, CRLF unless told otherwise, UTF-8.
public struct CSVWriter: Sendable {
  public private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private let lineEnd: [UInt8]
  /// Where the row begins that is being written, and how many fields it has so far.
  private var rowStart = 0
  private var fieldCount = 0

  /// - Parameter delimiter: an ASCII character.
  public init(delimiter: Unicode.Scalar = ",", lineEnd: String = "\r\n", withByteOrderMark: Bool = false) {
    self.delimiter = UInt8(ascii: delimiter)
    self.lineEnd = Array(lineEnd.utf8)
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
    if fieldCount > 0 { bytes.append(delimiter) }
    fieldCount += 1
    guard field.contains(where: { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }) else {
      bytes.append(contentsOf: field)
      return
    }
    bytes.append(0x22)
    for byte in field {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }

  public mutating func endRow() {
    // A row of one empty field would read back as an empty line.
    if bytes.count == rowStart, fieldCount > 0 { bytes.append(contentsOf: "\"\"".utf8) }
    bytes.append(contentsOf: lineEnd)
    rowStart = bytes.count
    fieldCount = 0
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
