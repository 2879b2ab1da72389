import Formats
import Model
import Testing

@testable import Mapping

private let source = """
  outputs:
    - to: customer
      when: exists($.buyer)
      key: $.buyer
      set:
        name: if($.vip == true, $.title, $.name)
        phone: coalesce($.mobile, $.landline) | phones('CN')
        created_at: $.at | datetime('iso') else null
    - to: order
      key: $.id
      set: {amount: $.amount}
      children:
        lines: {each: '$.lines[*]', set: {quantity: $.n}}
  """

@Suite struct CoverageTests {
  private func coverage(_ tests: String) throws -> MappingCoverage {
    MappingTestRunner(readFile: contents).coverage(of: try program(source + "\ntests:\n" + tests))
  }

  @Test func whatNoTestReachesIsListed() throws {
    let coverage = try coverage(
      """
        - name: one
          given: {id: 1, buyer: b, name: Li, mobile: '13800138000', amount: 5, color: red, lines: [{n: 1, sku: x}]}
          expect: [{to: customer, name: Li}, {to: order}]
      """)
    #expect(coverage.targets.all == 5 && coverage.targets.reached == 4)
    #expect(
      coverage.gaps.map { "\($0.span.start.line): \($0.what)" } == [
        "6: to customer: when is never false", "9: to customer: then is never used", "10: to customer: argument 2 is never used",
        "11: to customer: created_at never gets a value", "11: to customer: else is never used",
      ])
    #expect(coverage.branches.all == 8 && coverage.branches.reached == 4)
    #expect(coverage.unexpected == ["customer.phone", "order.amount"])
    #expect(coverage.fields.unused == ["$['color']", "$['lines'][*]['sku']"])
    #expect(coverage.fields.all.count == 8)
  }

  @Test func testsThatReachEverythingLeaveNothing() throws {
    let coverage = try coverage(
      """
        - name: one
          given: {id: 1, buyer: b, vip: true, title: Dr Li, mobile: '13800138000', amount: 5, at: '2024-01-01T00:00:00Z', lines: [{n: 1}]}
          expect: [{to: customer, name: Dr Li, phone: '+8613800138000', created_at: '2024-01-01T00:00:00Z'}, {to: order, amount: 5}]
        - name: two
          given: {id: 2, buyer: b, name: Li, landline: 021-62345678, at: yesterday}
          expect: [{to: customer, created_at: null}, {to: order}]
        - name: three
          given: {id: 3}
          expect: [{to: order}]
      """)
    #expect(coverage.gaps.map(\.what) == [])
    #expect(coverage.branches.all == coverage.branches.reached && coverage.targets.all == coverage.targets.reached)
    #expect(coverage.unexpected == [] && coverage.fields.unused == [])
  }

  @Test func explanationsSayFromWhereAndWhyNot() throws {
    let program = try program(source)
    let item = Item(
      index: 0, content: .value(["id": 1, "buyer": "b", "at": "gestern", "landline": "x"]), location: Location(line: 1), raw: [])
    let outputs = try #require(try program.explain(item).first)
    let targets = Dictionary(uniqueKeysWithValues: outputs[0].targets.map { ($0.name, $0) })
    #expect(targets["key"]?.value == "b" && targets["key"]?.reads.map(\.path) == ["$.buyer"])
    #expect(targets["key"]?.place == "m.yaml:7:10")
    #expect(targets["name"]?.remarks == ["nothing is there"])
    #expect(targets["phone"]?.reads.map(\.path) == ["$.mobile", "$.landline"])
    #expect(targets["created_at"]?.remarks == ["datetime(): \"gestern\" is not such a time, so else counts"])
    #expect(outputs[1].targets.last?.remarks == ["each selects nothing"])
    let dashes = try Self.make("missing: ['-']\noutputs:\n  - {to: customer, key: $.id, set: {name: $.name}}\n")
    let dash = Item(index: 0, content: .value(["id": 1, "name": " - "]), location: Location(line: 1), raw: [])
    #expect(try dashes.explain(dash).first?[0].targets.last?.remarks == ["\" - \" means nothing here (missing:)"])
    let filtered = Item(index: 0, content: .value(["id": 1]), location: Location(line: 1), raw: [])
    #expect(try program.explain(filtered).first?[0].targets.map(\.name) == ["when"])
  }

  private static func make(_ rest: String) throws -> MappingProgram { try program(rest) }

  @Test func aFailureBecomesATest() throws {
    let program = try program("outputs:\n  - {to: order, key: $.id, set: {amount: $.a | decimal else reject}}\n", format: "csv")
    let test = try TestWriter.test("dead letter 3", given: Array("7,viel".utf8), header: Array("id,a".utf8), program)
    #expect(
      test == """
        - name: "dead letter 3"
          given: {"id": "7", "a": "viel"}
          expect:
            - {to: "order", fault: mapping-failed}

        """)
    #expect(throws: Fault.self) { try TestWriter.test("x", given: Array("7,viel".utf8), header: nil, program) }
    // What is written is a test that passes.
    let json = try tested("it's", "{\n\"id\": 1, \"name\": \"it's\"}")
    #expect(MappingTestRunner(readFile: contents).run(json).map(\.differences) == [[]])
  }

  private func tested(_ name: String, _ given: String) throws -> MappingProgram {
    let text = "outputs:\n  - {to: customer, key: $.id, set: {name: $.name}}\n"
    let test = try TestWriter.test(name, given: Array(given.utf8), header: nil, try program(text))
    let indented = test.split(separator: "\n").map { "  " + $0 }.joined(separator: "\n")
    return try program(text + "tests:\n" + indented + "\n")
  }
}

@Suite struct SchemaTests {
  @Test func theSchemaKnowsKeysTypesAndAttributes() throws {
    let schema = MappingSchema.mapping(testModel)
    let keys = Set((schema["properties"] ?? .null).members)
    #expect(keys == Set(MappingKeys.file.names))
    #expect(schema["required"] == ["language", "mapping", "from", "outputs"])
    let output = try #require(schema["properties"]?["outputs"]?["items"])
    #expect(output["properties"]?["to"]?["enum"] == ["customer", "order"])
    #expect(output["additionalProperties"] == false)
    #expect(output["allOf"]?.elements.count == 2)
    #expect(MappingSchema.mapping()["properties"]?["outputs"]?["items"]?["allOf"] == nil)
  }
}

extension Value {
  fileprivate var members: [String] { if case .object(let object) = self { object.members.map(\.name) } else { [] } }
}
