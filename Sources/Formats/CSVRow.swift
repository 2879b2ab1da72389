import Model

/// Turns cells into text.
struct CSVRow {
  let decoder: TextDecoder
  private let buffer = TextBuffer()

  init(decoder: TextDecoder) { self.decoder = decoder }

  /// `nil` when a byte cannot be decoded.
  func text(of field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>) -> String? {
    if field.start == field.end { return "" }
    if !field.hasDoubledQuotes {
      return decoder.decode(UnsafeBufferPointer(rebasing: bytes[field.start..<field.end]), readable: bytes.count - field.start)
    }
    buffer.truncate()
    return append(field, in: bytes, to: buffer) ? knownText(buffer.bytes) : nil
  }

  /// Appends the text in UTF-8, or nothing when a byte cannot be decoded, which it says by `false`.
  func append(_ field: CSVScanner.Field, in bytes: UnsafeBufferPointer<UInt8>, to output: TextBuffer) -> Bool {
    if field.start == field.end { return true }
    let place = output.count
    let content = UnsafeBufferPointer(rebasing: bytes[field.start..<field.end])
    guard decoder.decode(content, readable: bytes.count - field.start, to: output) else { return false }
    // A quote is the same byte in every encoding that is cut before it is decoded, and no part of another character.
    if field.hasDoubledQuotes { output.undouble(UInt8(ascii: "\""), from: place) }
    return true
  }
}
