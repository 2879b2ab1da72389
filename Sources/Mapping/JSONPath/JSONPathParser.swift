import Model

/// Where and why a query is not JSONPath. Positions count Unicode scalars from 0.
struct JSONPathError: Error {
  var message: String
  var position: Int
  var hint: String?
}

/// A recursive-descent parser for RFC 9535. It works on scalars so that positions are columns, and it can start in the
/// middle of a longer text: the mapping language reads a path up to where its grammar ends.
struct JSONPathParser {
  let scalars: [Unicode.Scalar]
  var position: Int
  var depth = 0

  /// The largest integer that interoperable JSON can carry (RFC 9535 §2.1, RFC 7493).
  static let largestInteger = 9_007_199_254_740_991
  /// Nested filters and parentheses beyond this are refused, so that no query can exhaust the stack.
  static let depthLimit = 100

  init(_ scalars: [Unicode.Scalar], at position: Int = 0) {
    self.scalars = scalars
    self.position = position
  }

  /// Parses a whole query: `$` and segments, with nothing before or after.
  mutating func parseWhole() throws(JSONPathError) -> [JSONPath.Segment] {
    guard peek == "$" else { throw fail("A JSONPath starts with $.") }
    position += 1
    let segments = try parseSegments()
    guard position == scalars.count else { throw fail("This does not belong to the path.") }
    return segments
  }

  /// Parses as many segments as there are, leaving the position after the last one.
  mutating func parseSegments() throws(JSONPathError) -> [JSONPath.Segment] {
    var segments: [JSONPath.Segment] = []
    while true {
      let before = position
      skipSpace()
      if peek == "[" {
        segments.append(JSONPath.Segment(isDescendant: false, selectors: try parseBracket()))
      } else if peek == ".", peek(1) == "." {
        position += 2
        segments.append(JSONPath.Segment(isDescendant: true, selectors: try parseAfterDots("..")))
      } else if peek == "." {
        position += 1
        segments.append(JSONPath.Segment(isDescendant: false, selectors: try parseAfterDots(".")))
      } else {
        position = before
        return segments
      }
    }
  }

  private mutating func parseAfterDots(_ dots: String) throws(JSONPathError) -> [JSONPath.Selector] {
    if peek == "*" {
      position += 1
      return [.wildcard]
    }
    if dots == "..", peek == "[" { return try parseBracket() }
    guard let first = peek, Self.startsName(first) else {
      throw fail("After \(dots) a name or * must follow.", hint: "Write other names as ['…'].")
    }
    let start = position
    while let scalar = peek, Self.continuesName(scalar) { position += 1 }
    return [.name(text(start..<position))]
  }

  private mutating func parseBracket() throws(JSONPathError) -> [JSONPath.Selector] {
    position += 1
    var selectors: [JSONPath.Selector] = []
    while true {
      skipSpace()
      let start = position
      selectors.append(try parseSelector())
      skipSpace()
      if peek == "," {
        position += 1
      } else if peek == "]" {
        position += 1
        return selectors
      } else {
        // A name that holds a bracket has most likely swallowed what stands behind it.
        if case .name(let name)? = selectors.last, name.contains("]"), position < scalars.count {
          position = start
          throw fail("The quote that opens here is not closed before ].", hint: "Write ['name'].")
        }
        throw fail("Expected , or ] here.")
      }
    }
  }

  private mutating func parseSelector() throws(JSONPathError) -> JSONPath.Selector {
    switch peek {
    case "'", "\"": return .name(try parseString())
    case "*":
      position += 1
      return .wildcard
    case "?":
      position += 1
      skipSpace()
      return .filter(try parseFilter())
    default: return try parseIndexOrSlice()
    }
  }

  private mutating func parseIndexOrSlice() throws(JSONPathError) -> JSONPath.Selector {
    let start = try parseInteger()
    let afterStart = position
    skipSpace()
    guard peek == ":" else {
      position = afterStart
      guard let start else { throw fail("Expected a name in quotes, an index, a slice, * or a filter here.") }
      return .index(start)
    }
    position += 1
    skipSpace()
    let end = try parseInteger()
    let afterEnd = position
    skipSpace()
    guard peek == ":" else {
      position = afterEnd
      return .slice(start: start, end: end, step: 1)
    }
    position += 1
    let afterColon = position
    skipSpace()
    let step = try parseInteger()
    if step == nil { position = afterColon }
    return .slice(start: start, end: end, step: step ?? 1)
  }

  /// `0` or an optional minus and digits without a leading zero, within ±(2^53 - 1); `nil` when no number starts here.
  private mutating func parseInteger() throws(JSONPathError) -> Int? {
    let start = position
    if peek == "-" { position += 1 }
    let digits = position
    while let scalar = peek, Self.isDigit(scalar) { position += 1 }
    guard position > digits else {
      if position > start { throw fail("Digits must follow the minus sign.") }
      return nil
    }
    let spelled = text(start..<position)
    if scalars[digits] == "0", position - digits > 1 || digits > start {
      throw fail("An integer has no leading zero and zero has no sign.", at: start)
    }
    guard let value = Int(spelled), abs(value) <= Self.largestInteger else {
      throw fail("An index must lie within ±9007199254740991.", at: start)
    }
    return value
  }
}

// MARK: - Characters

extension JSONPathParser {
  var peek: Unicode.Scalar? { position < scalars.count ? scalars[position] : nil }

  func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  func text(_ range: Range<Int>) -> String { String(scalars: scalars[range]) }

  mutating func skipSpace() {
    while let scalar = peek, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
  }

  func fail(_ message: String, at position: Int? = nil, hint: String? = nil) -> JSONPathError {
    JSONPathError(message: message, position: position ?? self.position, hint: hint)
  }

  static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_" || scalar.value >= 0x80
  }

  static func continuesName(_ scalar: Unicode.Scalar) -> Bool { startsName(scalar) || isDigit(scalar) }

  mutating func parseString() throws(JSONPathError) -> String {
    let quote = scalars[position]
    let start = position
    position += 1
    var view = String.UnicodeScalarView()
    while let scalar = peek {
      position += 1
      if scalar == quote { return String(view) }
      if scalar == "\\" {
        view.append(try parseEscape(quote))
      } else if scalar.value < 0x20 {
        throw fail("A control character must be escaped.", at: position - 1)
      } else {
        view.append(scalar)
      }
    }
    throw fail("This quote is never closed.", at: start)
  }

  private mutating func parseEscape(_ quote: Unicode.Scalar) throws(JSONPathError) -> Unicode.Scalar {
    let start = position - 1
    guard let scalar = peek else { throw fail("An escape is cut off here.", at: start) }
    position += 1
    switch scalar {
    case "b": return "\u{8}"
    case "f": return "\u{C}"
    case "n": return "\n"
    case "r": return "\r"
    case "t": return "\t"
    case "/", "\\", quote: return scalar
    case "u": return try parseUnicodeEscape(start)
    default: throw fail("\\\(scalar) is not an escape.", at: start)
    }
  }

  private mutating func parseUnicodeEscape(_ start: Int) throws(JSONPathError) -> Unicode.Scalar {
    let unit = try parseHexUnit(start)
    if let scalar = Unicode.Scalar(unit) { return scalar }
    guard unit < 0xDC00, peek == "\\", peek(1) == "u" else {
      throw fail("Half a surrogate pair is not a character.", at: start)
    }
    position += 2
    let low = try parseHexUnit(start)
    guard (0xDC00...0xDFFF).contains(low), let scalar = Unicode.Scalar(0x10000 + (unit - 0xD800) << 10 + (low - 0xDC00)) else {
      throw fail("Half a surrogate pair is not a character.", at: start)
    }
    return scalar
  }

  private mutating func parseHexUnit(_ start: Int) throws(JSONPathError) -> UInt32 {
    guard position + 4 <= scalars.count, scalars[position..<position + 4].allSatisfy({ $0.isASCII && $0.properties.isASCIIHexDigit }),
      let unit = UInt32(text(position..<position + 4), radix: 16)
    else { throw fail("\\u needs four hexadecimal digits.", at: start) }
    position += 4
    return unit
  }
}
