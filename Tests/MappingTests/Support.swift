import Configuration
import Formats
import Foundation
import Model
import TestDigests

@testable import Mapping

/// The root of the package, found from this file.
let packageRoot = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent().deletingLastPathComponent()

func contents(_ path: String) throws -> [UInt8] {
  Array(try Data(contentsOf: path.hasPrefix("/") ? URL(fileURLWithPath: path) : packageRoot.appendingPathComponent(path)))
}

func text(_ path: String) throws -> String { String(decoding: try contents(path), as: UTF8.self) }

func json(_ text: String) throws -> Value { try JSON.parse(Array(text.utf8)) }

/// A small model of its own, so that tests do not depend on the shipped one.
let testModel: ModelDefinition = {
  let (model, diagnostics) = ModelLoader.load(
    text: """
      language: 1
      types:
        customer:
          resolved: true
          attributes:
            name: text
            phone: {kind: phone, many: true}
            tags: {many: true}
            created_at: datetime
            born: date
            active: boolean
        order:
          attributes:
            amount: {kind: decimal, required: true}
            count: integer
            customer_key: reference
            note: text
            lines: list
            lines.sku: reference
            lines.quantity: decimal
      """, file: "model.yaml")
  precondition(diagnostics.isEmpty, "\(diagnostics)")
  return model!
}()

/// Evaluates an expression over one JSON item. `nil` is missing.
func evaluate(_ expression: String, _ item: Value, format: Format = .json, missing: [String] = []) throws -> Value? {
  var environment = ExpressionEnvironment(format: format, source: "example", types: ["customer", "product"], digests: .reference)
  environment.tables = [
    "gender": [("M", "male"), ("F", "female")], "branches": [(".*分公司", "branch"), (".*公司", "head office")],
  ]
  environment.missing = MissingTexts(missing)
  var compiler = ExpressionCompiler(environment)
  let compiled = compiler.compile(try ExpressionParser.parse(expression))
  if let finding = compiler.findings.first { throw finding }
  let scope = Scope(item: .value(item), up: nil, document: .value(item), meta: ["row": "7"])
  return try (compiled.type == .nodes ? compiled.evaluateAll ?? compiled.evaluate : compiled.evaluate)(scope)
}

/// The codes of what is wrong with an expression.
func mistakes(_ expression: String, format: Format = .json) -> [String] {
  do throws(ExpressionFinding) {
    var compiler = ExpressionCompiler(
      ExpressionEnvironment(
        format: format, source: "example", types: ["customer"], digests: .reference, tables: ["gender": [("M", "male")]]))
    _ = compiler.compile(try ExpressionParser.parse(expression))
    return compiler.findings.map(\.code)
  } catch {
    return [error.code]
  }
}
