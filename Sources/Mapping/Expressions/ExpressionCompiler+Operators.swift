import Model

extension ExpressionCompiler {
  mutating func compileNot(_ inner: Expression, _ span: Range<Int>) -> CompiledExpression {
    let compiled = condition(inner)
    let evaluate = compiled.evaluate
    var result = CompiledExpression(
      type: .boolean,
      evaluate: Evaluation { (scope) throws(Failure) in .bool(!(try Self.holds(evaluate, scope, compiled.span))) },
      failing: compiled.failing, need: compiled.need, span: span)
    result.constant = compiled.constant.map { !$0 }
    result.isTotal = true
    return result
  }

  mutating func compileNegation(_ inner: Expression, _ span: Range<Int>) -> CompiledExpression {
    let compiled = compile(inner)
    requireNumber(compiled)
    if case .number(let number) = compiled.literal, let negated = (-ExactDecimal(number)).number {
      let value = Value.number(negated)
      return CompiledExpression(type: .number, evaluate: .constant(value), literal: value, span: span)
    }
    let evaluate = compiled.evaluate
    return CompiledExpression(
      type: .number,
      evaluate: Evaluation { (scope) throws(Failure) in
        guard let number = try Self.number(try evaluate(scope), compiled.span) else { return nil }
        return (-number).number.map { .number($0) }
      }, failing: compiled.failing, need: compiled.need, span: span)
  }

  mutating func compileBinary(_ symbol: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Range<Int>)
    -> CompiledExpression
  {
    switch symbol {
    case .or, .and: return compileLogic(symbol, left, right, span)
    case .add, .subtract, .multiply, .divide: return compileArithmetic(symbol, left, right, span)
    default: return compileComparison(symbol, left, right, span)
    }
  }

  // MARK: Conditions

  /// Compiles an expression that must be true or false.
  mutating func condition(_ expression: Expression) -> CompiledExpression {
    var compiled = compile(expression)
    requireSingle(compiled)
    if case .bool(let value)? = compiled.literal { compiled.constant = value }
    if ![.any, .boolean, .nodes].contains(compiled.type) {
      report(
        "not-a-condition", "A condition is wanted here, and this is \(compiled.type.name).", compiled.span,
        hint: "Compare it, for example == 'x', or use exists(…).")
    }
    return compiled
  }

  /// Missing and null are false.
  static func holds(_ evaluate: Evaluation, _ scope: Scope, _ span: Range<Int>) throws(Failure) -> Bool {
    switch try evaluate(scope) {
    case .bool(let bool): return bool
    case nil, .null: return false
    case let value: throw Failure(reason: "is neither true nor false", value: value, position: span.lowerBound)
    }
  }

  private mutating func compileLogic(_ symbol: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Range<Int>)
    -> CompiledExpression
  {
    let first = condition(left)
    let second = condition(right)
    let (a, b) = (first.evaluate, second.evaluate)
    let isOr = symbol == .or
    for (operand, other) in [(first, second), (second, first)] where operand.constant == isOr && other.constant == nil {
      report(
        "unreachable", "The other side is always \(isOr), so this is never decisive.", other.span, isWarning: true)
    }
    var compiled = CompiledExpression(
      type: .boolean,
      evaluate: Evaluation { (scope) throws(Failure) in
        if try Self.holds(a, scope, first.span) == isOr { return .bool(isOr) }
        return .bool(try Self.holds(b, scope, second.span))
      }, failing: first.failing ?? second.failing, need: .all([first.need, second.need]), span: span)
    compiled.isTotal = true
    switch (first.constant, second.constant) {
    case (isOr, _), (_, isOr): compiled.constant = isOr
    case (!isOr, !isOr): compiled.constant = !isOr
    default: break
    }
    return compiled
  }

  // MARK: Comparisons

  private mutating func compileComparison(_ symbol: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Range<Int>)
    -> CompiledExpression
  {
    let first = compile(left)
    let second = compile(right)
    requireSingle(first)
    requireSingle(second)
    requireComparable(first, second, isOrder: symbol != .equal && symbol != .notEqual, span)
    let (a, b) = (first.evaluate, second.evaluate)
    let isTime = first.type == .datetime || second.type == .datetime
    var compiled = CompiledExpression(
      type: .boolean,
      evaluate: Evaluation { (scope) throws(Failure) in
        let left = try a(scope)
        let right = try b(scope)
        switch symbol {
        case .equal: return .bool(Self.equal(left, right))
        case .notEqual: return .bool(!Self.equal(left, right))
        default:
          guard let left, let right, !left.isNull, !right.isNull else { return .bool(false) }
          let order = try Self.order(left, right, isTime: isTime, position: span.lowerBound)
          switch symbol {
          case .less: return .bool(order < 0)
          case .lessOrEqual: return .bool(order <= 0)
          case .greater: return .bool(order > 0)
          default: return .bool(order >= 0)
          }
        }
      }, failing: first.failing ?? second.failing, need: .all([first.need, second.need]), span: span)
    compiled.isTotal = true
    if first.literal != nil, second.literal != nil { compiled.constant = Self.constant(compiled) }
    return compiled
  }

  /// What a condition gives that reads nothing.
  static func constant(_ compiled: CompiledExpression) -> Bool? {
    let nothing = Scope.Subject.value(.null)
    let scope = Scope(item: nothing, up: nil, document: nothing, meta: .null)
    guard let result = try? compiled.evaluate(scope), case .bool(let value) = result else { return nil }
    return value
  }

  private mutating func requireComparable(_ left: CompiledExpression, _ right: CompiledExpression, isOrder: Bool, _ span: Range<Int>) {
    func group(_ type: ValueType) -> String? {
      switch type {
      case .text, .date, .datetime: "text"
      case .number: "number"
      case .boolean: "boolean"
      case .reference: "reference"
      case .list: "list"
      case .any, .null, .nodes: nil
      }
    }
    guard let first = group(left.type), let second = group(right.type) else { return }
    if first != second {
      let isNumber = first == "number" || second == "number"
      report(
        "comparison-types", "\(left.type.name) and \(right.type.name) cannot be compared.".capitalisedFirst, span,
        hint: isNumber ? "Turn the text into a number: (… | decimal else null)." : nil)
    } else if isOrder, first != "text", first != "number" {
      report("comparison-types", "Only numbers and texts have an order.", span)
    }
  }

  private static func equal(_ left: Value?, _ right: Value?) -> Bool {
    guard let left, let right else { return left == nil && right == nil }
    return sameValue(left, right)
  }

  private static func order(_ left: Value, _ right: Value, isTime: Bool, position: Int) throws(Failure) -> Int {
    switch (left, right) {
    case (.number(let left), .number(let right)):
      let (a, b) = (ExactDecimal(left), ExactDecimal(right))
      return a < b ? -1 : a == b ? 0 : 1
    case (.string(let left), .string(let right)):
      if isTime, let a = Instant.microseconds(left), let b = Instant.microseconds(right) { return a < b ? -1 : a == b ? 0 : 1 }
      return utf8Precedes(left, right) ? -1 : sameText(left, right) ? 0 : 1
    default:
      throw Failure(reason: "cannot be compared with a value of another type", value: left, position: position)
    }
  }

  // MARK: Arithmetic

  private mutating func requireNumber(_ compiled: CompiledExpression) {
    requireSingle(compiled)
    if ![.any, .number, .nodes].contains(compiled.type) {
      report(
        "not-a-number", "A number is wanted here, and this is \(compiled.type.name).", compiled.span,
        hint: "Add | decimal, and an else at the end.")
    }
  }

  private static func number(_ value: Value?, _ span: Range<Int>) throws(Failure) -> ExactDecimal? {
    switch value {
    case nil, .null: return nil
    case .number(let number): return ExactDecimal(number)
    case let value: throw Failure(reason: "is not a number; add | decimal", value: value, position: span.lowerBound)
    }
  }

  /// Missing or null operands make the result missing.
  private mutating func compileArithmetic(_ symbol: BinaryOperator, _ left: Expression, _ right: Expression, _ span: Range<Int>)
    -> CompiledExpression
  {
    let first = compile(left)
    let second = compile(right)
    requireNumber(first)
    requireNumber(second)
    let (a, b) = (first.evaluate, second.evaluate)
    var failing = first.failing ?? second.failing
    if symbol == .divide, failing == nil { failing = dividesSafely(second) ? nil : ("/", second.span) }
    return CompiledExpression(
      type: .number,
      evaluate: Evaluation { (scope) throws(Failure) in
        guard let left = try Self.number(try a(scope), first.span), let right = try Self.number(try b(scope), second.span) else {
          return nil
        }
        let result: ExactDecimal? =
          switch symbol {
          case .add: ExactDecimal.sum(left, right)
          case .subtract: ExactDecimal.sum(left, -right)
          case .multiply: ExactDecimal.product(left, right)
          default: ExactDecimal.quotient(left, right)
          }
        guard let number = result?.number else {
          let reason = symbol == .divide && right.isZero ? "is divided by zero" : "gives a number with too many digits"
          throw Failure(function: symbol.rawValue, reason: reason, value: left.number.map { .number($0) }, position: span.lowerBound)
        }
        return .number(number)
      }, failing: failing, need: .all([first.need, second.need]), span: span)
  }

  /// True when the divisor is written out and is not zero.
  private func dividesSafely(_ divisor: CompiledExpression) -> Bool {
    if case .number(let number) = divisor.literal { return !ExactDecimal(number).isZero }
    return false
  }
}

extension String {
  var capitalisedFirst: String { prefix(1).uppercased() + dropFirst() }
}
