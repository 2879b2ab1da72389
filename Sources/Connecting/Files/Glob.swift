/// A file-name pattern: `*` any number of characters, `?` one character, `[abc]`, `[a-z]`, `[!abc]`. Characters are
/// Unicode scalars, so `?` matches one 汉字.
///
/// Names that start with a dot never match unless the pattern does too: tools that upload write to such names first.
struct Glob: Hashable, Sendable {
  private enum Part: Hashable, Sendable {
    case any
    case one
    case literal(Unicode.Scalar)
    case set([ClosedRange<Unicode.Scalar>], isNegated: Bool)
  }

  private let parts: [Part]
  private let startsWithDot: Bool

  init(_ pattern: String) {
    let source = Array(pattern.unicodeScalars)
    var parts: [Part] = []
    var index = 0
    while index < source.count {
      switch source[index] {
      case "*":
        if parts.last != .any { parts.append(.any) }
      case "?":
        parts.append(.one)
      case "[":
        if let (set, end) = Self.set(in: source, from: index) {
          parts.append(set)
          index = end
        } else {
          parts.append(.literal("["))
        }
      case let scalar:
        parts.append(.literal(scalar))
      }
      index += 1
    }
    self.parts = parts
    startsWithDot = source.first == "."
  }

  /// Reads `[…]`; a bracket that is never closed is a plain character, as in a shell.
  private static func set(in source: [Unicode.Scalar], from start: Int) -> (Part, end: Int)? {
    var index = start + 1
    let isNegated = index < source.count && (source[index] == "!" || source[index] == "^")
    if isNegated { index += 1 }
    var ranges: [ClosedRange<Unicode.Scalar>] = []
    let first = index
    while index < source.count {
      if source[index] == "]" && index > first { return (.set(ranges, isNegated: isNegated), index) }
      if index + 2 < source.count, source[index + 1] == "-", source[index + 2] != "]" {
        // A range written backwards matches nothing.
        if source[index] <= source[index + 2] { ranges.append(source[index]...source[index + 2]) }
        index += 3
      } else {
        ranges.append(source[index]...source[index])
        index += 1
      }
    }
    return nil
  }

  func matches(_ name: String) -> Bool {
    let text = Array(name.unicodeScalars)
    if text.first == "." && !startsWithDot { return false }
    var position = 0
    var part = 0
    // Where to go on when the last `*` must take one character more.
    var retry: (part: Int, position: Int)?
    while position < text.count {
      if part < parts.count, parts[part] == .any {
        retry = (part + 1, position)
        part += 1
      } else if part < parts.count, Self.matches(parts[part], text[position]) {
        part += 1
        position += 1
      } else if let (again, start) = retry {
        retry = (again, start + 1)
        part = again
        position = start + 1
      } else {
        return false
      }
    }
    while part < parts.count, parts[part] == .any { part += 1 }
    return part == parts.count
  }

  private static func matches(_ part: Part, _ scalar: Unicode.Scalar) -> Bool {
    switch part {
    case .any: false
    case .one: true
    case .literal(let literal): literal == scalar
    case .set(let ranges, let isNegated): ranges.contains { $0.contains(scalar) } != isNegated
    }
  }
}
