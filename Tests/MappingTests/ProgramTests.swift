import Configuration
import Formats
import Model
import TestDigests
import Testing

@testable import Mapping

extension MappingProgram {
  func outputs(_ value: Value) -> [Output] {
    run(Item(index: 0, content: .value(value), location: Location(file: "in.json", line: 3), raw: []))
  }

  func statements(_ value: Value) -> [Statement] {
    outputs(value).compactMap { output in if case .statement(let statement) = output { statement } else { nil } }
  }

  func faults(_ value: Value) -> [Fault] {
    outputs(value).compactMap { output in if case .fault(let fault) = output { fault } else { nil } }
  }
}

func program(_ rest: String, format: String = "json") throws -> MappingProgram {
  let text = "language: 1\nmapping: m\nfrom: {connector: shop, format: \(format)}\n" + rest
  let (program, diagnostics) = MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference)
  return try #require(program, "\(DiagnosticRenderer.text(diagnostics, sources: ["m.yaml": text], color: false))")
}

@Suite struct ProgramTests {
  @Test func outputsSucceedAndFailOneByOne() throws {
    let program = try program(
      """
      outputs:
        - to: order
          key: $.id
          set: {amount: $.amount | decimal else reject}
        - to: customer
          when: exists($.buyer)
          key: $.buyer
          set: {name: $.name}
      """)
    let outputs = program.outputs(["id": "1", "amount": "viel", "buyer": "b", "name": "Li"])
    #expect(outputs.count == 2)
    guard case .fault(let fault) = outputs[0], case .statement(let statement) = outputs[1] else { Issue.record("\(outputs)"); return }
    #expect(fault.code == "mapping-failed")
    #expect(fault.message == "amount: decimal(): \"viel\" is not a number (m.yaml:7:30).")
    #expect(fault.location == Location(file: "in.json", line: 3))
    #expect(statement == Statement(key: RecordKey(source: "shop", type: "customer", key: "b"), write: .patch, attributes: ["name": "Li"]))
    guard case .filtered = program.outputs(["id": "1"])[1] else { Issue.record("must be filtered"); return }
  }

  @Test func nullMissingSkipAndEmptyListsInAPatch() throws {
    let program = try program(
      """
      outputs:
        - to: customer
          key: $.id
          set:
            name: $.name
            created_at: $.at | datetime('iso', 'UTC') else skip
            tags: $.tags
            phone: $.phone
      """)
    let statements = program.statements(["id": 1, "name": nil, "at": "gestern", "tags": [], "phone": "1"])
    #expect(statements.first?.attributes == ["name": nil, "tags": nil, "phone": ["1"]])
  }

  @Test func versionsAreNumbersOrMicroseconds() throws {
    let program = try program("outputs:\n  - {to: customer, key: $.id, version: '$.v'}\n")
    #expect(program.statements(["id": 1, "v": 42]).first?.version == Version(42))
    #expect(program.statements(["id": 1]).first.map { $0.version == nil } == true)
    #expect(program.faults(["id": 1, "v": "soon"]).map(\.code) == ["bad-version"])
    #expect(program.faults(["id": 1, "v": "1.5"]).map(\.code) == ["bad-version"])
    let timed = try self.timed()
    #expect(timed.statements(["id": 1, "v": "1970-01-01 08:00:01"]).first?.version == Version(1_000_000))
    #expect(timed.faults(["id": 1, "v": "x"]).map(\.code) == ["mapping-failed"])
  }

  private func timed() throws -> MappingProgram {
    try program(
      "outputs:\n  - {to: customer, key: $.id, version: \"$.v | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else reject\"}\n")
  }

  @Test func keysMustBeThere() throws {
    let program = try program("outputs:\n  - {to: customer, key: $.id}\n")
    #expect(program.faults([:]).map(\.code) == ["missing-key-value"])
    #expect(program.faults(["id": nil]).map(\.code) == ["missing-key-value"])
    #expect(program.faults(["id": " "]).map(\.code) == ["bad-key-value"])
    #expect(program.faults(["id": [1]]).map(\.code) == ["bad-key-value"])
    #expect(program.statements(["id": 12]).first?.key.key == "12")
  }

  @Test func deletesCarryNoAttributes() throws {
    let program = try program("outputs:\n  - {to: customer, key: $.id, version: $.v, delete: $.gone == true, set: {name: $.name}}\n")
    let gone = program.statements(["id": 1, "v": 2, "gone": true, "name": "x"]).first
    #expect(gone?.isDelete == true && gone?.attributes.isEmpty == true && gone?.version == Version(2))
    #expect(program.statements(["id": 1, "name": "x"]).first?.isDelete == false)
  }

  @Test func childrenSeeTheirParentAndTheDelivery() throws {
    let program = try program(
      """
      each: $.orders[*]
      outputs:
        - to: order
          key: $.id
          set:
            amount: $.amount
            customer_key: ref('customer', $up.buyer)
            note: $doc.batch
          children:
            lines:
              each: $.lines[*]
              key: concat($up.id, '-', $.no)
              when: $.n != '0'
              set: {sku: "ref('customer', $.sku)", quantity: $.n | decimal else reject}
      """)
    let item: Value = [
      "batch": "B7", "buyer": "b1",
      "orders": [
        ["id": "o1", "amount": 5, "lines": [["no": 1, "sku": "A", "n": "2"], ["no": 2, "sku": "B", "n": "0"]]],
        ["id": "o2", "amount": "5"],
      ],
    ]
    let statement = try #require(program.statements(item).first)
    #expect(statement.attributes["customer_key"] == ["ref": "shop/customer/b1"])
    #expect(statement.attributes["note"] == "B7")
    #expect(statement.attributes["lines"] == [["key": "o1-1", "quantity": 2, "sku": ["ref": "shop/customer/A"]]])
    // JSON text is no number unless the mapping says so; the place is that of the expression.
    #expect(program.faults(item).map(\.message) == ["amount: \"5\" is not a number; add | decimal else … (m.yaml:9:15)."])
  }

  @Test func eachTakesTheFirstPathThatSelects() throws {
    let program = try program("each: ['$.items[*]', '$[?count(@.*) > 0]', $]\noutputs:\n  - {to: customer, key: $.id}\n")
    #expect(program.statements(["items": [["id": 1], ["id": 2]]]).map(\.key.key) == ["1", "2"])
    #expect(program.statements([["id": 3]]).map(\.key.key) == ["3"])
    #expect(program.statements(["id": 4]).map(\.key.key) == ["4"])
  }

  @Test func severalNodesWhereOneIsWantedFail() throws {
    let program = try program("outputs:\n  - {to: customer, key: xpath('id'), set: {name: xpath('n'), tags: xpath('n')}}\n", format: "xml")
    func run(_ xml: String) throws -> [Output] {
      let node = try XMLNode.parse(Array(xml.utf8))
      return program.run(Item(index: 0, content: .xml(node), location: Location(line: 1), raw: []))
    }
    guard case .fault(let fault) = try run("<c><id>1</id><n>a</n><n>b</n></c>")[0] else { Issue.record("must fail"); return }
    #expect(fault.message.contains("selects 2 values where one is wanted"))
    guard case .statement(let statement) = try run("<c><id>1</id><n>a</n></c>")[0] else { Issue.record("must succeed"); return }
    #expect(statement.attributes == ["name": "a", "tags": ["a"]])
  }

  @Test func rowsAreCountedOn() throws {
    let program = try program("outputs:\n  - {to: customer, key: $meta.row, set: {name: $meta.file}}\n", format: "csv")
    let item = Item(index: 4, content: .value(["a": "1"]), location: Location(file: "x.csv", line: 9), raw: [])
    guard case .statement(let statement) = program.run(item, meta: ["row": "100"])[0] else { Issue.record("must succeed"); return }
    #expect(statement.key.key == "104")
    #expect(statement.attributes["name"] == "x.csv")
  }

  @Test func valuesInMessagesAreShort() throws {
    let program = try program("outputs:\n  - {to: order, key: $.id, set: {amount: $.a | decimal else reject}}\n")
    let message = program.faults(["id": 1, "a": .string(String(repeating: "九", count: 500))]).first?.message ?? ""
    #expect(message.unicodeScalars.count < 120 && message.contains("…"))
  }
}

@Suite struct ChoiceTests {
  private func items(_ values: [Value]) -> [Item] {
    values.enumerated().map { Item(index: $0.offset, content: .value($0.element), location: Location(), raw: []) }
  }

  private func named(_ name: String, _ outputs: String) throws -> MappingProgram {
    let text = "language: 1\nmapping: \(name)\nfrom: {connector: shop, format: csv}\noutputs:\n  - \(outputs)\n"
    return try #require(MappingLoader.load(text: text, file: "m.yaml", model: testModel, digests: .reference).0)
  }

  @Test func theOneThatFindsMostOfItsPathsWins() throws {
    let small = try named("small", "{to: customer, key: $.id}")
    let large = try named("large", "{to: customer, key: $.id, set: {name: $.name, born: \"$.born | date else null\"}}")
    let other = try named("other", "{to: customer, key: $.number}")
    let rows = items([["id": "1", "name": ""]])
    guard case .one(let winner) = MappingChoice.choose(among: [small, large, other], format: .csv, items: rows) else {
      Issue.record("one must win")
      return
    }
    #expect(winner.name == "large")
    guard case .tie(let tied) = MappingChoice.choose(among: [small, small], format: .csv, items: rows) else {
      Issue.record("a tie"); return
    }
    #expect(tied.count == 2)
    guard case .none(let refused) = MappingChoice.choose(among: [other], format: .csv, items: rows) else { Issue.record("none"); return }
    #expect(refused.map(\.mapping) == ["other"] && refused.map(\.absent) == [["$.number"]])
    let near = try named("near", "{to: customer, key: $.number, set: {name: $.name}}")
    guard case .none(let ranked) = MappingChoice.choose(among: [other, near], format: .csv, items: rows) else {
      Issue.record("none"); return
    }
    #expect(ranked.map(\.mapping) == ["near", "other"] && ranked.map(\.found) == [1, 0])
    guard case .none(let ofFormat) = MappingChoice.choose(among: [small], format: .json, items: rows) else { Issue.record("none"); return }
    #expect(ofFormat.isEmpty)
  }

  @Test func oneArgumentOfCoalesceIsEnough() throws {
    let either = try named("either", "{to: customer, key: \"coalesce($.a, $.b)\"}")
    guard case .one = MappingChoice.choose(among: [either], format: .csv, items: items([["b": "1"]])) else { Issue.record("fits"); return }
    guard case .none = MappingChoice.choose(among: [either], format: .csv, items: items([["c": "1"]])) else { Issue.record("no"); return }
  }
}
