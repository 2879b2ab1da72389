import Configuration
import Model

extension ExpressionCompiler {
  mutating func compileCall(_ name: String, _ nameSpan: Range<Int>, _ arguments: [Expression], _ span: Range<Int>) -> CompiledExpression {
    let compiled = arguments.map { compile($0) }
    guard let function = FunctionDeclaration.byName[name] else {
      let hint =
        name == "xpath" ? "xpath('…') stands first, never after |." : suggestion(name, among: FunctionDeclaration.byName.keys.sorted())
      report("unknown-function", "There is no function \(name)().", nameSpan, hint: hint)
      return .invalid(span)
    }
    let before = findings.count
    guard checkCount(function, compiled, nameSpan) else { return .invalid(span) }
    for (index, argument) in compiled.enumerated() { check(argument, function.parameter(index), function) }
    var call = Call(function: function, arguments: compiled, span: span, nameSpan: nameSpan)
    if findings.count == before { bind(&call) }
    guard findings.count == before else { return .invalid(span) }
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
    var unary: FunctionDeclaration.Unary?
  }

  // MARK: Checking

  private mutating func checkCount(_ function: FunctionDeclaration, _ arguments: [CompiledExpression], _ span: Range<Int>) -> Bool {
    let least = function.parameters.filter { !$0.isOptional }.count
    let most = function.parameters.last?.isRepeated == true ? Int.max : function.parameters.count
    if (least...most).contains(arguments.count) { return true }
    report(
      "argument-count", "\(function.name)() is written \(function.signature) and got \(arguments.count) arguments.", span,
      hint: "The value before | is the first argument.")
    return false
  }

  private mutating func check(_ argument: CompiledExpression, _ parameter: FunctionDeclaration.Parameter, _ function: FunctionDeclaration) {
    switch parameter.kind {
    case .list: return
    case .any: requireSingle(argument)
    case .condition:
      requireSingle(argument)
      if ![.any, .boolean, .nodes].contains(argument.type) {
        report("not-a-condition", "\(function.name)() needs a condition here, and this is \(argument.type.name).", argument.span)
      }
    case .number:
      requireSingle(argument)
      if ![.any, .number, .nodes].contains(argument.type.element) {
        report(
          "not-a-number", "\(function.name)() needs a number here, and this is \(argument.type.name).", argument.span,
          hint: "Add | decimal.")
      }
    case .text:
      requireSingle(argument)
      if argument.type.element == .reference {
        report("not-text", "\(function.name)() needs text here, and this is a reference.", argument.span)
      }
    case .literal:
      guard case .string? = argument.literal else {
        report(
          "not-literal", "The \(parameter.name) of \(function.name)() must be written out in single quotes.", argument.span)
        return
      }
    }
  }

  /// Gives the literal arguments to the function, which may complain about them.
  private mutating func bind(_ call: inout Call) {
    let function = call.function
    var binding = FunctionDeclaration.Binding(
      literals: function.parameters.indices.map { index in
        guard function.parameters[index].kind == .literal, index < call.arguments.count else { return nil }
        return call.arguments[index].literal?.text
      }, tables: environment.tables)
    if case .unary(let make) = function.body { call.unary = make(&binding) }
    if case .form(.reference) = function.body { checkReference(&binding) }
    for complaint in binding.complaints {
      let span = complaint.argument < call.arguments.count ? call.arguments[complaint.argument].span : call.nameSpan
      report(complaint.code, complaint.message, span, hint: complaint.hint)
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

  // MARK: Evaluating

  private func assemble(_ call: Call) -> CompiledExpression {
    let result = resultType(call)
    let needs = call.arguments.map(\.need)
    let evaluate: Evaluation
    var need = PathNeed.all(needs)
    switch call.function.body {
    case .unary: evaluate = unary(call)
    case .values(let body): evaluate = values(call, body)
    case .optionals(let body):
      evaluate = optionals(call, body)
      if call.function.name == "list" || call.function.name == "exists" || call.function.name == "empty" { need = .any(needs) }
    case .form(.conditional):
      evaluate = Self.conditional(call.arguments)
      need = .any(Array(needs.dropFirst()))
    case .form(.coalesce):
      evaluate = Self.coalesce(call.arguments.map(\.evaluate))
      need = .any(needs)
    case .form(.reference): evaluate = reference(call)
    }
    return CompiledExpression(type: result, evaluate: evaluate, need: need, span: call.span)
  }

  private func resultType(_ call: Call) -> ValueType {
    switch call.function.rule {
    case .always(let type):
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
    let body: FunctionDeclaration.Unary = call.unary ?? { _ in nil }
    let input =
      function.parameters[0].kind == .list ? call.arguments[0].evaluateAll ?? call.arguments[0].evaluate : call.arguments[0].evaluate
    let isLifting = function.isLifting
    let (name, position) = (function.name, call.nameSpan.lowerBound)
    return { (scope) throws(Failure) in
      guard let value = try input(scope) else { return nil }
      do throws(Cause) {
        switch value {
        case .null: return value
        case .array(let elements) where isLifting:
          var results: [Value] = []
          for element in elements where element != .null {
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

  private func values(_ call: Call, _ body: @escaping @Sendable ([Value]) throws(Cause) -> Value?) -> Evaluation {
    let evaluations = call.arguments.map(\.evaluate)
    let isLifting = call.function.isLifting
    let (name, position) = (call.function.name, call.nameSpan.lowerBound)
    return { (scope) throws(Failure) in
      var values: [Value] = []
      values.reserveCapacity(evaluations.count)
      for evaluate in evaluations {
        guard let value = try evaluate(scope) else { return nil }
        if value == .null { return .null }
        values.append(value)
      }
      do throws(Cause) {
        guard isLifting, case .array(let elements) = values[0] else { return try body(values) }
        var results: [Value] = []
        for element in elements where element != .null {
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
    return { (scope) throws(Failure) in
      var values: [Value?] = []
      values.reserveCapacity(evaluations.count)
      for evaluate in evaluations { values.append(try evaluate(scope)) }
      do throws(Cause) { return try body(values) } catch {
        throw Failure(function: name, reason: error.reason, value: error.value, position: position)
      }
    }
  }

  private static func conditional(_ arguments: [CompiledExpression]) -> Evaluation {
    let (test, span) = (arguments[0].evaluate, arguments[0].span)
    let then = arguments[1].evaluate
    let otherwise: Evaluation = arguments.count > 2 ? arguments[2].evaluate : missingValue
    return { (scope) throws(Failure) in try holds(test, scope, span) ? try then(scope) : try otherwise(scope) }
  }

  /// The first value; null only when nothing better follows and something was null.
  private static func coalesce(_ evaluations: [Evaluation]) -> Evaluation {
    { (scope) throws(Failure) in
      var sawNull = false
      for evaluate in evaluations {
        switch try evaluate(scope) {
        case nil: continue
        case .null: sawNull = true
        case let value: return value
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
    return { (scope) throws(Failure) in
      guard let value = try key(scope) else { return nil }
      if value == .null { return .null }
      guard let text = value.text else { throw Failure(function: "ref", reason: "needs a single value", value: value, position: position) }
      let trimmedKey = trimmed(text)
      guard !trimmedKey.isEmpty else { return nil }
      return Reference(RecordKey(source: source, type: type, key: trimmedKey)).value
    }
  }
}

private let missingValue: Evaluation = { _ in nil }

extension FunctionDeclaration {
  /// The parameter that argument `index` fills; the last one again when it is repeated.
  func parameter(_ index: Int) -> Parameter { parameters[min(index, parameters.count - 1)] }

  /// True when a list as first argument is mapped element by element.
  var isLifting: Bool {
    guard parameters[0].kind == .text || parameters[0].kind == .number, !parameters[0].isRepeated else { return false }
    switch body {
    case .unary, .values: return true
    case .optionals, .form: return false
    }
  }
}
