import Model

/// The prefixes and function names of an XPath expression that is known to parse: libxml2 looks them up only when it gets
/// there, lint must know before.
struct XPathNames {
  private struct Name {
    var text: String
    var column: Int
  }

  private var prefixes: [Name] = []
  private var functions: [Name] = []

  /// XPath 1.0 §4, the core function library.
  static let coreFunctions: Set<String> = [
    "last", "position", "count", "id", "local-name", "namespace-uri", "name", "string", "concat", "starts-with", "contains",
    "substring-before", "substring-after", "substring", "string-length", "normalize-space", "translate", "boolean", "not", "true",
    "false", "lang", "number", "sum", "floor", "ceiling", "round",
  ]
  /// XPath 1.0 §2.3: these look like calls and are not; `or` and the like may stand before a parenthesis.
  private static let otherNames: Set<String> = ["node", "text", "comment", "processing-instruction", "and", "or", "div", "mod"]

  init(_ expression: String) {
    let scalars = Array(expression.unicodeScalars)
    var at = 0
    while at < scalars.count {
      let scalar = scalars[at]
      if scalar == "'" || scalar == "\"" {
        at = (scalars[(at + 1)...].firstIndex(of: scalar) ?? scalars.count - 1) + 1
      } else if Self.startsName(scalar) {
        let start = at
        while at < scalars.count, Self.continuesName(scalars[at]) { at += 1 }
        note(Name(text: String(String.UnicodeScalarView(scalars[start..<at])), column: start + 1), before: scalars[at...])
      } else {
        at += 1
      }
    }
  }

  private mutating func note(_ name: Name, before rest: ArraySlice<Unicode.Scalar>) {
    if rest.first == ":", rest.dropFirst().first != ":" {
      prefixes.append(name)
    } else if rest.first(where: { !$0.properties.isWhitespace }) == "(", !Self.otherNames.contains(name.text) {
      functions.append(name)
    }
  }

  func fault(namespaces: [String: String]?) -> Fault? {
    if let namespaces, let unknown = prefixes.first(where: { namespaces[$0.text] == nil && $0.text != "xml" }) {
      return Fault(
        "xpath-prefix", "The XPath prefix \"\(unknown.text)\" is not declared.",
        at: Location(file: "xpath", line: 1, column: unknown.column),
        hint: "Add it to \"namespaces\".")
    }
    guard let unknown = functions.first(where: { !Self.coreFunctions.contains($0.text) }) else { return nil }
    return Fault(
      "xpath-function", "XPath 1.0 has no function \"\(unknown.text)\".", at: Location(file: "xpath", line: 1, column: unknown.column))
  }

  private static func startsName(_ scalar: Unicode.Scalar) -> Bool {
    scalar == "_" || scalar.properties.isAlphabetic || scalar.value > 0x2E7F
  }

  private static func continuesName(_ scalar: Unicode.Scalar) -> Bool {
    startsName(scalar) || scalar == "-" || scalar == "." || scalar.properties.numericType != nil
  }
}
