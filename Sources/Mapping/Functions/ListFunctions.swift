import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let listFunctions: [FunctionDeclaration] = [
    Function(
      "first", [Parameter("values", .list)], .element, "The first of several values.",
      Example(["tags": ["a", "b"]], "$.tags[*] | first", gives: "a"),
      .optionals { values in values[0]?.elements.first }),
    Function(
      "last", [Parameter("values", .list)], .element, "The last of several values.",
      Example(["tags": ["a", "b"]], "$.tags[*] | last", gives: "b"),
      .optionals { values in values[0]?.elements.last }),
    Function(
      "list", [Parameter("value", .list, repeated: true)], .collected,
      "All values of its arguments in one list, without missing, null and repeated ones; missing when nothing is left.",
      Example(["a": "1", "more": ["2", "1"]], "list($.a, $.b, $.more[*])", gives: ["1", "2"]),
      .optionals { values in
        var collected: [Value] = []
        for element in values.flatMap({ $0?.elements ?? [] }) where element != .null && !collected.contains(element) {
          collected.append(element)
        }
        guard !collected.isEmpty else { return nil }
        return .array(collected)
      }),
    Function(
      "join", [Parameter("values", .list), Parameter("separator", .text, optional: true)], .always(.text),
      "The values as one text with the separator between them, without null and empty ones.",
      Example(["tags": ["a", "", "b"]], "$.tags[*] | join(', ')", gives: "a, b"),
      .optionals { (values) throws(Cause) in
        guard let list = values[0] else { return nil }
        let separator = values.count > 1 ? try values[1].map(scalarText) ?? "" : ""
        if case .string = list { return list }
        var joined = ""
        for element in list.elements where !element.isNull {
          let text = try scalarText(element)
          if text.isEmpty { continue }
          if !joined.isEmpty { joined += separator }
          joined += text
        }
        return .string(joined)
      }),
  ]
}
