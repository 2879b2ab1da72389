import Model

/// The fields of JSON values and CSV rows that a mapping reads.
struct ValueFields {
  /// In the order in which they first come.
  private(set) var known: [String] = []
  private(set) var read: Set<String> = []
  private var seen: Set<String> = []

  /// A part of the sample and where it stands: a path with `[*]` for the elements of arrays.
  private struct Place {
    var value: Value
    var path: String
  }

  mutating func follow(_ program: MappingProgram, _ value: Value) {
    let document = Place(value: value, path: "$")
    learn(document)
    let items = program.each.map { elements($0, of: document) } ?? [document]
    let up = program.each == nil ? nil : document
    for item in items {
      for output in program.outputs {
        for source in output.reads { read(source, item: item, up: up, document: document) }
        for list in output.children {
          for row in elements(list.each, of: item) {
            for source in list.reads { read(source, item: row, up: item, document: document) }
          }
        }
      }
    }
  }

  private mutating func learn(_ place: Place) {
    for leaf in Self.leaves(place) where seen.insert(leaf).inserted { known.append(leaf) }
  }

  private mutating func read(_ source: SourceRead, item: Place, up: Place?, document: Place) {
    guard case .path(let path, let root) = source else { return }
    let start: Place? =
      switch root {
      case .item: item
      case .up: up
      case .document: document
      case .meta, .with: nil
      }
    guard let start else { return }
    for place in select(path.segments, from: start) { read.formUnion(Self.leaves(place)) }
  }

  /// What the first selector that finds anything selects. What an expression makes is not a part of the document: what it reads is taken
  /// for it.
  private mutating func elements(_ each: MappingProgram.EachProgram, of start: Place) -> [Place] {
    for selector in each.selectors {
      switch selector {
      case .jsonPath(let path):
        // Which selector counts is for the filters to say.
        let found = select(path.segments, from: start, isFiltered: true)
        if !found.isEmpty { return found }
      case .expression(let expression):
        var found: [Place] = []
        for case .path(let path, .item) in expression.reads {
          let places = select(path.segments, from: start)
          found += places
          // The whole of it is what is read from, not what is read.
          if !path.segments.isEmpty { for place in places { note(scalar: place) } }
        }
        return found
      case .xpath: continue
      }
    }
    return []
  }

  private mutating func note(scalar place: Place) {
    switch place.value {
    case .array, .object: break
    default: read.insert(place.path)
    }
  }

  // MARK: Paths

  /// - Parameter isFiltered: whether filters let through only what they are for. A sample has not everything that they look for: for what
  ///   they are asked here, the others count as well.
  private mutating func select(_ segments: [JSONPath.Segment], from start: Place, isFiltered: Bool = false) -> [Place] {
    var places = [start]
    for segment in segments {
      let bases = segment.isDescendant ? places.flatMap(Self.descendants) : places
      places = []
      for base in bases {
        for selector in segment.selectors { places += apply(selector, to: base, root: start, isFiltered) }
      }
    }
    return places
  }

  private mutating func apply(_ selector: JSONPath.Selector, to place: Place, root: Place, _ isFiltered: Bool) -> [Place] {
    switch (selector, place.value) {
    case (.name(let name), .object(let object)):
      return object.member(name).map { [Place(value: $0, path: place.path + Self.step(name))] } ?? []
    case (.index(let index), .array(let elements)):
      let position = index < 0 ? elements.count + index : index
      return elements.indices.contains(position) ? [Place(value: elements[position], path: place.path + "[*]")] : []
    case (.wildcard, _), (.slice, .array): return Self.children(place)
    case (.filter(let filter), _):
      let children = Self.children(place)
      for child in children {
        for query in filter.queries {
          for asked in select(query.segments, from: query.isAbsolute ? root : child) { read.formUnion(Self.leaves(asked)) }
        }
      }
      guard isFiltered else { return children }
      let evaluation = JSONPathEvaluation(root: root.value)
      return children.filter { evaluation.holds(filter, for: $0.value) }
    case (.name, _), (.index, _), (.slice, _): return []
    }
  }

  private static func children(_ place: Place) -> [Place] {
    switch place.value {
    case .array(let elements): elements.map { Place(value: $0, path: place.path + "[*]") }
    case .object(let object): object.members.map { Place(value: $0.value, path: place.path + step($0.name)) }
    default: []
    }
  }

  private static func descendants(_ place: Place) -> [Place] { [place] + children(place).flatMap(descendants) }

  private static func leaves(_ place: Place) -> [String] {
    switch place.value {
    case .array, .object: children(place).flatMap(leaves)
    default: [place.path]
    }
  }

  /// A normalised path's step (RFC 9535 §2.7).
  private static func step(_ name: String) -> String {
    "['" + name.replacing("\\", with: "\\\\").replacing("'", with: "\\'") + "']"
  }
}

extension JSONPath.Filter {
  /// What it asks for, not what is asked inside of that.
  fileprivate var queries: [JSONPath.Query] {
    switch self {
    case .or(let parts), .and(let parts): parts.flatMap(\.queries)
    case .not(let inner): inner.queries
    case .exists(let query): [query]
    case .test(let call): call.arguments.flatMap(\.queries)
    case .comparison(let left, _, let right): left.queries + right.queries
    }
  }
}

extension JSONPath.Operand {
  fileprivate var queries: [JSONPath.Query] {
    switch self {
    case .literal: []
    case .query(let query): [query]
    case .call(let call): call.arguments.flatMap(\.queries)
    }
  }
}
