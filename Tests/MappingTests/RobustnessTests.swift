import Configuration
import Foundation
import Model
import Seeding
import TestDigests
import Testing

@testable import Mapping

/// Files that people are in the middle of editing: whatever stands in them, the loader answers, and points into the file.
@Suite struct RobustnessTests {
  @Test(arguments: [UInt64(42)]) func damagedMappingsGiveFindingsInsideTheFile(seed: UInt64) throws {
    var generator = SeededGenerator(seed: seed)
    let (loaded, _) = ModelLoader.load(text: try text("mappings/model.yaml"), file: "model.yaml")
    let model = try #require(loaded)
    let alphabet = Array("$.|()'\"[]{}:,#-*?@&! \n\t客0aé".unicodeScalars)
    for file in ShippedMappingTests.files {
      let original = Array(try text("mappings/\(file)").unicodeScalars)
      for round in 0..<150 {
        var scalars = original
        for _ in 0..<Int.random(in: 1...4, using: &generator) {
          let index = Int.random(in: 0..<scalars.count, using: &generator)
          switch Int.random(in: 0..<3, using: &generator) {
          case 0: scalars.remove(at: index)
          case 1: scalars.insert(alphabet.randomElement(using: &generator)!, at: index)
          default: scalars[index] = alphabet.randomElement(using: &generator)!
          }
        }
        var view = String.UnicodeScalarView()
        view.append(contentsOf: scalars)
        let damaged = String(view)
        let (program, diagnostics) = MappingLoader.load(text: damaged, file: file, model: model, digests: .reference)
        #expect((program == nil) == diagnostics.contains { $0.severity == .error }, "seed \(seed), \(file), round \(round): \(damaged)")
        let length = damaged.utf8.count
        #expect(
          diagnostics.allSatisfy { $0.span.start.offset <= length && $0.span.end.offset <= length && $0.span.start <= $0.span.end },
          "seed \(seed), \(file), round \(round)")
        _ = program.map { MappingTestRunner(readFile: contents).run($0) }
      }
    }
  }

  @Test func aFromWithoutAnythingIsNamed() throws {
    let text = "language: 1\nmapping: m\nfrom: # nothing\noutputs:\n  - {to: customer, key: $.id, set: {name: $.n}}\n"
    let (program, diagnostics) = MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference)
    #expect(program == nil)
    #expect(diagnostics.map(\.code) == ["missing-key", "missing-key"])
    #expect(diagnostics.allSatisfy { $0.span.start.line == 3 })
  }

  @Test(arguments: [UInt64(43)]) func randomExpressionsNeverCrash(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    let pieces =
      FunctionDeclaration.all.map(\.name) + [
        "$", "$.a", "$.b[*]", "|", "(", ")", ",", "'x'", "1", "-", "+", "/", "==", "<", "not", "and", "else", "null", "skip", "xpath('a')",
        "true",
      ]
    let item: Value = ["a": "1", "b": ["x", 2, nil, ["c": true]]]
    var valid = 0
    for _ in 0..<20_000 {
      let expression = (0..<Int.random(in: 1...9, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined(
        separator: " ")
      if (try? evaluate(expression, item)) != nil { valid += 1 }
    }
    #expect(valid > 100, "seed \(seed): too few expressions were valid to have tested anything")
  }
}
