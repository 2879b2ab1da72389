import Model

/// The obvious JSON parser, one byte after the other: it finds the place and reason when simdjson refuses a document,
/// reads scalar roots, and is what tests compare the fast reader with.
struct SlowJSONParser {
  private let bytes: ArraySlice<UInt8>
  private var at: Int
  private var tokens = 0

  init(_ bytes: ArraySlice<UInt8>) {
    self.bytes = bytes
    at = bytes.startIndex
  }

  mutating func document() throws(Fault) -> Value {
    skipSpace()
    guard at < bytes.endIndex else { throw fault("json-empty", "There is no JSON value.") }
    let value = try value(depth: 1)
    skipSpace()
    guard at == bytes.endIndex else { throw fault("json-trailing", "Something follows the end of the JSON document.") }
    return value
  }

  private var current: UInt8? { at < bytes.endIndex ? bytes[at] : nil }

  private mutating func skipSpace() {
    while let byte = current, byte == 0x20 || byte == 0x0A || byte == 0x0D || byte == 0x09 { at += 1 }
  }

  private mutating func value(depth: Int) throws(Fault) -> Value {
    guard let byte = current else { throw unexpected("a value") }
    tokens += 1
    guard tokens <= JSON.maximumTokens else {
      throw fault("json-too-large", "The document has more than \(JSON.maximumTokens) keys and values.")
    }
    switch byte {
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      guard depth <= JSON.maximumDepth else {
        throw fault("json-too-deep", "Arrays and objects are nested more than \(JSON.maximumDepth) levels deep.")
      }
      return byte == UInt8(ascii: "{") ? try object(depth: depth) : try array(depth: depth)
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "-"), 0x30...0x39: return try number()
    default:
      for (word, value) in [("true", Value.bool(true)), ("false", .bool(false)), ("null", .null)] where bytes[at...].starts(with: word.utf8)
      {
        at += word.utf8.count
        return value
      }
      throw unexpected("a value")
    }
  }

  private mutating func object(depth: Int) throws(Fault) -> Value {
    var object = Object()
    var names: Set<[UInt8]> = []
    at += 1
    skipSpace()
    if current == UInt8(ascii: "}") {
      at += 1
      return .object(object)
    }
    while true {
      skipSpace()
      guard current == UInt8(ascii: "\"") else { throw unexpected("a key in double quotes") }
      let start = at
      tokens += 1
      let name = try string()
      guard names.insert(Array(name.utf8)).inserted else {
        throw fault("json-duplicate-key", "The key \"\(name)\" occurs twice in one object.", at: start)
      }
      skipSpace()
      guard current == UInt8(ascii: ":") else { throw unexpected("a colon after the key") }
      at += 1
      skipSpace()
      object.append(name, try value(depth: depth + 1))
      if try isLast(closing: UInt8(ascii: "}"), "a comma or a closing brace") { return .object(object) }
    }
  }

  private mutating func array(depth: Int) throws(Fault) -> Value {
    var elements: [Value] = []
    at += 1
    skipSpace()
    if current == UInt8(ascii: "]") {
      at += 1
      return .array(elements)
    }
    while true {
      skipSpace()
      elements.append(try value(depth: depth + 1))
      if try isLast(closing: UInt8(ascii: "]"), "a comma or a closing bracket") { return .array(elements) }
    }
  }

  private mutating func isLast(closing: UInt8, _ expected: String) throws(Fault) -> Bool {
    skipSpace()
    guard let byte = current, byte == closing || byte == UInt8(ascii: ",") else { throw unexpected(expected) }
    at += 1
    return byte == closing
  }

  private mutating func number() throws(Fault) -> Value {
    let start = at
    if current == UInt8(ascii: "-") { at += 1 }
    let first = current
    let integerDigits = skipDigits()
    guard integerDigits > 0 else { throw unexpected("a digit") }
    guard integerDigits == 1 || first != UInt8(ascii: "0") else {
      throw fault("json-syntax", "A number must not start with a zero that other digits follow.", at: start)
    }
    if current == UInt8(ascii: ".") {
      at += 1
      guard skipDigits() > 0 else { throw unexpected("a digit after the decimal point") }
    }
    if current == UInt8(ascii: "e") || current == UInt8(ascii: "E") {
      at += 1
      if current == UInt8(ascii: "+") || current == UInt8(ascii: "-") { at += 1 }
      guard skipDigits() > 0 else { throw unexpected("a digit in the exponent") }
    }
    guard let number = Number(parsing: String(decoding: bytes[start..<at], as: UTF8.self)) else {
      throw fault("json-number", "The exponent of this number is out of range.", at: start)
    }
    return .number(number)
  }

  private mutating func skipDigits() -> Int {
    let start = at
    while let byte = current, (0x30...0x39).contains(byte) { at += 1 }
    return at - start
  }

  private mutating func string() throws(Fault) -> String {
    let start = at
    var text: [UInt8] = []
    at += 1
    while let byte = current {
      switch byte {
      case UInt8(ascii: "\""):
        guard let result = String(validating: text, as: UTF8.self) else {
          throw fault("json-encoding", "The text is not valid UTF-8.", at: firstInvalidByte(from: start))
        }
        at += 1
        return result
      case UInt8(ascii: "\\"): try appendEscape(to: &text)
      case 0..<0x20: throw fault("json-syntax", "A control character in a string must be escaped.")
      default:
        text.append(byte)
        at += 1
      }
    }
    throw fault("json-syntax", "The string that opens here is never closed.", at: start)
  }

  private mutating func appendEscape(to text: inout [UInt8]) throws(Fault) {
    let start = at
    at += 2
    switch start + 1 < bytes.endIndex ? bytes[start + 1] : 0 {
    case UInt8(ascii: "n"): text.append(0x0A)
    case UInt8(ascii: "t"): text.append(0x09)
    case UInt8(ascii: "r"): text.append(0x0D)
    case UInt8(ascii: "b"): text.append(0x08)
    case UInt8(ascii: "f"): text.append(0x0C)
    case let same where same == UInt8(ascii: "\"") || same == UInt8(ascii: "\\") || same == UInt8(ascii: "/"): text.append(same)
    case UInt8(ascii: "u"):
      var code = try hexadecimal()
      if (0xD800...0xDBFF).contains(code), bytes[at...].starts(with: [UInt8(ascii: "\\"), UInt8(ascii: "u")]) {
        at += 2
        let low = try hexadecimal()
        guard (0xDC00...0xDFFF).contains(low) else { throw lonely(start) }
        code = 0x10000 + (code - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(code) else { throw lonely(start) }
      text.append(contentsOf: UTF8.encode(scalar) ?? UTF8.encodedReplacementCharacter)
    default: throw fault("json-syntax", "This escape does not exist in JSON.", at: start)
    }
  }

  private func lonely(_ start: Int) -> Fault {
    fault("json-surrogate", "Half of a surrogate pair stands alone.", at: start)
  }

  private mutating func hexadecimal() throws(Fault) -> UInt32 {
    var code: UInt32 = 0
    for _ in 0..<4 {
      guard let digit = current.flatMap({ Character(Unicode.Scalar($0)).hexDigitValue }) else { throw unexpected("a hexadecimal digit") }
      code = code * 16 + UInt32(digit)
      at += 1
    }
    return code
  }

  private func firstInvalidByte(from start: Int) -> Int {
    start + validUTF8Prefix(bytes[start...])
  }

  private func unexpected(_ expected: String) -> Fault {
    guard let byte = current else { return fault("json-syntax", "The document ends where \(expected) is expected.") }
    let found = (0x21..<0x7F).contains(byte) ? "\"\(Character(Unicode.Scalar(byte)))\"" : "byte \(byte)"
    return fault("json-syntax", "Found \(found) where \(expected) is expected.")
  }

  private func fault(_ code: String, _ message: String, at place: Int? = nil) -> Fault {
    Fault(code, message, at: textLocation(of: place ?? at, in: bytes))
  }
}

/// Line and column (in Unicode scalars) of a byte, counted from the start of `bytes`; `offset` likewise.
func textLocation(of index: Int, in bytes: ArraySlice<UInt8>) -> Location {
  var line = 1
  var column = 1
  for position in bytes.startIndex..<min(index, bytes.endIndex) {
    let byte = bytes[position]
    if byte == 0x0A {
      line += 1
      column = 1
    } else if byte & 0xC0 != 0x80 {
      column += 1
    }
  }
  return Location(line: line, column: column, offset: index - bytes.startIndex)
}
