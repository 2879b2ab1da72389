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
      "All values of its arguments in one list, without missing and null ones; missing when nothing is left. Equal ones all stay: | distinct keeps each once.",
      Example(["a": "1", "more": ["2", "1"]], "list($.a, $.b, $.more[*])", gives: ["1", "2", "1"]),
      .optionals { values in
        let collected = values.flatMap { $0?.elements ?? [] }.filter { $0 != .null }
        return collected.isEmpty ? nil : .array(collected)
      }),
    Function(
      "distinct", [Parameter("values", .list)], .collected, "The values of a list, each once, in the order in which they first come.",
      Example(["state": "北京", "city": "北京", "street": "长安街1号"], "list($.state, $.city, $.street) | distinct | join('')", gives: "北京长安街1号"),
      .optionals { values in
        guard let list = values[0] else { return nil }
        var seen: Set<Value> = []
        return .array(list.elements.filter { seen.insert($0).inserted })
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
