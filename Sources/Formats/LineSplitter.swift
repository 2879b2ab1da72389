import Foundation
import Model

/// Cuts a file of lines (JSON Lines), fed in chunks of any size, into ranges of whole lines.
public struct LineSplitter {
  /// The file's encoding as a label for ``ItemReader``: a range alone may not show it. Known before the first range.
  public var encoding: String? { buffer.encoding?.name }

  private let rangeSize: Int
  private let file: String?
  private var buffer: SplitBuffer
  /// How much of the buffer's start is whole lines, and how far it was searched for the next line feed.
  private var used = 0
  private var searched = 0
  private var rows = 0
  private var lines = 0
  private var firstRow = 1
  private var firstLine = 1

  /// No line may be longer than this: the buffer must stay bounded.
  static let maximumLine = 64 << 20

  /// - Parameters:
  ///   - rangeSize: ranges are at most so long, in bytes; only a single longer line makes a longer range.
  ///   - encoding: a label; `nil`: by byte order mark and content.
  /// - Throws: `encoding-unknown`.
  public init(rangeSize: Int = 262_144, encoding: String? = nil, file: String? = nil) throws(Fault) {
    self.rangeSize = rangeSize
    self.file = file
    var known: Encoding?
    if let encoding { known = try Encoding(label: encoding) }
    buffer = SplitBuffer(encoding: known)
  }

  /// Takes the next bytes of the file; the last call, possibly with none, has `isLast`.
  ///
  /// - Returns: the ranges that are complete now; a file of blank lines has none.
  /// - Throws: `line-too-long` or `encoding-not-split`; then the file cannot be read at all.
  public mutating func feed(_ chunk: [UInt8], isLast: Bool) throws(Fault) -> [SplitRange] {
    guard try buffer.append(chunk, isLast: isLast) else { return [] }
    buffer.dropHead()
    var ranges: [SplitRange] = []
    var emitted = 0
    while let end = nextLineEnd(isLast: isLast) {
      if rows > 0, (end - emitted) * buffer.unit > rangeSize {
        ranges.append(range(from: emitted, to: used))
        emitted = used
      }
      if buffer.shape[used..<end].contains(where: { $0 > 0x20 || !Self.blank.contains($0) }) { rows += 1 }
      lines += 1
      used = end
      searched = end
    }
    if isLast, rows > 0 {
      var last = range(from: emitted, to: used)
      last.length += buffer.oddByteCount
      ranges.append(last)
      emitted = used
    }
    buffer.drop(emitted)
    used -= emitted
    searched = buffer.shape.count
    guard buffer.shape.count - used <= Self.maximumLine else {
      throw Fault("line-too-long", "A line is longer than 64 MB.", at: Location(file: file, line: firstLine + lines))
    }
    return ranges
  }

  private static let blank: Set<UInt8> = [0x20, 0x09, 0x0D, 0x0A]

  private func nextLineEnd(isLast: Bool) -> Int? {
    let count = buffer.shape.count
    let from = max(used, min(searched, count))
    let lineFeed = buffer.shape.withUnsafeBufferPointer { shape -> Int? in
      guard let start = shape.baseAddress, let found = memchr(start + from, 0x0A, count - from) else { return nil }
      return UnsafeRawPointer(found) - UnsafeRawPointer(start)
    }
    if let lineFeed { return lineFeed + 1 }
    return isLast && used < count ? count : nil
  }

  private mutating func range(from start: Int, to end: Int) -> SplitRange {
    defer {
      firstRow += rows
      firstLine += lines
      (rows, lines) = (0, 0)
    }
    return SplitRange(
      offset: buffer.offset + start * buffer.unit, length: (end - start) * buffer.unit, firstRow: firstRow, rowCount: rows,
      firstLine: firstLine)
  }
}
