import Configuration
import Formats
import Model
import Seeding
import TestDigests
import Testing

@testable import Mapping

private let shippedModel: ModelDefinition? = (try? text("mappings/model.yaml")).flatMap { ModelLoader.load(text: $0, file: "model.yaml").0 }

private func items(_ csv: String) throws -> [Value] {
  var items: [Value] = []
  try ItemReader.read(Array(csv.utf8), format: .csv) { result in
    if case .value(let value) = try result.get().content { items.append(value) }
  }
  return items
}

@Suite struct SuggestionTests {
  private func targets(_ items: [Value], _ type: String) -> [String: String] {
    Dictionary(uniqueKeysWithValues: MappingSuggester.suggest(items, to: type).fields.map { ($0.path, $0.target) })
  }

  @Test func namesOfManyKindsAreUnderstood() throws {
    for (header, target) in [
      ("客户名称(必填)", "name"), ("khmc", "name"), ("CUST_NM", "name"), ("CustomerName", "name"), ("顧客名", "name"), ("Nachname", "name"),
      ("收货人联系电话", "phone"), ("lxdh", "phone"), ("TEL_NO2", "phone"), ("mobilePhone", "phone"), ("Telefon", "phone"),
      ("billing_postal_code", "postcode"), ("所属行业", "industry"), ("CRT_DTM", "created_at"), ("最后修改时间", "updated_at"),
    ] {
      let value: Value =
        ["phone": "13800138000", "postcode": "200120", "created_at": "2024-05-06", "updated_at": "2024-05-06"][target] ?? "李明"
      let found = targets((0..<5).map { _ in .object(Object([(header, value)])) }, "customer")
      #expect(Array(found.values) == [target], "\(header): \(found)")
    }
  }

  @Test func theValuesDecide() throws {
    let rows = try items(
      "编号,电话,邮箱,传真,微信号\nL1,a@b.cn,13800138000,021-62345678,wx1\nL2,c@d.cn,13900139000,021-62345679,wx2\nL3,e@f.cn,13700137000,,wx3\n")
    #expect(targets(rows, "customer") == ["$['编号']": "key", "$['电话']": "email", "$['邮箱']": "phone"])
  }

  @Test func columnsWithoutNamesAreToldByTheirValues() throws {
    let rows = try items(
      "column_1,column_2,column_3,column_4\nK1,青岛金石科技有限公司,13873833220,a@qq.com\nK2,苏州远航服饰有限公司,15076206230,b@qq.com\nK3,成都天成服饰有限公司,18982125469,c@qq.com\n"
    )
    #expect(
      targets(rows, "customer") == ["$['column_1']": "key", "$['column_2']": "name", "$['column_3']": "phone", "$['column_4']": "email"])
  }

  @Test func creatorsAreNotOwnersAndLinesAreNotOrders() throws {
    let order: Value = [
      "tid": "4021", "created": "2024-05-06 08:00:00", "payment": "59.90", "seller_nick": "x", "post_fee": "6.00", "creator": "y",
      "orders": [["oid": 1, "outer_sku_id": "S-1", "num": 2, "payment": "53.90"]],
    ]
    #expect(
      targets([order], "order") == [
        "$['tid']": "key", "$['created']": "ordered_at", "$['payment']": "amount", "$['orders'][*]['outer_sku_id']": "sku",
        "$['orders'][*]['num']": "quantity",
      ])
    #expect(MappingSuggester.type(of: [order]) == "order")
  }

  @Test func whatIsProposedLintsAndMaps() throws {
    let model = try #require(shippedModel)
    let members = try items(
      "会员号,姓名,手机,邮箱,城市,注册时间,积分\nM1,李明,13900001201,,上海,2024-05-06 08:00:00,5\nM2,周雨桐,１３９００００１２０２,Zhou@Lanting.Example,上海,2024-05-07 09:30:00,6\n"
    )
    let suggestion = MappingSuggester.suggest(members, to: MappingSuggester.type(of: members))
    #expect(suggestion.type == "customer" && suggestion.ignored == ["$['积分']"])
    #expect(suggestion.fields.allSatisfy { (0...1).contains($0.confidence) && !$0.reason.isEmpty })
    let yaml = MappingProposal(suggestion, items: members, name: "members", format: .csv, definition: try #require(model.types["customer"]))
      .yaml
    let (program, found) = MappingLoader.load(text: yaml, file: "m.yaml", model: model, digests: .reference)
    #expect(found.isEmpty, "\(DiagnosticRenderer.text(found, sources: ["m.yaml": yaml], color: false))")
    #expect(
      try #require(program).statements(members[1]) == [
        Statement(
          key: RecordKey(source: "members", type: "customer", key: "M2"), write: .patch,
          attributes: [
            "name": "周雨桐", "phone": ["+8613900001202"], "email": ["zhou@lanting.example"], "address.city": "上海",
            "created_at": "2024-05-07T01:30:00Z",
          ])
      ])
  }

  @Test func linesBecomeChildrenAndArraysOfItemsAreSelected() throws {
    let model = try #require(shippedModel)
    let order: Value = [
      "increment_id": "100", "grand_total": "1.234,50", "created_at": "06.05.2024", "items": [["sku": "A", "qty": "2", "price": "617,25"]],
    ]
    let suggestion = MappingSuggester.suggest([order, order], to: "order")
    let yaml = MappingProposal(
      suggestion, items: [order, order], isArray: true, name: "shop", format: .json, definition: try #require(model.types["order"])
    ).yaml
    let (program, found) = MappingLoader.load(text: yaml, file: "m.yaml", model: model, digests: .reference)
    #expect(found.isEmpty, "\(DiagnosticRenderer.text(found, sources: ["m.yaml": yaml], color: false))")
    let statement = try #require(program?.statements([order]).first)
    #expect(statement.key.key == "100")
    #expect(
      statement.attributes == [
        "amount": .number(Number(parsing: "1234.5")!), "ordered_at": "2024-05-05T16:00:00Z",
        "lines": [["price": .number(Number(parsing: "617.25")!), "quantity": 2, "sku": ["ref": "shop/product/A"]]],
      ])
  }

  /// Names that YAML, paths and comments could stumble over.
  @Test(arguments: [UInt64(11)]) func whateverFieldsAreCalledTheProposalLints(seed: UInt64) throws {
    let model = try #require(shippedModel)
    var generator = SeededGenerator(seed: seed)
    let pieces = [
      "'", "\"", "\\", "\n", "\t", " #", ": ", "[", "{", "$", "*", "客户", "name", "phone", ".", "名称", "id", "-", "\u{2028}", "e\u{301}", "F",
      "_", " ",
    ]
    let values: [Value] = ["x", "13800138000", "a@b.cn", 12, true, nil, ["a", "b"], [["n": 1]], ["id": "7"], "2024-05-06"]
    for round in 0..<300 {
      var object = Object()
      for _ in 0..<Int.random(in: 1...6, using: &generator) {
        let name = (0..<Int.random(in: 0...4, using: &generator)).map { _ in pieces.randomElement(using: &generator)! }.joined()
        object[name] = values.randomElement(using: &generator)!
      }
      let items = [Value.object(object), .object(object)]
      let type = MappingSuggester.types.randomElement(using: &generator)!
      let suggestion = MappingSuggester.suggest(items, to: type)
      let isArray = Bool.random(using: &generator)
      let yaml = MappingProposal(
        suggestion, items: items, isArray: isArray, name: "m", format: .json, definition: try #require(model.types[type])
      ).yaml
      let (program, found) = MappingLoader.load(text: yaml, file: "m.yaml", model: model, digests: .reference)
      #expect(program != nil, "seed \(seed), round \(round): \(found.map(\.message)) in\n\(yaml)")
      _ = program?.outputs(isArray ? .array(items) : items[0])
    }
  }
}

@Suite struct SampleTests {
  private func document(_ text: String) throws -> XMLSample {
    var sample: XMLSample?
    try ItemReader.read(Array(text.utf8), format: .xml) { result in
      if case .xml(let root) = try result.get().content { sample = XMLSample(root) }
    }
    return try #require(sample)
  }

  private func load(_ yaml: String) throws -> MappingProgram? {
    let (program, found) = MappingLoader.load(text: yaml, file: "m.yaml", model: try #require(shippedModel), digests: .reference)
    #expect(found.isEmpty, "\(DiagnosticRenderer.text(found, sources: ["m.yaml": yaml], color: false))")
    return program
  }

  @Test(arguments: [
    ("<a><c><n>1</n><t>x</t></c><c><n>2</n><t>y</t></c></a>", "/a/c", 2), ("<a><c><n>1</n><t>x</t></c></a>", "/a/c", 1),
    ("<a><head><at>1</at></head><body><list><c n='1' t='x'/><c n='2' t='y'/></list></body></a>", "/a/body/list/c", 2),
    ("<o><n>1</n><d>2</d><l><q>1</q></l><l><q>2</q></l></o>", "/o", 1), ("<a/>", "/a", 1), ("<a><c>1</c><c>2</c></a>", "/a", 1),
    ("<x:a xmlns:x='urn:shop:CustomerList-1'><x:c><x:n>1</x:n><x:t>2</x:t></x:c></x:a>", "/cl:a/cl:c", 1),
  ])
  func recordsAreFound(text: String, each: String, count: Int) throws {
    let sample = try document(text)
    #expect(sample.each == each)
    #expect(sample.items.count == count)
  }

  @Test func aDocumentIsProposedAndMaps() throws {
    let text = """
      <orders xmlns="urn:example:Orders" sent="2024-05-06">
        <order><number>A1</number><customerNumber>K7</customerNumber><total currency="EUR">12.50</total><orderDate>2024-05-06</orderDate>
          <lines><line><sku>S1</sku><qty>2</qty></line><line><sku>S2</sku><qty>1</qty></line></lines></order>
        <order><number>A2</number><customerNumber>K8</customerNumber><total>1</total><orderDate>6.5.2024</orderDate>
          <lines><line><sku>S1</sku><qty>1</qty></line></lines></order>
      </orders>
      """
    let sample = try document(text)
    #expect(MappingSuggester.type(of: sample.items, isXML: true) == "order")
    let suggestion = MappingSuggester.suggest(sample.items, to: "order", isXML: true)
    let definition = try #require(shippedModel?.types["order"])
    let yaml = MappingProposal(suggestion, items: sample.items, xml: sample, name: "shop", format: .xml, definition: definition).yaml
    let program = try #require(try load(yaml))
    var statements: [Statement] = []
    try ItemReader.read(Array(text.utf8), format: .xml) { result in
      for output in program.run(try result.get()) { if case .statement(let statement) = output { statements.append(statement) } }
    }
    #expect(statements.map(\.key.key) == ["A1", "A2"])
    #expect(statements[0].attributes["amount"] == .number(Number(parsing: "12.5")!))
    #expect(statements[0].attributes["currency"] == "EUR")
    #expect(statements[0].attributes["customer_key"] == ["ref": "shop/customer/K7"])
    #expect(statements.map { $0.attributes["ordered_at"] } == ["2024-05-05T16:00:00Z", "2024-05-05T16:00:00Z"])
    #expect(statements.map { $0.attributes["lines"]?.elements.count } == [2, 1])
  }

  @Test func aTableWithoutNamesIsReadByTheNamesThatItsColumnsGet() throws {
    let csv = "K1,青岛金石科技有限公司,13900001101,a@qq.example\nK2,苏州远航服饰有限公司,13900001102,b@qq.example\nK3,成都天成服饰有限公司,13900001103,c@qq.example\n"
    var items: [Value] = []
    try ItemReader.read(Array(csv.utf8), format: .csv) { result in
      if case .value(let value) = try result.get().content { items.append(value) }
    }
    #expect(MappingSuggester.type(of: items) == "customer")
    let suggestion = MappingSuggester.suggest(items, to: "customer")
    #expect(suggestion.fields.map(\.target) == ["key", "name", "phone", "email"])
    let definition = try #require(shippedModel?.types["customer"])
    let yaml = MappingProposal(suggestion, items: items, name: "m", format: .csv, definition: definition).yaml
    #expect(yaml.contains("format: csv, header: none, columns: [id, name, phone, email]}\n"))
    let program = try #require(try load(yaml))
    var keys: [String] = []
    try ItemReader.read(Array(csv.utf8), format: .csv, context: ReadContext(columns: program.columns)) { result in
      for output in program.run(try result.get()) { if case .statement(let statement) = output { keys.append(statement.key.key) } }
    }
    #expect(keys == ["K1", "K2", "K3"])
  }

  @Test func datesInTwoFormsAndSignsForNothing() throws {
    func proposal(_ dates: [String]) throws -> String {
      let items = dates.enumerated().map { index, date -> Value in ["编号": .string("K\(index)"), "创建时间": .string(date), "备注": "暂无"] }
      let suggestion = MappingSuggester.suggest(items, to: "customer")
      return MappingProposal(
        suggestion, items: items, name: "m", format: .csv, definition: try #require(shippedModel?.types["customer"])
      ).yaml
    }
    let both = try proposal(["2024/3/5", "2024/3/18", "20240401"])
    #expect(both.contains("missing: ['', '-', 'NULL', '无', '暂无']"))
    let program = try #require(try load(both))
    for (text, date) in [("2024/3/5", "2024-03-04T16:00:00Z"), ("20240401", "2024-03-31T16:00:00Z")] {
      #expect(program.statements(["编号": "K1", "创建时间": .string(text)]).first?.attributes["created_at"] == .string(date))
    }
    // 05/06 has one meaning in a column, whatever stands in the other rows.
    let days = try proposal(["25/03/2024", "26/03/2024", "03/27/2024"])
    #expect(days.contains("dd/MM/yyyy") && !days.contains("MM/dd/yyyy'"))
  }

  @Test("numbers beside names are looked for, and rows that add others up are left out")
  func mixedCellsAndTotals() throws {
    let rows = try items(
      "客户号,单位全称,联系电话,固话,建档日\nA-1,苏州恒远精密机械厂,李建国 13900001105,0512-55550105,2024-01-05\nA-2,广州华信贸易有限公司,13900001107,020-55550109,2024-01-09\n"
        + "A-3,澜汀新材料(上海)有限公司,陈静/13900001101,021-55550101转88,2024-02-01\n合计,,,,\n")
    let suggestion = MappingSuggester.suggest(rows, to: "customer")
    let definition = try #require(shippedModel?.types["customer"])
    let yaml = MappingProposal(suggestion, items: rows, name: "ledger", format: .csv, definition: definition).yaml
    #expect(yaml.contains("phone: list($.联系电话 | phones_in('CN'), list($.固话) | phones('CN'))\n"), "\(yaml)")
    #expect(yaml.contains("when: not ($.客户号 == '合计')\n"), "\(yaml)")
    #expect(suggestion.fields.contains { $0.path == "$['建档日']" && $0.target == "created_at" })
    let model = try #require(shippedModel)
    let (program, diagnostics) = MappingLoader.load(text: yaml, file: "m.yaml", model: model, digests: .reference)
    #expect(program != nil && diagnostics.isEmpty, "\(diagnostics)\n\(yaml)")
  }
}
