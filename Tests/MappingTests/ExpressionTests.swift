import Model
import Seeding
import TestDigests
import Testing

@testable import Mapping

@Suite struct ExpressionTests {
  @Test func everyExampleOfEveryFunctionHolds() throws {
    for function in FunctionDeclaration.all {
      let example = function.example
      #expect(example.expression.contains(function.name), "\(function.name): the example must use it")
      let result = try evaluate(example.expression, example.item)
      #expect(result == example.result, "\(function.signature)")
    }
  }

  @Test func precedence() throws {
    let item: Value = ["a": " x ", "n": 2, "m": 3]
    #expect(try evaluate("$.a | trim == 'x'", item) == true)
    #expect(try evaluate("$.n + $.m * 2", item) == 8)
    #expect(try evaluate("($.n + $.m) * 2", item) == 10)
    #expect(try evaluate("not $.n == 3 and $.m == 3 or false", item) == true)
    #expect(try evaluate("-$.n - -1", item) == -1)
    #expect(try evaluate("'it''s'", item) == "it's")
    #expect(try evaluate("$.n < 10 and '9' > '10'", item) == true)
  }

  @Test func missingNullAndEmptyDiffer() throws {
    let item: Value = ["null": nil, "empty": "", "dash": " - ", "list": []]
    #expect(try evaluate("$.nothing | trim", item) == nil)
    #expect(try evaluate("$.null | trim", item) == .null)
    #expect(try evaluate("$.empty | trim", item) == "")
    #expect(try evaluate("$.dash | trim", item, missing: ["-"]) == nil)
    #expect(try evaluate("$.null == null", item) == true)
    #expect(try evaluate("$.nothing == null", item) == false)
    #expect(try evaluate("exists($.null) and not exists($.nothing)", item) == true)
    #expect(try evaluate("empty($.nothing) and empty($.null) and empty($.empty) and empty($.list)", item) == true)
    #expect(try evaluate("coalesce($.nothing, $.null, 'x')", item) == "x")
    #expect(try evaluate("coalesce($.nothing, $.null)", item) == .null)
    #expect(try evaluate("$.nothing + 1", item) == nil)
  }

  @Test func failuresFollowElse() throws {
    let item: Value = ["bad": "x", "good": "1"]
    #expect(try evaluate("$.bad | decimal else null", item) == .null)
    #expect(try evaluate("$.bad | decimal else 'n/a'", item) == "n/a")
    #expect(try evaluate("$.bad | decimal else -1", item) == -1)
    #expect(try evaluate("($.bad | decimal else null) | default('none')", item) == "none")
    let skip = #expect(throws: Failure.self) { try evaluate("$.bad | decimal else skip", item) }
    #expect(skip?.action == .skip)
    let reject = #expect(throws: Failure.self) { try evaluate("($.bad | decimal else reject) + 1 / 0 else null", item) }
    #expect(reject?.action == .reject)
    #expect(reject?.function == "decimal")
    #expect(try evaluate("($.good | decimal) / 3 * 3 == 1 else null", item) == false)
  }

  @Test func listsAreMappedElementByElement() throws {
    let item: Value = ["tags": [" a", "b ", nil], "rows": [["n": "1"], ["n": "2"], [:]]]
    #expect(try evaluate("$.tags | trim", item) == ["a", "b"])
    #expect(try evaluate("$.rows[*].n | list | decimal else null", item) == [1, 2])
    #expect(try evaluate("$.rows[*].n | join('+')", item) == "1+2")
    #expect(try evaluate("$.rows[*].x | list", item) == nil)
    #expect(try evaluate("$.rows[*].n | last", item) == "2")
    // Really missing, and not a null that Swift promoted.
    for nothing in [
      "$.rows[*].x | list", "list($.x)", "$.x | phones_in('CN')", "$.rows[*].x | first", "coalesce($.x)", "ref('customer', '')",
    ] {
      #expect(try evaluate(nothing, item) == Value?.none, "\(nothing)")
    }
  }

  @Test func listsKeepWhatIsEqual() throws {
    let item: Value = ["a": 2, "b": 2, "first": "Chen", "last": "Chen", "rows": [["n": 2], ["n": 2], ["n": nil]]]
    #expect(try evaluate("list($.a, $.b, $.none, $.rows[*].n) | sum", item) == 8)
    #expect(try evaluate("list($.first, $.last) | join(' ')", item) == "Chen Chen")
    #expect(try evaluate("list($.a, $.rows[*].n, $.first, $.last) | distinct", item) == [2, "Chen"])
    #expect(try evaluate("$.rows[*].n | distinct | sum", item) == 2)
    #expect(try evaluate("$.none | distinct", item) == nil)
    #expect(try evaluate("list($.none)", item) == nil)
  }

  @Test func structuresAreNotScalars() {
    let failure = #expect(throws: Failure.self) { try evaluate("$.a | trim", ["a": ["b": 1]]) }
    #expect(failure?.reason == "needs a single value")
  }

  @Test func metaIsText() throws {
    #expect(try evaluate("$meta.row | integer else null", [:]) == 7)
  }

  @Test(arguments: [
    ("$.a |", "syntax"), ("$.a | trim(", "syntax"), ("$.a = 1", "syntax"), ("$.a || $.b", "syntax"), ("'x", "unclosed-quote"),
    ("$.a | trimm", "unknown-function"), ("$upp.a", "unknown-root"), ("$up.a", "no-parent"), ("$.a[*] | trim", "plural-path"),
    ("$.a[", "jsonpath-syntax"), ("trim", "syntax"), ("$.a | lookup('gendre') else null", "unknown-table"),
    ("xpath('a')", "xpath-outside-xml"),
    ("$.a | date('yyyy-QQ') else null", "bad-format"), ("$.a | datetime('yyyy-MM-dd HH:mm') else null", "missing-zone"),
    ("$.a | datetime('yyyy-MM-dd', 'Asia/Shanghia') else null", "unknown-zone"), ("$.a | phone('China') else null", "bad-region"),
    ("$.a | matches('[')", "regexp-syntax"), ("$.a | lookup($.b) else null", "not-literal"), ("$.a | trim('x')", "argument-count"),
    ("('a' | trim) + 1", "not-a-number"), ("not 'a'", "not-a-condition"), ("('a' | trim) == 1", "comparison-types"),
    ("$.a | decimal else sometimes", "bad-alternative"), ("ref('custmer', $.a)", "unknown-type"),
    ("$.a | epoch('m') else null", "bad-unit"),
    ("$.a else null", "needless-else"), ("\"a\"", "syntax"), ("", "syntax"),
  ])
  func mistakesAreNamed(expression: String, code: String) {
    #expect(mistakes(expression).contains(code), "\(expression): \(mistakes(expression))")
  }

  @Test func xpathIsCheckedAndPathsAreRefusedInXML() {
    #expect(mistakes("if(true, 'a', $.x)") == ["constant-condition"])
    #expect(mistakes("if(empty('x'), 'a', $.x)") == ["constant-condition"])
    #expect(mistakes("if(empty($.x), 'a', $.x)").isEmpty)
    #expect(mistakes("xpath('a/b')", format: .xml).isEmpty)
    #expect(mistakes("xpath('a[')", format: .xml) == ["xpath-syntax"])
    #expect(mistakes("xpath('x:a')", format: .xml) == ["xpath-prefix"])
    #expect(mistakes("$.a", format: .xml) == ["path-in-xml"])
  }

  @Test func suggestionsComeWithMistakes() throws {
    var compiler = ExpressionCompiler(ExpressionEnvironment(format: .json, source: "s", types: [], digests: .reference))
    _ = compiler.compile(try ExpressionParser.parse("$.a | trimm"))
    #expect(compiler.findings.first?.hint == "Did you mean \"trim\"?")
    #expect(compiler.findings.first?.span == 6..<11)
  }

  @Test func partsThatAreTakenForFunctionsAreShownAsTheyAre() throws {
    func hint(_ expression: String) throws -> String? {
      var compiler = ExpressionCompiler(ExpressionEnvironment(format: .json, source: "s", types: [], digests: .reference))
      _ = compiler.compile(try ExpressionParser.parse(expression))
      return compiler.findings.first?.hint
    }
    #expect(try hint("$.a | province") == "Write address('province').")
    #expect(try hint("$.a | region") == "Write company('region') or address('region').")
    #expect(try hint("$.a | emals") == "Did you mean \"emails\"?")
  }

  @Test func deepNestingIsRefused() {
    #expect(mistakes(String(repeating: "(", count: 5000) + "1") == ["too-deep"])
    #expect(mistakes(String(repeating: "-", count: 5000) + "1") == ["too-deep"])
    #expect(mistakes(String(repeating: "not ", count: 5000) + "true") == ["too-deep"])
  }
}

@Suite struct TimeTests {
  private func time(_ text: String, _ format: String, _ zone: String) throws -> Value? {
    try evaluate("$ | datetime('\(format)', '\(zone)') else null", .string(text))
  }

  @Test func zonesKnowTheirClockChanges() throws {
    let format = "yyyy-MM-dd HH:mm:ss"
    #expect(try time("2024-07-01 12:00:00", format, "Europe/Berlin") == "2024-07-01T10:00:00Z")
    #expect(try time("2024-01-01 12:00:00", format, "Europe/Berlin") == "2024-01-01T11:00:00Z")
    // Skipped by the change to summer time, and occurring twice at its end.
    #expect(try time("2024-03-31 02:30:00", format, "Europe/Berlin") == "2024-03-31T01:30:00Z")
    #expect(try time("2024-10-27 02:30:00", format, "Europe/Berlin") == "2024-10-27T00:30:00Z")
    // China had summer time from 1986 to 1991.
    #expect(try time("1988-07-01 12:00:00", format, "Asia/Shanghai") == "1988-07-01T03:00:00Z")
    #expect(try time("1950-06-01 00:00:00", "yyyy-MM-dd HH:mm:ss", "UTC") == "1950-06-01T00:00:00Z")
  }

  @Test func formats() throws {
    #expect(try time("2024/5/6 7:08", "yyyy/M/d H:mm", "UTC") == "2024-05-06T07:08:00Z")
    #expect(try time("20240506T070809", "yyyyMMddTHHmmss", "UTC") == "2024-05-06T07:08:09Z")
    #expect(try time("06.05.24 07:08 PM", "dd.MM.yy hh:mm a", "UTC") == "2024-05-06T19:08:00Z")
    #expect(try time("2024-05-06 07:08:09.120", "yyyy-MM-dd HH:mm:ss.SSS", "UTC") == "2024-05-06T07:08:09.12Z")
    #expect(try time("2024-05-06T07:08:09+08:00", "iso", "UTC") == "2024-05-05T23:08:09Z")
    #expect(try time("2024-02-30 00:00", "yyyy-MM-dd HH:mm", "UTC") == .null)
    #expect(try time("2024-02-28 24:00", "yyyy-MM-dd HH:mm", "UTC") == .null)
    #expect(try time("2024-02-28 00:00x", "yyyy-MM-dd HH:mm", "UTC") == .null)
    #expect(try evaluate("$ | epoch('ms') else null", 1_714_953_600_123) == "2024-05-06T00:00:00.123Z")
    #expect(try evaluate("$ | epoch else null", "9223372036854775807") == .null)
  }

  @Test(arguments: [UInt64(7)]) func civilDatesRoundTrip(seed: UInt64) {
    var generator = SeededGenerator(seed: seed)
    for _ in 0..<20_000 {
      let instant = Int64.random(in: -62_167_219_200_000_000...253_402_300_799_999_999, using: &generator)
      #expect(Instant.text(microseconds: instant).flatMap(Instant.microseconds) == instant, "seed \(seed): \(instant)")
    }
  }
}
