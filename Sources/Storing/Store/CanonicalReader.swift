import Model

/// Reads back the canonical JSON that `CanonicalJSON` wrote. Not a general JSON reader: `Formats` has that one.
struct CanonicalReader {
  private let bytes: UnsafeRawBufferPointer
  private var offset = 0

  static func object(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> Object {
    var reader = CanonicalReader(bytes: bytes)
    guard case .object(let object) = try reader.value(depth: 0), reader.offset == bytes.count else { throw reader.damaged }
    return object
  }

  private init(bytes: UnsafeRawBufferPointer) { self.bytes = bytes }

  private var damaged: Fault { Fault("storage-corrupt", "A record's attributes are not canonical JSON.", at: Location(offset: offset)) }

  private func peek() throws(Fault) -> UInt8 {
    guard offset < bytes.count else { throw damaged }
    return bytes[offset]
  }

  private mutating func take(_ byte: UInt8) throws(Fault) {
    guard try peek() == byte else { throw damaged }
    offset += 1
  }

  private mutating func take(word: StaticString) throws(Fault) {
    for index in 0..<word.utf8CodeUnitCount { try take(word.utf8Start[index]) }
  }

  private mutating func value(depth: Int) throws(Fault) -> Value {
    guard depth < 300 else { throw damaged }
    switch try peek() {
    case UInt8(ascii: "{"): return .object(try object(depth: depth))
    case UInt8(ascii: "["): return .array(try array(depth: depth))
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "t"):
      try take(word: "true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try take(word: "false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try take(word: "null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func object(depth: Int) throws(Fault) -> Object {
    var object = Object()
    try take(UInt8(ascii: "{"))
    if try peek() == UInt8(ascii: "}") {
      offset += 1
      return object
    }
    while true {
      let name = try string()
      try take(UInt8(ascii: ":"))
      object.append(name, try value(depth: depth + 1))
      if try peek() != UInt8(ascii: ",") { break }
      offset += 1
    }
    try take(UInt8(ascii: "}"))
    return object
  }

  private mutating func array(depth: Int) throws(Fault) -> [Value] {
    var values: [Value] = []
    try take(UInt8(ascii: "["))
    if try peek() == UInt8(ascii: "]") {
      offset += 1
      return values
    }
    while true {
      values.append(try value(depth: depth + 1))
      if try peek() != UInt8(ascii: ",") { break }
      offset += 1
    }
    try take(UInt8(ascii: "]"))
    return values
  }

  private mutating func string() throws(Fault) -> String {
    try take(UInt8(ascii: "\""))
    let start = offset
    while try peek() != UInt8(ascii: "\"") {
      if bytes[offset] == UInt8(ascii: "\\") { return try escapedString(from: start) }
      offset += 1
    }
    defer { offset += 1 }
    return String(decoding: bytes[start..<offset], as: UTF8.self)
  }

  private mutating func escapedString(from start: Int) throws(Fault) -> String {
    var text = Array(bytes[start..<offset])
    while true {
      let byte = try peek()
      offset += 1
      if byte == UInt8(ascii: "\"") { return String(decoding: text, as: UTF8.self) }
      text.append(byte == UInt8(ascii: "\\") ? try escape() : byte)
    }
  }

  /// What follows a backslash; the writer escapes only characters below U+0080.
  private mutating func escape() throws(Fault) -> UInt8 {
    let byte = try peek()
    offset += 1
    switch byte {
    case UInt8(ascii: "b"): return 0x08
    case UInt8(ascii: "t"): return 0x09
    case UInt8(ascii: "n"): return 0x0A
    case UInt8(ascii: "f"): return 0x0C
    case UInt8(ascii: "r"): return 0x0D
    case UInt8(ascii: "\""), UInt8(ascii: "\\"): return byte
    case UInt8(ascii: "u"):
      guard offset + 4 <= bytes.count, let code = UInt8(String(decoding: bytes[offset..<offset + 4], as: UTF8.self), radix: 16) else {
        throw damaged
      }
      offset += 4
      return code
    default: throw damaged
    }
  }

  private mutating func number() throws(Fault) -> Number {
    let start = offset
    while offset < bytes.count, !Self.endsNumber(bytes[offset]) { offset += 1 }
    guard let number = Number(parsing: String(decoding: bytes[start..<offset], as: UTF8.self)) else { throw damaged }
    return number
  }

  private static func endsNumber(_ byte: UInt8) -> Bool {
    byte == UInt8(ascii: ",") || byte == UInt8(ascii: "}") || byte == UInt8(ascii: "]")
  }
}
