import Model

/// Writes diagnostics for people and for programs: the only place where they become text.
public enum DiagnosticRenderer {
  /// `file:line:column: severity: message [code]`, the line with a caret below, and the hint; errors of one file in the
  /// order of their places.
  ///
  /// - Parameters:
  ///   - sources: the text of each file by the name that the diagnostics use; a file that is missing is shown without lines.
  ///   - color: whether to use ANSI colours.
  public static func text(_ diagnostics: [Diagnostic], sources: [String: String], color: Bool) -> String {
    var texts: [String: SourceText] = [:]
    let secrets = diagnostics.filter { $0.code == "secret-in-file" }
    return ordered(diagnostics).map { diagnostic in
      if texts[diagnostic.file] == nil { texts[diagnostic.file] = sources[diagnostic.file].map { SourceText($0) } }
      // A line that holds a secret is not shown, whatever else is wrong with it.
      let line = diagnostic.span.start.line
      let hidden = secrets.filter { $0.file == diagnostic.file && ($0.span.start.line...$0.span.end.line).contains(line) }
      return render(diagnostic, hidden.isEmpty ? texts[diagnostic.file] : nil, Palette(isColored: color))
    }.joined(separator: "\n")
  }

  /// An array of objects `{file, severity, code, message, hint?, line, column, endLine, endColumn, help}`; `help` is a page and an
  /// anchor of the documentation.
  ///
  /// Lines and columns count from 1; columns count UTF-16 code units, as SARIF 2.1.0 (`columnKind: utf16CodeUnits`) and,
  /// counted from 0, the Language Server Protocol do. Without the file's text they count Unicode scalars.
  public static func json(_ diagnostics: [Diagnostic], sources: [String: String]) -> Value {
    var texts: [String: SourceText] = [:]
    return .array(
      ordered(diagnostics).map { diagnostic in
        if texts[diagnostic.file] == nil { texts[diagnostic.file] = sources[diagnostic.file].map { SourceText($0) } }
        let source = texts[diagnostic.file]
        var object: Object = [
          "file": .string(diagnostic.file), "severity": .string(diagnostic.severity.rawValue), "code": .string(diagnostic.code),
          "message": .string(diagnostic.message),
        ]
        if let hint = diagnostic.hint { object.append("hint", .string(hint)) }
        object.append("line", .number(Number(diagnostic.span.start.line)))
        object.append("column", .number(Number(utf16Column(diagnostic.span.start, source))))
        object.append("endLine", .number(Number(diagnostic.span.end.line)))
        object.append("endColumn", .number(Number(utf16Column(diagnostic.span.end, source))))
        object.append("help", .string(diagnostic.link))
        return .object(object)
      })
  }

  private static func ordered(_ diagnostics: [Diagnostic]) -> [Diagnostic] {
    diagnostics.enumerated().sorted { left, right in
      if left.element.file != right.element.file { return utf8Precedes(left.element.file, right.element.file) }
      let (one, other) = (left.element.span.start, right.element.span.start)
      return (one.line, one.column, left.offset) < (other.line, other.column, right.offset)
    }.map(\.element)
  }

  private static func utf16Column(_ position: SourceSpan.Position, _ source: SourceText?) -> Int {
    guard let line = source?.line(position.line) else { return position.column }
    return line.unicodeScalars.prefix(position.column - 1).reduce(1) { $0 + ($1.value > 0xFFFF ? 2 : 1) }
  }

  private static func render(_ diagnostic: Diagnostic, _ source: SourceText?, _ palette: Palette) -> String {
    let start = diagnostic.span.start
    let place = "\(printable(diagnostic.file)):\(start.line):\(start.column)"
    let severity = palette.paint(diagnostic.severity.rawValue, as: diagnostic.severity)
    var output = "\(palette.bold(place)): \(severity): \(printable(diagnostic.message)) [\(diagnostic.code)]\n"
    if let line = source?.line(start.line) {
      let number = String(start.line)
      let gutter = String(repeating: " ", count: number.count)
      let endColumn = diagnostic.span.end.line == start.line ? diagnostic.span.end.column : Int.max
      let window = Excerpt(line, from: start.column, to: endColumn)
      output += " \(number) | \(window.text)\n \(gutter) | \(palette.paint(window.marker, as: diagnostic.severity))\n"
    }
    if let hint = diagnostic.hint { output += "   hint: \(printable(hint))\n" }
    output += "   see: \(diagnostic.link)\n"
    return output
  }

  /// Control characters could move the cursor or colour the terminal of whoever reads someone else's file.
  fileprivate static func printable(_ text: some StringProtocol) -> String {
    String(String.UnicodeScalarView(text.unicodeScalars.map { printable($0) }))
  }

  fileprivate static func printable(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let isControl = scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value)
    let isDirection =
      (0x200E...0x200F).contains(scalar.value) || (0x202A...0x202E).contains(scalar.value)
      || (0x2066...0x2069).contains(scalar.value)
    return scalar == "\t" ? " " : isControl || isDirection ? "\u{FFFD}" : scalar
  }
}

/// The part of a line around a span, and the marker below it.
private struct Excerpt {
  let text: String
  let marker: String

  init(_ line: String, from startColumn: Int, to endColumn: Int) {
    let scalars = line.unicodeScalars.map { DiagnosticRenderer.printable($0) }
    let start = min(startColumn - 1, scalars.count)
    let end = min(max(endColumn - 1, start), scalars.count)
    // Minified files have lines of megabytes; 60 characters on either side are enough to find the place.
    let from = max(0, start - 60)
    let to = min(scalars.count, max(min(end, start + 60), start) + 60)
    text = (from > 0 ? "…" : "") + String(String.UnicodeScalarView(scalars[from..<to])) + (to < scalars.count ? "…" : "")
    let indent = (from > 0 ? 1 : 0) + scalars[from..<start].reduce(0) { $0 + displayWidth($1) }
    let marked = scalars[start..<min(end, to)].reduce(0) { $0 + displayWidth($1) }
    marker = String(repeating: " ", count: indent) + "^" + String(repeating: "~", count: max(marked - 1, 0))
  }
}

/// Terminal cells of a character: 2 for the wide and full-width ranges of UAX #11 that Chinese text uses, 0 for
/// combining marks, otherwise 1.
private func displayWidth(_ scalar: Unicode.Scalar) -> Int {
  switch scalar.value {
  case 0x0300...0x036F, 0x200B...0x200D, 0xFE00...0xFE0F: 0
  case 0x1100...0x115F, 0x2E80...0xA4CF, 0xAC00...0xD7A3, 0xF900...0xFAFF, 0xFE30...0xFE6F, 0xFF00...0xFF60, 0xFFE0...0xFFE6,
    0x1F300...0x1F64F, 0x1F900...0x1F9FF, 0x20000...0x3FFFD:
    2
  default: 1
  }
}

private struct Palette {
  var isColored: Bool

  func bold(_ text: String) -> String { isColored ? "\u{1B}[1m\(text)\u{1B}[0m" : text }

  func paint(_ text: String, as severity: Diagnostic.Severity) -> String {
    guard isColored else { return text }
    let code =
      switch severity {
      case .error: 31
      case .warning: 33
      case .note: 36
      }
    return "\u{1B}[\(code)m\(text)\u{1B}[0m"
  }
}
