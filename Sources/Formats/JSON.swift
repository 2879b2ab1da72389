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

  init() { parser = kindred_json_create() }

  deinit { if let parser { kindred_json_destroy(parser) } }

  /// simdjson reads what is right; whatever it refuses goes to the slow parser, which knows where and why.
  func parse(_ slice: ArraySlice<UInt8>) throws(Fault) -> Value {
    let bytes = Self.withoutMark(slice)
    if let value = bytes.withUnsafeBufferPointer({ fastValue($0) }) { return value }
    var slow = SlowJSONParser(bytes)
    return try slow.document()
  }

  /// The document with nothing of it turned into values yet; `nil` when it must be read with ``parse(_:)``.
  func document(_ bytes: [UInt8]) -> JSONDocument? {
    let bytes = bytes.first == 0xEF ? Array(Self.withoutMark(bytes[...])) : bytes
    return bytes.withUnsafeBufferPointer { buffer in
      tape(buffer).map { tape in
        JSONDocument(
          tokens: Array(UnsafeBufferPointer(start: tape.tokens, count: tape.token_count)), bytes: bytes,
          unescaped: Array(UnsafeBufferPointer(start: tape.unescaped, count: tape.unescaped_count)))
      }
    }
  }

  func fastValue(_ bytes: UnsafeBufferPointer<UInt8>) -> Value? {
    tape(bytes).map { JSONTape($0.tokens, bytes.baseAddress, $0.unescaped).value(at: 0) }
  }

  private func tape(_ bytes: UnsafeBufferPointer<UInt8>) -> kindred_json_tape? {
    guard let parser, let base = bytes.baseAddress else { return nil }
    var tape = kindred_json_tape()
    let result = kindred_json_parse(parser, base, bytes.count, Int32(JSON.maximumDepth), JSON.maximumTokens, &tape)
    return result == 0 ? tape : nil
  }

  private static func withoutMark(_ slice: ArraySlice<UInt8>) -> ArraySlice<UInt8> {
    slice.starts(with: [0xEF, 0xBB, 0xBF]) ? slice.dropFirst(3) : slice
  }
}

/// The tokens of a document and the bytes that they point to, while somebody holds them.
struct JSONTape {
  private let tokens: UnsafePointer<kindred_json_token>
  private let bytes: UnsafePointer<UInt8>?
  private let unescaped: UnsafePointer<UInt8>?

  init(_ tokens: UnsafePointer<kindred_json_token>, _ bytes: UnsafePointer<UInt8>?, _ unescaped: UnsafePointer<UInt8>?) {
    (self.tokens, self.bytes, self.unescaped) = (tokens, bytes, unescaped)
  }

  func value(at index: Int) -> Value {
    let token = tokens[index]
    switch kindred_json_kind(token.kind) {
    case KINDRED_JSON_NULL: return .null
    case KINDRED_JSON_TRUE: return .bool(true)
    case KINDRED_JSON_FALSE: return .bool(false)
    case KINDRED_JSON_PLAIN_NUMBER: return .number(Number(normalised: string(token)))
    // The parser lets no number through that `Number` cannot hold.
    case KINDRED_JSON_NUMBER: return Number(parsing: string(token)).map { .number($0) } ?? .null
    case KINDRED_JSON_ARRAY:
      var elements: [Value] = []
      elements.reserveCapacity(Int(token.count))
      var next = index + 1
      for _ in 0..<token.count {
        elements.append(value(at: next))
        next = Int(tokens[next].next)
      }
      return .array(elements)
    case KINDRED_JSON_OBJECT:
      var members: [(name: String, value: Value)] = []
      members.reserveCapacity(Int(token.count))
      var next = index + 1
      for _ in 0..<token.count {
        members.append((name: string(tokens[next]), value: value(at: next + 1)))
        next = Int(tokens[next + 1].next)
      }
      return .object(Object(members))
    default: return .string(string(token))
    }
  }

  /// The place of the route's first value; `nil` when there is none.
  func first(_ route: JSONRoute) -> Int? {
    var found: Int?
    visit(route, from: 0, at: 0) { index in
      found = index
      return false
    }
    return found
  }

  /// The values that the route leads to.
  func all(_ route: JSONRoute) -> [Value] {
    var values: [Value] = []
    visit(route, from: 0, at: 0) { index in
      values.append(value(at: index))
      return true
    }
    return values
  }

  /// Calls `each` for every place that the route leads to until it returns false. `start` counts the steps that were gone.
  @discardableResult
  private func visit(_ route: JSONRoute, from start: Int, at index: Int, _ each: (Int) -> Bool) -> Bool {
    var taken = 0
    let found = route.steps.withUnsafeBufferPointer { steps in
      route.names.withUnsafeBufferPointer { names in
        kindred_json_walk(
          tokens, index, bytes, unescaped, steps.baseAddress.map { $0 + start }, steps.count - start, names.baseAddress, &taken)
      }
    }
    guard found >= 0 else { return true }
    let next = start + taken
    guard next < route.steps.count else { return each(found) }
    return forEach(below: found) { visit(route, from: next + 1, at: $0, each) }
  }

  /// Calls `each` for the elements of an array or the values of an object until it returns false.
  private func forEach(below index: Int, _ each: (Int) -> Bool) -> Bool {
    let token = tokens[index]
    let isObject = token.kind == KINDRED_JSON_OBJECT.rawValue
    guard isObject || token.kind == KINDRED_JSON_ARRAY.rawValue else { return true }
    var next = index + 1
    for _ in 0..<token.count {
      let child = isObject ? next + 1 : next
      guard each(child) else { return false }
      next = Int(tokens[child].next)
    }
    return true
  }

  private func string(_ token: kindred_json_token) -> String {
    let base = token.kind == KINDRED_JSON_UNESCAPED_STRING.rawValue ? unescaped : bytes
    guard let base else { return "" }
    return knownText(UnsafeBufferPointer(start: base + Int(token.offset), count: Int(token.count)))
  }
}
