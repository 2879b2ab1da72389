import Configuration
import Formats
import Model

/// Checks an expression against its environment and turns it into closures. Collects every mistake it finds.
struct ExpressionCompiler {
  let environment: ExpressionEnvironment
  private(set) var findings: [ExpressionFinding] = []

  init(_ environment: ExpressionEnvironment) { self.environment = environment }

  mutating func report(_ code: String, _ message: String, _ span: Range<Int>, hint: String? = nil, isWarning: Bool = false) {
    findings.append(ExpressionFinding(isWarning: isWarning, code: code, message: message, span: span, hint: hint))
  }

  mutating func compile(_ expression: Expression) -> CompiledExpression {
    switch expression.kind {
    case .path(let root, let path): return compile(path, from: root, expression.span)
    case .xpath(let text): return compile(xpath: text, expression.span)
    case .literal(let value): return literal(value, expression.span)
    case .call(let name, let nameSpan, let arguments): return compileCall(name, nameSpan, arguments, expression.span)
    case .binary(let symbol, let left, let right): return compileBinary(symbol, left, right, expression.span)
    case .not(let inner): return compileNot(inner, expression.span)
    case .negated(let inner): return compileNegation(inner, expression.span)
    case .handled(let inner, let alternative): return compileHandled(inner, alternative, expression.span)
    }
  }

  private func literal(_ value: Value, _ span: Range<Int>) -> CompiledExpression {
    let type: ValueType =
      switch value {
      case .null: .null
      case .bool: .boolean
      case .number: .number
      default: .text
      }
    return CompiledExpression(type: type, evaluate: { _ in value }, literal: value, span: span)
  }

  // MARK: Paths

  private mutating func compile(_ path: JSONPath, from root: PathRoot, _ span: Range<Int>) -> CompiledExpression {
    if root != .meta, environment.format == .xml {
      report(
        "path-in-xml", "An XML item has no \(root.rawValue); it is read with xpath('…').", span,
        hint: "Write xpath('name'); the document is xpath('/…').")
      return .invalid(span)
    }
    if root == .up, !environment.hasParent {
      report("no-parent", "$up is the item that each selects from; there is no each here.", span)
      return .invalid(span)
    }
    let subject: @Sendable (Scope) -> Value? = { scope in
      let subject: Scope.Subject? =
        switch root {
        case .item: scope.item
        case .up: scope.up
        case .document: scope.document
        case .meta: .value(scope.meta)
        }
      if case .value(let value) = subject { return value }
      return nil
    }
    let missing = root == .meta ? MissingTexts([]) : environment.missing
    let text = root.rawValue + path.text.dropFirst()
    let use = PathUse(text: text) { scope in subject(scope).map { !path.select(in: $0).isEmpty } ?? false }
    // Columns of a CSV row and members of $meta are text; JSON members are what the sender made them.
    let isText = root == .meta || environment.format == .csv
    var compiled = CompiledExpression(type: isText ? .text : .any, evaluate: { _ in nil }, need: .path(use), span: span)
    if case .item = root, let steps = path.steps, steps.count == 1, case .name(let name) = steps[0] {
      let hint = MemberHint()
      compiled.evaluate = { scope in
        guard case .value(.object(let object)) = scope.item else { return nil }
        return hint.member(name, of: object).flatMap(missing.filter)
      }
    } else if path.isSingular {
      compiled.evaluate = { scope in subject(scope).flatMap { path.selectOne(in: $0) }.flatMap(missing.filter) }
    } else {
      compiled.type = .nodes
      compiled.evaluateAll = { scope in
        let values = subject(scope).map { path.select(in: $0).compactMap(missing.filter) } ?? []
        guard !values.isEmpty else { return nil }
        return .array(values)
      }
    }
    return compiled
  }

  private mutating func compile(xpath text: String, _ span: Range<Int>) -> CompiledExpression {
    guard environment.format == .xml else {
      report("xpath-outside-xml", "xpath('…') reads XML, and this mapping's format is \(environment.format.rawValue).", span)
      return .invalid(span)
    }
    let namespaces = environment.namespaces
    if let fault = XMLNode.checkXPath(text, namespaces: namespaces) {
      // The text starts after xpath(' in the expression.
      let column = span.lowerBound + 7 + (fault.location?.column ?? 1) - 1
      report(fault.code, fault.message, column..<column + 1, hint: fault.hint)
      return .invalid(span)
    }
    let missing = environment.missing
    let select: @Sendable (Scope) throws(Failure) -> [Value] = { (scope) throws(Failure) in
      guard case .xml(let node) = scope.item else { return [] }
      do throws(Fault) {
        return try node.xpath(text, namespaces: namespaces).compactMap { missing.filter(.string($0.content)) }
      } catch {
        throw Failure(function: "xpath", reason: error.message, position: span.lowerBound)
      }
    }
    let use = PathUse(text: "xpath('\(text)')") { scope in
      guard case .xml(let node) = scope.item else { return false }
      return ((try? node.xpath(text, namespaces: namespaces)) ?? []).isEmpty == false
    }
    return CompiledExpression(
      type: .text,
      evaluate: { (scope) throws(Failure) in
        let values = try select(scope)
        guard values.count <= 1 else {
          throw Failure(
            function: "xpath", reason: "selects \(values.count) values where one is wanted: add | first, | list or | join(', ')",
            value: .array(values), position: span.lowerBound)
        }
        return values.first
      },
      evaluateAll: { (scope) throws(Failure) in
        let values = try select(scope)
        guard !values.isEmpty else { return nil }
        return .array(values)
      }, need: .path(use), span: span)
  }

  // MARK: else

  private mutating func compileHandled(_ inner: Expression, _ alternative: Alternative, _ span: Range<Int>) -> CompiledExpression {
    let compiled = compile(inner)
    if compiled.failing == nil, !findings.contains(where: { !$0.isWarning }) {
      report(
        "needless-else", "Nothing before this else can fail.", compiled.span.upperBound..<span.upperBound,
        hint: "For a missing value write | default(…).", isWarning: true)
    }
    var result = compiled
    result.span = span
    result.failing = nil
    result.literal = nil
    let evaluate = compiled.evaluate
    switch alternative {
    case .value(let value):
      result.type = compiled.type.joined(literal(value, span).type)
      result.evaluate = { (scope) throws(Failure) in
        do throws(Failure) { return try evaluate(scope) } catch {
          guard error.action == .failed else { throw error }
          return value
        }
      }
    case .skip, .reject:
      let action: Failure.Action = if case .skip = alternative { .skip } else { .reject }
      result.evaluate = { (scope) throws(Failure) in
        do throws(Failure) { return try evaluate(scope) } catch {
          var failure = error
          if failure.action == .failed { failure.action = action }
          throw failure
        }
      }
    }
    return result
  }

  // MARK: Reducing several values

  /// Complains about a plural path where one value is wanted.
  mutating func requireSingle(_ compiled: CompiledExpression) {
    guard compiled.type == .nodes else { return }
    report(
      "plural-path", "This path can select several values where one is wanted.", compiled.span,
      hint: "Add | first, | list or | join(', ').")
  }
}

extension XMLSelection {
  /// The text of an element with everything in it, or of an attribute.
  var content: String {
    switch self {
    case .node(let node): node.text
    case .text(let text): text
    }
  }
}
