/// Turns libyaml's syntax errors into sentences that say what to do.
enum YAMLProblem {
  private struct Reading {
    var fragment: String
    var code: String
    var message: String
    var hint: String?
  }

  /// By a part of libyaml's own message (scanner.c, parser.c and reader.c of libyaml 0.2.5); the first that fits counts.
  private static let readings = [
    Reading(
      fragment: "control characters are not allowed", code: "yaml-control-character", message: "The file contains a control character.",
      hint: "Remove it, or write it as an escape in double quotes."),
    Reading(fragment: "tab character", code: "yaml-tab", message: "A tab cannot be used for indentation.", hint: "Use two spaces instead."),
    Reading(
      fragment: "mapping values are not allowed", code: "yaml-colon",
      message: "A second \": \" on one line starts a new key here.", hint: "Put the whole value into quotes."),
    Reading(
      fragment: "could not find expected ':'", code: "yaml-colon-missing", message: "A key without \": \" after it.",
      hint: "Write a colon and a space after the key, and indent what continues a value."),
    Reading(
      fragment: "block sequence entries are not allowed", code: "yaml-dash", message: "A list item cannot start here.",
      hint: "Start the list on a line of its own below the key."),
    Reading(
      fragment: "unknown escape character", code: "yaml-escape", message: "This escape does not exist in double quotes.",
      hint: "Use single quotes, or write \\\\ for a backslash."),
    Reading(
      fragment: "expected ',' or ']'", code: "yaml-list-not-closed", message: "The list in brackets lacks a \",\" or its \"]\".", hint: nil),
    Reading(
      fragment: "expected ',' or '}'", code: "yaml-mapping-not-closed", message: "The mapping in braces lacks a \",\" or its \"}\".",
      hint: nil),
    Reading(
      fragment: "expected key", code: "yaml-key-expected", message: "A key at the right indentation is expected here.",
      hint: "Check the indentation; when a value starts with a quote, the quote must end the value."),
    Reading(
      fragment: "expected '-' indicator", code: "yaml-indentation", message: "The indentation fits no list above.",
      hint: "Align it with the other list items."),
    Reading(
      fragment: "expected <document start>", code: "yaml-indentation", message: "This line belongs to nothing above.",
      hint: "Check the indentation and quotes of the lines before."),
  ]

  static func diagnostic(_ problem: YAMLEvents.Problem, in source: SourceText, base: Int, file: String) -> Diagnostic {
    if problem.text.contains("unexpected end of stream"), let start = problem.contextIndex {
      return make(
        "yaml-quote-not-closed", "The quote that opens here is never closed.", base + start, source, file,
        "Close it; inside single quotes a single quote is written twice.")
    }
    let byteOffset = problem.byteOffset.map { $0 + source.position(scalar: base).offset }
    let index = byteOffset.map { source.scalarIndex(offset: $0) } ?? base + problem.index
    let position = source.position(scalar: index)
    let character = source.line(position.line)?.unicodeScalars.dropFirst(position.column - 1).first
    if problem.text.contains("cannot start any token"), let character { return badStart(character, index, source, file) }
    if problem.text.contains("alphabetic or numeric character"), let context = problem.contextIndex {
      return make(
        "yaml-special-character", "A value that starts with *, & or ! means something else in YAML.", base + context, source, file,
        "Put the value into quotes.")
    }
    if character == "\t" {
      return make("yaml-tab", "A tab cannot be used for indentation.", index, source, file, "Use two spaces instead.")
    }
    if let reading = readings.first(where: { problem.text.contains($0.fragment) }) {
      // A bracket that is never closed is noticed lines later; what people look for is where it opens.
      if reading.code.hasSuffix("-not-closed"), let open = problem.contextIndex, source.position(scalar: base + open).line < position.line {
        return make(reading.code, reading.message, base + open, source, file, reading.hint)
      }
      let hint = reading.code == "yaml-colon" ? quoted(source.line(position.line)) ?? reading.hint : reading.hint
      return make(reading.code, reading.message, index, source, file, hint)
    }
    let context = problem.context.map { " \($0)" } ?? ""
    return make("yaml-syntax", "This is not YAML: \(problem.text)\(context).", index, source, file, nil)
  }

  private static func badStart(_ character: Unicode.Scalar, _ index: Int, _ source: SourceText, _ file: String) -> Diagnostic {
    character == "\t"
      ? make("yaml-tab", "A tab cannot be used for indentation.", index, source, file, "Use two spaces instead.")
      : make(
        "yaml-special-character", "A value cannot start with \"\(character)\".", index, source, file, "Put the value into quotes.")
  }

  /// The line `key: a: b` as `key: "a: b"`.
  private static func quoted(_ line: String?) -> String? {
    guard let line, let colon = line.firstIndex(of: ":") else { return nil }
    let value = line[line.index(after: colon)...].drop { $0 == " " }
    guard !value.isEmpty, !value.contains(where: { $0 == "\"" || $0 == "\\" }) else { return nil }
    let key = line[..<colon].drop { $0 == " " }
    return "Put the whole value into quotes: \(key): \"\(value)\""
  }

  private static func make(
    _ code: String, _ message: String, _ index: Int, _ source: SourceText, _ file: String, _ hint: String?
  ) -> Diagnostic {
    let end = min(index + 1, source.scalarCount)
    return Diagnostic(.error, code, message, file: file, span: source.span(from: index, to: end), hint: hint)
  }
}
