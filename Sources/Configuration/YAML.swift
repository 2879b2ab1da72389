import Model

/// Reads the YAML that Kindred's files are written in: libyaml's syntax without anchors, aliases, tags, several
/// documents, duplicate keys and keys that are not scalars. Scalars stay text.
public enum YAML {
  /// Deeper nesting than this is an error: no file of ours needs it, and readers recurse.
  static let maximumDepth = 64
  /// So many syntax errors end the reading; by then one mistake has caused the others.
  static let maximumSyntaxErrors = 20

  /// Parses a whole file.
  ///
  /// - Returns: the root and everything that is wrong, in the order of the file. After a syntax error reading goes on at
  ///   the next top-level key, so `root` may be incomplete when there are errors. A file of nothing but comments has no
  ///   root and no errors.
  public static func parse(_ text: String, file: String) -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    var parser = YAMLParser(text, file: file)
    return parser.parse()
  }
}

private struct YAMLParser {
  private let source: SourceText
  private let file: String
  private var diagnostics: [Diagnostic] = []
  /// The scalar index at which the piece that is being parsed starts.
  private var base = 0
  private var events: YAMLEvents
  private var failure: YAMLEvents.Problem?
  /// The line of the top-level key that is being read.
  private var topLevelLine: Int?

  init(_ text: String, file: String) {
    source = SourceText(text)
    self.file = file
    base = text.unicodeScalars.first == "\u{FEFF}" ? 1 : 0
    events = YAMLEvents(source.bytes.dropFirst(base == 1 ? 3 : 0))
  }

  mutating func parse() -> (root: YAMLNode?, diagnostics: [Diagnostic]) {
    var root = parsePiece()
    var errors = 0
    while let problem = failure, errors < YAML.maximumSyntaxErrors {
      errors += 1
      let diagnostic = YAMLProblem.diagnostic(problem, in: source, base: base, file: file)
      if !diagnostics.contains(diagnostic) { diagnostics.append(diagnostic) }
      guard root == nil || root?.entries != nil, let line = nextTopLevelKey(after: topLevelLine ?? diagnostic.span.start.line) else {
        break
      }
      let offset = source.lineOffset(line)
      base = source.scalarIndex(offset: offset)
      events = YAMLEvents(source.bytes[offset...])
      failure = nil
      topLevelLine = line
      root = joined(root, parsePiece())
    }
    diagnostics.sort { $0.span.start < $1.span.start }
    return (root, diagnostics)
  }

  /// Parses one document from `base` on and says when another one follows.
  private mutating func parsePiece() -> YAMLNode? {
    guard next() != nil, let start = next(), case .documentStart = start.kind, let first = next() else { return nil }
    let root = node(first, depth: 0)
    guard next() != nil, let following = next() else { return root }
    if case .documentStart = following.kind {
      report(
        "yaml-several-documents", "A file holds one YAML document; a second one starts here.", span(following),
        "Move it to a file of its own.")
    }
    return root
  }

  private mutating func next() -> YAMLEvents.Event? {
    guard failure == nil else { return nil }
    do throws(YAMLEvents.Problem) {
      return try events.next()
    } catch {
      failure = error
      return nil
    }
  }

  private mutating func node(_ event: YAMLEvents.Event, depth: Int) -> YAMLNode {
    refuseExtras(event)
    guard depth < YAML.maximumDepth else {
      report("yaml-too-deep", "Values are nested more than \(YAML.maximumDepth) levels deep.", span(event))
      skip(event)
      return empty(event)
    }
    switch event.kind {
    case .scalar(let text, let isPlain): return YAMLNode(.scalar(text: text, isPlain: isPlain), span: span(event))
    case .sequenceStart: return sequence(event, depth: depth)
    case .mappingStart: return mapping(event, depth: depth)
    case .alias, .streamStart, .streamEnd, .documentStart, .documentEnd, .sequenceEnd, .mappingEnd: return empty(event)
    }
  }

  private mutating func sequence(_ start: YAMLEvents.Event, depth: Int) -> YAMLNode {
    var items: [YAMLNode] = []
    var end = span(start).end
    while let event = next() {
      if case .sequenceEnd = event.kind {
        end = collectionEnd(event, last: items.last?.span.end)
        break
      }
      items.append(node(event, depth: depth + 1))
    }
    return YAMLNode(.sequence(items), span: SourceSpan(start: span(start).start, end: max(end, items.last?.span.end ?? end)))
  }

  private mutating func mapping(_ start: YAMLEvents.Event, depth: Int) -> YAMLNode {
    var entries: [YAMLEntry] = []
    var end = span(start).end
    while let event = next() {
      if case .mappingEnd = event.kind {
        end = collectionEnd(event, last: entries.last?.value.span.end)
        break
      }
      if depth == 0 { topLevelLine = span(event).start.line }
      let key = node(event, depth: depth + 1)
      guard let following = next() else { break }
      let value = node(following, depth: depth + 1)
      append(key, value, to: &entries)
    }
    return YAMLNode(.mapping(entries), span: SourceSpan(start: span(start).start, end: max(end, entries.last?.value.span.end ?? end)))
  }

  private mutating func append(_ key: YAMLNode, _ value: YAMLNode, to entries: inout [YAMLEntry]) {
    guard let name = key.text else {
      report("yaml-key-not-scalar", "A key must be a plain word, not a list or a mapping.", key.span)
      return
    }
    let entry = YAMLEntry(key: name, keySpan: key.span, value: value)
    if refuseDuplicate(entry, among: entries) { return }
    entries.append(entry)
  }

  private mutating func refuseDuplicate(_ entry: YAMLEntry, among entries: [YAMLEntry]) -> Bool {
    guard let first = entries.first(where: { $0.key == entry.key }) else { return false }
    let hint = "It is first written on line \(first.keySpan.start.line); keep one of them."
    report("duplicate-key", "The key \"\(entry.key)\" is written twice.", entry.keySpan, hint)
    return true
  }

  private mutating func refuseExtras(_ event: YAMLEvents.Event) {
    if case .alias(let name) = event.kind {
      report(
        "yaml-alias", "Aliases (*\(name)) are not supported.", span(event),
        "Write the value out, or quote it when the star belongs to the text.")
    }
    if let anchor = event.anchor {
      report(
        "yaml-anchor", "Anchors (&\(anchor)) are not supported.", span(event),
        "Remove it, or quote the value when the & belongs to the text.")
    }
    if let tag = event.tag {
      report("yaml-tag", "Tags (\(tag)) are not supported.", span(event), "Remove it: types come from the declaration, not from YAML.")
    }
  }

  /// Reads past the rest of a collection without keeping it.
  private mutating func skip(_ start: YAMLEvents.Event) {
    var depth = 0
    var event: YAMLEvents.Event? = start
    while let current = event {
      switch current.kind {
      case .sequenceStart, .mappingStart: depth += 1
      case .sequenceEnd, .mappingEnd: depth -= 1
      default: break
      }
      if depth == 0 { return }
      event = next()
    }
  }

  /// One mapping of the entries before and after a syntax error.
  private mutating func joined(_ first: YAMLNode?, _ second: YAMLNode?) -> YAMLNode? {
    guard let first, var entries = first.entries else { return second ?? first }
    for entry in second?.entries ?? [] where !refuseDuplicate(entry, among: entries) { entries.append(entry) }
    return YAMLNode(.mapping(entries), span: SourceSpan(start: first.span.start, end: entries.last?.value.span.end ?? first.span.end))
  }

  private func nextTopLevelKey(after line: Int) -> Int? {
    guard line < source.lineCount else { return nil }
    return (line + 1...source.lineCount).first { number in
      guard let text = source.line(number), let first = text.unicodeScalars.first else { return false }
      return !" \t#-]}[{?:".unicodeScalars.contains(first) && text.contains(":")
    }
  }

  /// libyaml ends a block collection where the next token starts; people expect it to end with its last value.
  private func collectionEnd(_ event: YAMLEvents.Event, last: SourceSpan.Position?) -> SourceSpan.Position {
    event.end > event.start ? span(event).end : last ?? span(event).start
  }

  private func span(_ event: YAMLEvents.Event) -> SourceSpan { source.span(from: base + event.start, to: base + event.end) }

  private func empty(_ event: YAMLEvents.Event) -> YAMLNode { YAMLNode(.scalar(text: "", isPlain: true), span: span(event)) }

  private mutating func report(_ code: String, _ message: String, _ span: SourceSpan, _ hint: String? = nil) {
    diagnostics.append(Diagnostic(.error, code, message, file: file, span: span, hint: hint))
  }
}
