import Model

private typealias Function = FunctionDeclaration

extension FunctionDeclaration {
  static let patternFunctions: [FunctionDeclaration] = [
    Function(
      "found", [Parameter("value", .text), Parameter("pattern", .literal)], .always(.boolean),
      "True when a part of the text matches the pattern.",
      Example("发票 No. 4711 已开", "$ | found('(?i)no\\. *[0-9]+')", gives: true),
      .unary { binding in
        guard let pattern = pattern(&binding) else { return { _ in nil } }
        return { (value) throws(Cause) in .bool(pattern.isFound(in: try scalarText(value))) }
      }),
    Function(
      "extract", [Parameter("value", .text), Parameter("pattern", .literal), Parameter("group", .literal, optional: true)],
      .always(.text), canFail: true,
      "What the pattern's first group holds in the first match, or the whole match when it has no group. Another group is named by its number in quotes, or by its name: (?P<name>…).",
      Example("订单 SO-2024-0815, 加急", "$ | extract('SO-([0-9]{4})-(?P<number>[0-9]+)', 'number') else null", gives: "0815"),
      .unary { binding in
        guard let pattern = pattern(&binding), let group = group(pattern, &binding) else { return { _ in nil } }
        return { (value) throws(Cause) in
          guard let found = pattern.captures(of: group, in: try scalarText(value), isFirstOnly: true).first else {
            throw Cause("does not hold what the pattern looks for", value)
          }
          return .string(found)
        }
      }),
    Function(
      "extract_all", [Parameter("value", .text), Parameter("pattern", .literal), Parameter("group", .literal, optional: true)],
      .always(.list(.text)), "As extract, for every match; missing when there is none.",
      Example("A12 B7", "$ | extract_all('[A-Z]([0-9]+)')", gives: ["12", "7"]),
      .unary { binding in
        guard let pattern = pattern(&binding), let group = group(pattern, &binding) else { return { _ in nil } }
        return { (value) throws(Cause) in
          let found = pattern.captures(of: group, in: try scalarText(value), isFirstOnly: false)
          guard !found.isEmpty else { return nil }
          return .array(found.map { .string($0) })
        }
      }),
    Function(
      "replace_pattern", [Parameter("value", .text), Parameter("pattern", .literal), Parameter("new", .literal)], .always(.text),
      "The text with every match replaced. In the new text \\1 stands for the first group, \\0 for the whole match, \\\\ for a backslash.",
      Example("2024年5月6日", "$ | replace_pattern('([0-9]+)[年月日]', '\\1/')", gives: "2024/5/6/"),
      .unary { binding in
        guard let pattern = pattern(&binding) else { return { _ in nil } }
        do throws(Fault) {
          let replacement = try Pattern.Replacement(binding.literals[2] ?? "", for: pattern)
          return { (value) throws(Cause) in .string(pattern.replaceAll(in: try scalarText(value), with: replacement)) }
        } catch {
          binding.complain(2, error.code, error.message, hint: "Groups are written \\1 to \\9.")
          return { _ in nil }
        }
      }),
    Function(
      "split_pattern", [Parameter("value", .text), Parameter("pattern", .literal)], .always(.list(.text)),
      "The parts of the text between matches, trimmed, without empty ones.",
      Example("张三、李四 / 王五", "$ | split_pattern('[、/]')", gives: ["张三", "李四", "王五"]),
      .unary { binding in
        guard let pattern = pattern(&binding) else { return { _ in nil } }
        return { (value) throws(Cause) in
          let parts = pattern.split(try scalarText(value)).map(trimmed).filter { !$0.isEmpty }
          return .array(parts.map { .string($0) })
        }
      }),
  ]

  private static func pattern(_ binding: inout Binding) -> Pattern? {
    do {
      return try Pattern(binding.literals[1] ?? "")
    } catch {
      binding.complain(1, error.code, "In the pattern: \(error.message)", hint: "Patterns are RE2's: no look-ahead, no back-references.")
      return nil
    }
  }

  private static func group(_ pattern: Pattern, _ binding: inout Binding) -> Int? {
    guard let name = binding.literals[2] else { return min(1, pattern.groupCount) }
    if let group = pattern.group(name) { return group }
    binding.complain(
      2, "regexp-group", "The pattern has no group \"\(name)\".",
      hint: "Groups are counted from '1' by their opening parenthesis; named ones are written (?P<\(name)>…).")
    return nil
  }
}
