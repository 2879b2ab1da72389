import Model
import Testing

@testable import Mapping

@Suite struct JSONPathTests {
  @Test func allCasesOfTheComplianceSuitePass() throws {
    let suite = try json(try text("fixtures/jsonpath/cts.json"))
    let cases = suite["tests"]?.elements ?? []
    #expect(cases.count >= 700)
    for test in cases {
      let name = test["name"]?.text ?? ""
      let selector = test["selector"]?.text ?? ""
      if test["invalid_selector"] == true {
        #expect(throws: Fault.self, "\(name): \(selector) must be refused") { try JSONPath(selector) }
        continue
      }
      let path = try #require(try? JSONPath(selector), "\(name): \(selector) must be accepted")
      let selected = path.select(in: test["document"] ?? .null)
      let accepted = test["results"]?.elements ?? [test["result"] ?? .null]
      #expect(accepted.contains { sameValue($0, .array(selected)) }, "\(name): \(selector) gave \(selected)")
    }
  }

  @Test func errorsSayWhere() {
    for (text, column) in [("$.", 3), ("$.a[", 5), ("x", 1), ("$['a", 3), ("$[?@.a=1]", 7), ("$.客户[01]", 6), ("$[?nope(@)]", 4)] {
      let fault = #expect(throws: Fault.self) { try JSONPath(text) }
      #expect(fault?.code == "jsonpath-syntax")
      #expect(fault?.location?.column == column, "\(text)")
    }
  }

  @Test func singularPathsAreKnown() throws {
    #expect(try JSONPath("$['金额(元)'].a[-1]").isSingular)
    #expect(try !JSONPath("$.a[*]").isSingular)
    #expect(try !JSONPath("$..a").isSingular)
    #expect(try !JSONPath("$['a','b']").isSingular)
  }

  @Test func namesAreComparedByScalars() throws {
    let composed: Value = ["é": 1]
    #expect(try JSONPath("$['e\u{301}']").select(in: composed).isEmpty)
    #expect(try JSONPath("$['é']").select(in: composed) == [1])
  }

  @Test func deepNestingOfFiltersIsRefusedAndNotACrash() {
    let deep = "$[?" + String(repeating: "(", count: 5000) + "@.a" + String(repeating: ")", count: 5000) + "]"
    #expect(throws: Fault.self) { try JSONPath(deep) }
    let functions = "$[?" + String(repeating: "length(", count: 5000) + "@.a" + String(repeating: ")", count: 5000) + ">1]"
    #expect(throws: Fault.self) { try JSONPath(functions) }
  }
}

@Suite struct IRegexpTests {
  @Test func matchesWholeTextAndFindsParts() throws {
    let cases: [(pattern: String, text: String, matches: Bool, isFound: Bool)] = [
      ("a|bc", "bc", true, true), ("a|bc", "xbcx", false, true), ("", "", true, true), ("", "x", false, true),
      ("(ab){2,3}", "abab", true, true), ("(ab){2,3}", "abababab", false, true), ("(ab){2}", "ab", false, false),
      ("[^a-c]+", "xyz", true, true), ("[^a-c]+", "abc", false, false), ("[a-]+", "a-a", true, true), ("[\\]]", "]", true, true),
      ("\\p{L}+\\p{Nd}", "客户1", true, true), ("\\P{Lu}", "A", false, false), (".", "\n", false, false), ("x*", "", true, true),
      ("[0-9]{3}-[0-9]{4}", "tel 555-1234 x", false, true), ("^ab", "cab", false, false), ("ab$", "cab", false, true),
      ("a?b", "b", true, true),
    ]
    for (pattern, text, matches, isFound) in cases {
      let regexp = try IRegexp(pattern)
      #expect(regexp.matches(text) == matches, "\(pattern) on \(text)")
      #expect(regexp.isFound(in: text) == isFound, "\(pattern) in \(text)")
    }
  }

  @Test func whatTheStandardLeavesOutIsRefused() {
    for pattern in ["a**", "(", ")", "[", "[]", "[z-a]", "a{3,2}", "a{", "\\d", "\\p{Xx}", "\\", "*a", "[a-b-c]", "(?:a)"] {
      #expect(throws: Fault.self, "\(pattern)") { try IRegexp(pattern) }
    }
  }

  @Test func timeIsLinearWhereBacktrackingWouldExplode() throws {
    let regexp = try IRegexp("(a*)*(a|aa)*b")
    #expect(!regexp.matches(String(repeating: "a", count: 20_000)))
    #expect(regexp.matches(String(repeating: "a", count: 20_000) + "b"))
  }

  @Test func repetitionCannotBlowUp() {
    #expect(throws: Fault.self) { try IRegexp("((a{1000}){1000}){1000}") }
    #expect(throws: Fault.self) { try IRegexp("((){1000000}){1000000}") }
  }
}
