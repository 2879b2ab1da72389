import Formats
import Foundation
import Model
import Normalization

/// A suggestion as a mapping file that lints, with how sure each line is and why in comments.
public struct MappingProposal: Sendable {
  /// The mapping's name, also that of its connector.
  public var name: String
  public var format: Format
  private let suggestion: MappingSuggestion
  private let isArray: Bool
  private let definition: TypeDefinition
  private let fields: [String: SampleField]
  /// The array whose elements are the items; empty when the whole item is one.
  private let each: String
  private let xml: XMLSample?
  /// The names of the columns of a table that has none, and by the path that its first row gives a column, the path by its name.
  private let head: [String]?
  private let renamed: [String: String]

  /// - Parameters:
  ///   - items: those that were looked at, for the formats of dates and numbers.
  ///   - isArray: whether they are the elements of one JSON document.
  ///   - xml: where the items are from when the sample is XML.
  ///   - definition: the declaration of the suggestion's type.
  public init(
    _ suggestion: MappingSuggestion, items: [Value], isArray: Bool = false, xml: XMLSample? = nil, name: String, format: Format,
    definition: TypeDefinition
  ) {
    self.isArray = isArray
    self.suggestion = suggestion
    self.name = name
    self.format = format
    self.definition = definition
    self.xml = xml
    let found = SampleField.all(in: items, isXML: xml != nil)
    fields = Dictionary(found.map { ($0.path, $0) }, uniquingKeysWith: { first, _ in first })
    head = format == .csv && SampleHead.isData(found) ? SampleHead.names(found, suggestion) : nil
    renamed = Dictionary(zip(found.map(\.path), (head ?? []).map { "$['\($0)']" }), uniquingKeysWith: { first, _ in first })
    let key = suggestion.fields.first { $0.target == "key" || suggestion.type == "stock" && $0.target == "sku" }
    each = isArray || xml != nil ? "" : key.map { Self.array(around: $0.path) } ?? ""
  }

  /// The file.
  public var yaml: String {
    var lines = [
      "# Proposed from a sample: look at every line. The comments say how sure it is, and why.",
      "# Numbers of phones and times without a zone are taken for Chinese ones.", "language: 1", "mapping: \(quoted(name))",
      "from: {connector: \(quoted(name)), format: \(format.rawValue)\(columns)}",
      "missing: [\(missing.map { "'\($0)'" }.joined(separator: ", "))]",
    ]
    if head != nil { lines.insert("# The table has no row with names: columns has them, by what the values are taken for.", at: 2) }
    lines += selection
    lines += ["outputs:", "  - to: \(suggestion.type)"] + key + ["    write: patch"]
    let set = targets.flatMap { attribute($0) }
    if !set.isEmpty { lines += ["    set:"] + set }
    lines += rows
    let ignored = suggestion.ignored
    if !ignored.isEmpty {
      lines += ["# Left out:"] + ignored.map { "#   \(printable(xml == nil ? renamed[$0] ?? $0 : XMLSample.xpath($0)))" }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  private var columns: String { head.map { ", header: none, columns: [\($0.map(quoted).joined(separator: ", "))]" } ?? "" }

  /// What names the items.
  private var selection: [String] {
    guard let xml else { return isArray || !each.isEmpty ? ["each: \(quoted(short("$\(each)[*]")))"] : [] }
    let namespaces = xml.namespaces.map { "  \($0.prefix): \(quoted($0.uri))" }
    return (namespaces.isEmpty ? [] : ["namespaces:"] + namespaces) + ["each: xpath('\(xml.each)')"]
  }

  /// What the sample has for nothing, besides what is always taken for it.
  private var missing: [String] {
    let candidates = [
      "--", "/", "\\", ".", "null", "N/A", "n/a", "#N/A", "none", "None", "nil", "\\N", "暂无", "未知", "不详", "未填写", "空", "0000-00-00",
      "0000-00-00 00:00:00",
    ]
    let seen = Set(fields.values.flatMap(\.values))
    return ["", "-", "NULL", "无"] + candidates.filter { seen.contains($0) }
  }

  // MARK: The key

  private var key: [String] {
    if suggestion.type == "stock", let sku = first("sku"), let warehouse = first("warehouse") {
      return ["    key: \(quoted("concat(\(one(sku)), '@', \(one(warehouse)))"))"]
    }
    guard let field = first(suggestion.type == "stock" ? "sku" : "key") else {
      return ["    # No field looks like the source's own key: this one changes when rows move.", "    key: $meta.row"]
    }
    return ["    \(comment([field]))", "    key: \(quoted(one(field)))"] + totals(field)
  }

  /// Leaves out the rows at the end of a sheet that add others up.
  private func totals(_ key: FieldSuggestion) -> [String] {
    let values = Set(fields[key.path]?.values ?? [])
    let words = ["合计", "总计", "小计", "总数", "Total", "TOTAL", "Grand Total", "Summe", "Gesamt"].filter { values.contains($0) }
    guard !words.isEmpty else { return [] }
    let condition = words.map { "\(one(key)) == '\($0)'" }.joined(separator: " or ")
    return ["    # The sample has rows that add others up.", "    when: \(quoted("not (\(condition))"))"]
  }

  private func first(_ target: String) -> FieldSuggestion? { suggestion.fields.first { $0.target == target } }

  // MARK: Attributes

  /// The attributes that are set, each once, in the order of the sample.
  private var targets: [String] {
    var targets: [String] = []
    for field in suggestion.fields where field.target != "key" && !isRow(field) && !targets.contains(field.target) {
      targets.append(field.target)
    }
    return targets.filter { definition.attribute($0) != nil }
  }

  private func attribute(_ target: String) -> [String] {
    let sources = suggestion.fields.filter { $0.target == target && !isRow($0) }
    guard let declaration = definition.attribute(target), let expression = expression(sources, declaration) else {
      return ["      # \(target): nothing is known about how its values are written."]
    }
    return ["      \(comment(sources))", "      \(target): \(quoted(expression))"]
  }

  private func comment(_ sources: [FieldSuggestion]) -> String {
    "# " + sources.map { "\(Int(($0.confidence * 100).rounded())) %: \(printable($0.reason))" }.joined(separator: "; ")
  }

  /// Names of fields are other people's: nothing of them may end a comment.
  private func printable(_ text: String) -> String {
    FunctionDeclaration.string(
      text.unicodeScalars.map { $0.properties.generalCategory == .control || $0.properties.isWhitespace ? " " : $0 })
  }

  /// What turns the fields into the attribute; `nil` when their values cannot be read.
  private func expression(_ sources: [FieldSuggestion], _ declaration: AttributeDefinition) -> String? {
    if declaration.isMany { return many(sources, declaration) }
    if declaration.name == "name" || declaration.name == "customer_name", sources.count > 1, sources.contains(where: isPartOfName) {
      return "list(\(sources.map { every($0) }.joined(separator: ", "))) | join(' ')"
    }
    let parts = sources.compactMap { read(one($0), $0, declaration) }
    guard let first = parts.first else { return nil }
    return parts.count == 1 ? first : "coalesce(\(parts.map { "(\($0))" }.joined(separator: ", ")))"
  }

  /// First and last names are parts; other names are alternatives.
  private func isPartOfName(_ source: FieldSuggestion) -> Bool {
    let path = source.path.lowercased()
    return ["first", "last", "given", "surname", "family", "forename", "vorname", "nachname"].contains { path.contains($0) }
  }

  private func many(_ sources: [FieldSuggestion], _ declaration: AttributeDefinition) -> String {
    switch declaration.kind {
    case .phone:
      // Numbers with words beside them are looked for; of other fields everything counts, also what is masked.
      let mixed = sources.filter(isMixed).map { "\(every($0)) | phones_in('CN')" }
      let plain = sources.filter { !isMixed($0) }
      let parts = mixed + (plain.isEmpty ? [] : ["\(list(plain)) | phones('CN')"])
      return parts.count == 1 ? parts[0] : "list(\(parts.joined(separator: ", ")))"
    case .email: return list(sources) + " | emails"
    default: return list(sources)
    }
  }

  private func list(_ sources: [FieldSuggestion]) -> String { "list(\(sources.map { every($0) }.joined(separator: ", ")))" }

  /// Whether names stand beside the numbers of a field. The words in front of an extension do not count.
  private func isMixed(_ source: FieldSuggestion) -> Bool {
    (fields[source.path]?.values ?? []).contains { text in
      let rest = ["分机", "转", "ext", "Ext", "EXT"].reduce(text) { $0.replacing($1, with: "") }
      return rest.count(where: \.isLetter) > 1 && rest.count(where: \.isNumber) > 5
    }
  }

  private func read(_ path: String, _ source: FieldSuggestion, _ declaration: AttributeDefinition) -> String? {
    let values = fields[source.path]?.values ?? []
    switch declaration.kind {
    case .decimal, .integer:
      let isGerman = values.contains {
        $0.contains(",") && Number(parsing: $0.replacing(",", with: "")) != nil && $0.split(separator: ",").last?.count != 3
      }
      return "\(path) | \(declaration.kind.rawValue)\(isGerman ? "('de')" : "") else null"
    case .datetime: return reading(path, SampleDates(values).datetime)
    case .date: return reading(path, SampleDates(values).date)
    case .boolean: return "\(path) | boolean else null"
    case .reference: return "ref('\(referred(declaration.name))', \(path))"
    case .phone: return "\(path) | phone('CN') else null"
    case .email: return "\(path) | email else null"
    case .text, .url, .code: return "\(path) | trim"
    case .list: return nil
    }
  }

  /// The first of several ways to read a date that works; `nil` when there is none.
  private func reading(_ path: String, _ calls: [String]) -> String? {
    let ways = calls.map { "\(path) | \($0) else null" }
    return ways.count > 1 ? "coalesce(\(ways.joined(separator: ", ")))" : ways.first
  }

  private func referred(_ attribute: String) -> String {
    switch attribute {
    case "customer_key", "parent_key": "customer"
    case "order_key": "order"
    default: "product"
    }
  }

  // MARK: Lines of an order

  /// True for a field of the lines, when the type has lines.
  private func isRow(_ field: FieldSuggestion) -> Bool {
    guard suggestion.type == "order", definition.attribute("lines.\(field.target)") != nil else { return false }
    return Self.array(around: field.path) != each
  }

  private var rows: [String] {
    let sources = suggestion.fields.filter(isRow)
    guard let array = sources.first.map({ Self.array(around: $0.path) }) else { return [] }
    var lines = ["    children:", "      lines:", "        each: \(quoted(rows(in: array)))", "        set:"]
    var seen: Set<String> = []
    for source in sources where Self.array(around: source.path) == array && seen.insert(source.target).inserted {
      guard let declaration = definition.attribute("lines.\(source.target)") else { continue }
      let path = "$" + source.path.dropFirst(1 + array.count + 3)
      guard let expression = read(one(path), source, declaration) else { continue }
      lines += ["          \(comment([source]))", "          \(source.target): \(quoted(expression))"]
    }
    return lines
  }

  // MARK: Paths

  /// A path as it stands in the mapping, giving one value.
  private func one(_ source: FieldSuggestion) -> String { one(relative(source.path)) }

  private func one(_ path: String) -> String { path.contains("[*]") ? "(\(written(path)) | first)" : written(path) }

  private func every(_ source: FieldSuggestion) -> String { written(relative(source.path)) }

  private func rows(in array: String) -> String { written("$\(array.dropFirst(each.count))[*]") }

  /// A normalised path as the mapping's format has it.
  private func written(_ path: String) -> String { xml == nil ? short(renamed[path] ?? path) : "xpath('\(XMLSample.xpath(path))')" }

  /// Seen from the items that `each` selects.
  private func relative(_ path: String) -> String {
    guard !each.isEmpty else { return path }
    let prefix = "$\(each)[*]"
    return path.hasPrefix(prefix) ? "$" + path.dropFirst(prefix.count) : "$up" + path.dropFirst()
  }

  /// `['orders']` of `$['orders'][*]['num']`; empty for a field that is there once.
  private static func array(around path: String) -> String {
    guard let star = path.range(of: "[*]", options: .backwards), star.upperBound < path.endIndex else { return "" }
    return String(path[path.index(after: path.startIndex)..<star.lowerBound])
  }

  /// `$.name` for `$['name']` where RFC 9535 (§2.5.1.1) has the short form.
  private func short(_ path: String) -> String {
    path.replacing(/\['([A-Za-z_\u{80}-\u{10FFFF}][A-Za-z0-9_\u{80}-\u{10FFFF}]*)'\]/) { ".\($0.1)" }
  }

  /// In quotes only where YAML would read something else.
  private func quoted(_ text: String) -> String {
    let isPlain =
      !text.contains(": ") && !text.contains(" #") && !text.hasSuffix(":")
      && text.first.map { $0.isLetter || $0 == "$" || $0 == "(" } ?? false
    return isPlain && Number(parsing: text) == nil ? text : "'\(text.replacing("'", with: "''"))'"
  }
}
