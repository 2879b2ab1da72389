/// A text file with the place of every line and Unicode scalar, for positions that people and editors understand.
struct SourceText: Sendable {
  let bytes: [UInt8]
  /// The byte offset of every Unicode scalar, and of the end.
  private let scalarOffsets: [Int]
  /// The scalar index of the start of every line.
  private let lineStarts: [Int]

  init(_ text: String) {
    let bytes = Array(text.utf8)
    var offsets: [Int] = []
    offsets.reserveCapacity(bytes.count + 1)
    var starts = [0]
    for (offset, byte) in bytes.enumerated() where byte & 0xC0 != 0x80 {
      offsets.append(offset)
      let isBreak = byte == 0x0A || (byte == 0x0D && !(offset + 1 < bytes.count && bytes[offset + 1] == 0x0A))
      if isBreak { starts.append(offsets.count) }
    }
    offsets.append(bytes.count)
    self.bytes = bytes
    scalarOffsets = offsets
    lineStarts = starts
  }

  var scalarCount: Int { scalarOffsets.count - 1 }
  var lineCount: Int { lineStarts.count }

  func position(scalar index: Int) -> SourceSpan.Position {
    let index = min(max(index, 0), scalarCount)
    let line = lastIndex(in: lineStarts, notAbove: index)
    return SourceSpan.Position(line: line + 1, column: index - lineStarts[line] + 1, offset: scalarOffsets[index])
  }

  /// The index of the scalar that covers the byte at `offset`.
  func scalarIndex(offset: Int) -> Int { lastIndex(in: scalarOffsets, notAbove: offset) }

  func span(from start: Int, to end: Int) -> SourceSpan {
    SourceSpan(start: position(scalar: start), end: position(scalar: max(start, end)))
  }

  /// The byte offset at which line `number` (counted from 1) starts.
  func lineOffset(_ number: Int) -> Int { scalarOffsets[lineStarts[number - 1]] }

  /// Line `number` (counted from 1) without its line break; `nil` when there is no such line.
  func line(_ number: Int) -> String? {
    guard number >= 1, number <= lineCount else { return nil }
    let start = lineOffset(number)
    var end = number < lineCount ? lineOffset(number + 1) : bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    return String(decoding: bytes[start..<end], as: UTF8.self)
  }

  private func lastIndex(in sorted: [Int], notAbove value: Int) -> Int {
    var low = 0
    var high = sorted.count - 1
    while low < high {
      let middle = (low + high + 1) / 2
      if sorted[middle] <= value { low = middle } else { high = middle - 1 }
    }
    return low
  }
}
