import Configuration
import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let choiceFunctions: [FunctionDeclaration] = [
    Function(
      "if", [Parameter("condition", .condition), Parameter("then", .any), Parameter("otherwise", .any, optional: true)], .common(from: 1),
      "The second argument when the condition holds, else the third, or missing. The other one is not evaluated.",
      Example(["n": 3], "if($.n > 2, 'many', 'few')", gives: "many"), .form(.conditional)),
    Function(
      "coalesce", [Parameter("value", .any, repeated: true)], .common(from: 0), "The first argument that is neither missing nor null.",
      Example(["b": "x"], "coalesce($.a, $.b)", gives: "x"), .form(.coalesce)),
    Function(
      "default", [Parameter("value", .any), Parameter("otherwise", .any)], .common(from: 0),
      "The value, or the other one when it is missing or null.",
      Example(["a": nil], "$.a | default('none')", gives: "none"), .form(.coalesce)),
    Function(
      "exists", [Parameter("value", .list)], .always(.boolean), "True unless the value is missing; null and empty text exist.",
      Example(["a": ""], "exists($.a)", gives: true), .optionals { .bool($0[0] != nil) }),
    Function(
      "empty", [Parameter("value", .list)], .always(.boolean), "True when the value is missing, null, empty text or an empty list.",
      Example(["a": ""], "empty($.a)", gives: true),
      .optionals { values in
        switch values[0] {
        case nil, .null: .bool(true)
        case .string(let text): .bool(text.isEmpty)
        case .array(let elements): .bool(elements.isEmpty)
        default: .bool(false)
        }
      }),
    Function(
      "lookup", [Parameter("value", .text), Parameter("table", .literal)], .always(.text), canFail: true,
      "The entry of a table of this file for the value; white space around the value does not count.",
      Example("F", "$ | lookup('gender') else null", gives: "female"),
      .unary { binding in
        let name = binding.literals[1] ?? ""
        guard let table = checkedTable(name, &binding) else { return { _ in nil } }
        let entries = Dictionary(table.map { ($0.key, $0.value) }, uniquingKeysWith: { first, _ in first })
        return { (value) throws(Cause) in
          guard let entry = entries[trimmed(try scalarText(value))] else { throw Cause("is not in table \(name)", value) }
          return entry
        }
      }),
    Function(
      "match", [Parameter("value", .text), Parameter("table", .literal)], .always(.text), canFail: true,
      "Like lookup, but the table's keys are patterns (I-Regexp, RFC 9485) for the whole value; the first that matches counts.",
      Example("上海分公司", "$ | match('branches') else null", gives: "branch"),
      .unary { binding in
        let name = binding.literals[1] ?? ""
        guard let table = checkedTable(name, &binding) else { return { _ in nil } }
        var rows: [(pattern: IRegexp, value: Value)] = []
        for (index, row) in table.enumerated() {
          if row.key == ".*", index + 1 < table.count {
            binding.complain(
              1, "unreachable", "In table \(name), .* matches everything, so the rows behind it are never used.", hint: "Put it last.",
              isWarning: true)
          }
          if let pattern = compilePattern(row.key, argument: 1, &binding) { rows.append((pattern, row.value)) }
        }
        return { [rows] (value) throws(Cause) in
          let text = trimmed(try scalarText(value))
          guard let row = rows.first(where: { $0.pattern.matches(text) }) else { throw Cause("matches nothing in table \(name)", value) }
          return row.value
        }
      }),
    Function(
      "ref", [Parameter("type", .literal), Parameter("key", .text), Parameter("source", .literal, optional: true)], .always(.reference),
      "A reference to another record, of this source unless another is named. It may arrive later.",
      Example(["id": 7], "ref('customer', $.id)", gives: ["ref": "example/customer/7"]), .form(.reference)),
  ]

  private static func checkedTable(_ name: String, _ binding: inout Binding) -> [(key: String, value: Value)]? {
    if let table = binding.tables[name] { return table }
    binding.complain(
      1, "unknown-table", "This file has no table \"\(name)\".", hint: suggestion(name, among: binding.tables.keys.sorted()))
    return nil
  }
}
