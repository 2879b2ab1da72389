import Configuration
import Model

extension ExpressionCompiler {
  mutating func compileCall(_ name: String, _ nameSpan: Range<Int>, _ arguments: [Expression], _ span: Range<Int>) -> CompiledExpression {
    let compiled = arguments.map { compile($0) }
    guard let function = FunctionDeclaration.byName[name] else {
      let hint =
        name == "xpath"
        ? "xpath('…') stands first, never after |."
        : FunctionDeclaration.partNamed(name) ?? suggestion(name, among: FunctionDeclaration.byName.keys.sorted())
      report("unknown-function", "There is no function \(name)().", nameSpan, hint: hint)
      return .invalid(span)
    }
    let before = errorCount
    guard checkCount(function, compiled, nameSpan) else { return .invalid(span) }
    for (index, argument) in compiled.enumerated() { check(argument, function.parameter(index), function) }
    var call = Call(function: function, arguments: compiled, span: span, nameSpan: nameSpan)
    if errorCount == before { bind(&call) }
    guard errorCount == before else { return .invalid(span) }
    var result = assemble(call)
    let inner = compiled.lazy.compactMap(\.failing).first
    result.failing = inner ?? (function.canFail ? (function.name, nameSpan) : nil)
    return result
  }

  private struct Call {
    var function: FunctionDeclaration
    var arguments: [CompiledExpression]
    var span: Range<Int>
    var nameSpan: Range<Int>
    var unary: FunctionDeclaration.Unary = { _ in nil }
    var values: FunctionDeclaration.Values = { _ in nil }
    var result: ValueType?
  }

  // MARK: Checking

  private mutating func checkCount(_ function: FunctionDeclaration, _ arguments: [CompiledExpression], _ span: Range<Int>) -> Bool {
    let least = function.parameters.filter { !$0.isOptional }.count
    let most = function.parameters.last?.isRepeated == true ? Int.max : function.parameters.count
    if (least...most).contains(arguments.count) { return true }
    report(
      "argument-count", "\(function.name)() is written \(function.signature) and got \(arguments.count) arguments.", span,
      hint: "The value before | is the first argument.", function: function.name)
    return false
  }

  private mutating func check(_ argument: CompiledExpression, _ parameter: FunctionDeclaration.Parameter, _ function: FunctionDeclaration) {
    switch parameter.kind {
    case .list: return
    case .any: requireSingle(argument)
    case .condition:
      requireSingle(argument)
      if ![.any, .boolean, .nodes].contains(argument.type) {
        report(
          "not-a-condition", "\(function.name)() needs a condition here, and this is \(argument.type.name).", argument.span,
          function: function.name)
      }
    case .number:
      requireSingle(argument)
      if ![.any, .number, .nodes].contains(argument.type.element) {
        report(
          "not-a-number", "\(function.name)() needs a number here, and this is \(argument.type.name).", argument.span,
          hint: "Add | decimal.", function: function.name)
      }
    case .text:
      requireSingle(argument)
      if argument.type.element == .reference {
        report("not-text", "\(function.name)() needs text here, and this is a reference.", argument.span)
      }
    case .literal:
      guard case .string? = argument.literal else {
        report(
          "not-literal", "The \(parameter.name) of \(function.name)() must be written out in single quotes.", argument.span,
          function: function.name)
        return
      }
    }
  }

  /// Gives the literal arguments to the function, which may complain about them.
  private mutating func bind(_ call: inout Call) {
    let function = call.function
    var binding = FunctionDeclaration.Binding(
      literals: (0..<max(function.parameters.count, call.arguments.count)).map { index in
        guard function.parameter(index).kind == .literal, index < call.arguments.count else { return nil }
        return call.arguments[index].literal?.text
      }, digests: environment.digests, tables: environment.tables, namespaces: environment.namespaces)
    switch function.body {
    case .unary(let make): call.unary = make(&binding)
    case .bound(let make): call.values = make(&binding)
    case .form(.reference): checkReference(&binding)
    case .values, .optionals, .form: break
    }
    call.result = binding.result
    for complaint in binding.complaints {
      let span = complaint.argument < call.arguments.count ? call.arguments[complaint.argument].span : call.nameSpan
      report(complaint.code, complaint.message, span, hint: complaint.hint, isWarning: complaint.isWarning, function: function.name)
    }
  }

  private func checkReference(_ binding: inout FunctionDeclaration.Binding) {
    let type = binding.literals[0] ?? ""
    if !environment.types.contains(type) {
      binding.complain(0, "unknown-type", "The model has no type \"\(type)\".", hint: suggestion(type, among: environment.types))
    }
    if let source = binding.literals[2], source.isEmpty || source.contains("/") {
      binding.complain(2, "bad-source", "A source's name is not empty and has no slash.")
    }
  }

  // MARK: What can never happen

  /// Warns of a condition that is always the same.
  private mutating func reportConstant(_ condition: CompiledExpression) {
    var always = condition.constant
    if case .bool(let literal)? = condition.literal { always = literal }
    guard let value = always else { return }
    report(
      "constant-condition",
      "This condition is always \(value ? "true" : "false"), so \(value ? "the third" : "the second") argument is never used.",
      condition.span, isWarning: true)
  }

  /// Warns of what stands behind an argument that always has a value.
  private mutating func reportUnreachable(_ arguments: [CompiledExpression], _ function: FunctionDeclaration) {
    guard let first = arguments.firstIndex(where: \.isAlwaysThere), first + 1 < arguments.count else { return }
    report(
      "unreachable", "What stands before it always has a value, so this is never used.",
      arguments[first + 1].span.lowerBound..<(arguments.last?.span.upperBound ?? 0), hint: "Put it before, or remove it.", isWarning: true,
      function: function.name)
  }

  // MARK: Evaluating

  private mutating func assemble(_ call: Call) -> CompiledExpression {
    let result = resultType(call)
    let needs = call.arguments.map(\.need)
    let evaluate: Evaluation
    var need = PathNeed.all(needs)
    switch call.function.body {
    case .unary: evaluate = unary(call)
    case .values(let body): evaluate = values(call, body)
    case .bound: evaluate = values(call, call.values)
    case .optionals(let body):
      evaluate = optionals(call, body)
      if call.function.name == "list" || call.function.name == "exists" || call.function.name == "empty" { need = .any(needs) }
    case .form(.conditional):
      addBranch(["then", "otherwise"], call.nameSpan)
      reportConstant(call.arguments[0])
      evaluate = Self.conditional(call.arguments, position: call.nameSpan.lowerBound)
      need = .any(Array(needs.dropFirst()))
    case .form(.coalesce):
      addBranch(call.arguments.indices.map { "argument \($0 + 1)" }, call.nameSpan)
      reportUnreachable(call.arguments, call.function)
      evaluate = Self.coalesce(call.arguments.map(\.evaluate), position: call.nameSpan.lowerBound)
      need = .any(needs)
    case .form(.reference): evaluate = reference(call)
    }
    var compiled = CompiledExpression(type: result, evaluate: evaluate, need: need, span: call.span)
    if result == .boolean, call.arguments.allSatisfy({ $0.literal != nil }) { compiled.constant = Self.constant(compiled) }
    return compiled
  }

  private func resultType(_ call: Call) -> ValueType {
    switch call.function.rule {
    case .always(let declared):
      let type = call.result ?? declared
      let isLifted = call.function.isLifting && call.arguments[0].type.isList
      return isLifted ? .list(type) : type
    case .element: return call.arguments[0].type.element
    case .common(let first):
      let types = call.arguments[min(first, call.arguments.count)...].map(\.type)
      return types.dropFirst().reduce(types.first ?? .any) { $0.joined($1) }
    case .collected:
      let types = call.arguments.map(\.type.element)
      return .list(types.dropFirst().reduce(types.first ?? .any) { $0.joined($1) })
    }
  }

  private func unary(_ call: Call) -> Evaluation {
    let function = call.function
    let body = call.unary
    let input =
      function.parameters[0].kind == .list ? call.arguments[0].evaluateAll ?? call.arguments[0].evaluate : call.arguments[0].evaluate
    let isLifting = function.isLifting
    let (name, position) = (function.name, call.nameSpan.lowerBound)
    return Evaluation { (scope) throws(Failure) in
      guard let value = try input(scope) else { return nil }
      do throws(Cause) {
        switch value {
        case .null: return value
        case .array(let elements) where isLifting:
          var results: [Value] = []
          for element in elements where !element.isNull {
            if let result = try body(element) { results.append(result) }
          }
          return .array(results)
        default: return try body(value)
        }
      } catch {
        throw Failure(function: name, reason: error.reason, value: error.value ?? value, position: position)
      }
    }
  }

  private func values(_ call: Call, _ body: @escaping FunctionDeclaration.Values) -> Evaluation {
    let evaluations = call.arguments.map(\.evaluate)
    let isLifting = call.function.isLifting
    let (name, position) = (call.function.name, call.nameSpan.lowerBound)
    return Evaluation { (scope) throws(Failure) in
      var values: [Value] = []
      values.reserveCapacity(evaluations.count)
      for evaluate in evaluations {
        guard let value = try evaluate(scope) else { return nil }
        if value.isNull { return .null }
        values.append(value)
      }
      do throws(Cause) {
        guard isLifting, case .array(let elements) = values[0] else { return try body(values) }
        var results: [Value] = []
        for element in elements where !element.isNull {
          if let result = try body([element] + values.dropFirst()) { results.append(result) }
        }
        return .array(results)
      } catch {
        throw Failure(function: name, reason: error.reason, value: error.value ?? values.first, position: position)
      }
    }
  }

  private func optionals(_ call: Call, _ body: @escaping @Sendable ([Value?]) throws(Cause) -> Value?) -> Evaluation {
    let evaluations = call.arguments.enumerated().map { index, argument in
      call.function.parameter(index).kind == .list ? argument.evaluateAll ?? argument.evaluate : argument.evaluate
    }
    let (name, position) = (call.function.name, call.nameSpan.lowerBound)
    return Evaluation { (scope) throws(Failure) in
      var values: [Value?] = []
      values.reserveCapacity(evaluations.count)
      for evaluate in evaluations { values.append(try evaluate(scope)) }
      do throws(Cause) { return try body(values) } catch {
        throw Failure(function: name, reason: error.reason, value: error.value, position: position)
      }
    }
  }

  private static func conditional(_ arguments: [CompiledExpression], position: Int) -> Evaluation {
    let (test, span) = (arguments[0].evaluate, arguments[0].span)
    let then = arguments[1].evaluate
    let otherwise: Evaluation = arguments.count > 2 ? arguments[2].evaluate : .missing
    return Evaluation { (scope) throws(Failure) in
      let isTrue = try holds(test, scope, span)
      scope.trace?.take(isTrue ? 0 : 1, at: position)
      return isTrue ? try then(scope) : try otherwise(scope)
    }
  }

  /// The first value; null only when nothing better follows and something was null.
  private static func coalesce(_ evaluations: [Evaluation], position: Int) -> Evaluation {
    Evaluation { (scope) throws(Failure) in
      var sawNull = false
      for (index, evaluate) in evaluations.enumerated() {
        switch try evaluate(scope) {
        case nil: continue
        case .null: sawNull = true
        case let value:
          scope.trace?.take(index, at: position)
          return value
        }
      }
      guard sawNull else { return nil }
      return Value.null
    }
  }

  private func reference(_ call: Call) -> Evaluation {
    let type = call.arguments[0].literal?.text ?? ""
    let key = call.arguments[1].evaluate
    let source = call.arguments.count > 2 ? call.arguments[2].literal?.text ?? "" : environment.source
    let position = call.nameSpan.lowerBound
    return Evaluation { (scope) throws(Failure) in
      guard let value = try key(scope) else { return nil }
      if value.isNull { return .null }
      guard let text = value.text else { throw Failure(function: "ref", reason: "needs a single value", value: value, position: position) }
      let trimmedKey = trimmed(text)
      guard !trimmedKey.isEmpty else { return nil }
      return Reference(RecordKey(source: source, type: type, key: trimmedKey)).value
    }
  }
}

extension FunctionDeclaration {
  /// The parameter that argument `index` fills; the last one again when it is repeated.
  func parameter(_ index: Int) -> Parameter { parameters[min(index, parameters.count - 1)] }

  /// True when a list as first argument is mapped element by element.
  var isLifting: Bool {
    guard parameters[0].kind == .text || parameters[0].kind == .number, !parameters[0].isRepeated else { return false }
    switch body {
    case .unary, .values, .bound: return true
    case .optionals, .form: return false
    }
  }
}
