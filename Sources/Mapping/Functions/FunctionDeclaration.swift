import Model

/// A function of the expression language as lint, documentation and editors see it.
public struct FunctionDeclaration: Sendable {
  public struct Parameter: Sendable {
    public enum Kind: String, Sendable {
      case text, number, condition, list
      case any = "any value"
      /// Text in quotes that is checked when the file is read: a format, a zone, a table's name.
      case literal = "literal text"
    }

    public var name: String
    public var kind: Kind
    public var isOptional: Bool
    /// The last parameter only: it may be given any number of times.
    public var isRepeated: Bool

    init(_ name: String, _ kind: Kind, optional: Bool = false, repeated: Bool = false) {
      self.name = name
      self.kind = kind
      isOptional = optional
      isRepeated = repeated
    }
  }

  /// An expression over one item and what it gives; a test executes all of them.
  public struct Example: Sendable {
    public var item: Value
    public var expression: String
    /// `nil` for missing.
    public var result: Value?

    init(_ item: Value, _ expression: String, gives result: Value?) {
      self.item = item
      self.expression = expression
      self.result = result
    }
  }

  public var name: String
  /// The first parameter is what a pipe fills.
  public var parameters: [Parameter]
  /// What it gives, in words.
  public var result: String { rule.description }
  public var canFail: Bool
  public var summary: String
  public var example: Example
  var rule: ResultRule
  var body: Body

  init(
    _ name: String, _ parameters: [Parameter], _ rule: ResultRule, canFail: Bool = false, _ summary: String, _ example: Example,
    _ body: Body
  ) {
    self.name = name
    self.parameters = parameters
    self.rule = rule
    self.canFail = canFail
    self.summary = summary
    self.example = example
    self.body = body
  }

  /// All functions, by theme.
  public static let themes: [(title: String, functions: [FunctionDeclaration])] = [
    ("Text", textFunctions + textPartFunctions), ("Patterns", patternFunctions), ("Lists", listFunctions),
    ("Numbers and truth", numberFunctions + arithmeticFunctions), ("Dates and times", dateFunctions + calendarFunctions),
    ("Telephone numbers and e-mail addresses", contactFunctions), ("Companies, people and addresses", nameFunctions),
    ("Text that holds something else", encodingFunctions), ("Choices, tables and references", choiceFunctions),
  ]

  public static let all: [FunctionDeclaration] = themes.flatMap(\.functions)

  static let byName: [String: FunctionDeclaration] = Dictionary(uniqueKeysWithValues: all.map { ($0.name, $0) })

  /// The name and its parameters as people write them: `datetime(format, zone?)`.
  public var signature: String {
    let shown = parameters.map { $0.name + ($0.isRepeated ? "…" : $0.isOptional ? "?" : "") }
    return "\(name)(\(shown.joined(separator: ", ")))"
  }
}

extension FunctionDeclaration {
  enum ResultRule: Sendable, CustomStringConvertible {
    case always(ValueType)
    /// An element of the first argument.
    case element
    /// What the arguments from `first` on have in common.
    case common(from: Int)
    /// A list of what the arguments hold.
    case collected

    var description: String {
      switch self {
      case .always(let type): type.name
      case .element: "an element of the list"
      case .common: "what its arguments give"
      case .collected: "a list"
      }
    }
  }

  /// How a function computes.
  enum Body: Sendable {
    /// Bound to its literal arguments when the file is read, then called with the value of the first argument. A missing or
    /// null value passes through without a call, a list is mapped element by element.
    case unary(@Sendable (inout Binding) -> Unary)
    /// Called with the values of all arguments; missing when one of them is missing, null when one is null.
    case values(Values)
    /// As `values`, bound to its literal arguments when the file is read.
    case bound(@Sendable (inout Binding) -> Values)
    /// Called with what every argument gave; `nil` is missing. Lists are given as they are.
    case optionals(@Sendable ([Value?]) throws(Cause) -> Value?)
    /// Evaluates its arguments itself, and only those it needs.
    case form(Form)
  }

  typealias Unary = @Sendable (Value) throws(Cause) -> Value?
  typealias Values = @Sendable ([Value]) throws(Cause) -> Value?

  enum Form: Sendable { case conditional, coalesce, reference }

  /// The literal arguments of a call, and the place to complain about them.
  struct Binding {
    struct Complaint {
      var argument: Int
      var code: String
      var message: String
      var hint: String?
      var isWarning = false
    }

    /// By argument, at least one for each parameter; `nil` for one that was not given.
    var literals: [String?]
    let digests: Digests
    var tables: [String: [(key: String, value: Value)]]
    var namespaces: [String: String] = [:]
    var complaints: [Complaint] = []
    /// What the function gives with these literals, when that is more than its declaration says.
    var result: ValueType?

    mutating func complain(_ argument: Int, _ code: String, _ message: String, hint: String? = nil, isWarning: Bool = false) {
      complaints.append(Complaint(argument: argument, code: code, message: message, hint: hint, isWarning: isWarning))
    }
  }
}

/// The text of a scalar.
func scalarText(_ value: Value) throws(Cause) -> String {
  if case .string(let text) = value { return text }
  guard let text = value.text else { throw Cause("needs a single value", value) }
  return text
}
