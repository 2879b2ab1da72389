import Configuration
import Model

/// Parses the expression language of mapping files:
///
///     expression  = disjunction [ "else" ( "null" / "skip" / "reject" / literal ) ]
///     disjunction = conjunction *( "or" conjunction )
///     conjunction = negation *( "and" negation )
///     negation    = "not" negation / comparison
///     comparison  = sum [ ( "==" / "!=" / "<" / "<=" / ">" / ">=" ) sum ]
///     sum         = product *( ( "+" / "-" ) product )
///     product     = sign *( ( "*" / "/" ) sign )
///     sign        = "-" sign / pipe
///     pipe        = primary *( "|" name [ arguments ] )
///     primary     = path / "xpath(" text ")" / text / number / "true" / "false" / "null" / name arguments / "(" expression ")"
///
/// A pipe binds tighter than any operator, so `$.a | trim == 'x'` compares the trimmed text. Text stands in single quotes;
/// a single quote inside is written twice.
struct ExpressionParser {
  private let scalars: [Unicode.Scalar]
  private var position = 0
  private var depth = 0
  private var steps = 0

  private static let depthLimit = 64
  private static let stepLimit = 250
  private static let keywords: Set<String> = ["and", "or", "not", "else", "skip", "reject", "true", "false", "null"]

  init(_ text: String) { scalars = Array(text.unicodeScalars) }

  /// Parses the whole text.
  static func parse(_ text: String) throws(ExpressionFinding) -> Expression {
    var parser = ExpressionParser(text)
    let expression = try parser.parseExpression()
    parser.skipSpace()
    guard parser.position == parser.scalars.count else { throw parser.unexpected() }
    return expression
  }

  /// Counts what makes the expression a level deeper without nesting it in the text: chains of operators and of pipes.
  private mutating func addStep() throws(ExpressionFinding) {
    steps += 1
    guard steps <= Self.stepLimit else { throw fail("too-deep", "The expression has more than \(Self.stepLimit) operators and pipes.") }
  }

  private mutating func parseExpression() throws(ExpressionFinding) -> Expression {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fail("too-deep", "The expression is nested too deeply.") }
    let inner = try parseBinary(level: 0)
    guard skipKeyword("else") else { return inner }
    skipSpace()
    let alternative = try parseAlternative()
    return Expression(kind: .handled(inner, alternative), span: inner.span.lowerBound..<position)
  }

  private mutating func parseAlternative() throws(ExpressionFinding) -> Alternative {
    let start = position
    if peek == "'" { return .value(.string(try parseText())) }
    if peek.map(Self.isDigit) ?? false || peek == "-" {
      let isNegative = peek == "-"
      if isNegative { position += 1 }
      guard peek.map(Self.isDigit) ?? false else { throw fail("syntax", "Digits must follow the minus sign.") }
      let number = try parseNumber()
      return .value(.number(isNegative ? (-ExactDecimal(number)).number ?? number : number))
    }
    switch parseWord() {
    case "null": return .value(.null)
    case "true": return .value(.bool(true))
    case "false": return .value(.bool(false))
    case "skip": return .skip
    case "reject": return .reject
    case let word:
      position = start
      throw ExpressionFinding(
        code: "bad-alternative", message: "After else stands null, skip, reject or a literal.",
        span: start..<max(start + 1, start + (word ?? "").count),
        hint: "null clears the attribute, skip leaves it out, reject fails the output.")
    }
  }

  /// The operators by level, loosest first.
  private static let levels: [[BinaryOperator]] = [
    [.or], [.and], [.equal, .notEqual, .lessOrEqual, .greaterOrEqual, .less, .greater], [.add, .subtract], [.multiply, .divide],
  ]

  private mutating func parseBinary(level: Int) throws(ExpressionFinding) -> Expression {
    guard level < Self.levels.count else { return try parseSign() }
    if level == 2, skipKeyword("not") {
      let start = position - 3
      depth += 1
      defer { depth -= 1 }
      guard depth <= Self.depthLimit else { throw fail("too-deep", "The expression is nested too deeply.") }
      let inner = try parseBinary(level: 2)
      return Expression(kind: .not(inner), span: start..<inner.span.upperBound)
    }
    var left = try parseBinary(level: level + 1)
    while let symbol = try skipOperator(Self.levels[level]) {
      try addStep()
      let right = try parseBinary(level: level + 1)
      left = Expression(kind: .binary(symbol, left, right), span: left.span.lowerBound..<right.span.upperBound)
      if level == 2 { break }
    }
    return left
  }

  private mutating func parseSign() throws(ExpressionFinding) -> Expression {
    skipSpace()
    guard peek == "-" else { return try parsePipe() }
    let start = position
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fail("too-deep", "The expression is nested too deeply.") }
    position += 1
    let inner = try parseSign()
    return Expression(kind: .negated(inner), span: start..<inner.span.upperBound)
  }

  private mutating func parsePipe() throws(ExpressionFinding) -> Expression {
    var left = try parsePrimary()
    while true {
      let before = position
      skipSpace()
      guard peek == "|" else {
        position = before
        return left
      }
      try addStep()
      guard peek(1) != "|" else { throw fail("syntax", "|| is not an operator here.", hint: "Write or.", length: 2) }
      position += 1
      skipSpace()
      let nameStart = position
      guard let name = parseWord(), !Self.keywords.contains(name) else {
        position = nameStart
        throw fail("syntax", "A function must follow |.")
      }
      let nameSpan = nameStart..<position
      var arguments = [left]
      if peek == "(" { arguments += try parseArguments() }
      left = Expression(
        kind: .call(name: name, nameSpan: nameSpan, arguments: arguments), span: left.span.lowerBound..<position)
    }
  }

  private mutating func parsePrimary() throws(ExpressionFinding) -> Expression {
    skipSpace()
    let start = position
    switch peek {
    case nil: throw fail("syntax", start == 0 ? "The expression is empty." : "The expression ends too early.")
    case "$": return try parsePath()
    case "'":
      let text = try parseText()
      return Expression(kind: .literal(.string(text)), span: start..<position)
    case "(":
      position += 1
      let inner = try parseExpression()
      skipSpace()
      guard peek == ")" else { throw fail("syntax", "Expected ) here.") }
      position += 1
      return Expression(kind: inner.kind, span: start..<position)
    case let scalar? where Self.isDigit(scalar):
      let number = try parseNumber()
      return Expression(kind: .literal(.number(number)), span: start..<position)
    default: return try parseNamed()
    }
  }

  private mutating func parseNamed() throws(ExpressionFinding) -> Expression {
    let start = position
    guard let word = parseWord() else { throw unexpected() }
    let nameSpan = start..<position
    switch word {
    case "true": return Expression(kind: .literal(.bool(true)), span: nameSpan)
    case "false": return Expression(kind: .literal(.bool(false)), span: nameSpan)
    case "null": return Expression(kind: .literal(.null), span: nameSpan)
    default: break
    }
    guard peek == "(", !Self.keywords.contains(word) else {
      throw ExpressionFinding(
        code: "syntax", message: "\"\(word)\" is neither a path, nor text in quotes, nor a function with its ().", span: nameSpan,
        hint: "Text is written '\(word)', a field $.\(word).")
    }
    if word == "xpath" { return try parseXPath(from: start) }
    let arguments = try parseArguments()
    return Expression(kind: .call(name: word, nameSpan: nameSpan, arguments: arguments), span: start..<position)
  }

  private mutating func parseXPath(from start: Int) throws(ExpressionFinding) -> Expression {
    position += 1
    skipSpace()
    guard peek == "'" else { throw fail("syntax", "xpath(…) takes its expression in single quotes.") }
    let text = try parseText()
    skipSpace()
    guard peek == ")" else { throw fail("syntax", "Expected ) here.") }
    position += 1
    return Expression(kind: .xpath(text), span: start..<position)
  }

  private mutating func parseArguments() throws(ExpressionFinding) -> [Expression] {
    position += 1
    skipSpace()
    var arguments: [Expression] = []
    if peek == ")" {
      position += 1
      return arguments
    }
    while true {
      arguments.append(try parseExpression())
      skipSpace()
      if peek == "," {
        position += 1
      } else if peek == ")" {
        position += 1
        return arguments
      } else {
        throw position < scalars.count ? unexpected() : fail("syntax", "Expected ) before the end.")
      }
    }
  }

  private mutating func parsePath() throws(ExpressionFinding) -> Expression {
    let start = position
    position += 1
    let word = parseWord() ?? ""
    guard let root = PathRoot(rawValue: "$" + word) else {
      let near = nearest("$" + word, among: PathRoot.allCases.map(\.rawValue).filter { $0 != "$" })
      throw ExpressionFinding(
        code: "unknown-root", message: "There is no $\(word); paths start with $, $up, $doc, $meta or $with.", span: start..<position,
        hint: near.map { "Did you mean \"\($0)\"?" } ?? "A field of the item is written $.\(word).")
    }
    var parser = JSONPathParser(scalars, at: position)
    let segments: [JSONPath.Segment]
    do {
      segments = try parser.parseSegments()
    } catch {
      throw ExpressionFinding(
        code: "jsonpath-syntax", message: error.message, span: error.position..<error.position + 1, hint: error.hint)
    }
    let text = "$" + parser.text(position..<parser.position)
    position = parser.position
    return Expression(kind: .path(root, JSONPath(text: text, segments: segments)), span: start..<position)
  }
}

// MARK: - Characters and words

extension ExpressionParser {
  private var peek: Unicode.Scalar? { peek(0) }

  private func peek(_ offset: Int) -> Unicode.Scalar? {
    position + offset < scalars.count ? scalars[position + offset] : nil
  }

  private mutating func skipSpace() {
    while let scalar = peek, scalar == " " || scalar == "\t" || scalar == "\n" || scalar == "\r" { position += 1 }
  }

  private static func isDigit(_ scalar: Unicode.Scalar) -> Bool { ("0"..."9").contains(scalar) }

  private static func isLetter(_ scalar: Unicode.Scalar) -> Bool {
    ("a"..."z").contains(scalar) || ("A"..."Z").contains(scalar) || scalar == "_"
  }

  /// Reads letters, digits and underscores, if a letter comes next.
  private mutating func parseWord() -> String? {
    let start = position
    guard let first = peek, Self.isLetter(first) else { return nil }
    while let scalar = peek, Self.isLetter(scalar) || Self.isDigit(scalar) { position += 1 }
    return text(start..<position)
  }

  private mutating func skipKeyword(_ keyword: String) -> Bool {
    let before = position
    skipSpace()
    for scalar in keyword.unicodeScalars {
      guard peek == scalar else {
        position = before
        return false
      }
      position += 1
    }
    guard let next = peek, Self.isLetter(next) || Self.isDigit(next) else { return true }
    position = before
    return false
  }

  private mutating func skipOperator(_ operators: [BinaryOperator]) throws(ExpressionFinding) -> BinaryOperator? {
    let before = position
    skipSpace()
    guard let next = peek, next != ")", next != ",", next != "|" else {
      position = before
      return nil
    }
    for symbol in operators {
      position = before
      if symbol == .or || symbol == .and {
        if skipKeyword(symbol.rawValue) { return symbol }
        continue
      }
      skipSpace()
      if symbol == .equal, peek == "=", peek(1) != "=" {
        throw fail("syntax", "= does not compare.", hint: "Write ==.")
      }
      guard symbol.rawValue.unicodeScalars.enumerated().allSatisfy({ peek($0.offset) == $0.element }) else { continue }
      position += symbol.rawValue.unicodeScalars.count
      return symbol
    }
    position = before
    return nil
  }

  private mutating func parseText() throws(ExpressionFinding) -> String {
    let start = position
    position += 1
    var view = String.UnicodeScalarView()
    while let scalar = peek {
      position += 1
      if scalar != "'" {
        view.append(scalar)
      } else if peek == "'" {
        view.append("'")
        position += 1
      } else {
        return String(view)
      }
    }
    throw ExpressionFinding(
      code: "unclosed-quote", message: "The text that starts here is never closed.", span: start..<scalars.count,
      hint: "A single quote inside text is written twice.")
  }

  private mutating func parseNumber() throws(ExpressionFinding) -> Number {
    let start = position
    while let scalar = peek, Self.isDigit(scalar) { position += 1 }
    if peek == ".", let after = peek(1), Self.isDigit(after) {
      position += 1
      while let scalar = peek, Self.isDigit(scalar) { position += 1 }
    }
    guard let number = Number(parsing: text(start..<position)) else {
      throw ExpressionFinding(code: "syntax", message: "This is not a number.", span: start..<position)
    }
    return number
  }

  private func text(_ range: Range<Int>) -> String { String(scalars: scalars[range]) }

  private func fail(_ code: String, _ message: String, hint: String? = nil, length: Int = 1) -> ExpressionFinding {
    ExpressionFinding(code: code, message: message, span: position..<position + length, hint: hint)
  }

  private func unexpected() -> ExpressionFinding {
    guard let scalar = peek else { return fail("syntax", "The expression ends too early.") }
    switch scalar {
    case "\"": return fail("syntax", "Text stands in single quotes here.", hint: "Write '…'.")
    case "&": return fail("syntax", "& is not an operator.", hint: "Write and.")
    case "!": return fail("syntax", "! is not an operator.", hint: "Write not, or !=.")
    case "@": return fail("syntax", "@ is only for filters inside a path.", hint: "The current item is $.")
    default: return fail("syntax", "\"\(scalar)\" does not belong here.")
    }
  }
}
