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

  private func unused(_ rest: String, _ sample: String) throws -> [String] {
    let item = Item(index: 0, content: .value(try json(sample)), location: Location(line: 1), raw: [])
    return SourceFields(try program(rest), [item]).unused
  }

  @Test func whatFiltersAskForIsRead() throws {
    let output = "outputs:\n  - {to: customer, key: $.id, set: {name: \"$.x[?@.k=='v' && !@.off && length(@.t) > $.least].v | first\"}}\n"
    let sample = #"{"id": 1, "least": 0, "x": [{"k": "w", "v": "1", "t": "t", "z": 5}, {"k": "u", "v": "2", "off": true}]}"#
    // Nothing in the sample passes the filter; the mapping reads v all the same.
    #expect(try unused(output, sample) == ["$['x'][*]['z']"])
    let nested = "outputs:\n  - {to: customer, key: $.id, set: {name: \"$..[?@.a[?@.b == 1]].n | first\"}}\n"
    #expect(try unused(nested, #"{"id": 1, "p": {"q": {"a": [{"b": 2, "c": 3}], "n": "x"}}}"#) == [])
  }

  @Test func theSelectorThatCountsIsTheOneThatSelects() throws {
    // For each of the first two a wildcard would select something else than the whole.
    let each = "each: ['$.data[?@.id]', '$[?@.id]', 'list(if(exists($.seen), $))']\n"
    let outputs = "outputs:\n  - {to: customer, key: $.id, set: {name: $.name, tags: '$up.batch'}}\n"
    #expect(try unused(each + outputs, #"{"id": 1, "name": "Li", "data": [{"no": 1}], "seen": 1}"#) == ["$['data'][*]['no']"])
    #expect(
      try unused(each + outputs, #"{"batch": 7, "data": [{"id": 1, "name": "Li", "z": 1}, {"y": 1}]}"#) == [
        "$['data'][*]['z']", "$['data'][*]['y']",
      ])
    #expect(try unused(each + outputs, #"[{"id": 1, "name": "Li"}]"#) == [])
  }

  @Test func elementsAndAttributesAreFields() throws {
    let source = """
      namespaces: {s: 'urn:shop'}
      each: xpath('/s:orders/order[@state != ''gone'']')
      outputs:
        - to: order
          key: xpath('@id')
          set:
            amount: xpath('sum/s:total') | decimal else null
            note: concat(xpath('contact[kind = ''e-mail'']/value') | first, xpath('normalize-space(buyer/name)'))
          children:
            lines: {each: "xpath('line')", set: {sku: "ref('customer', xpath('item'))", quantity: "xpath('count(packs/pack)') | decimal else null"}}
      """
    let document = """
      <orders xmlns="urn:shop" run="5"><order xmlns="" id="1" state="new" by="x"><sum><total xmlns="urn:shop" unit="CNY">5</total></sum>
      <contact><kind>fax</kind><value>1</value><area>2</area></contact><buyer><name>Li</name></buyer>
      <line no="1"><item>A<b>1</b></item><packs><pack>1</pack></packs></line></order></orders>
      """
    let program = try program(source, format: "xml")
    let fields = SourceFields(program, try items(document, .xml))
    #expect(
      fields.unused == [
        "/s:orders/@run", "/s:orders/order/@by", "/s:orders/order/sum/s:total/@unit", "/s:orders/order/contact/area",
        "/s:orders/order/line/@no",
      ])
    #expect(fields.all.count == 13, "\(fields.all)")
    #expect(SourceFields(program, []).all == [])
  }

  private func items(_ text: String, _ format: Format) throws -> [Item] {
    var items: [Item] = []
    try ItemReader.read(Array(text.utf8), format: format) { items.append(try $0.get()) }
    return items
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
    // What is there and gives nothing is neither missing nor one of the signs for nothing.
    let part = try Self.make(
      "missing: ['-']\noutputs:\n  - {to: customer, key: $.id, set: {name: \"$.name | address('city') else null\"}}\n")
    let province = Item(index: 0, content: .value(["id": 1, "name": "浙江 杭州"]), location: Location(line: 1), raw: [])
    #expect(try part.explain(province).first?[0].targets.last?.remarks == ["nothing comes of what is there"])
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
