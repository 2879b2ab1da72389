import Model

/// What takes the pieces of a document with rows in it.
protocol TableDocumentReader: AnyObject {
  var table: SheetTable { get }

  /// - Parameter bytes: in UTF-8.
  func feed(_ bytes: [UInt8], isLast: Bool) throws(Fault)
}

/// The rows of a document (HTML, XML Spreadsheet 2003) as CSV, piece by piece.
final class TableDocumentStream: ByteStream {
  private let source: any ByteStream
  private let reader: any TableDocumentReader
  private var isDone = false

  private static let pieceSize = 1 << 17

  /// - Parameter source: in UTF-8.
  init(_ source: any ByteStream, _ reader: any TableDocumentReader) {
    self.source = source
    self.reader = reader
  }

  func next() throws(Fault) -> [UInt8]? {
    while !isDone, reader.table.pending < Self.pieceSize {
      if let piece = try source.next() {
        try reader.feed(piece, isLast: false)
      } else {
        try reader.feed([], isLast: true)
        reader.table.finish()
        isDone = true
      }
    }
    let bytes = reader.table.take()
    return bytes.isEmpty ? nil : bytes
  }
}

/// Text in any encoding as UTF-8, without a byte order mark. What cannot be decoded becomes U+FFFD.
final class DecodedStream: ByteStream {
  private let source: any ByteStream
  private let decoder: TextDecoder
  private var rest: [UInt8] = []
  private var markLength: Int
  private var isDone = false

  init(_ source: any ByteStream, _ encoding: DetectedEncoding) {
    self.source = source
    decoder = TextDecoder(encoding.encoding)
    markLength = encoding.markLength
  }

  func next() throws(Fault) -> [UInt8]? {
    while !isDone {
      let piece = try source.next()
      isDone = piece == nil
      var bytes = rest + (piece ?? [])
      let mark = min(markLength, bytes.count)
      bytes.removeFirst(mark)
      markLength -= mark
      var output: [UInt8] = []
      let read = bytes.withUnsafeBufferPointer { decoder.decode($0, isLast: isDone, to: &output) }
      rest = Array(bytes[read...])
      if !output.isEmpty { return output }
    }
    return nil
  }
}
