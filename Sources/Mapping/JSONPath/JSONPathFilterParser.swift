import Model

/// Filter expressions: RFC 9535 §2.3.5, with the well-typedness rules of §2.4.3 checked while parsing.
extension JSONPathParser {
  private enum ValueKind { case value, nodes, logical }

  mutating func parseFilter() throws(JSONPathError) -> JSONPath.Filter {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fail("The filter is nested too deeply.") }
    var alternatives = [try parseConjunction()]
    while skipOperator("||") {
      alternatives.append(try parseConjunction())
    }
    return alternatives.count == 1 ? alternatives[0] : .or(alternatives)
  }

  private mutating func parseConjunction() throws(JSONPathError) -> JSONPath.Filter {
    var parts = [try parseBasic()]
    while skipOperator("&&") {
      parts.append(try parseBasic())
    }
    return parts.count == 1 ? parts[0] : .and(parts)
  }

  /// Skips white space, the operator and white space again; leaves everything where it was when the operator is not there.
  private mutating func skipOperator(_ symbol: String) -> Bool {
    let before = position
    skipSpace()
    for scalar in symbol.unicodeScalars {
      guard peek == scalar else {
        position = before
        return false
      }
      position += 1
    }
    skipSpace()
    return true
  }

  private mutating func parseBasic() throws(JSONPathError) -> JSONPath.Filter {
    if peek == "!" {
      position += 1
      skipSpace()
      if peek == "(" { return .not(try parseParenthesised()) }
      let start = position
      return .not(try test(try parseOperand(), at: start))
    }
    if peek == "(" { return try parseParenthesised() }
    let start = position
    let left = try parseOperand()
    let afterLeft = position
    skipSpace()
    guard let comparison = parseComparisonOperator() else {
      position = afterLeft
      return try test(left, at: start)
    }
    try requireComparable(left, at: start)
    skipSpace()
    let rightStart = position
    let right = try parseOperand()
    try requireComparable(right, at: rightStart)
    return .comparison(left, comparison, right)
  }

  private mutating func parseParenthesised() throws(JSONPathError) -> JSONPath.Filter {
    position += 1
    skipSpace()
    let inner = try parseFilter()
    skipSpace()
    guard peek == ")" else { throw fail("Expected ) here.") }
    position += 1
    return inner
  }

  private mutating func parseComparisonOperator() -> JSONPath.Comparison? {
    let symbols: [(String, JSONPath.Comparison)] = [
      ("==", .equal), ("!=", .notEqual), ("<=", .lessOrEqual), (">=", .greaterOrEqual), ("<", .less), (">", .greater),
    ]
    for (symbol, comparison) in symbols where symbol.unicodeScalars.enumerated().allSatisfy({ peek($0.offset) == $0.element }) {
      position += symbol.unicodeScalars.count
      return comparison
    }
    return nil
  }

  private func test(_ operand: JSONPath.Operand, at start: Int) throws(JSONPathError) -> JSONPath.Filter {
    switch operand {
    case .query(let query): return .exists(query)
    case .call(let call) where Self.result(of: call.function) == .logical: return .test(call)
    case .call(let call): throw fail("\(call.function.rawValue)() gives a value: compare it with something.", at: start)
    case .literal: throw fail("A literal alone is no condition: compare it with something.", at: start)
    }
  }

  private func requireComparable(_ operand: JSONPath.Operand, at start: Int) throws(JSONPathError) {
    switch operand {
    case .literal: break
    case .query(let query):
      if query.steps == nil { throw fail("This path can select several nodes and cannot be compared.", at: start) }
    case .call(let call):
      if Self.result(of: call.function) != .value {
        throw fail("\(call.function.rawValue)() is a condition and cannot be compared.", at: start)
      }
    }
  }

  private mutating func parseOperand() throws(JSONPathError) -> JSONPath.Operand {
    switch peek {
    case "@", "$":
      let isAbsolute = peek == "$"
      position += 1
      return .query(JSONPath.Query(isAbsolute: isAbsolute, segments: try parseSegments()))
    case "'", "\"": return .literal(.string(try parseString()))
    case let scalar? where scalar == "-" || Self.isDigit(scalar): return .literal(.number(try parseNumber()))
    case let scalar? where ("a"..."z").contains(scalar): return try parseWord()
    default: throw fail("Expected @, $, a literal or a function here.")
    }
  }

  private mutating func parseWord() throws(JSONPathError) -> JSONPath.Operand {
    let start = position
    while let scalar = peek, ("a"..."z").contains(scalar) || scalar == "_" || Self.isDigit(scalar) { position += 1 }
    let word = text(start..<position)
    if peek == "(" { return .call(try parseCall(word, at: start)) }
    switch word {
    case "true": return .literal(.bool(true))
    case "false": return .literal(.bool(false))
    case "null": return .literal(.null)
    default: throw fail("\"\(word)\" means nothing here.", at: start)
    }
  }

  private mutating func parseCall(_ word: String, at start: Int) throws(JSONPathError) -> JSONPath.Call {
    guard let function = JSONPath.FunctionName(rawValue: word) else {
      let known = JSONPath.FunctionName.allCases.map(\.rawValue).joined(separator: ", ")
      throw fail("There is no function \(word)().", at: start, hint: "JSONPath has \(known).")
    }
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fail("The filter is nested too deeply.") }
    position += 1
    skipSpace()
    var arguments: [JSONPath.Operand] = []
    let expected = Self.parameters(of: function)
    while peek != ")" {
      if !arguments.isEmpty {
        guard peek == "," else { throw fail("Expected , or ) here.") }
        position += 1
        skipSpace()
      }
      let argumentStart = position
      let argument = try parseOperand()
      if arguments.count < expected.count { try require(argument, expected[arguments.count], at: argumentStart) }
      arguments.append(argument)
      skipSpace()
    }
    guard peek == ")", arguments.count == expected.count else {
      throw fail("\(word)() takes \(expected.count == 1 ? "one argument" : "\(expected.count) arguments").", at: start)
    }
    position += 1
    var call = JSONPath.Call(function: function, arguments: arguments, pattern: nil, hasLiteralPattern: false)
    if function == .match || function == .search, case .literal(let literal) = arguments[1] {
      call.hasLiteralPattern = true
      if case .string(let pattern) = literal { call.pattern = try? IRegexp(pattern) }
    }
    return call
  }

  private func require(_ argument: JSONPath.Operand, _ kind: ValueKind, at start: Int) throws(JSONPathError) {
    switch (kind, argument) {
    case (.value, .literal): break
    case (.value, .query(let query)) where query.steps != nil: break
    case (.value, .call(let call)) where Self.result(of: call.function) == .value: break
    case (.nodes, .query): break
    case (.value, _): throw fail("This argument must be a single value.", at: start)
    default: throw fail("This argument must be a path.", at: start)
    }
  }

  private static func parameters(of function: JSONPath.FunctionName) -> [ValueKind] {
    switch function {
    case .length: [.value]
    case .count, .value: [.nodes]
    case .match, .search: [.value, .value]
    }
  }

  private static func result(of function: JSONPath.FunctionName) -> ValueKind {
    switch function {
    case .length, .count, .value: .value
    case .match, .search: .logical
    }
  }

  private mutating func parseNumber() throws(JSONPathError) -> Number {
    let start = position
    if peek == "-" { position += 1 }
    let integer = position
    skipDigits()
    guard position > integer, scalars[integer] != "0" || position - integer == 1 else {
      throw fail("This is not a JSON number.", at: start)
    }
    if peek == "." {
      position += 1
      let fraction = position
      skipDigits()
      guard position > fraction else { throw fail("Digits must follow the decimal point.") }
    }
    if peek == "e" || peek == "E" {
      position += 1
      if peek == "+" || peek == "-" { position += 1 }
      let exponent = position
      skipDigits()
      guard position > exponent else { throw fail("Digits must follow the exponent sign.") }
    }
    guard let number = Number(parsing: text(start..<position)) else { throw fail("This number is too large.", at: start) }
    return number
  }

  private mutating func skipDigits() {
    while let scalar = peek, Self.isDigit(scalar) { position += 1 }
  }
}
