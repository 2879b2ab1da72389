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

  /// The same escapes and number forms, with members in the order in which they were written: for answers that people read.
  public static func orderedBytes(_ value: Value) -> [UInt8] {
    var output: [UInt8] = []
    append(value, to: &output, sorted: false)
    return output
  }

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
      output.append(UInt8(ascii: "{"))
      let members = sorted ? object.members.sorted { utf8Precedes($0.name, $1.name) } : object.members
      for (index, member) in members.enumerated() {
        if index > 0 { output.append(UInt8(ascii: ",")) }
        append(member.name, to: &output)
        output.append(UInt8(ascii: ":"))
        append(member.value, to: &output, sorted: sorted)
      }
      output.append(UInt8(ascii: "}"))
    }
  }

  private static func append(_ string: String, to output: inout [UInt8]) {
    output.append(UInt8(ascii: "\""))
    var string = string
    string.withUTF8 { utf8 in
      // Most text needs no escape: runs of it are copied whole.
      var start = 0
      for (index, byte) in utf8.enumerated() where byte < 0x20 || byte == UInt8(ascii: "\"") || byte == UInt8(ascii: "\\") {
        output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start..<index]))
        appendEscaped(byte, to: &output)
        start = index + 1
      }
      output.append(contentsOf: UnsafeBufferPointer(rebasing: utf8[start...]))
    }
    output.append(UInt8(ascii: "\""))
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
