import Model

/// An expression of a mapping file as it was written. Spans count Unicode scalars from the start of the expression.
struct Expression: Sendable {
  indirect enum Kind: Sendable {
    case path(PathRoot, JSONPath)
    case xpath(String)
    case literal(Value)
    /// `input | name(arguments)` has its input as the first argument.
    case call(name: String, nameSpan: Range<Int>, arguments: [Expression])
    case binary(BinaryOperator, Expression, Expression)
    case not(Expression)
    case negated(Expression)
    /// `inner else alternative`
    case handled(Expression, Alternative)
  }

  var kind: Kind
  var span: Range<Int>
}

/// What a path starts from.
enum PathRoot: String, CaseIterable, Sendable {
  /// The current item.
  case item = "$"
  /// The item that the current one was selected from by `each`.
  case up = "$up"
  /// The whole delivery.
  case document = "$doc"
  /// File, row, line and what else is known about the delivery.
  case meta = "$meta"
  /// The parameters of an included part.
  case with = "$with"
}

enum BinaryOperator: String, CaseIterable, Sendable {
  case or, and
  case equal = "=="
  case notEqual = "!="
  case lessOrEqual = "<="
  case greaterOrEqual = ">="
  case less = "<"
  case greater = ">"
  case add = "+"
  case subtract = "-"
  case multiply = "*"
  case divide = "/"
}

/// What happens when a function fails.
enum Alternative: Sendable {
  case value(Value)
  /// The attribute is left out.
  case skip
  /// The output fails.
  case reject
}

/// Something wrong with an expression, before it has a place in a file.
struct ExpressionFinding: Error, Sendable {
  var isWarning = false
  var code: String
  var message: String
  var span: Range<Int>
  var hint: String?
  /// The function that it is about, for a link into the documentation.
  var function: String?
}
