import Model

/// One finding about a configuration file, as data. Rendering to text or JSON happens in one place, ``DiagnosticRenderer``.
public struct Diagnostic: Hashable, Sendable {
  public enum Severity: String, Hashable, Sendable, Comparable {
    case note, warning, error

    public static func < (left: Severity, right: Severity) -> Bool { left.rank < right.rank }
    private var rank: Int {
      switch self {
      case .note: 0
      case .warning: 1
      case .error: 2
      }
    }
  }

  public var severity: Severity
  /// A stable kebab-case code such as `unknown-key`.
  public var code: String
  /// One sentence in plain English.
  public var message: String
  public var file: String
  public var span: SourceSpan
  /// A replacement or next step, for example `Did you mean "trim"?`.
  public var hint: String?
  /// Where the documentation explains it: a page and an anchor, from the root of the repository.
  public var link: String

  public init(_ severity: Severity = .error, _ code: String, _ message: String, file: String, span: SourceSpan, hint: String? = nil) {
    self.severity = severity
    self.code = code
    self.message = message
    self.file = file
    self.span = span
    self.hint = hint
    link = Self.link(to: code)
  }

  /// `file:line:column`.
  public var place: String { "\(file):\(span.start.line):\(span.start.column)" }

  /// The section of the page of errors that lists a code.
  private static func link(to code: String) -> String {
    let section = code.hasPrefix("yaml-") ? "yaml" : inAllFiles.contains(code) ? "configuration-files" : "mapping-files"
    return "docs/errors.md#\(section)"
  }

  /// Codes that files of every kind can have.
  private static let inAllFiles: Set<String> = [
    "duplicate-connector", "duplicate-key", "duplicate-mapping", "duplicate-scope", "duplicate-value", "empty-file", "file-unreadable",
    "home-missing",
    "reserved-connector", "list-expected", "mapping-expected", "misplaced-secret", "missing-key", "missing-option", "no-streams",
    "not-utf8", "restart-needed", "secret-command", "secret-in-file", "secret-missing", "secret-reference", "secret-timeout",
    "secret-too-long",
    "secret-unreadable", "text-expected", "unknown-key", "unknown-kind", "unknown-language",
    "unknown-option", "unknown-stream", "unknown-value", "wrong-name", "wrong-option", "wrong-value",
  ]
}

/// A stretch of a text file. Lines and columns count from 1, columns in Unicode scalars; `end` is exclusive.
public struct SourceSpan: Hashable, Sendable {
  public struct Position: Hashable, Sendable, Comparable {
    public var line: Int
    public var column: Int
    /// Offset in UTF-8 bytes from the start of the file.
    public var offset: Int

    public init(line: Int, column: Int, offset: Int) {
      self.line = line
      self.column = column
      self.offset = offset
    }

    public static func < (left: Position, right: Position) -> Bool { left.offset < right.offset }
  }

  public var start: Position
  public var end: Position

  public init(start: Position, end: Position) {
    self.start = start
    self.end = end
  }
}
