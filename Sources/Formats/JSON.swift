import CSimdJSON
import Model

/// Strict JSON (RFC 8259) with exact numbers.
///
/// Refused, each with its place: anything after the value, duplicate keys, lone surrogates, invalid UTF-8, nesting of
/// more than 256 levels, more than 8 million keys and values, numbers whose exponent ``Number`` cannot hold. A UTF-8 byte order mark is skipped.
public enum JSON {
  public static let maximumDepth = 256
  /// Keys and values of one document; each costs some 50 bytes of memory, however short it is.
  public static let maximumTokens = 8_000_000

  /// Parses one document.
  ///
  /// - Throws: a fault whose code is one of `json-empty`, `json-syntax`, `json-trailing`, `json-duplicate-key`,
  ///   `json-surrogate`, `json-encoding`, `json-too-deep`, `json-too-large`, `json-number`, with line, column and byte offset.
  public static func parse(_ bytes: [UInt8]) throws(Fault) -> Value {
    let reader = JSONReader()
    return try reader.parse(bytes[...])
  }
}

/// A reader that keeps its buffers between documents: for JSON Lines. Owns a C parser; used by one thread.
final class JSONReader {
  private let parser: OpaquePointer?
  /// The keys of the last document by their ordinal: lines of one file mostly have the same keys, and most of the cost of a
  /// long key is its allocation.
  private var keys: [String] = []
  private var keyOrdinal = 0

  init() { parser = kindred_json_create() }

  deinit { if let parser { kindred_json_destroy(parser) } }

  /// simdjson reads what is right; whatever it refuses goes to the slow parser, which knows where and why.
  func parse(_ slice: ArraySlice<UInt8>) throws(Fault) -> Value {
    let bytes = slice.starts(with: [0xEF, 0xBB, 0xBF]) ? slice.dropFirst(3) : slice
    if let value = bytes.withUnsafeBufferPointer({ fastValue($0) }) { return value }
    var slow = SlowJSONParser(bytes)
    return try slow.document()
  }

  func fastValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Value? {
    guard let parser, let base = bytes.baseAddress else { return nil }
    var tokens: UnsafePointer<kindred_json_token>?
    guard kindred_json_parse(parser, base, bytes.count, Int32(JSON.maximumDepth), JSON.maximumTokens, &tokens) > 0, var token = tokens
    else { return nil }
    keyOrdinal = 0
    return value(&token)
  }

  /// `nil` when a number does not fit ``Number``.
  private func value(_ token: inout UnsafePointer<kindred_json_token>) -> Value? {
    let current = token.pointee
    token += 1
    switch kindred_json_kind(current.kind) {
    case KINDRED_JSON_NULL: return .null
    case KINDRED_JSON_TRUE: return .bool(true)
    case KINDRED_JSON_FALSE: return .bool(false)
    case KINDRED_JSON_INTEGER: return .number(Number(current.integer))
    case KINDRED_JSON_NUMBER: return Number(parsing: string(current)).map { .number($0) }
    case KINDRED_JSON_STRING: return .string(string(current))
    case KINDRED_JSON_ARRAY:
      var elements: [Value] = []
      elements.reserveCapacity(Int(current.count))
      for _ in 0..<current.count {
        guard let element = value(&token) else { return nil }
        elements.append(element)
      }
      return .array(elements)
    default:
      var members: [(name: String, value: Value)] = []
      members.reserveCapacity(Int(current.count))
      for _ in 0..<current.count {
        let name = key(token.pointee)
        token += 1
        guard let member = value(&token) else { return nil }
        members.append((name: name, value: member))
      }
      return .object(Object(members))
    }
  }

  private func bytes(_ token: kindred_json_token) -> UnsafeRawBufferPointer {
    UnsafeRawBufferPointer(start: token.text, count: Int(token.count))
  }

  private func string(_ token: kindred_json_token) -> String { String(decoding: bytes(token), as: UTF8.self) }

  private func key(_ token: kindred_json_token) -> String {
    // Up to 15 bytes a string lives in its own words: nothing to save.
    guard token.count > 15 else { return string(token) }
    defer { keyOrdinal += 1 }
    guard keyOrdinal < 1024 else { return string(token) }
    if keyOrdinal == keys.count {
      keys.append(string(token))
    } else if !keys[keyOrdinal].utf8.elementsEqual(bytes(token)) {
      keys[keyOrdinal] = string(token)
    }
    return keys[keyOrdinal]
  }
}
