import Model

/// Applies a parsed query to one document.
struct JSONPathEvaluation {
  let root: Value

  func select(_ segments: [JSONPath.Segment], from start: Value) -> [Value] {
    var nodes = [start]
    for segment in segments {
      var next: [Value] = []
      for node in nodes {
        if segment.isDescendant {
          descend(node, segment.selectors, into: &next)
        } else {
          for selector in segment.selectors { apply(selector, to: node, into: &next) }
        }
      }
      nodes = next
      if nodes.isEmpty { break }
    }
    return nodes
  }

  /// Applies the selectors to the node and then, in document order, to everything below it (RFC 9535 §2.5.2.2).
  private func descend(_ node: Value, _ selectors: [JSONPath.Selector], into output: inout [Value]) {
    for selector in selectors { apply(selector, to: node, into: &output) }
    switch node {
    case .array(let elements): for element in elements { descend(element, selectors, into: &output) }
    case .object(let object): for member in object.members { descend(member.value, selectors, into: &output) }
    default: break
    }
  }

  private func apply(_ selector: JSONPath.Selector, to node: Value, into output: inout [Value]) {
    switch (selector, node) {
    case (.name(let name), .object(let object)):
      if let member = object.member(name) { output.append(member) }
    case (.wildcard, .array(let elements)): output.append(contentsOf: elements)
    case (.wildcard, .object(let object)): output.append(contentsOf: object.members.map(\.value))
    case (.index(let index), .array(let elements)):
      let position = index < 0 ? elements.count + index : index
      if elements.indices.contains(position) { output.append(elements[position]) }
    case (.slice(let start, let end, let step), .array(let elements)):
      Self.slice(elements, start, end, step, into: &output)
    case (.filter(let filter), .array(let elements)):
      for element in elements where holds(filter, for: element) { output.append(element) }
    case (.filter(let filter), .object(let object)):
      for member in object.members where holds(filter, for: member.value) { output.append(member.value) }
    default: break
    }
  }

  /// RFC 9535 §2.3.4.2.2. Bounds are clamped to the array before stepping, so no arithmetic can overflow.
  private static func slice(_ elements: [Value], _ start: Int?, _ end: Int?, _ step: Int, into output: inout [Value]) {
    let count = elements.count
    func normalise(_ index: Int) -> Int { index >= 0 ? index : count + index }
    if step > 0 {
      let lower = min(max(normalise(start ?? 0), 0), count)
      let upper = min(max(normalise(end ?? count), 0), count)
      for index in stride(from: lower, to: upper, by: step) { output.append(elements[index]) }
    } else if step < 0 {
      let upper = min(max(start.map(normalise) ?? count - 1, -1), count - 1)
      let lower = min(max(end.map(normalise) ?? -1, -1), count - 1)
      for index in stride(from: upper, to: lower, by: step) { output.append(elements[index]) }
    }
  }

  // MARK: Filters

  func holds(_ filter: JSONPath.Filter, for node: Value) -> Bool {
    switch filter {
    case .or(let parts): parts.contains { holds($0, for: node) }
    case .and(let parts): parts.allSatisfy { holds($0, for: node) }
    case .not(let inner): !holds(inner, for: node)
    case .exists(let query): !nodes(query, for: node).isEmpty
    case .test(let call): matches(call, for: node)
    case .comparison(let left, let comparison, let right):
      Self.compare(value(left, for: node), comparison, value(right, for: node))
    }
  }

  private func nodes(_ query: JSONPath.Query, for node: Value) -> [Value] {
    let start = query.isAbsolute ? root : node
    if let steps = query.steps { return JSONPath.walk(steps, from: start).map { [$0] } ?? [] }
    return select(query.segments, from: start)
  }

  /// The value of an operand; `nil` is the standard's "Nothing".
  private func value(_ operand: JSONPath.Operand, for node: Value) -> Value? {
    switch operand {
    case .literal(let literal): literal
    case .query(let query): query.steps.flatMap { JSONPath.walk($0, from: query.isAbsolute ? root : node) }
    case .call(let call): value(call, for: node)
    }
  }

  private func value(_ call: JSONPath.Call, for node: Value) -> Value? {
    switch call.function {
    case .length:
      switch value(call.arguments[0], for: node) {
      case .string(let text): return .number(Number(text.unicodeScalars.count))
      case .array(let elements): return .number(Number(elements.count))
      case .object(let object): return .number(Number(object.count))
      default: return nil
      }
    case .count, .value:
      guard case .query(let query) = call.arguments[0] else { return nil }
      return Self.summary(call.function, of: nodes(query, for: node))
    case .match, .search: return nil
    }
  }

  private static func summary(_ function: JSONPath.FunctionName, of nodes: [Value]) -> Value? {
    if function == .count { return .number(Number(nodes.count)) }
    // Not `? nodes[0] : nil`, which would be JSON's null: `Value` can be written nil, too.
    guard nodes.count == 1 else { return nil }
    return nodes[0]
  }

  private func matches(_ call: JSONPath.Call, for node: Value) -> Bool {
    guard case .string(let text) = value(call.arguments[0], for: node) else { return false }
    var pattern = call.pattern
    if !call.hasLiteralPattern, case .string(let source) = value(call.arguments[1], for: node) { pattern = try? IRegexp(source) }
    guard let pattern else { return false }
    return call.function == .match ? pattern.matches(text) : pattern.isFound(in: text)
  }

  // MARK: Comparison (RFC 9535 §2.3.5.2.2)

  private static func compare(_ left: Value?, _ comparison: JSONPath.Comparison, _ right: Value?) -> Bool {
    switch comparison {
    case .equal: equal(left, right)
    case .notEqual: !equal(left, right)
    case .less: precedes(left, right)
    case .lessOrEqual: precedes(left, right) || equal(left, right)
    case .greater: precedes(right, left)
    case .greaterOrEqual: precedes(right, left) || equal(left, right)
    }
  }

  private static func equal(_ left: Value?, _ right: Value?) -> Bool {
    switch (left, right) {
    case (nil, nil): true
    case (let left?, let right?): sameValue(left, right)
    default: false
    }
  }

  private static func precedes(_ left: Value?, _ right: Value?) -> Bool {
    switch (left, right) {
    case (.number(let left), .number(let right)): ExactDecimal(left) < ExactDecimal(right)
    case (.string(let left), .string(let right)): utf8Precedes(left, right)
    default: false
    }
  }
}

/// Deep equality with text compared by Unicode scalars and members in any order.
func sameValue(_ left: Value, _ right: Value) -> Bool {
  switch (left, right) {
  case (.null, .null): true
  case (.bool(let left), .bool(let right)): left == right
  case (.number(let left), .number(let right)): left == right
  case (.string(let left), .string(let right)): sameText(left, right)
  case (.array(let left), .array(let right)): left.count == right.count && zip(left, right).allSatisfy(sameValue)
  case (.object(let left), .object(let right)):
    left.count == right.count
      && left.members.allSatisfy { member in right.member(member.name).map { sameValue(member.value, $0) } ?? false }
  default: false
  }
}
