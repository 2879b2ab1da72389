import Formats
import Model

/// The body of an HTML form as a JSON object: what browsers, inquiry forms and call centres send. A name that comes once
/// gives a text, one that comes again an array; a file gives `filename`, `content_type`, `size` and, in Base64, `content`.
enum FormBody {
  /// More than any form has; a body of nothing but separators ends here.
  static let maximumFields = 5_000

  /// `application/x-www-form-urlencoded` (WHATWG URL Standard, §5.1), in UTF-8 or the media type's charset.
  /// - Throws: `form-malformed`, `encoding-unknown`.
  static func urlEncoded(_ body: Bytes, charset: String?) throws(Fault) -> Value {
    let encoding = try Encoding(label: charset ?? "utf-8")
    var fields: [(String, Value)] = []
    for pair in body.split(separator: UInt8(ascii: "&")) {
      try checkCount(fields)
      let equals = pair.firstIndex(of: UInt8(ascii: "=")) ?? pair.endIndex
      let value = pair[min(equals + 1, pair.endIndex)...]
      fields.append((try text(decoded(pair[..<equals]), encoding), .string(try text(decoded(value), encoding))))
    }
    return object(fields)
  }

  /// `multipart/form-data` (RFC 7578).
  /// - Throws: `form-malformed`, `encoding-unknown`.
  static func multipart(_ body: Bytes, boundary: String) throws(Fault) -> Value {
    let parts = try Multipart.parts(of: body, boundary: boundary)
    var fields: [(String, Value)] = []
    for part in parts {
      try checkCount(fields)
      fields.append((part.name, try value(of: part)))
    }
    return object(fields)
  }

  private static func value(of part: Multipart.Part) throws(Fault) -> Value {
    guard let file = part.fileName else {
      let charset = part.contentType.flatMap(MediaType.init(parsing:))?.charset
      return .string(try text(part.content, try Encoding(label: charset ?? "utf-8")))
    }
    return .object(
      Object([
        ("filename", .string(file)), ("content_type", part.contentType.map { .string($0) } ?? .null),
        ("size", .number(Number(part.content.count))), ("content", .string(Base64.text(part.content))),
      ]))
  }

  private static func checkCount(_ fields: [(String, Value)]) throws(Fault) {
    guard fields.count < maximumFields else { throw Fault("form-malformed", "The form has more than \(maximumFields) fields.") }
  }

  private static func object(_ fields: [(String, Value)]) -> Value {
    var places: [String: Int] = [:]
    var members: [(name: String, values: [Value])] = []
    for (name, value) in fields {
      if let place = places[name] {
        members[place].values.append(value)
      } else {
        places[name] = members.count
        members.append((name, [value]))
      }
    }
    return .object(Object(members.map { (name: $0.name, value: $0.values.count == 1 ? $0.values[0] : .array($0.values)) }))
  }

  /// Escapes that are broken stay as they were written, as browsers read them.
  private static func decoded(_ text: ArraySlice<UInt8>) -> Bytes {
    var bytes: Bytes = []
    bytes.reserveCapacity(text.count)
    var rest = text
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%"), rest.count >= 2, let escaped = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self)) {
        bytes += escaped
        rest = rest.dropFirst(2)
      } else {
        bytes.append(byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    return bytes
  }

  private static func text(_ bytes: Bytes, _ encoding: Encoding) throws(Fault) -> String {
    let result = decodeText(bytes, encoding: encoding)
    guard result.undecodable.isEmpty else {
      throw Fault("form-malformed", "A field is not text in \(encoding.name).", hint: "The sender's charset may be another one.")
    }
    return result.text
  }
}
