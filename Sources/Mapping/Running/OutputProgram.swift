import Configuration
import Model

/// One entry of `outputs:`, compiled.
struct OutputProgram: Sendable {
  var type: String
  var source: String
  var write: Statement.Write
  var when: LocatedExpression?
  var key: LocatedExpression
  var version: LocatedExpression?
  var delete: LocatedExpression?
  var attributes: AttributeSet
  var children: [ChildrenProgram]
  /// What the parameters of included parts read.
  var includedReads: [SourceRead]
  /// Attributes that the model requires of a whole statement.
  var required: [String]

  struct AttributeProgram: Sendable {
    var name: String
    var expression: LocatedExpression
    var coercion: AttributeCoercion
  }

  struct ChildrenProgram: Sendable {
    var name: String
    var each: MappingProgram.EachProgram
    var when: LocatedExpression?
    var key: LocatedExpression?
    var attributes: AttributeSet
  }

  var readsMeta: Bool {
    reads.contains(where: \.isMeta) || children.contains { $0.reads.contains(where: \.isMeta) || $0.each.readsMeta }
  }

  func execute(_ scope: Scope, at location: Location) -> MappingProgram.Execution {
    do throws(Fault) {
      return MappingProgram.Execution(type: type, result: try statement(scope).map { .statement($0) } ?? .filtered)
    } catch {
      var fault = error
      fault.location = location
      return MappingProgram.Execution(type: type, result: .fault(fault))
    }
  }

  /// `nil` when the output is filtered.
  private func statement(_ scope: Scope) throws(Fault) -> Statement? {
    if let when, !(try when.holds(scope, "when")) { return nil }
    guard let key = try key.keyText(scope) else { return nil }
    var statement = Statement(key: RecordKey(source: source, type: type, key: key), write: write)
    statement.version = try version.flatMap { (version) throws(Fault) in try version.version(scope) }
    if let delete, try delete.holds(scope, "delete") {
      statement.isDelete = true
      return statement
    }
    statement.attributes = try attributes.values(scope)
    for children in children {
      if let rows = try children.rows(scope) { statement.attributes[children.name] = .array(rows) }
    }
    if write == .replace {
      for name in required where statement.attributes[name] ?? .null == .null {
        throw Fault("missing-attribute", "\(type) needs \(name), and this item has none (\(self.key.place(0))).")
      }
    }
    return statement
  }
}

extension OutputProgram.AttributeProgram {
  /// `nil` for missing and for `else skip`.
  func value(_ scope: Scope) throws(Fault) -> Value? {
    scope.trace?.enter(expression.start)
    do throws(Failure) {
      guard let value = try coercion.collectsAll ? expression.evaluateAll(scope) : expression.compiled.evaluate(scope) else { return nil }
      do throws(Cause) {
        let result = try coercion.apply(value)
        if let trace = scope.trace, !result.isNull { trace.produce() }
        return result
      } catch {
        throw Failure(reason: error.reason, value: error.value ?? value, position: expression.compiled.span.lowerBound)
      }
    } catch {
      if error.action == .skip { return nil }
      throw error.fault(name, expression)
    }
  }
}

extension OutputProgram.ChildrenProgram {
  /// The rows; `nil` when `each` selects nothing.
  func rows(_ scope: Scope) throws(Fault) -> [Value]? {
    let scopes = try each.select(scope)
    var rows: [Value] = []
    for scope in scopes {
      if let when, !(try when.holds(scope, "\(name): when")) { continue }
      let attributes = try attributes.values(scope)
      var row = Object()
      if let key {
        guard let text = try key.keyText(scope) else { continue }
        row.append("key", .string(text))
      }
      for (name, value) in attributes.sorted(by: { utf8Precedes($0.key, $1.key) }) { row.append(name, value) }
      rows.append(.object(row))
    }
    return scopes.isEmpty ? nil : rows
  }
}

// MARK: - The parts of a statement

extension LocatedExpression {
  func evaluateAll(_ scope: Scope) throws(Failure) -> Value? {
    scope.trace?.enter(start)
    return try (compiled.evaluateAll ?? compiled.evaluate)(scope)
  }

  func holds(_ scope: Scope, _ what: String) throws(Fault) -> Bool {
    scope.trace?.enter(start)
    do throws(Failure) {
      let isTrue = try ExpressionCompiler.holds(compiled.evaluate, scope, compiled.span)
      scope.trace?.take(isTrue ? 0 : 1, at: Trace.condition)
      return isTrue
    } catch {
      if error.action == .skip { return false }
      throw error.fault(what, self)
    }
  }

  /// The key's text; `nil` when the key says `else skip`, which filters the output.
  func keyText(_ scope: Scope) throws(Fault) -> String? {
    scope.trace?.enter(start)
    let value: Value?
    do throws(Failure) { value = try compiled.evaluate(scope) } catch {
      if error.action == .skip { return nil }
      throw error.fault("key", self)
    }
    guard let value, !value.isNull else {
      throw Fault("missing-key-value", "key: the item has no value for it (\(place(0))).")
    }
    guard let text = value.text.map(trimmed), !text.isEmpty else {
      throw Fault("bad-key-value", "key: \(shortened(value)) cannot be a key (\(place(0))).")
    }
    return text
  }

  /// Microseconds since 1970 for a date or time, the number itself for a whole number, `nil` when it is missing.
  func version(_ scope: Scope) throws(Fault) -> Version? {
    scope.trace?.enter(start)
    let value: Value?
    do throws(Failure) { value = try compiled.evaluate(scope) } catch {
      if error.action == .skip { return nil }
      throw error.fault("version", self)
    }
    switch value {
    case nil, .null: return nil
    case .number(let number):
      if let order = number.int64 { return Version(order) }
    case .string(let text):
      if let order = Instant.microseconds(text) { return Version(order) }
    default: break
    }
    throw Fault(
      "bad-version", "version: \(shortened(value ?? .null)) is neither a whole number nor a time (\(place(0))).",
      hint: "Add | integer, | datetime(…) or | epoch('s').")
  }
}

extension Failure {
  /// The failure of one attribute as people see it: attribute, function, value, reason, place in the mapping.
  func fault(_ attribute: String, _ expression: LocatedExpression) -> Fault {
    let call = function.map { $0 == "/" || $0.count == 1 ? "\($0): " : "\($0)(): " } ?? ""
    let shown = value.map { "\(shortened($0)) " } ?? ""
    return Fault("mapping-failed", "\(attribute): \(call)\(shown)\(reason) (\(expression.place(position))).")
  }
}

/// A value for a message: at most 60 characters of its JSON.
func shortened(_ value: Value) -> String {
  let text = CanonicalJSON.text(value)
  return text.unicodeScalars.count <= 60 ? text : String(String.UnicodeScalarView(text.unicodeScalars.prefix(59))) + "…"
}
