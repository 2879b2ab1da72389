import Formats
import Model

/// What a document of XML is a list of: its records as values, and where they stand.
///
/// Members are called as XPath calls them: `cbc:Name`, `@currencyID`. An element with attributes has its own text under the empty name.
/// What is there several times in one record is an array in all of them.
public struct XMLSample: Sendable {
  /// The records, at most 200.
  public let items: [Value]
  /// The XPath of the records, from the root.
  public let each: String
  /// Prefixes that the paths use, with their namespaces, in the order of the document.
  public let namespaces: [(prefix: String, uri: String)]

  public init(_ root: XMLNode) {
    var prefixes = XMLPrefixes()
    let place = Self.records(root)
    var shape = XMLShape()
    let records = place.records.prefix(200)
    for record in records { shape.learn(record, "", &prefixes) }
    items = records.map { shape.value(of: $0, "", &prefixes) }
    each = "/" + place.path.map { prefixes.name(of: $0) }.joined(separator: "/")
    namespaces = prefixes.all
  }

  /// The path of a field as XPath, seen from the record: `cac:Item/cbc:Name` for `$['cac:Item'][*]['cbc:Name']`.
  public static func xpath(_ path: String) -> String {
    let names = path.matches(of: /\['([^']*)'\]/).map { String($0.output.1) }.filter { !$0.isEmpty }
    return names.isEmpty ? "." : names.joined(separator: "/")
  }

  /// The outermost elements that hold fields, or that are there several times.
  private static func records(_ root: XMLNode) -> (records: [XMLNode], path: [XMLNode]) {
    var path = [root]
    while let node = path.last {
      let children = node.children
      let groups = Dictionary(grouping: children, by: XMLShape.key)
      if children.count(where: { $0.children.isEmpty && groups[XMLShape.key($0)]?.count == 1 }) > 1 { break }
      if let repeated = children.first(where: { (groups[XMLShape.key($0)]?.count ?? 0) > 1 && XMLShape.hasFields($0) }) {
        return (groups[XMLShape.key(repeated)] ?? [], path + [repeated])
      }
      guard let next = children.max(by: { XMLShape.weight($0) < XMLShape.weight($1) }), XMLShape.hasFields(next) else { break }
      path.append(next)
    }
    return (path.suffix(1), path)
  }
}

/// Which elements of the records are there several times, and which hold more than a text.
private struct XMLShape {
  private var repeated: Set<String> = []
  private var compound: Set<String> = []

  static func key(_ node: XMLNode) -> String { "\(node.namespaceURI ?? "") \(node.name)" }

  static func hasFields(_ node: XMLNode) -> Bool { !node.children.isEmpty || node.attributes.count > 1 }

  /// How many elements are in it.
  static func weight(_ node: XMLNode) -> Int { node.children.reduce(1) { $0 + weight($1) } }

  mutating func learn(_ node: XMLNode, _ path: String, _ prefixes: inout XMLPrefixes) {
    let children = node.children
    if !children.isEmpty || !node.attributes.isEmpty { compound.insert(path) }
    var seen: Set<String> = []
    for child in children {
      let inner = path + "/" + prefixes.name(of: child)
      if !seen.insert(inner).inserted { repeated.insert(inner) }
      learn(child, inner, &prefixes)
    }
  }

  func value(of node: XMLNode, _ path: String, _ prefixes: inout XMLPrefixes) -> Value {
    guard compound.contains(path) else { return .string(node.text) }
    var object = Object()
    for attribute in node.attributes { object["@" + prefixes.name(attribute.name, attribute.namespaceURI)] = .string(attribute.value) }
    let children = node.children
    if children.isEmpty, !path.isEmpty { object[""] = .string(node.text) }
    for child in children {
      let name = prefixes.name(of: child)
      let inner = path + "/" + name
      let value = value(of: child, inner, &prefixes)
      guard repeated.contains(inner) else {
        object[name] = value
        continue
      }
      // What is there thousands of times looks no different.
      let before = object[name]?.elements ?? []
      if before.count < 100 { object[name] = .array(before + [value]) }
    }
    return .object(object)
  }
}

/// Short names for namespaces: initials, such as `cbc` for `urn:…:CommonBasicComponents-2`.
private struct XMLPrefixes {
  private(set) var all: [(prefix: String, uri: String)] = []

  mutating func name(of node: XMLNode) -> String { name(node.name, node.namespaceURI) }

  mutating func name(_ local: String, _ uri: String?) -> String {
    guard let uri, !uri.isEmpty else { return local }
    if uri == "http://www.w3.org/XML/1998/namespace" { return "xml:" + local }
    if let known = all.first(where: { $0.uri == uri }) { return known.prefix + ":" + local }
    let prefix = unused(Self.initials(uri))
    all.append((prefix, uri))
    return prefix + ":" + local
  }

  private func unused(_ wanted: String) -> String {
    guard all.contains(where: { $0.prefix == wanted }) else { return wanted }
    return (2...).lazy.map { "\(wanted)\($0)" }.first { name in !all.contains { $0.prefix == name } } ?? wanted
  }

  private static func initials(_ uri: String) -> String {
    let words = uri.split(whereSeparator: { "/:#".contains($0) }).filter { $0.contains { $0.isASCII && $0.isLetter } }
    let letters = (words.last ?? "").filter { $0.isASCII && $0.isLetter }
    let capitals = letters.filter(\.isUppercase)
    let short = (capitals.isEmpty ? letters.prefix(3) : capitals.prefix(4)[...]).lowercased()
    return short.isEmpty || short.hasPrefix("xml") ? "n" : short
  }
}
