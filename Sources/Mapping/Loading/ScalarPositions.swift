import Configuration

/// Where each Unicode scalar of a YAML scalar's text stands in the file: quotes, escapes, folded lines and block
/// indentation make the two differ.
struct ScalarPositions: Sendable {
  /// One more than there are scalars; the last is the end.
  private let positions: [SourceSpan.Position]

  init(_ node: YAMLNode, in bytes: [UInt8]) {
    let text = node.text ?? ""
    var walk = Walk(bytes: bytes, position: node.span.start)
    let style = walk.scalar
    if style == "'" || style == "\"" { walk.advance() }
    if style == "|" || style == ">" { walk.skipLine() }
    var positions: [SourceSpan.Position] = []
    positions.reserveCapacity(text.utf8.count + 1)
    for scalar in text.unicodeScalars {
      walk.align(to: scalar)
      positions.append(walk.position)
      walk.consume(scalar, style: style)
    }
    positions.append(walk.position)
    self.positions = positions
  }

  func position(_ index: Int) -> SourceSpan.Position { positions[min(max(index, 0), positions.count - 1)] }

  func span(_ range: Range<Int>) -> SourceSpan {
    SourceSpan(start: position(range.lowerBound), end: position(max(range.upperBound, range.lowerBound)))
  }

  private struct Walk {
    let bytes: [UInt8]
    var position: SourceSpan.Position

    var scalar: Unicode.Scalar? {
      guard position.offset < bytes.count else { return nil }
      let lead = bytes[position.offset]
      if lead < 0x80 { return Unicode.Scalar(lead) }
      let length = Self.length(lead)
      return String(decoding: bytes[position.offset..<min(bytes.count, position.offset + length)], as: UTF8.self).unicodeScalars.first
    }

    static func length(_ lead: UInt8) -> Int { lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4 }

    mutating func advance() {
      guard position.offset < bytes.count else { return }
      let isBreak = bytes[position.offset] == 0x0A
      position.offset += Self.length(bytes[position.offset])
      position.line += isBreak ? 1 : 0
      position.column = isBreak ? 1 : position.column + 1
    }

    mutating func skipLine() {
      while let scalar, scalar != "\n" { advance() }
      advance()
    }

    var isAtSpace: Bool { scalar.map { $0 == " " || $0 == "\n" || $0 == "\r" || $0 == "\t" } ?? false }

    /// Skips indentation and folded line breaks that the text does not have.
    mutating func align(to scalar: Unicode.Scalar) {
      guard scalar != " ", scalar != "\n" else { return }
      while isAtSpace, self.scalar != scalar { advance() }
    }

    mutating func consume(_ expected: Unicode.Scalar, style: Unicode.Scalar?) {
      if style == "'", expected == "'" {
        advance()
        advance()
      } else if style == "\"", scalar == "\\" {
        advance()
        let escaped = scalar
        advance()
        let digits = escaped == "x" ? 2 : escaped == "u" ? 4 : escaped == "U" ? 8 : 0
        for _ in 0..<digits { advance() }
      } else if scalar == expected {
        advance()
      } else if expected == " " || expected == "\n" {
        while isAtSpace { advance() }
      }
    }
  }
}
