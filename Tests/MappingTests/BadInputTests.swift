import Configuration
import Formats
import Foundation
import Model
import TestDigests
import Testing

@testable import Mapping

/// Input that was made to be too much, or too little: answered in time, with a name and a place.
@Suite struct BadInputTests {
  private func load(_ text: String, files: [String: String] = [:]) -> (MappingProgram?, [Diagnostic]) {
    MappingLoader.load(
      text: text, file: "m.yaml", model: testModel, digests: .reference,
      files: MappingFiles { path in
        guard let text = files[path] else { throw Fault("file-unreadable", "The file \(path) cannot be read.") }
        return Array(text.utf8)
      })
  }

  private func program(_ outputs: String, format: String = "jsonl") throws -> MappingProgram {
    let (program, found) = load("language: 1\nmapping: m\nfrom: {connector: shop, format: \(format)}\n" + outputs)
    return try #require(program, "\(found)")
  }

  /// Ten levels of ten aliases would be 10^10 values.
  @Test func aYAMLBombIsRefusedAtItsFirstAnchor() {
    var bomb = "a0: &a0 [x, x, x, x, x, x, x, x, x, x]\n"
    for level in 1...9 { bomb += "a\(level): &a\(level) [" + Array(repeating: "*a\(level - 1)", count: 10).joined(separator: ", ") + "]\n" }
    let (root, diagnostics) = YAML.parse(bomb, file: "bomb.yaml")
    #expect(diagnostics.first.map { "\($0.code)@\($0.span.start.line):\($0.span.start.column)" } == "yaml-anchor@1:5")
    #expect(diagnostics.contains { $0.code == "yaml-alias" })
    #expect(diagnostics.count <= 200)
    #expect((root?.entries ?? []).allSatisfy { ($0.value.items ?? []).allSatisfy { $0.items == nil } })
    let (program, found) = load("language: 1\nmapping: m\n" + bomb)
    #expect(program == nil && found.contains { $0.code == "yaml-anchor" })
  }

  @Test func cyclesAndEndlessChainsOfPartsAreNamed() {
    let head = "language: 1\nmapping: m\nfrom: {connector: shop, format: json}\n"
    let use = head + "outputs:\n  - {to: customer, key: $.id, include: [{file: a.yaml}]}\n"
    let part = "language: 1\npart: a\ninclude: [{file: a.yaml}]\n"
    #expect(load(use, files: ["a.yaml": part]).1.map(\.code) == ["include-cycle"])
    // Two includes in each of twenty parts would be a million parts.
    var files: [String: String] = [:]
    for level in 0..<20 {
      let next = "{file: \(level + 1).yaml}"
      files["\(level).yaml"] = "language: 1\npart: p\ninclude: [\(next), \(next)]\n"
    }
    let (program, found) = load(use.replacing("a.yaml", with: "0.yaml"), files: files)
    #expect(program == nil && found.contains { $0.code == "include-depth" })
  }

  @Test func deepThingsAreRefusedWhereTheyBecomeTooDeep() throws {
    let count = 10_000
    let open = String(repeating: "(", count: count)
    let close = String(repeating: ")", count: count)
    #expect(mistakes(open + "1" + close) == ["too-deep"])
    #expect(mistakes(String(repeating: "-", count: count) + "1") == ["too-deep"])
    #expect(mistakes(String(repeating: "not ", count: count) + "true") == ["too-deep"])
    #expect(mistakes(String(repeating: "trim(", count: count) + "$" + close) == ["too-deep"])
    #expect(throws: Fault.self) { try JSONPath("$[?" + open + "@.a" + close + "]") }
    #expect(throws: Fault.self) { try JSONPath("$" + String(repeating: "[?@", count: count) + String(repeating: "]", count: count)) }
    #expect(throws: Fault.self) { try IRegexp(open + "a" + close) }
    // RE2 has a limit of its own.
    #expect(throws: Fault.self) { try Pattern(open + "a" + close) }
    #expect(throws: Fault.self) { try Pattern("((a{1,1000}){1,1000}){1,1000}") }
  }

  /// Found by the fuzzer: a minute for fifty characters, and halves of characters.
  @Test func patternsThatRepeatTooMuchOrSplitCharactersAreRefused() throws {
    #expect(throws: Fault.self) { try Pattern(String(repeating: "x{0,1000}", count: 100)) }
    #expect(throws: Fault.self) { try Pattern("SO\\C$") }
    #expect(throws: Fault.self) { try Pattern("\\Qa\\E\\C") }
    #expect(try Pattern("\\Q\\C\\E").isFound(in: "a\\Cb"))
    #expect(try Pattern("\\\\C").isFound(in: "a\\Cb"))
    #expect(try Pattern("[\\p{L}\\p{N} ]{1,20}").isFound(in: "客户 12"))
  }

  /// Chains nest no parentheses, and yet each link is evaluated inside the next one.
  @Test func endlessChainsAreRefused() throws {
    for (start, link) in [("$", " | trim"), ("1", " + 1"), ("$.a", " and $.a"), ("$.a", " or $.a")] {
      #expect(mistakes(start + String(repeating: link, count: 250)).isEmpty, "\(link)")
      #expect(mistakes(start + String(repeating: link, count: 10_000)) == ["too-deep"], "\(link)")
    }
    #expect(try evaluate("1" + String(repeating: " + 1", count: 250), .null) == 251)
  }

  @Test func deepJSONIsADeadLetterOfItsOwn() throws {
    let program = try program("outputs:\n  - {to: customer, key: $.id}\n")
    let deep = String(repeating: "[", count: 10_000) + String(repeating: "]", count: 10_000)
    let body = "{\"id\":1}\n{\"id\":\(deep)}\n{\"id\":3}\n"
    var seen: [String] = []
    try ItemReader.read(Array(body.utf8), format: .jsonl) { result in
      switch result {
      case .success(let item): for case .statement(let statement) in program.run(item) { seen.append(statement.key.key) }
      case .failure(let failure):
        seen.append("\(failure.fault.code)@\(failure.fault.location?.line ?? 0):\(failure.fault.location?.column ?? 0)")
        #expect(failure.raw.count == deep.utf8.count + 7)
      }
    }
    #expect(seen == ["1", "json-too-deep@2:262", "3"])
  }

  @Test func aMappingThatYieldsNothingSaysSo() throws {
    let item = Item(index: 0, content: .value(["id": 1, "lines": []]), location: Location(line: 1), raw: [])
    let empty = try program("each: $.lines[*]\noutputs:\n  - {to: customer, key: $.id}\n")
    #expect(empty.run(item).isEmpty && empty.runParts(item).isEmpty)
    #expect(try empty.explain(item).isEmpty)
    let never = try program("outputs:\n  - {to: customer, when: $.gone == 'x', key: $.id}\n")
    guard case .filtered? = never.run(item).first else {
      Issue.record("\(never.run(item))")
      return
    }
    #expect(try never.explain(item).first?.first?.targets.map(\.name) == ["when"])
    let test = "tests:\n  - {name: t, given: {id: 1}, expect: [{to: customer, key: '1'}]}\n"
    let tested = try program("outputs:\n  - {to: customer, when: $.gone == 'x', key: $.id}\n" + test)
    #expect(MappingTestRunner(readFile: contents).run(tested).map(\.isPassed) == [false])
  }
}
