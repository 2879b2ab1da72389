import Model

/// Writes values so that our reader of YAML gives them back, in the fewest marks.
public enum YAMLWriting {
  /// A text as a scalar: plain where that means the same, else in single quotes.
  public static func scalar(_ text: String) -> String {
    let isPlain =
      !text.isEmpty && !["null", "~"].contains(text)
      && text.unicodeScalars.allSatisfy { isMeaningless($0) || " :#".unicodeScalars.contains($0) }
      && text.unicodeScalars.first.map { isMeaningless($0) && $0 != "-" && $0 != "." || text.hasPrefix("./") } ?? false
      && !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(" ") && !text.hasSuffix(":")
    if isPlain { return text }
    // What single quotes cannot hold is written as JSON, which double quotes are.
    if text.unicodeScalars.contains(where: { $0.value < 0x20 || $0.value == 0x7F }) { return CanonicalJSON.text(.string(text)) }
    return "'\(text.replacing("'", with: "''"))'"
  }

  /// A value on one line.
  public static func flow(_ value: Value) -> String {
    switch value {
    case .array(let elements): "[\(elements.map(flow).joined(separator: ", "))]"
    case .object(let object): "{\(object.members.map { "\(scalar($0.name)): \(flow($0.value))" }.joined(separator: ", "))}"
    case .null: "null"
    default: scalar(value.text ?? "")
    }
  }

  /// Characters that mean nothing in YAML, wherever they stand.
  private static func isMeaningless(_ scalar: Unicode.Scalar) -> Bool {
    scalar.properties.isAlphabetic || scalar.properties.numericType != nil || "-_./+$()=;".unicodeScalars.contains(scalar)
  }
}
