import Mapping
import Model

/// Results of tests and what they reach, for people and for programs.
enum TestReport {
  static func lines(_ result: MappingTestRunner.Result) -> [String] {
    var lines = ["\(result.isPassed ? "ok    " : "FAILED") \(result.mapping): \(result.name)"]
    lines += result.differences.map { "         \($0)" }
    if !result.isPassed { lines.append("         at \(result.file):\(result.span.start.line):\(result.span.start.column)") }
    return lines
  }

  static func lines(_ coverage: MappingCoverage) -> [String] {
    let fields = coverage.fields
    var lines = [
      "\(coverage.mapping): \(share(coverage.targets)) targets, \(share(coverage.branches)) branches, "
        + "\(fields.all.count - fields.unused.count) of \(fields.all.count) fields of the input"
    ]
    lines += coverage.gaps.map { "  \($0.file):\($0.span.start.line):\($0.span.start.column): \($0.what)" }
    if !coverage.unexpected.isEmpty { lines.append("  no test expects anything of \(coverage.unexpected.joined(separator: ", "))") }
    if !fields.unused.isEmpty { lines.append("  never read: \(fields.unused.joined(separator: ", "))") }
    return lines
  }

  static func document(_ results: [MappingTestRunner.Result], _ coverages: [MappingCoverage]) -> Value {
    var document: Object = [
      "tests": .array(
        results.map { result in
          [
            "mapping": .string(result.mapping), "name": .string(result.name), "passed": .bool(result.isPassed),
            "file": .string(result.file),
            "line": .number(Number(result.span.start.line)), "differences": .array(result.differences.map { .string($0) }),
          ]
        })
    ]
    if !coverages.isEmpty { document.append("coverage", .array(coverages.map(Self.document))) }
    return .object(document)
  }

  private static func document(_ coverage: MappingCoverage) -> Value {
    let gaps: [Value] = coverage.gaps.map { gap in
      [
        "file": .string(gap.file), "line": .number(Number(gap.span.start.line)), "column": .number(Number(gap.span.start.column)),
        "what": .string(gap.what),
      ]
    }
    return [
      "mapping": .string(coverage.mapping), "targets": counts(coverage.targets), "branches": counts(coverage.branches),
      "gaps": .array(gaps),
      "unexpected": .array(coverage.unexpected.map { .string($0) }), "fields": .array(coverage.fields.all.map { .string($0) }),
      "unread": .array(coverage.fields.unused.map { .string($0) }),
    ]
  }

  private static func counts(_ count: (reached: Int, all: Int)) -> Value {
    ["reached": .number(Number(count.reached)), "all": .number(Number(count.all))]
  }

  private static func share(_ count: (reached: Int, all: Int)) -> String { "\(count.reached) of \(count.all)" }
}
