import Foundation
import Model

/// Reads JSON Lines: one value a line, LF or CRLF, blank lines skipped.
struct JSONLinesReader {
  private let source: SourceBytes
  private let context: ReadContext
  private let reader = JSONReader()
  private let decoder: TextDecoder
  private var replacements: ArraySlice<Int>
  private var index = 0

  init(_ body: [UInt8], encoding label: String?, context: ReadContext) throws(Fault) {
    source = try SourceBytes(body, label: label, detecting: body[...])
    decoder = TextDecoder(source.currentEncoding)
    replacements = source.replacements[...]
    self.context = context
  }

  mutating func read(_ each: (Result<Item, ItemFault>) throws -> Void) throws {
    let bytes = source.bytes
    var line = context.firstLine
    var start = bytes.startIndex
    while start < bytes.endIndex {
      let lineFeed = Self.lineFeed(bytes, from: start)
      let end = lineFeed > start && bytes[lineFeed - 1] == 0x0D ? lineFeed - 1 : lineFeed
      let text = bytes[start..<end]
      if text.contains(where: { $0 != 0x20 && $0 != 0x09 }) {
        let location = Location(file: context.file, line: line, column: 1, offset: start)
        try each(item(text, location))
        index += 1
      }
      line += 1
      start = lineFeed + 1
    }
  }

  /// The place of the next line feed, or the end.
  private static func lineFeed(_ bytes: ArraySlice<UInt8>, from start: Int) -> Int {
    bytes.withUnsafeBufferPointer { buffer in
      let offset = start - bytes.startIndex
      guard let base = buffer.baseAddress, let found = memchr(base + offset, 0x0A, buffer.count - offset) else { return bytes.endIndex }
      return bytes.startIndex + (UnsafeRawPointer(found) - UnsafeRawPointer(base))
    }
  }

  private mutating func item(_ text: ArraySlice<UInt8>, _ location: Location) -> Result<Item, ItemFault> {
    let raw = Array(text)
    do throws(Fault) {
      let utf8 = try utf8(text, raw, location)
      if let document = reader.document(utf8) {
        return .success(Item(index: index, document: document, location: location, raw: raw))
      }
      return .success(Item(index: index, content: .value(try reader.parse(utf8[...])), location: location, raw: raw))
    } catch {
      var fault = error
      fault.location = Location(
        file: location.file, line: location.line, column: error.location?.column ?? 1,
        offset: source.currentEncoding == .utf8 ? (location.offset ?? 0) + (error.location?.offset ?? 0) : location.offset)
      return .failure(ItemFault(index: index, fault: fault, raw: raw))
    }
  }

  private mutating func utf8(_ text: ArraySlice<UInt8>, _ raw: [UInt8], _ location: Location) throws(Fault) -> [UInt8] {
    if !replacements.isEmpty {
      let ahead = replacements.drop { $0 < text.startIndex }
      replacements = ahead.drop { $0 < text.endIndex }
      guard replacements.count == ahead.count else { throw undecodable(location) }
    }
    guard source.currentEncoding != .utf8 else { return raw }
    guard let decoded = raw.withUnsafeBufferPointer({ decoder.decode($0) }) else { throw undecodable(location) }
    return Array(decoded.utf8)
  }

  private func undecodable(_ location: Location) -> Fault {
    Fault("text-undecodable", "Line \(location.line ?? 1) is not valid \(source.encoding.name).", at: location)
  }
}
