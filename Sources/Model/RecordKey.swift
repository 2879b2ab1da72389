/// What identifies a record for ever: the source that says it, the type of thing, and the source's own key.
/// Written `source/type/key`; the key may contain slashes, source and type may not.
public struct RecordKey: Hashable, Sendable {
  public let source: String
  public let type: String
  public let key: String

  public init(source: String, type: String, key: String) {
    self.source = source
    self.type = type
    self.key = key
  }

  /// Reads `source/type/key`. `nil` when a part is missing or empty.
  public init?(parsing text: String) {
    let (utf8, slash) = (text.utf8, UInt8(ascii: "/"))
    guard let first = utf8.firstIndex(of: slash) else { return nil }
    let type = utf8.index(after: first)
    guard let second = utf8[type...].firstIndex(of: slash) else { return nil }
    let key = utf8.index(after: second)
    guard first > utf8.startIndex, second > type, key < utf8.endIndex else { return nil }
    self.init(source: String(text[..<first]), type: String(text[type..<second]), key: String(text[key...]))
  }
}

extension RecordKey: CustomStringConvertible {
  public var description: String { source + "/" + type + "/" + key }
}

extension RecordKey: Comparable {
  /// By UTF-8 bytes of source, then type, then key: the order used wherever a tie must not depend on arrival.
  public static func < (left: RecordKey, right: RecordKey) -> Bool {
    if left.source != right.source { return utf8Precedes(left.source, right.source) }
    if left.type != right.type { return utf8Precedes(left.type, right.type) }
    return utf8Precedes(left.key, right.key)
  }
}
