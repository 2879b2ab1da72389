import Formats
import Model

/// The fields of XML documents that a mapping reads.
struct ElementFields {
  /// In the order in which they first come.
  private(set) var known: [String] = []
  private(set) var read: Set<String> = []
  private var seen: Set<String> = []
  /// Prefixes of the mapping, by namespace.
  private let prefixes: [String: String]
  private var paths: [XMLNode: String] = [:]
  /// What a path of the mapping says, by the path.
  private var shapes: [String: XPathShape] = [:]

  init(_ program: MappingProgram) {
    var prefixes: [String: String] = [:]
    for read in program.everyRead {
      guard case .xpath(_, let namespaces) = read else { continue }
      for (prefix, uri) in namespaces { prefixes[uri] = min(prefixes[uri] ?? prefix, prefix) }
    }
    self.prefixes = prefixes
  }

  mutating func follow(_ program: MappingProgram, _ document: XMLNode) {
    paths.removeAll(keepingCapacity: true)
    learn(document, "/" + name(document))
    let items = program.each.map { elements($0, of: document) } ?? [document]
    for item in items {
      for output in program.outputs {
        for source in output.reads { read(source, from: item) }
        for list in output.children {
          for row in elements(list.each, of: item) {
            for source in list.reads { read(source, from: row) }
          }
        }
      }
    }
    // Values of attributes and what functions ask for have no place of their own: their names must do.
    for shape in shapes.values { for field in known where shape.asks(for: field) { read.insert(field) } }
  }

  private mutating func learn(_ node: XMLNode, _ path: String) {
    paths[node] = path
    let attributes = node.attributes
    for attribute in attributes { note(path + "/@" + name(attribute.name, attribute.namespaceURI)) }
    let children = node.children
    if children.isEmpty, attributes.isEmpty || !trimmed(node.text).isEmpty { note(path) }
    for child in children { learn(child, path + "/" + name(child)) }
  }

  private mutating func note(_ path: String) { if seen.insert(path).inserted { known.append(path) } }

  private func name(_ node: XMLNode) -> String { name(node.name, node.namespaceURI) }

  private func name(_ local: String, _ uri: String?) -> String { uri.flatMap { prefixes[$0] }.map { $0 + ":" + local } ?? local }

  private mutating func elements(_ each: MappingProgram.EachProgram, of start: XMLNode) -> [XMLNode] {
    for case .xpath(let text, let namespaces) in each.selectors {
      _ = shape(text)
      let found = nodes(text, namespaces, from: start)
      if !found.isEmpty { return found }
    }
    return []
  }

  private mutating func read(_ source: SourceRead, from node: XMLNode) {
    guard case .xpath(let text, let namespaces) = source else { return }
    // A sample has not everything that predicates look for.
    for found in nodes(shape(text).withoutPredicates, namespaces, from: node) { readAll(of: found) }
  }

  private mutating func readAll(of node: XMLNode) {
    if let path = paths[node] { read.insert(path) }
    for child in node.children { readAll(of: child) }
  }

  private mutating func shape(_ text: String) -> XPathShape {
    if let known = shapes[text] { return known }
    let shape = XPathShape(text)
    shapes[text] = shape
    return shape
  }

  private func nodes(_ text: String, _ namespaces: [String: String], from node: XMLNode) -> [XMLNode] {
    // What cannot be evaluated reads nothing; running the mapping says why.
    let found = (try? node.xpath(text, namespaces: namespaces)) ?? []
    return found.compactMap { if case .node(let node) = $0 { node } else { nil } }
  }
}

/// The words of an XPath expression that is known to parse.
private struct XPathShape {
  /// As it was written, without what stands in brackets.
  private(set) var withoutPredicates = ""
  /// Names of attributes, and of elements in predicates and calls, without prefixes.
  private var attributes: Set<String> = []
  private var names: Set<String> = []

  init(_ text: String) {
    let scalars = Array(text.unicodeScalars)
    // A path with a call gives a text: then all of its names count.
    var (depth, isCall) = (0, false)
    var outside = String.UnicodeScalarView()
    var words: [(name: String, isInside: Bool, isAttribute: Bool)] = []
    var at = 0
    while at < scalars.count {
      let start = at
      let scalar = scalars[at]
      at += 1
      switch scalar {
      case "'", "\"": at = (scalars[at...].firstIndex(of: scalar) ?? scalars.count - 1) + 1
      case "[": depth += 1
      case "(": isCall = isCall || depth == 0
      case _ where Self.isName(scalar):
        while at < scalars.count, Self.isName(scalars[at]) { at += 1 }
        let name = String(scalars: scalars[start..<at])
        words.append((name, depth > 0, Self.isAttribute(scalars[..<start])))
      default: break
      }
      if depth == 0 { outside.append(contentsOf: scalars[start..<at]) }
      if scalar == "]" { depth -= 1 }
    }
    withoutPredicates = String(outside)
    for word in words {
      if word.isAttribute { attributes.insert(word.name) } else if word.isInside || isCall { names.insert(word.name) }
    }
  }

  /// Whether the last name of a field's path is among the words; `*` asks for all attributes.
  func asks(for field: String) -> Bool {
    let last = field.split(separator: "/").last ?? ""
    let local = String(last.split(separator: ":").last ?? "").drop { $0 == "@" }
    return last.hasPrefix("@") ? attributes.contains(String(local)) || attributes.contains("*") : names.contains(String(local))
  }

  private static func isName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar == "-" || scalar == "." || scalar == "*" || scalar.properties.isAlphabetic || scalar.value > 0x2E7F
      || scalar.properties.numericType != nil
  }

  /// Whether an `@` or `attribute::` stands before a name, or before its prefix.
  private static func isAttribute(_ front: ArraySlice<Unicode.Scalar>) -> Bool {
    var front = front
    if front.last == ":", front.dropLast().last != ":" {
      front = front.dropLast()
      while let last = front.last, isName(last) { front.removeLast() }
    }
    return front.last == "@" || String(scalars: front).hasSuffix("attribute::")
  }
}

extension MappingProgram {
  fileprivate var everyRead: [SourceRead] {
    let own = outputs.flatMap { output in output.reads + output.children.flatMap(\.reads) + output.children.flatMap(\.each.reads) }
    return own + (each?.reads ?? [])
  }
}

extension MappingProgram.EachProgram {
  fileprivate var reads: [SourceRead] {
    selectors.compactMap { if case .xpath(let text, let namespaces) = $0 { .xpath(text, namespaces: namespaces) } else { nil } }
  }
}
