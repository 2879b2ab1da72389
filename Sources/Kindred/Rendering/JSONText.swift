import Model

/// JSON for people: a member or element on each line.
enum JSONText {
  /// Members in their own order, with a line break at the end.
  static func indented(_ value: Value) -> [UInt8] { Array((text(value, "") + "\n").utf8) }

  private static func text(_ value: Value, _ indent: String) -> String {
    let inner = indent + "  "
    switch value {
    case .object(let object) where !object.isEmpty:
      let members = object.members.map { "\(inner)\(CanonicalJSON.text(.string($0.name))): \(text($0.value, inner))" }
      return "{\n\(members.joined(separator: ",\n"))\n\(indent)}"
    // Lists of words stay on one line as long as they are short.
    case .array(let elements) where elements.contains { $0.text == nil } || elements.count > 8:
      return "[\n\(elements.map { inner + text($0, inner) }.joined(separator: ",\n"))\n\(indent)]"
    case .array(let elements): return "[\(elements.map { CanonicalJSON.text($0) }.joined(separator: ", "))]"
    default: return CanonicalJSON.text(value)
    }
  }
}
