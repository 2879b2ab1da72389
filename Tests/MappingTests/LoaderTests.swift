import Configuration
import Model
import TestDigests
import Testing

@testable import Mapping

private func diagnose(_ text: String) -> [Diagnostic] {
  MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference).1
}

private func head(_ rest: String, format: String = "json") -> String {
  "language: 1\nmapping: m\nfrom: {connector: shop, format: \(format)}\n" + rest
}

/// An output to `customer` with these entries of `set`.
private func output(_ set: String, format: String = "json") -> String {
  head("outputs:\n  - to: customer\n    key: $.id\n    set:\n      \(set)\n", format: format)
}

@Suite struct LoaderTests {
  @Test func everyMistakeIsReportedAtItsPlaceAtOnce() {
    let found = diagnose(
      """
      language: 1
      maping: m
      from: {connector: shop, format: jsn}
      outputs:
        - to: custmer
      """)
    #expect(found.map(\.code) == ["missing-key", "unknown-key", "unknown-value"])
    #expect(found.map(\.span.start.line) == [1, 2, 3])
    #expect(found[1].hint == "Did you mean \"mapping\"?")
    #expect(found[2].hint == "Did you mean \"json\"?")

    let more = diagnose(
      head(
        """
        outputs:
          - to: custmer
            key: $.id
          - to: customer
            kee: $.id
            set:
              nam: $.name | trimm
              phone: $.phone | phone
              created_at: $.at
              born: $.born | datetime('iso') else null
              name: $.a[*]
        """))
    #expect(
      more.map { "\($0.span.start.line):\($0.span.start.column) \($0.code)" } == [
        "5:9 unknown-type", "7:5 missing-key", "8:5 unknown-key", "10:7 unknown-attribute", "10:21 unknown-function",
        "11:24 unhandled-failure", "13:13 wrong-type", "14:13 wrong-type",
      ])
    #expect(more[0].hint == "Did you mean \"customer\"?")
    #expect(more[3].hint == "Did you mean \"name\"?")
  }

  @Test func tablesWithoutAHeader() throws {
    func load(_ from: String) -> (MappingProgram?, [Diagnostic]) {
      let text = "language: 1\nmapping: m\nfrom: {connector: shop, \(from)}\noutputs:\n  - {to: customer, key: $.id, set: {name: $.name}}\n"
      return MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference)
    }
    #expect(load("format: csv").0?.columns == nil)
    #expect(load("format: csv, header: none").0?.columns == [])
    #expect(load("format: csv, header: none, columns: [id, name]").0?.columns == ["id", "name"])
    for (from, expected) in [
      ("format: csv, header: non", "3:46 unknown-value"), ("format: csv, columns: [id]", "3:38 columns-with-header"),
      ("format: json, header: none", "3:39 header-not-csv"), ("format: csv, header: none, columns: [id, id]", "3:66 duplicate-column"),
      ("format: csv, header: none, columns: id", "3:61 wrong-type"), ("format: csv, header: none, columns: [id, '']", "3:66 wrong-type"),
      ("format: csv, header: none, colums: [id]", "3:52 unknown-key"),
    ] {
      let (program, found) = load(from)
      #expect(program == nil)
      #expect(found.map { "\($0.span.start.line):\($0.span.start.column) \($0.code)" } == [expected], "\(from)")
    }
  }

  @Test func testsAreReadAsTheMappingReads() throws {
    let text = """
      language: 1
      mapping: m
      from: {connector: shop, format: csv, header: none, columns: [id, name]}
      outputs:
        - {to: customer, key: $.id, set: {name: $.name}}
      tests:
        - name: both rows are data
          given: |
            K1,Ann
            K2,Bob
          expect:
            - {to: customer, key: K1, name: Ann}
            - {to: customer, key: K2, name: Bob}
      """
    let program = try #require(MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference).0)
    #expect(MappingTestRunner(readFile: contents).run(program).map(\.isPassed) == [true])
    let test = try TestWriter.test("from a dead letter", given: Array("K3,Eve".utf8), header: nil, program)
    #expect(test.contains("given: {\"id\": \"K3\", \"name\": \"Eve\"}"))
  }

  @Test func duplicateAndMisplacedTargets() {
    let found = diagnose(
      head(
        """
        outputs:
          - to: order
            key: $.id
            const: {note: x}
            set:
              note: $.note
              amount: $.amount
              version: $.v
              lines.sku: ref('customer', $.x)
            children:
              lines: {each: '$.lines[*]', set: {qty: $.n}}
              note: {each: '$.n[*]'}
        """))
    #expect(found.map(\.code) == ["duplicate-target", "misplaced-key", "misplaced-target", "unknown-attribute", "duplicate-target"])
  }

  @Test func whatTheModelRequiresMustBeSetByAReplace() {
    let text = head("outputs:\n  - to: order\n    key: $.id\n    write: replace\n    set: {note: $.note}\n")
    #expect(diagnose(text).map(\.code) == ["missing-attribute"])
    #expect(diagnose(text.replacing("replace", with: "patch")).isEmpty)
  }

  @Test func columnsAreTextAndTypesAreChecked() {
    #expect(diagnose(output("active: $.a", format: "csv")).map(\.code) == ["wrong-type"])
    #expect(diagnose(output("active: $.a")).isEmpty)
    #expect(diagnose(output("active: $.a == '1'", format: "csv")).isEmpty)
    #expect(diagnose(output("tags: $.tags[*]")).map(\.code) == ["wrong-type"])
    #expect(diagnose(output("name: $.tags[*] | list")).map(\.code) == ["wrong-type"])
    #expect(diagnose(head("outputs:\n  - {to: customer, key: $.id, version: $.v}\n", format: "csv")).map(\.code) == ["wrong-type"])
  }

  @Test func positionsSurviveQuotesAndFolding() {
    for (set, line, column) in [
      ("name: 'concat(''a'', trimm($.x))'", 8, 28), ("name: \"concat('\\t', trimm($.x))\"", 8, 27),
      ("name: >-\n        concat('a',\n        trimm($.x))", 10, 9), ("name: |-\n        concat('客',\n          trimm($.x))", 10, 11),
      ("name: concat('客户', trimm($.x))", 8, 26),
    ] {
      let found = diagnose(output(set))
      #expect(found.map(\.code) == ["unknown-function"], "\(set)")
      #expect(found.first?.span.start.line == line && found.first?.span.start.column == column, "\(set): \(found)")
    }
  }

  @Test func expressionsThatYAMLCutArePrintedMended() {
    let comment = diagnose(output("name: $.a | replace(' #', '')"))
    #expect(comment.map(\.code) == ["yaml-cut-comment"])
    #expect(comment.first?.hint == "Put the whole expression into quotes: '$.a | replace('' #'', '''')'")
    // A comment behind a whole expression is a comment.
    #expect(diagnose(output("name: $.a | trim # the name")).isEmpty)

    let comma = diagnose(head("outputs:\n  - {to: customer, key: $.id, set: {name: coalesce($.a, $.b), active: $.c}}\n"))
    #expect(comma.map(\.code) == ["yaml-cut-comma"])
    #expect(comma.first?.hint == "Put the whole expression into quotes: 'coalesce($.a, $.b)'")

    let colon = diagnose(output("name: $.a | default('x: y')"))
    #expect(colon.map(\.code) == ["yaml-colon"])
    #expect(colon.first?.hint?.contains("name: \"$.a | default('x: y')\"") == true)
  }

  @Test func typosInTestsAreErrors() {
    let found = diagnose(
      output("name: $.a")
        + """
        tests:
          - name: t
            given: {id: 1}
            expect:
              - {to: customer, nmae: x}
              - {to: order}
              - {too: customer}
          - nam: u
            given: {id: 1}
            expect: []
          - name: t
            given: {id: 1}
            expect: []
        """)
    #expect(found.map(\.code) == ["unknown-attribute", "unknown-type", "missing-key", "unknown-key", "missing-key", "duplicate-test"])
    #expect(found[0].hint == "Did you mean \"name\"?")
  }

  @Test func scalarsStayText() throws {
    let text = head("outputs:\n  - {to: customer, key: $.id, const: {name: NO, active: true}}\n")
    let program = try #require(MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference).0)
    #expect(program.statements(["id": 1]).first?.attributes == ["name": "NO", "active": true])
  }

  @Test func unusedTablesAndSingularEachAreWarnings() {
    let found = diagnose(head("tables: {gender: {M: male}}\neach: $.rows\noutputs:\n  - {to: customer, key: $.id}\n"))
    #expect(found.map(\.code) == ["unused-table", "each-singular"])
    #expect(found.allSatisfy { $0.severity == .warning })
    #expect(diagnose(head("each: $.rows[*]\noutputs:\n  - {to: customer, key: $.id}\n", format: "csv")).map(\.code) == ["each-in-csv"])
  }

  @Test func modelFilesAreCheckedToo() {
    let (model, found) = ModelLoader.load(
      text: """
        language: 1
        types:
          Customer: {attributes: {key: text}}
          order: {resolved: maybe, attributes: {amount: {kind: decimel, mny: true}}}
          stock: {}
        """, file: "model.yaml")
    #expect(model == nil)
    #expect(found.map(\.code) == ["bad-name", "reserved-name", "wrong-type", "unknown-value", "unknown-key", "missing-key"])
    #expect(found[3].hint == "Did you mean \"decimal\"?")
  }

  @Test func theDigestCoversWhatDecidesIdentityAndNothingElse() throws {
    func digest(_ text: String) throws -> UInt64 { try #require(ModelLoader.load(text: text, file: "m").0).digest }
    let base = "language: 1\ntypes:\n  customer: {resolved: true, attributes: {name: {kind: text, summary: A}}}\n"
    #expect(try digest(base) == digest(base.replacing("summary: A", with: "summary: B") + "  order: {attributes: {note: text}}\n"))
    #expect(try digest(base) != digest(base.replacing("kind: text", with: "kind: phone")))
  }
}
