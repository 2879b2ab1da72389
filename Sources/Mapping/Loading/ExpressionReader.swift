import Configuration
import Model

/// An expression of a file: compiled, with what is needed to say where it stands.
///
/// A class, because it is large, never changes, and is handed around for every value of every item.
final class LocatedExpression: Sendable {
  let compiled: CompiledExpression
  let file: String
  let positions: ScalarPositions
  /// Where it goes one way or another.
  let branches: [Branch]
  /// What it reads.
  let reads: [SourceRead]
  /// Where it starts in its file.
  let start: Trace.Place

  init(_ compiled: CompiledExpression, file: String, positions: ScalarPositions, branches: [Branch], reads: [SourceRead]) {
    self.compiled = compiled
    self.file = file
    self.positions = positions
    self.branches = branches
    self.reads = reads
    start = Trace.Place(file: file, offset: positions.position(0).offset)
  }

  /// `file:line:column` of a place in the expression, in Unicode scalars.
  func place(_ index: Int) -> String {
    let position = positions.position(index)
    return "\(file):\(position.line):\(position.column)"
  }
}

extension FileFindings {
  /// Reads, checks and compiles the expression of a node. Reports every mistake at its place in the file.
  mutating func expression(_ node: YAMLNode, _ what: String, _ environment: ExpressionEnvironment) -> LocatedExpression? {
    guard let text = node.text else {
      error(
        "wrong-type", "\(what.capitalisedFirst) must be an expression.", node.span,
        hint: "YAML reads [ and { at the start as a list or mapping: put the expression into quotes.")
      return nil
    }
    let positions = ScalarPositions(node, in: bytes)
    let parsed: Expression
    do {
      parsed = try ExpressionParser.parse(text)
    } catch {
      if !reportCut(node, what) { report(error, positions) }
      return nil
    }
    var compiler = ExpressionCompiler(environment)
    let compiled = compiler.compile(parsed)
    for finding in compiler.findings { report(finding, positions) }
    guard !compiler.findings.contains(where: { !$0.isWarning }) else { return nil }
    return LocatedExpression(compiled, file: file, positions: positions, branches: compiler.branches, reads: compiler.reads)
  }

  /// Requires that whatever can fail says what then.
  mutating func requireHandled(_ expression: LocatedExpression) {
    guard let failing = expression.compiled.failing else { return }
    error(
      "unhandled-failure", "\(failing.name == "/" ? "A division" : "\(failing.name)()") can fail: say what then.",
      expression.positions.span(failing.span),
      hint: "Add else null (clear), else skip (leave out), else reject (fail the output) or else 'text'.")
  }

  mutating func requireSingle(_ expression: LocatedExpression) {
    guard expression.compiled.type == .nodes else { return }
    error(
      "plural-path", "This path can select several values where one is wanted.", expression.positions.span(expression.compiled.span),
      hint: "Add | first, | list or | join(', ').")
  }

  mutating func report(_ finding: ExpressionFinding, _ positions: ScalarPositions) {
    let span = positions.span(finding.span)
    var diagnostic = Diagnostic(
      finding.isWarning ? .warning : .error, finding.code, finding.message, file: file, span: span, hint: finding.hint)
    let page = finding.code == "unknown-function" ? LanguageReference.page : diagnostic.link
    diagnostic.link = finding.function.flatMap { LanguageReference.link(to: $0) } ?? page
    diagnostics.append(diagnostic)
  }
}

// MARK: - Expressions that YAML cut

extension FileFindings {
  /// When an unquoted expression that does not parse goes on where YAML stopped reading, says so and prints the mend.
  private mutating func reportCut(_ node: YAMLNode, _ what: String) -> Bool {
    guard case .scalar(_, isPlain: true) = node.content, let cut = cut(node) else { return false }
    let quoted = "'" + cut.whole.split(separator: "'", omittingEmptySubsequences: false).joined(separator: "''") + "'"
    error(cut.code, cut.message, node.span, hint: "Put the whole expression into quotes: \(quoted)")
    return true
  }

  private struct Cut {
    var code: String
    var message: String
    var whole: String
  }

  private func cut(_ node: YAMLNode) -> Cut? {
    let lineEnd = bytes[node.span.end.offset...].firstIndex { $0 == 0x0A || $0 == 0x0D } ?? bytes.count
    let rest = bytes[node.span.end.offset..<lineEnd]
    guard let next = rest.first(where: { $0 != 0x20 && $0 != 0x09 }) else { return nil }
    if next == UInt8(ascii: "#"), rest.first != next {
      let whole = trimmed(String(decoding: bytes[node.span.start.offset..<lineEnd], as: UTF8.self))
      return Cut(code: "yaml-cut-comment", message: "YAML took everything from \" #\" on for a comment.", whole: whole)
    }
    guard next == UInt8(ascii: ","), let end = balancedEnd(from: node.span.start.offset), end > node.span.end.offset else { return nil }
    let whole = trimmed(String(decoding: bytes[node.span.start.offset..<end], as: UTF8.self))
    return Cut(code: "yaml-cut-comma", message: "YAML took the comma for the end of this value in { … }.", whole: whole)
  }

  /// The offset up to which entries of a flow mapping are remains of the expression in `node`; `nil` when it was not cut.
  func endOfCut(_ node: YAMLNode) -> Int? {
    guard case .scalar(let text, isPlain: true) = node.content, (try? ExpressionParser.parse(text)) == nil,
      cut(node)?.code == "yaml-cut-comma"
    else { return nil }
    return balancedEnd(from: node.span.start.offset)
  }

  /// Where an expression ends when quotes and parentheses are respected: at a comma or a closing bracket outside of them.
  private func balancedEnd(from start: Int) -> Int? {
    var depth = 0
    var isQuoted = false
    for index in start..<bytes.count {
      switch bytes[index] {
      case 0x0A: return nil
      case UInt8(ascii: "'"): isQuoted.toggle()
      case _ where isQuoted: break
      case UInt8(ascii: "("), UInt8(ascii: "["), UInt8(ascii: "{"): depth += 1
      case UInt8(ascii: ","), UInt8(ascii: "}"), UInt8(ascii: "]"):
        if depth == 0 { return index }
        if bytes[index] != UInt8(ascii: ",") { depth -= 1 }
      case UInt8(ascii: ")"): depth -= 1
      default: break
      }
    }
    return nil
  }
}
