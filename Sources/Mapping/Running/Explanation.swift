import Formats
import Model

/// What one output of one item became, and why: for people who write a mapping.
public struct OutputExplanation: Sendable {
  /// One target: an attribute, or `when`, `key`, `version`, `delete`.
  public struct Target: Sendable {
    public var name: String
    /// As the statement has it; `nil` when there is none.
    public var value: Value?
    /// The paths that were read for it, with what they selected, in the order of reading; `nil` is nothing.
    public var reads: [(path: String, value: Value?)]
    /// Why there is no value, or what went wrong on the way to it.
    public var remarks: [String]
    /// `file:line:column` of the expression; `nil` for a constant.
    public var place: String?
  }

  public var type: String
  public var result: Output
  public var targets: [Target]
}

extension MappingProgram {
  /// Maps one item and tells for every target of every output where its value came from, and why it has none.
  ///
  /// - Returns: one list for every thing that `each` selects; empty when it selects nothing.
  /// - Throws: the fault of `each`.
  public func explain(_ item: Item, meta: [String: String] = [:]) throws(Fault) -> [[OutputExplanation]] {
    let scope = scope(item, meta: meta)
    let scopes = try each?.select(scope) ?? [scope]
    return scopes.map { scope in
      outputs.map { output in
        OutputExplanation(type: output.type, result: output.execute(scope, at: item.location).result, targets: output.explain(scope))
      }
    }
  }
}

extension OutputProgram {
  fileprivate func explain(_ scope: Scope) -> [OutputExplanation.Target] {
    var targets: [OutputExplanation.Target] = []
    if let when {
      targets.append(when.explain("when", scope) { (scope) throws(Fault) in .bool(try when.holds(scope, "when")) })
      if targets[0].value == .bool(false) { return targets }
    }
    targets.append(key.explain("key", scope) { (scope) throws(Fault) in try key.keyText(scope).map { .string($0) } })
    if let version {
      targets.append(
        version.explain("version", scope) { (scope) throws(Fault) in try version.version(scope).map { .number(Number($0.order)) } })
    }
    if let delete { targets.append(delete.explain("delete", scope) { (scope) throws(Fault) in .bool(try delete.holds(scope, "delete")) }) }
    for (name, value) in attributes.constants.sorted(by: { utf8Precedes($0.key, $1.key) }) {
      targets.append(OutputExplanation.Target(name: name, value: value, reads: [], remarks: []))
    }
    for attribute in attributes.programs {
      targets.append(attribute.expression.explain(attribute.name, scope) { (scope) throws(Fault) in try attribute.value(scope) })
    }
    for list in children { targets.append(list.explain(scope)) }
    return targets
  }
}

extension OutputProgram.ChildrenProgram {
  fileprivate func explain(_ scope: Scope) -> OutputExplanation.Target {
    var target = OutputExplanation.Target(name: name, value: nil, reads: [], remarks: [], place: each.place)
    do {
      target.value = try rows(scope).map { .array($0) }
      if target.value == nil { target.remarks.append("each selects nothing") }
    } catch {
      target.remarks.append("failed: \(error.message)")
    }
    return target
  }
}

extension LocatedExpression {
  fileprivate func explain(_ name: String, _ scope: Scope, _ evaluate: (Scope) throws(Fault) -> Value?) -> OutputExplanation.Target {
    let trace = Trace()
    var scope = scope
    scope.trace = trace
    var target = OutputExplanation.Target(name: name, value: nil, reads: [], remarks: [], place: place(0))
    do {
      target.value = try evaluate(scope)
    } catch {
      target.remarks.append("failed: \(error.message)")
    }
    for read in trace.reads where !target.reads.contains(where: { $0.path == read.path && $0.value == read.value }) {
      target.reads.append((read.path, read.value))
    }
    for failure in trace.caught {
      let call = failure.function.map { "\($0)(): " } ?? ""
      let remark = "\(call)\(failure.value.map { "\(shortened($0)) " } ?? "")\(failure.reason), so else counts"
      if !target.remarks.contains(where: { $0.hasPrefix("failed") }) { target.remarks.append(remark) }
    }
    guard target.value == nil || target.value == .null, target.remarks.isEmpty else { return target }
    for ignored in Set(trace.reads.compactMap(\.ignored)) { target.remarks.append("\(shortened(ignored)) means nothing here (missing:)") }
    if target.remarks.isEmpty, !target.reads.isEmpty {
      target.remarks.append(target.reads.allSatisfy { $0.value == nil } ? "nothing is there" : "nothing comes of what is there")
    }
    return target
  }
}
