import Formats
import Model

/// A JSONPath query (RFC 9535), parsed and checked once and then applied to any number of values.
///
/// All of the standard is here: name, wildcard, index, slice and filter selectors, descendant segments, and the functions
/// `length`, `count`, `match`, `search` and `value`, the middle two with I-Regexp (RFC 9485). Text is compared by Unicode
/// scalars and numbers by their exact decimal value, so `1`, `1.0` and `10e-1` are equal.
public struct JSONPath: Sendable {
  /// The query as it was written.
  public let text: String
  let segments: [Segment]
  /// The member names and array indexes of a query that selects at most one node by child segments alone.
  let steps: [Step]?
  /// The names, indexes and wildcards of a query that has nothing else: the way through a document that was not turned into values.
  private let route: JSONRoute?

  /// Parses `text`.
  ///
  /// - Throws: a `Fault` with code `jsonpath-syntax` whose location has the column (in Unicode scalars, counted from 1).
  public init(_ text: String) throws(Fault) {
    let scalars = Array(text.unicodeScalars)
    var parser = JSONPathParser(scalars)
    do {
      self.init(text: text, segments: try parser.parseWhole())
    } catch {
      throw Fault(
        "jsonpath-syntax", error.message, at: Location(line: 1, column: error.position + 1), hint: error.hint)
    }
  }

  init(text: String, segments: [Segment]) {
    self.text = text
    self.segments = segments
    steps = Self.steps(of: segments)
    route = Self.route(of: segments)
  }

  /// True when the query can select at most one node (RFC 9535 §2.3.5.1, "singular query").
  public var isSingular: Bool { steps != nil }

  /// The values of the selected nodes, in the order that the standard prescribes (members in the order of the document).
  public func select(in value: Value) -> [Value] {
    if let steps { return Self.walk(steps, from: value).map { [$0] } ?? [] }
    return JSONPathEvaluation(root: value).select(segments, from: value)
  }

  /// The value that a singular query selects; `nil` when there is none or the query is not singular.
  public func selectOne(in value: Value) -> Value? {
    guard let steps else { return nil }
    return Self.walk(steps, from: value)
  }

  /// As ``select(in:)``, from a document.
  public func select(in document: JSONDocument) -> [Value] {
    if let route { return document.all(route) }
    return select(in: document.value)
  }

  /// As ``selectOne(in:)``, from a document.
  public func selectOne(in document: JSONDocument) -> Value? {
    guard steps != nil, let route else { return nil }
    return document.first(route)
  }

  private static func route(of segments: [Segment]) -> JSONRoute? {
    var steps: [JSONRoute.Step] = []
    for segment in segments {
      guard !segment.isDescendant, segment.selectors.count == 1 else { return nil }
      switch segment.selectors[0] {
      case .name(let name): steps.append(.name(name))
      case .index(let index): steps.append(.index(index))
      case .wildcard: steps.append(.every)
      case .slice, .filter: return nil
      }
    }
    return JSONRoute(steps)
  }

  private static func steps(of segments: [Segment]) -> [Step]? {
    var steps: [Step] = []
    for segment in segments {
      guard !segment.isDescendant, segment.selectors.count == 1 else { return nil }
      switch segment.selectors[0] {
      case .name(let name): steps.append(.name(name))
      case .index(let index): steps.append(.index(index))
      case .wildcard, .slice, .filter: return nil
      }
    }
    return steps
  }

  static func walk(_ steps: [Step], from root: Value) -> Value? {
    var current = root
    for step in steps {
      switch (step, current) {
      case (.name(let name), .object(let object)):
        guard let member = object.member(name) else { return nil }
        current = member
      case (.index(let index), .array(let elements)):
        let position = index < 0 ? elements.count + index : index
        guard elements.indices.contains(position) else { return nil }
        current = elements[position]
      default: return nil
      }
    }
    return current
  }
}

extension JSONPath {
  enum Step: Sendable {
    case name(String)
    case index(Int)
  }

  struct Segment: Sendable {
    var isDescendant: Bool
    var selectors: [Selector]
  }

  enum Selector: Sendable {
    case name(String)
    case wildcard
    case index(Int)
    case slice(start: Int?, end: Int?, step: Int)
    case filter(Filter)
  }

  indirect enum Filter: Sendable {
    case or([Filter])
    case and([Filter])
    case not(Filter)
    case exists(Query)
    case test(Call)
    case comparison(Operand, Comparison, Operand)
  }

  struct Query: Sendable {
    /// True for `$…`, false for `@…`.
    var isAbsolute: Bool
    var segments: [Segment]
    var steps: [Step]?

    init(isAbsolute: Bool, segments: [Segment]) {
      self.isAbsolute = isAbsolute
      self.segments = segments
      steps = JSONPath.steps(of: segments)
    }
  }

  enum Comparison: Sendable { case equal, notEqual, less, lessOrEqual, greater, greaterOrEqual }

  enum Operand: Sendable {
    case literal(Value)
    case query(Query)
    case call(Call)
  }

  enum FunctionName: String, CaseIterable, Sendable { case length, count, match, search, value }

  /// A function with arguments of the right number and types; the parser guarantees both.
  struct Call: Sendable {
    var function: FunctionName
    var arguments: [Operand]
    /// The pattern of `match` and `search` when it is a literal. A literal that is not an I-Regexp matches nothing.
    var pattern: IRegexp?
    var hasLiteralPattern: Bool
  }
}
