import Formats
import Model

/// The fields of a sample, as paths with `[*]` for the elements of arrays, and those among them that a mapping never reads.
public struct SourceFields: Sendable {
  /// In the order in which the sample first has them.
  public private(set) var all: [String] = []
  public private(set) var unused: [String] = []

  init() {}

  /// - Parameter items: JSON values and CSV rows; XML documents are passed over.
  public init(_ program: MappingProgram, _ items: [Item]) {
    var used: Set<String> = []
    var known: Set<String> = []
    for item in items {
      guard case .value(let value) = item.content else { continue }
      // Every scalar is replaced by its own path: what a path then selects says which fields it reads.
      let tagged = tag(value, "$", &known)
      for path in program.reads(from: tagged) { used.insert(path) }
    }
    unused = all.filter { !used.contains($0) }
  }

  private mutating func tag(_ value: Value, _ path: String, _ known: inout Set<String>) -> Value {
    switch value {
    case .object(let object):
      return .object(Object(object.members.map { ($0.name, tag($0.value, path + Self.step($0.name), &known)) }))
    case .array(let elements): return .array(elements.map { tag($0, path + "[*]", &known) })
    default:
      if known.insert(path).inserted { all.append(path) }
      return .string(path)
    }
  }

  /// A normalised path's step (RFC 9535 §2.7).
  private static func step(_ name: String) -> String {
    "['" + name.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "']"
  }
}

/// One path that an expression reads, and where it starts.
struct ReadPath: Sendable {
  var root: PathRoot
  var path: JSONPath
}

extension MappingProgram {
  /// The tags of everything that any expression can read of a tagged document.
  fileprivate func reads(from document: Value) -> [String] {
    var found: [String] = []
    let items = each?.elements(of: document) ?? [document]
    let up = each == nil ? nil : document
    for item in items {
      for output in outputs {
        let own = [output.when, output.key, output.version, output.delete].compactMap(\.self)
        let expressions = own + output.attributes.programs.map(\.expression)
        let reads = expressions.flatMap(\.reads) + output.includedReads
        found += reads.flatMap { $0.tags(item: item, up: up, document: document) }
        for list in output.children {
          let expressions = [list.when, list.key].compactMap(\.self) + list.attributes.programs.map(\.expression)
          for row in list.each.elements(of: item) {
            found += expressions.flatMap(\.reads).flatMap { $0.tags(item: row, up: item, document: document) }
          }
        }
      }
    }
    return found
  }
}

extension MappingProgram.EachProgram {
  /// What the first selector that finds anything selects. What an expression makes is not a part of the document: nothing of it is
  /// known, but what it reads is.
  fileprivate func elements(of value: Value) -> [Value] {
    for selector in selectors {
      switch selector {
      case .jsonPath(let path):
        let found = path.withoutFilters.select(in: value)
        if !found.isEmpty { return found }
      case .expression(let expression): return expression.reads.flatMap { $0.path.withoutFilters.select(in: value) }
      case .xpath: continue
      }
    }
    return []
  }
}

extension ReadPath {
  fileprivate func tags(item: Value, up: Value?, document: Value) -> [String] {
    let start: Value?
    switch root {
    case .item: start = item
    case .up: start = up
    case .document: start = document
    case .meta, .with: start = nil
    }
    guard let start else { return [] }
    return path.withoutFilters.select(in: start).flatMap(\.leaves)
  }
}

extension Value {
  fileprivate var leaves: [String] {
    switch self {
    case .string(let text): [text]
    case .array(let elements): elements.flatMap(\.leaves)
    case .object(let object): object.members.flatMap { $0.value.leaves }
    default: []
    }
  }
}

extension JSONPath {
  /// The path with every filter as a wildcard: tags are not the values that a filter asks for.
  fileprivate var withoutFilters: JSONPath {
    guard !isSingular else { return self }
    return JSONPath(
      text: text,
      segments: segments.map { segment in
        Segment(isDescendant: segment.isDescendant, selectors: segment.selectors.map { if case .filter = $0 { .wildcard } else { $0 } })
      })
  }
}
