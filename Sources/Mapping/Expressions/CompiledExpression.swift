import Formats
import Model

/// An expression that has been checked and can be evaluated for any item.
struct CompiledExpression: Sendable {
  var type: ValueType
  /// One value, or missing.
  var evaluate: Evaluation
  /// All values as one array, for expressions that may select several; used where a list is wanted.
  var evaluateAll: Evaluation?
  /// The first function that can fail and has no `else`.
  var failing: (name: String, span: Range<Int>)?
  /// The value of a literal.
  var literal: Value?
  /// The value of a condition that does not depend on the item.
  var constant: Bool?
  /// What must be in an item so that this expression has a value.
  var need = PathNeed.all([])
  var span: Range<Int>

  /// True when the value is neither missing nor null, whatever the item is.
  var isAlwaysThere: Bool {
    if let literal { return !literal.isNull }
    return type == .boolean && failing == nil && isTotal
  }

  /// True for what has a value even when what it reads has none: conditions and comparisons.
  var isTotal = false

  /// Stands for an expression with mistakes, so that one mistake is not reported twice.
  static func invalid(_ span: Range<Int>) -> CompiledExpression {
    CompiledExpression(type: .any, evaluate: .missing, span: span)
  }
}

/// Which paths an expression reads, and which of them it needs.
indirect enum PathNeed: Sendable {
  case path(PathUse)
  case all([PathNeed])
  /// One is enough: the arguments of `coalesce`.
  case any([PathNeed])

  /// Every path, in the order of the file.
  var uses: [PathUse] {
    switch self {
    case .path(let use): [use]
    case .all(let parts), .any(let parts): parts.flatMap(\.uses)
    }
  }
}

/// One path and whether it selects anything from an item.
struct PathUse: Sendable {
  var text: String
  var isPresent: @Sendable (Scope) -> Bool
}

/// What the parts of a mapping file say that expressions depend on.
struct ExpressionEnvironment: Sendable {
  var format: Format
  /// The source that `ref` points to unless it names another.
  var source: String
  var types: [String]
  var digests: Digests
  var tables: [String: [(key: String, value: Value)]] = [:]
  var namespaces: [String: String] = [:]
  var missing = MissingTexts([])
  /// True inside `each`.
  var hasParent = false
  /// What the including file gives to a part, by parameter; `nil` outside of parts.
  var parameters: [String: CompiledExpression]?
}
