/// One failure, as data: a stable code, what happened, where, and what to do next.
///
/// Modules throw `Fault`s; the command line, the API and dead letters render them. Codes are kebab-case, never change
/// their meaning, and are listed in `docs/errors.md`.
public struct Fault: Error, Hashable, Sendable {
  /// A stable kebab-case code such as `csv-unclosed-quote`.
  public var code: String
  /// One sentence in plain English, without the position.
  public var message: String
  /// Where in the input, when that is known.
  public var location: Location?
  /// What to do next, when there is something to suggest.
  public var hint: String?

  public init(_ code: String, _ message: String, at location: Location? = nil, hint: String? = nil) {
    self.code = code
    self.message = message
    self.location = location
    self.hint = hint
  }
}

extension Fault: CustomStringConvertible {
  public var description: String {
    let place = location.map { "\($0): " } ?? ""
    let next = hint.map { " \($0)" } ?? ""
    return "\(place)\(message) [\(code)]\(next)"
  }
}

/// A place in a file or message. Lines and columns count from 1; columns count Unicode scalars.
public struct Location: Hashable, Sendable, CustomStringConvertible {
  public var file: String?
  public var line: Int?
  public var column: Int?
  /// Offset in bytes from the start, counting from 0.
  public var offset: Int?

  public init(file: String? = nil, line: Int? = nil, column: Int? = nil, offset: Int? = nil) {
    self.file = file
    self.line = line
    self.column = column
    self.offset = offset
  }

  public var description: String {
    var parts = [file ?? "input"]
    if let line { parts.append(String(line)) }
    if let column { parts.append(String(column)) }
    if line == nil, let offset { parts.append("byte \(offset)") }
    return parts.joined(separator: ":")
  }
}
