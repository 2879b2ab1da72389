import Formats
import Model

/// A path of an expression: what it reads from an item, without what means nothing there, and written down when somebody traces.
struct PathReader: Sendable {
  /// As it was written.
  let text: String
  private let root: PathRoot
  private let path: JSONPath
  private let missing: MissingTexts
  /// For a single name, which is what most paths into rows of a file are.
  private let name: String?
  private let hint = MemberHint()

  init(_ path: JSONPath, from root: PathRoot, missing: MissingTexts) {
    self.path = path
    self.root = root
    self.missing = missing
    text = root.rawValue + path.text.dropFirst()
    if let steps = path.steps, steps.count == 1, case .name(let name) = steps[0] { self.name = name } else { name = nil }
  }

  /// What a singular path selects.
  func one(_ scope: Scope) -> Value? {
    guard let found = find(scope) else {
      scope.trace?.read(text, nil)
      return nil
    }
    if scope.trace == nil, missing.isEmpty { return found }
    let value = missing.filter(found)
    // Not `? found : nil`, which would be JSON's null: `Value` can be written nil, too.
    if let trace = scope.trace { if value == nil { trace.read(text, nil, ignoring: found) } else { trace.read(text, value) } }
    return value
  }

  /// What any path selects, as one array.
  func all(_ scope: Scope) -> Value? {
    var values = select(scope)
    if !missing.isEmpty { values = values.compactMap(missing.filter) }
    if let trace = scope.trace { trace.read(text, values.isEmpty ? nil : .array(values)) }
    guard !values.isEmpty else { return nil }
    return .array(values)
  }

  func isPresent(_ scope: Scope) -> Bool { !select(scope).isEmpty }

  private func find(_ scope: Scope) -> Value? {
    switch root {
    case .item: return find(in: scope.item)
    case .up: return scope.up.flatMap { find(in: $0) }
    case .document: return find(in: scope.document)
    case .meta: return find(in: .value(scope.meta))
    case .with: return nil
    }
  }

  private func find(in subject: Scope.Subject) -> Value? {
    switch subject {
    case .json(let document): return path.selectOne(in: document)
    case .value(let value):
      guard let name else { return path.selectOne(in: value) }
      guard case .object(let object) = value else { return nil }
      return hint.member(name, of: object)
    case .row(let row): return find(in: row)
    case .xml: return nil
    }
  }

  private func select(_ scope: Scope) -> [Value] {
    switch root {
    case .item: select(in: scope.item)
    case .up: scope.up.map { select(in: $0) } ?? []
    case .document: select(in: scope.document)
    case .meta: path.select(in: scope.meta)
    case .with: []
    }
  }

  private func select(in subject: Scope.Subject) -> [Value] {
    switch subject {
    case .json(let document): path.select(in: document)
    case .value(let value): path.select(in: value)
    case .row(let row): name == nil ? path.select(in: row.value) : find(in: row).map { [$0] } ?? []
    case .xml: []
    }
  }

  private func find(in row: CSVItem) -> Value? {
    guard let name else { return path.selectOne(in: row.value) }
    return hint.cell(name, of: row)
  }
}
