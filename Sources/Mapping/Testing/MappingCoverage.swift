import Configuration
import Formats
import Model

/// What the tests of a mapping reach: which targets got a value, which branches were taken, which fields of the input are read.
public struct MappingCoverage: Sendable {
  /// Something that no test reaches.
  public struct Gap: Sendable {
    /// `to customer: phone never gets a value`
    public var what: String
    public var file: String
    public var span: SourceSpan
  }

  public var mapping: String
  /// Targets of all outputs, and how many of them got a value in a test.
  public var targets = (reached: 0, all: 0)
  /// Ways that expressions can go, and how many of them were gone.
  public var branches = (reached: 0, all: 0)
  /// In the order of the file.
  public var gaps: [Gap] = []
  /// Attributes that got a value in a test and that no test expects anything of, as `type.attribute`.
  public var unexpected: [String] = []
  /// Fields of what the tests are given, as paths, and those that the mapping never reads.
  public var fields = SourceFields()
}

extension MappingCoverage {
  init(_ program: MappingProgram, _ trace: Trace, _ items: [Item]) {
    mapping = program.name
    fields = SourceFields(program, items)
    let expected = Set(
      program.tests.flatMap { test in test.expectations.flatMap { output in output.attributes.map { "\(output.type ?? "").\($0.name)" } } })
    for output in program.outputs {
      for (name, expression) in output.conditions { add(Branch(span: 0..<0, arms: ["true", "false"]), name, expression, output, trace) }
      for expression in [output.when, output.key, output.version, output.delete].compactMap(\.self) { add(expression, output, trace) }
      add(output.attributes.programs, prefix: "", output, trace, expected)
      for list in output.children {
        if let when = list.when { add(when, output, trace) }
        if let key = list.key { add(key, output, trace) }
        add(list.attributes.programs, prefix: list.name + ".", output, trace, expected)
      }
    }
    gaps.sort { $0.span.start < $1.span.start }
  }

  private mutating func add(
    _ attributes: [OutputProgram.AttributeProgram], prefix: String, _ output: OutputProgram, _ trace: Trace, _ expected: Set<String>
  ) {
    for attribute in attributes {
      targets.all += 1
      let name = "\(output.type).\(prefix)\(attribute.name)"
      if trace.produced.contains(attribute.expression.start) {
        targets.reached += 1
        if prefix.isEmpty, !expected.contains(name), !unexpected.contains(name) { unexpected.append(name) }
      } else {
        let position = attribute.expression.positions.position(0)
        gaps.append(
          Gap(
            what: "to \(output.type): \(prefix)\(attribute.name) never gets a value", file: attribute.expression.file,
            span: SourceSpan(start: position, end: position)))
      }
      add(attribute.expression, output, trace)
    }
  }

  private mutating func add(_ expression: LocatedExpression, _ output: OutputProgram, _ trace: Trace) {
    for branch in expression.branches { add(branch, nil, expression, output, trace) }
  }

  private mutating func add(_ branch: Branch, _ name: String?, _ expression: LocatedExpression, _ output: OutputProgram, _ trace: Trace) {
    let position = name == nil ? branch.span.lowerBound : Trace.condition
    for (arm, title) in branch.arms.enumerated() {
      branches.all += 1
      if trace.choices.contains(Trace.Choice(place: expression.start, position: position, arm: arm)) {
        branches.reached += 1
      } else {
        gaps.append(
          Gap(
            what: "to \(output.type): \(name.map { "\($0) is never \(title)" } ?? "\(title) is never used")", file: expression.file,
            span: expression.positions.span(branch.span)))
      }
    }
  }
}

extension OutputProgram {
  fileprivate var conditions: [(name: String, expression: LocatedExpression)] {
    [("when", when), ("delete", delete)].compactMap { name, expression in expression.map { (name, $0) } }
  }
}
