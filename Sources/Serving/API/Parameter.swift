import Configuration
import Connecting
import Hub
import Model

/// One item of a query, declared once: checks and the OpenAPI document read it.
struct Parameter: Sendable {
  enum Kind: Sendable {
    /// Anything that is not empty.
    case text
    case integer(ClosedRange<Int64>, default: Int64)
    case boolean
    /// RFC 3339, or a date, which stands for its beginning in UTC.
    case moment
    /// `source/type/key`.
    case record
    case choice([String])
  }

  var name: String
  var kind: Kind
  var isRequired: Bool
  /// One sentence.
  var summary: String

  init(_ name: String, isRequired: Bool = false, _ summary: String) {
    self.init(name, .text, isRequired: isRequired, summary)
  }

  init(_ name: String, _ kind: Kind, isRequired: Bool = false, _ summary: String) {
    self.name = name
    self.kind = kind
    self.isRequired = isRequired
    self.summary = summary
  }

  static func limit(_ most: Int64, default normal: Int64) -> Parameter {
    Parameter("limit", .integer(1...most, default: normal), "At most so many.")
  }

  static let after = Parameter(
    "after", .integer(0...Int64.max, default: 0), "Go on behind this number: `next` of the page before.")

  /// What is wrong with a value; nil when it is fine.
  fileprivate func complaint(_ value: String) -> String? {
    switch kind {
    case .text: value.isEmpty ? "must not be empty" : nil
    case .integer(let range, _):
      Int64(value).map(range.contains) == true ? nil : "must be a whole number from \(range.lowerBound) to \(range.upperBound)"
    case .boolean: ["true", "false"].contains(value) ? nil : "must be true or false"
    case .moment: Query.microseconds(value) == nil ? "must be a moment such as 2030-01-31T00:00:00Z, or a date" : nil
    case .record: RecordKey(parsing: value) == nil ? "must be a record, written source/type/key" : nil
    case .choice(let words): words.contains(value) ? nil : "must be one of: \(words.joined(separator: ", "))"
    }
  }
}

/// The query of a request, checked against what its route declares.
struct Query: Sendable {
  private let parameters: [Parameter]
  private var values: [String: String] = [:]

  /// - Throws: one problem that names everything that is wrong.
  init(_ items: [NamedValue], of route: Route) throws(Problem) {
    parameters = route.parameters
    var wrong: [Problem.Detail] = []
    for item in items {
      guard let parameter = parameters.first(where: { $0.name == item.name }) else {
        if route.takesAnyQuery { continue }
        let hint = suggestion(item.name, among: parameters.map(\.name)).map { " \($0)" } ?? " This takes none."
        wrong.append(.init(code: "unknown-parameter", detail: "There is no parameter \"\(item.name)\".\(hint)"))
        continue
      }
      if let complaint = parameter.complaint(item.value) {
        wrong.append(.init(code: "wrong-parameter", detail: "The parameter \"\(item.name)\" \(complaint)."))
      } else if values.updateValue(item.value, forKey: item.name) != nil {
        wrong.append(.init(code: "repeated-parameter", detail: "The parameter \"\(item.name)\" is there twice."))
      }
    }
    for parameter in parameters where parameter.isRequired && !items.contains(where: { $0.name == parameter.name }) {
      wrong.append(.init(code: "missing-parameter", detail: "The parameter \"\(parameter.name)\" is missing."))
    }
    if !wrong.isEmpty { throw Problem(.badParameter, wrong.map(\.detail).joined(separator: " "), errors: wrong) }
  }

  /// The value, when it was given.
  subscript(_ name: String) -> String? { values[name] }

  /// The value, or the declared default.
  func integer(_ name: String) -> Int64 {
    if let value = values[name].flatMap({ Int64($0) }) { return value }
    guard case .integer(_, let normal)? = parameters.first(where: { $0.name == name })?.kind else { return 0 }
    return normal
  }

  /// Microseconds since 1970.
  func moment(_ name: String) -> Int64? { values[name].flatMap(Self.microseconds) }

  fileprivate static func microseconds(_ text: String) -> Int64? {
    Moment.microseconds(text) ?? Moment.microseconds(text + "T00:00:00Z")
  }

  func flag(_ name: String) -> Bool { values[name] == "true" }

  /// Which of these were given, in this order.
  func given(_ names: [String]) -> [String] { names.filter { values[$0] != nil } }
}

/// Who asks.
struct Caller: Hashable, Sendable {
  /// The name of the key, or of the user behind the command line. The author of decisions.
  var name: String

  /// How the command line tells the daemon whose word a decision is; believed from nobody else.
  static let authorHeader = "Kindred-Author"
}

/// One request on its route: everything that a handler may look at.
struct Call: Sendable {
  var request: InboundRequest
  /// The named parts of the path.
  var path: [String: String]
  var query: Query
  /// Nil on open routes, and where the sender signs.
  var caller: Caller?
  /// The connector that the path names, when it takes requests.
  var receiver: (any Receiver)?
  /// Whether the body is in ``stream``, not in the request.
  var isStreamed = false
  /// The body of a route that takes it as it comes.
  var stream: any AsyncSequence<Bytes, any Error> & Sendable = OneChunk(bytes: [])

  func part(_ name: String) -> String { path[name] ?? "" }
}
