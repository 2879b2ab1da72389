import Configuration
import Formats
import Model

/// Checks an expression against its environment and turns it into closures. Collects every mistake it finds.
struct ExpressionCompiler {
  let environment: ExpressionEnvironment
  private(set) var findings: [ExpressionFinding] = []
  /// Where the expression goes one way or another.
  private(set) var branches: [Branch] = []
  /// What it reads.
  private(set) var reads: [SourceRead] = []

  init(_ environment: ExpressionEnvironment) { self.environment = environment }

  mutating func report(
    _ code: String, _ message: String, _ span: Range<Int>, hint: String? = nil, isWarning: Bool = false, function: String? = nil
  ) {
    findings.append(
      ExpressionFinding(isWarning: isWarning, code: code, message: message, span: span, hint: hint, function: function))
  }

  var errorCount: Int { findings.count { !$0.isWarning } }

  mutating func addBranch(_ arms: [String], _ span: Range<Int>) { branches.append(Branch(span: span, arms: arms)) }

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
    return CompiledExpression(type: type, evaluate: .constant(value), literal: value, span: span)
  }

  // MARK: Paths

  private mutating func compile(_ path: JSONPath, from root: PathRoot, _ span: Range<Int>) -> CompiledExpression {
    if root != .meta, root != .with, environment.format == .xml {
      report(
        "path-in-xml", "An XML item has no \(root.rawValue); it is read with xpath('…').", span,
        hint: "Write xpath('name'); the document is xpath('/…').")
      return .invalid(span)
    }
    if root == .with { return compile(parameter: path, span) }
    if root == .up, !environment.hasParent {
      report("no-parent", "$up is the item that each selects from; there is no each here.", span)
      return .invalid(span)
    }
    reads.append(.path(path, from: root))
    let reader = PathReader(path, from: root, missing: root == .meta ? MissingTexts([]) : environment.missing)
    // Columns of a CSV row and members of $meta are text; JSON members are what the sender made them.
    let isText = root == .meta || environment.format == .csv
    var compiled = CompiledExpression(
      type: isText ? .text : .any, evaluate: Evaluation { scope in reader.one(scope) },
      need: .path(PathUse(text: reader.text) { scope in reader.isPresent(scope) }), span: span)
    if !path.isSingular {
      compiled.type = .nodes
      compiled.evaluate = .missing
      compiled.evaluateAll = Evaluation { scope in reader.all(scope) }
    }
    return compiled
  }

  /// `$with.name`, and what stands behind it, selected from the value of the parameter.
  private mutating func compile(parameter path: JSONPath, _ span: Range<Int>) -> CompiledExpression {
    guard let parameters = environment.parameters else {
      report("no-parameters", "$with is for parts that other files include.", span, hint: "The current item is $.")
      return .invalid(span)
    }
    guard let first = path.segments.first, !first.isDescendant, first.selectors.count == 1, case .name(let name) = first.selectors[0],
      let argument = parameters[name]
    else {
      let written: String? = if case .name(let name)? = path.segments.first?.selectors.first { name } else { nil }
      report(
        "unknown-parameter", "This part has no such parameter.", span,
        hint: written.flatMap { suggestion($0, among: parameters.keys.sorted()) })
      return .invalid(span)
    }
    let rest = JSONPath(text: "$", segments: Array(path.segments.dropFirst()))
    var compiled = argument
    compiled.span = span
    // What fails inside the parameter fails here: its own place belongs to another file.
    let moved: @Sendable (Failure) -> Failure = { failure in
      var failure = failure
      failure.position = span.lowerBound
      return failure
    }
    let one = argument.evaluate
    let all = argument.evaluateAll ?? argument.evaluate
    let isWhole = rest.segments.isEmpty
    if !isWhole { compiled.type = rest.isSingular ? .any : .nodes }
    compiled.evaluate = Evaluation { (scope) throws(Failure) in
      do throws(Failure) {
        let value: Value?
        if let trace = scope.trace {
          value = try trace.visiting { () throws(Failure) -> Value? in try one(scope) }
        } else {
          value = try one(scope)
        }
        return isWhole ? value : value.flatMap { rest.selectOne(in: $0) }
      } catch { throw moved(error) }
    }
    guard argument.evaluateAll != nil || !isWhole && !rest.isSingular else { return compiled }
    compiled.evaluateAll = Evaluation { (scope) throws(Failure) in
      do throws(Failure) {
        guard let value = try all(scope) else { return nil }
        if isWhole { return value }
        let found = rest.select(in: value)
        guard !found.isEmpty else { return nil }
        return .array(found)
      } catch { throw moved(error) }
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
    reads.append(.xpath(text, namespaces: namespaces))
    let missing = environment.missing
    let select: @Sendable (Scope) throws(Failure) -> [Value] = { (scope) throws(Failure) in
      guard case .xml(let node) = scope.item else { return [] }
      do throws(Fault) {
        let values = try node.xpath(text, namespaces: namespaces).compactMap { missing.filter(.string($0.content)) }
        scope.trace?.read("xpath('\(text)')", values.count > 1 ? .array(values) : values.first)
        return values
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
      evaluate: Evaluation { (scope) throws(Failure) in
        let values = try select(scope)
        guard values.count <= 1 else {
          throw Failure(
            function: "xpath", reason: "selects \(values.count) values where one is wanted: add | first, | list or | join(', ')",
            value: .array(values), position: span.lowerBound)
        }
        return values.first
      },
      evaluateAll: Evaluation { (scope) throws(Failure) in
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
    let position = compiled.span.upperBound
    addBranch(["a value", "else"], position..<span.upperBound)
    let note: @Sendable (Scope, Failure?) -> Void = { scope, failure in
      guard let trace = scope.trace else { return }
      trace.take(failure == nil ? 0 : 1, at: position)
      if let failure { trace.catchFailure(failure) }
    }
    switch alternative {
    case .value(let value):
      result.type = compiled.type.joined(literal(value, span).type)
      result.evaluate = Evaluation { (scope) throws(Failure) in
        do throws(Failure) {
          let result = try evaluate(scope)
          note(scope, nil)
          return result
        } catch {
          guard error.action == .failed else { throw error }
          note(scope, error)
          return value
        }
      }
    case .skip, .reject:
      let action: Failure.Action = if case .skip = alternative { .skip } else { .reject }
      result.evaluate = Evaluation { (scope) throws(Failure) in
        do throws(Failure) {
          let result = try evaluate(scope)
          note(scope, nil)
          return result
        } catch {
          var failure = error
          if failure.action == .failed {
            note(scope, error)
            failure.action = action
          }
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
