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

  public init(_ severity: Severity = .error, _ code: String, _ message: String, file: String, span: SourceSpan, hint: String? = nil) {
    self.severity = severity
    self.code = code
    self.message = message
    self.file = file
    self.span = span
    self.hint = hint
  }
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
