/// Writes JSON in one canonical form: members sorted by the UTF-8 bytes of their names, no white space, numbers in
/// ``Number``'s normal form, and only `"`, `\` and control characters escaped (as in RFC 8785 §3.2.2.2).
public enum CanonicalJSON {
  public static func text(_ value: Value) -> String {
    String(decoding: bytes(value), as: UTF8.self)
  }

  public static func bytes(_ value: Value) -> [UInt8] {
    var output: [UInt8] = []
    append(value, to: &output, sorted: true)
    return output
  }

  /// As ``bytes(_:)`` of an object with these members, in whatever order they are.
  public static func bytes(members: [(name: String, value: Value)]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(2 + 32 * members.count)
    append(members: members, to: &output)
    return output
  }

  /// As ``bytes(members:)``, behind what has been written already.
  public static func append(members: [(name: String, value: Value)], to output: inout [UInt8]) {
    append(members.sorted { utf8Precedes($0.name, $1.name) }, to: &output, sorted: true)
  }

  /// The same escapes and number forms, with members in the order in which they were written: for answers that people read.
  public static func orderedBytes(_ value: Value) -> [UInt8] {
    var output: [UInt8] = []
    append(value, to: &output, sorted: false)
    return output
  }

  /// As ``orderedBytes(_:)``, behind what has been written already.
  public static func append(_ value: Value, to output: inout [UInt8]) { append(value, to: &output, sorted: false) }

  private static func append(_ value: Value, to output: inout [UInt8], sorted: Bool) {
    switch value {
    case .null: output.append(contentsOf: "null".utf8)
    case .bool(let bool): output.append(contentsOf: (bool ? "true" : "false").utf8)
    case .number(let number): output.append(contentsOf: number.text.utf8)
    case .string(let string): append(string, to: &output)
    case .array(let values):
      output.append(UInt8(ascii: "["))
      for (index, element) in values.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        append(element, to: &output, sorted: sorted)
      }
      output.append(UInt8(ascii: "]"))
    case .object(let object):
      append(sorted ? object.members.sorted { utf8Precedes($0.name, $1.name) } : object.members, to: &output, sorted: sorted)
    }
  }

  /// An object with these members, in their order.
  private static func append(_ members: [(name: String, value: Value)], to output: inout [UInt8], sorted: Bool) {
    output.append(UInt8(ascii: "{"))
    for (index, member) in members.enumerated() {
      if index > 0 { output.append(UInt8(ascii: ",")) }
      append(member.name, to: &output)
      output.append(UInt8(ascii: ":"))
      append(member.value, to: &output, sorted: sorted)
    }
    output.append(UInt8(ascii: "}"))
  }

  /// The text in quotes.
  public static func append(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { utf8 in
      // Most text needs no escape: runs of it are copied whole.
      var start = 0
      var index = nextEscape(in: utf8, from: 0)
      while index < utf8.count {
        output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
        appendEscaped(utf8[index], to: &output)
        start = index + 1
        index = nextEscape(in: utf8, from: start)
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    output.append(UInt8(ascii: "\""))
  }

  /// The place of the next byte that must be escaped, or the end. Eight bytes are looked at together.
  private static func nextEscape(in utf8: UnsafeBufferPointer<UInt8>, from start: Int) -> Int {
    var index = start
    let bytes = UnsafeRawBufferPointer(utf8)
    while index + 8 <= bytes.count, !hasEscape(bytes.loadUnaligned(fromByteOffset: index, as: UInt64.self)) { index += 8 }
    while index < bytes.count, bytes[index] >= 0x20, bytes[index] != UInt8(ascii: "\""), bytes[index] != UInt8(ascii: "\\") { index += 1 }
    return index
  }

  /// True when one of the eight bytes is below 0x20, a quote or a backslash: a byte below n is one that borrows when n is taken away
  /// from it and had no high bit.
  private static func hasEscape(_ bytes: UInt64) -> Bool {
    let ones: UInt64 = 0x0101_0101_0101_0101
    let quotes = bytes ^ (ones &* 0x22)
    let backslashes = bytes ^ (ones &* 0x5C)
    let low = (bytes &- ones &* 0x20) & ~bytes
    return (low | (quotes &- ones) & ~quotes | (backslashes &- ones) & ~backslashes) & (ones &* 0x80) != 0
  }

  private static func appendEscaped(_ byte: UInt8, to output: inout [UInt8]) {
    switch byte {
    case UInt8(ascii: "\""): output.append(contentsOf: "\\\"".utf8)
    case UInt8(ascii: "\\"): output.append(contentsOf: "\\\\".utf8)
    case 0x08: output.append(contentsOf: "\\b".utf8)
    case 0x09: output.append(contentsOf: "\\t".utf8)
    case 0x0A: output.append(contentsOf: "\\n".utf8)
    case 0x0C: output.append(contentsOf: "\\f".utf8)
    case 0x0D: output.append(contentsOf: "\\r".utf8)
    default:
      output.append(contentsOf: "\\u00".utf8)
      output.append(contentsOf: [hex(byte >> 4), hex(byte & 0xF)])
    }
  }

  private static func hex(_ nibble: UInt8) -> UInt8 { nibble < 10 ? 0x30 + nibble : 0x57 + nibble }
}
