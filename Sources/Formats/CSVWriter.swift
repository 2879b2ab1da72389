/// Writes CSV as RFC 4180 has it: fields in quotes only when they need them, CRLF unless told otherwise, UTF-8.
public struct CSVWriter: Sendable {
  public private(set) var bytes: [UInt8] = []
  private let delimiter: UInt8
  private let lineEnd: [UInt8]

  /// - Parameter delimiter: an ASCII character.
  public init(delimiter: Unicode.Scalar = ",", lineEnd: String = "\r\n", withByteOrderMark: Bool = false) {
    self.delimiter = UInt8(ascii: delimiter)
    self.lineEnd = Array(lineEnd.utf8)
    if withByteOrderMark { bytes = [0xEF, 0xBB, 0xBF] }
  }

  public mutating func append(_ fields: some Sequence<String>) {
    let start = bytes.count
    var isFirst = true
    for field in fields {
      if !isFirst { bytes.append(delimiter) }
      isFirst = false
      append(field)
    }
    // A row of one empty field would read back as an empty line.
    if bytes.count == start, !isFirst { bytes.append(contentsOf: "\"\"".utf8) }
    bytes.append(contentsOf: lineEnd)
  }

  /// Hands out what was written so far and starts again empty: for output in pieces.
  public mutating func take() -> [UInt8] {
    defer { bytes = [] }
    return bytes
  }

  private mutating func append(_ field: String) {
    let needsQuotes = field.utf8.contains { $0 == delimiter || $0 == 0x22 || $0 == 0x0A || $0 == 0x0D }
    guard needsQuotes else {
      bytes.append(contentsOf: field.utf8)
      return
    }
    bytes.append(0x22)
    for byte in field.utf8 {
      if byte == 0x22 { bytes.append(0x22) }
      bytes.append(byte)
    }
    bytes.append(0x22)
  }
}
