import Configuration
import Model
import TestDigests
import Testing

@testable import Mapping

private func load(_ text: String, _ files: [String: String]) -> (MappingProgram?, [Diagnostic]) {
  MappingLoader.load(
    text: "language: 1\nmapping: m\nfrom: {connector: shop, format: json}\n" + text, file: "home/m.yaml", model: testModel,
    digests: .reference,
    files: MappingFiles { path in
      guard let text = files[path] else { throw Fault("file-unreadable", "The file \(path) cannot be read.") }
      return Array(text.utf8)
    })
}

@Suite struct IncludeTests {
  private let part = """
    language: 1
    part: person
    parameters: [name, contact]
    tables: {words: {J: 'true', N: 'false'}}
    const: {tags: [shared]}
    set:
      name: $with.name | trim
      phone: list($with.contact.phones[*]) | phones('CN')
      active: $.ok | lookup('words') | boolean else skip
    """

  private func output(_ with: String) -> String {
    "outputs:\n  - to: customer\n    key: $.id\n    include:\n      - {file: parts/person.yaml, with: {\(with)}}\n"
  }

  @Test func aPartIsGivenItsParameters() throws {
    let (program, found) = load(output("name: $.buyer.name, contact: $.buyer"), ["home/parts/person.yaml": part])
    #expect(found.isEmpty, "\(found)")
    #expect(program?.references == ["home/parts/person.yaml"])
    let statements = try #require(program).statements(
      ["id": 1, "ok": "J", "buyer": ["name": " Li ", "phones": ["13800138000", "139 0013 9000"]]])
    #expect(
      statements.first?.attributes == [
        "name": "Li", "phone": ["+8613800138000", "+8613900139000"], "active": true, "tags": ["shared"],
      ])
  }

  @Test func mistakesStandWhereTheyAre() {
    let broken = part.replacing("| trim", with: "| trimm").replacing("$with.contact.phones", with: "$with.contcat.phones")
    let (program, found) = load(output("nmae: $.x, contact: $.y | decimal"), ["home/parts/person.yaml": broken])
    #expect(program == nil)
    #expect(
      found.map { "\($0.file):\($0.span.start.line):\($0.span.start.column) \($0.code)" } == [
        "home/m.yaml:8:16 missing-parameter", "home/m.yaml:8:43 unknown-parameter", "home/m.yaml:8:69 unhandled-failure",
        "home/parts/person.yaml:7:9 unknown-parameter", "home/parts/person.yaml:7:22 unknown-function",
        "home/parts/person.yaml:8:15 unknown-parameter",
      ]
        || found.map(\.code).sorted() == [
          "missing-parameter", "unhandled-failure", "unknown-function", "unknown-parameter", "unknown-parameter", "unknown-parameter",
        ], "\(found.map { "\($0.file):\($0.span.start.line):\($0.span.start.column) \($0.code)" })")
    #expect(load("outputs:\n  - {to: customer, key: $with.id}\n", [:]).1.map(\.code) == ["no-parameters"])
    #expect(load(output("name: $.x, contact: $.y"), [:]).1.map(\.code) == ["file-unreadable"])
  }

  @Test func attributesOfPartAndOutputMustNotCollide() {
    let text = output("name: $.x, contact: $.y") + "    set: {name: $.other}\n"
    #expect(load(text, ["home/parts/person.yaml": part]).1.map(\.code) == ["duplicate-target"])
  }

  @Test func circlesAndDepthAreRefused() {
    let circle = "language: 1\npart: a\ninclude: [{file: b.yaml}]\n"
    let files = ["home/a.yaml": circle, "home/b.yaml": circle.replacing("b.yaml", with: "a.yaml")]
    let text = "outputs:\n  - {to: customer, key: $.id, include: [{file: a.yaml}]}\n"
    let (_, found) = load(text, files)
    #expect(found.map(\.code) == ["include-cycle"])
    #expect(found.first?.file == "home/b.yaml")
    var chain: [String: String] = [:]
    for index in 0..<20 { chain["home/\(index).yaml"] = "language: 1\npart: p\ninclude: [{file: \(index + 1).yaml}]\n" }
    #expect(load(text.replacing("a.yaml", with: "0.yaml"), chain).1.map(\.code) == ["include-depth"])
  }

  @Test func wordsOfPartsServeTheWholeMapping() throws {
    let words = "language: 1\npart: words\nmissing: ['k.A.']\ntables: {words: {J: ja}}\n"
    let text = "include: [words.yaml]\noutputs:\n  - {to: customer, key: $.id, set: {name: \"$.n | lookup('words') else null\"}}\n"
    let (program, found) = load(text, ["home/words.yaml": words])
    #expect(found.isEmpty, "\(found)")
    #expect(program?.statements(["id": 1, "n": "J"]).first?.attributes == ["name": "ja"])
    #expect(program?.statements(["id": 1, "n": " k.A. "]).first?.attributes == [:])
    let twice = load("tables: {words: {N: nein}}\n" + text, ["home/words.yaml": words]).1
    #expect(twice.map(\.code) == ["duplicate-table"])
  }
}

@Suite struct FileTableTests {
  private func load(_ table: String, _ csv: String) -> (MappingProgram?, [Diagnostic]) {
    MappingTests.load(
      "tables:\n  cities: \(table)\noutputs:\n  - {to: customer, key: $.id, set: {name: \"$.c | lookup('cities') else null\"}}\n",
      ["home/cities.csv": csv])
  }

  @Test func tablesComeFromFiles() throws {
    for (table, csv) in [
      ("{csv: cities.csv}", "code;name\n021;上海\n010;北京\n"), ("{csv: cities.csv, key: nr, value: ort}", "ort,x,nr\n上海,1,021\n北京,2,010\n"),
    ] {
      let (program, found) = load(table, csv)
      #expect(found.isEmpty, "\(found)")
      #expect(program?.statements(["id": 1, "c": "021"]).first?.attributes == ["name": "上海"])
      #expect(program?.statements(["id": 1, "c": "99"]).first?.attributes == ["name": nil])
      #expect(program?.references == ["home/cities.csv"])
    }
  }

  @Test func mistakesInThemAreNamed() {
    #expect(load("{csv: other.csv}", "a,b\n").1.map(\.code) == ["table-unreadable"])
    let column = load("{csv: cities.csv, key: nmu}", "num,name\n1,x\n").1
    #expect(column.map(\.code) == ["table-column"])
    #expect(column.first?.hint == "Did you mean \"num\"?")
    #expect(load("{csv: cities.csv}", "num\n1\n").1.map(\.code) == ["table-column"])
    #expect(load("{csv: cities.csv}", "num,name\n1,x,y\n").1.map(\.code) == ["table-unreadable"])
    #expect(load("{csv: cities.csv}", "num,name\n").1.map(\.code) == ["table-empty"])
  }
}

@Suite struct EachExpressionTests {
  @Test func rowsInsideATextAreItems() throws {
    let program = try program("each: $.rows | json('$[*]') else reject\noutputs:\n  - {to: customer, key: $.id, set: {name: $up.name}}\n")
    let statements = program.statements(["name": "x", "rows": #"[{"id": 1}, {"id": 2}]"#])
    #expect(statements.map(\.key.key) == ["1", "2"])
    #expect(statements.first?.attributes == ["name": "x"])
    #expect(program.faults(["rows": "["]).map(\.code) == ["mapping-failed"])
    #expect(program.outputs([:]).isEmpty)
  }

  @Test func whatIsNoListIsRefused() {
    func codes(_ each: String) -> [String] {
      let text = "language: 1\nmapping: m\nfrom: {connector: s, format: json}\neach: \(each)\noutputs: [{to: customer, key: $.id}]\n"
      return MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference).1.map(\.code)
    }
    #expect(codes("$.a | trim") == ["bad-each"])
    #expect(codes("$.a | json") == ["unhandled-failure"])
    #expect(codes("[$, '$.rows[*]']") == ["unreachable"])
  }
}
