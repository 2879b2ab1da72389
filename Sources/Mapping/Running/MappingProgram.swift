import Configuration
import Formats
import Model

/// A mapping file that was read and found right: ready to turn items into statements.
///
/// A value without mutable state: any number of threads may run it at once.
public struct MappingProgram: Sendable {
  /// The name after `mapping:`.
  public let name: String
  /// The path of its file.
  public let file: String
  /// The source of every record it makes: `from.connector`.
  public let source: String
  /// The stream that it serves; `nil` serves every stream of its format.
  public let stream: String?
  public let format: Format
  /// The names of the columns when it reads CSV whose first row is data: see ``ReadContext/columns``.
  public let columns: [String]?
  /// The types that its outputs make, in the order of the file, each once.
  public let types: [String]
  /// How many tests the file has.
  public var testCount: Int { tests.count }

  let each: EachProgram?
  let outputs: [OutputProgram]
  /// True when an expression asks for `$meta`, which is made for every item then.
  let readsMeta: Bool
  var tests: [MappingTest]
  /// The files that it was made from besides its own: parts and tables. When one changes, the mapping must be loaded again.
  public let references: [String]

  /// Maps one item.
  ///
  /// - Parameters:
  ///   - item: an item that was read in ``format``.
  ///   - meta: what `$meta` shows: members are passed on, `row` (of the delivery's first item) is counted on, and `row`,
  ///     `line` and `file` come from the item when they are not given.
  /// - Returns: one output for every entry of `outputs:` and every item that `each` selects, in that order. Every output
  ///   succeeds or fails by itself. Empty when `each` selects nothing.
  public func run(_ item: Item, meta: [String: String] = [:]) -> [Output] {
    guard each == nil else { return execute(item, meta: meta).map(\.result) }
    let scope = scope(item, meta: meta)
    return outputs.map { $0.execute(scope, at: item.location).result }
  }

  /// As ``run(_:meta:)``, with one list for every thing that `each` selects: what the sender of a batch calls an item.
  /// Without `each` the item is the only one.
  public func runParts(_ item: Item, meta: [String: String] = [:]) -> [[Output]] {
    executeParts(item, meta: meta).map { $0.map(\.result) }
  }

  /// Where an `each` leads, and from what.
  struct EachProgram: Sendable {
    enum Selector: Sendable {
      case jsonPath(JSONPath)
      case xpath(String, namespaces: [String: String])
      case expression(LocatedExpression)
    }

    /// The first that selects anything counts.
    var selectors: [Selector]
    var place: String
  }

  struct Execution {
    var type: String
    var result: Output
  }

  func execute(_ item: Item, meta: [String: String], trace: Trace? = nil) -> [Execution] {
    Array(executeParts(item, meta: meta, trace: trace).joined())
  }

  private func executeParts(_ item: Item, meta: [String: String], trace: Trace? = nil) -> [[Execution]] {
    var scope = scope(item, meta: meta)
    scope.trace = trace
    guard let each else { return [outputs.map { $0.execute(scope, at: item.location) }] }
    do {
      return try each.select(scope).map { scope in
        let location = Self.location(of: scope, in: item)
        return outputs.map { $0.execute(scope, at: location) }
      }
    } catch {
      var fault = error
      fault.location = item.location
      return [[Execution(type: types.first ?? "", result: .fault(fault))]]
    }
  }

  /// An XML element knows its line; a part of a JSON document is known by its number alone.
  private static func location(of scope: Scope, in item: Item) -> Location {
    guard case .xml(let node) = scope.item else { return item.location }
    return Location(file: item.location.file, line: node.line)
  }

  /// The scope of a whole item, before `each`.
  func scope(_ item: Item, meta: [String: String]) -> Scope {
    let subject: Scope.Subject
    if let document = item.document {
      subject = .json(document)
    } else if let row = item.row {
      subject = .row(row)
    } else {
      switch item.content {
      case .value(let value): subject = .value(value)
      case .xml(let node): subject = .xml(node)
      }
    }
    return Scope(item: subject, up: nil, document: subject, meta: readsMeta ? Self.meta(of: item, meta) : .null)
  }

  private static func meta(of item: Item, _ given: [String: String]) -> Value {
    var meta = Object()
    let row = (given["row"].flatMap { Int($0) } ?? 1) + item.index
    meta.append("row", .string(String(row)))
    if let line = item.location.line { meta.append("line", .string(String(line))) }
    if let file = given["file"] ?? item.location.file { meta.append("file", .string(file)) }
    for (name, value) in given where !["row", "line", "file"].contains(name) { meta.append(name, .string(value)) }
    return .object(meta)
  }
}

/// What became of one output of one item.
public enum Output: Sendable {
  case statement(Statement)
  /// Its `when` was false.
  case filtered
  /// It could not be made; the other outputs of the item are not touched.
  case fault(Fault)
}

extension MappingProgram.EachProgram {
  var readsMeta: Bool {
    selectors.contains { if case .expression(let expression) = $0 { expression.reads.contains(where: \.isMeta) } else { false } }
  }

  /// The scopes of the selected items. Throws a fault without a location.
  func select(_ scope: Scope) throws(Fault) -> [Scope] {
    for selector in selectors {
      let scopes = try select(selector, scope)
      if !scopes.isEmpty { return scopes }
    }
    return []
  }

  private func select(_ selector: Selector, _ scope: Scope) throws(Fault) -> [Scope] {
    switch (selector, scope.item) {
    case (.expression(let expression), _): return try elements(expression, scope)
    case (.jsonPath(let path), .value(let value)):
      return path.select(in: value).map { scope.entering(.value($0)) }
    case (.jsonPath(let path), .json(let document)):
      return path.select(in: document).map { scope.entering(.value($0)) }
    case (.jsonPath(let path), .row(let row)):
      return path.select(in: row.value).map { scope.entering(.value($0)) }
    case (.xpath(let text, let namespaces), .xml(let node)):
      var scopes: [Scope] = []
      for selection in try node.xpath(text, namespaces: namespaces) {
        guard case .node(let element) = selection else {
          throw Fault("each-not-element", "each must select elements, not attributes or text (\(place)).")
        }
        scopes.append(scope.entering(.xml(element)))
      }
      return scopes
    default:
      throw Fault("wrong-format", "The item is not in the format that the mapping reads (\(place)).")
    }
  }

  /// The elements of what an expression gives; none when it is missing or null.
  private func elements(_ expression: LocatedExpression, _ scope: Scope) throws(Fault) -> [Scope] {
    do throws(Failure) {
      return (try expression.evaluateAll(scope)?.elements ?? []).map { scope.entering(.value($0)) }
    } catch {
      if error.action == .skip { return [] }
      throw error.fault("each", expression)
    }
  }
}
