import Configuration
import Formats
import Foundation
import Model
import TestDigests
import Testing

@testable import Mapping

@Suite struct ShippedMappingTests {
  private static let model: ModelDefinition? = (try? text("mappings/model.yaml")).flatMap {
    ModelLoader.load(text: $0, file: "mappings/model.yaml").0
  }

  static let files: [String] = {
    let all = (try? FileManager.default.contentsOfDirectory(atPath: packageRoot.appendingPathComponent("mappings").path)) ?? []
    return all.filter { $0.hasSuffix(".yaml") && !$0.hasSuffix(".tests.yaml") && $0 != "model.yaml" }.sorted()
  }()

  /// Examples of what systems send, as paths below `fixtures/mappings`.
  static let examples: [String] = {
    let all = (try? FileManager.default.subpathsOfDirectory(atPath: packageRoot.appendingPathComponent("fixtures/mappings").path)) ?? []
    return all.filter { $0.contains(".") }.sorted()
  }()

  static func load(_ file: String) throws -> (program: MappingProgram?, findings: String) {
    let path = "mappings/\(file)"
    let source = try text(path)
    let beside = "mappings/" + file.replacing(".yaml", with: ".tests.yaml")
    let tests = (try? text(beside)).map { (text: $0, file: beside) }
    let (program, diagnostics) = MappingLoader.load(
      text: source, file: path, model: try #require(model), digests: .reference, tests: tests)
    var sources = [path: source]
    sources[beside] = tests?.text
    return (program, DiagnosticRenderer.text(diagnostics, sources: sources, color: false))
  }

  @Test func theModelLoads() throws {
    let source = try text("mappings/model.yaml")
    let (model, diagnostics) = ModelLoader.load(text: source, file: "mappings/model.yaml")
    #expect(diagnostics.isEmpty, "\(DiagnosticRenderer.text(diagnostics, sources: ["mappings/model.yaml": source], color: false))")
    #expect(model?.types.values.filter(\.isResolved).map(\.name) == ["customer"])
    let agreed = ["customer", "product", "stock", "order", "ticket", "interaction", "asset", "contract", "opportunity", "invoice"]
    #expect(agreed.allSatisfy { model?.types[$0] != nil })
    #expect(model?.types.values.allSatisfy { $0.attributes.allSatisfy { !$0.summary.isEmpty } } == true)
  }

  @Test func thereIsOneForEverySourceOfTheDemo() {
    let expected = ["crm-customers", "erp-customers", "erp-stock-json", "erp-stock-xml", "wechat-followers", "wechat-messages"]
    #expect(Set(Self.files).isSuperset(of: expected.map { $0 + ".yaml" }))
  }

  @Test(arguments: files) func loadsWithoutAFindingAndPassesItsTests(file: String) throws {
    let (program, findings) = try Self.load(file)
    #expect(findings.isEmpty, "\(findings)")
    let loaded = try #require(program)
    #expect(file == loaded.name + ".yaml")
    #expect(loaded.testCount > 0)
    for result in MappingTestRunner(readFile: contents).run(loaded) {
      #expect(result.isPassed, "\(result.name):\n\(result.differences.joined(separator: "\n"))")
    }
  }

  @Test(arguments: files) func itsTestsReachEveryTarget(file: String) throws {
    let loaded = try #require(try Self.load(file).program)
    let coverage = MappingTestRunner(readFile: contents).coverage(of: loaded)
    #expect(coverage.targets.reached == coverage.targets.all, "\(coverage.gaps.map(\.what))")
  }

  /// Somebody who names no mapping gets the right one, although all of them are there.
  @Test(arguments: examples) func theExampleFindsItsMapping(example: String) throws {
    let programs = try Self.files.compactMap { try Self.load($0).program }
    let format = try #require(Format(name: example))
    var items: [Item] = []
    try ItemReader.read(
      try contents("fixtures/mappings/\(example)"), format: format, encoding: nil, context: ReadContext(file: example)
    ) { items.append(try $0.get()) }
    guard case .one(let chosen) = MappingChoice.choose(among: programs, format: format, items: items) else {
      Issue.record("no mapping, or several, fit \(example)")
      return
    }
    let tests = try text(chosen.file.replacing(".yaml", with: ".tests.yaml"))
    #expect(tests.contains("fixtures/mappings/\(example)}"), "\(example) went to \(chosen.name), whose tests do not know it")
  }

  /// Ids and names are everywhere: they must not make a partner of Odoo out of something.
  @Test(arguments: [
    #"{"id": 1, "name": "x", "colour": "red"}"#, #"[{"id": 1, "name": "x"}, {"id": 2, "name": "y"}]"#, "[[1, 2], [3, 4]]",
    #"{"data": [{"id": 1, "name": "x", "code": "y"}]}"#, #"{"results": [{"id": 1}], "records": [{"Id": "1"}], "result": [{"id": 1}]}"#,
  ])
  func aStrangersDocumentFitsNone(text: String) throws {
    let programs = try Self.files.compactMap { try Self.load($0).program }
    let item = Item(index: 0, content: .value(try json(text)), location: Location(file: "x.json", line: 1), raw: [])
    guard case .none = MappingChoice.choose(among: programs, format: .json, items: [item]) else {
      Issue.record("a mapping fits \(text)")
      return
    }
  }

  @Test func everyMappingAndExampleIsOnThePageThatNamesItsProof() throws {
    let page = try text("docs/ready-made-mappings.md")
    #expect(Self.examples.count > 25)
    #expect(Self.files.filter { !page.contains("../mappings/\($0))") }.isEmpty)
    #expect(Self.examples.filter { !page.contains("| `\($0)` |") }.isEmpty)
  }
}

/// The mapping that the design shows, with a trade that has everything it names.
@Suite struct DesignExampleTests {
  private static let source = """
    language: 1
    mapping: taobao-trades
    from: {connector: taobao, stream: trades, format: json}
    missing: ['', '-', 'NULL', '无', '0000-00-00']
    tables:
      status: {TRADE_FINISHED: done, TRADE_CLOSED: closed}
    each: $.trades[*]
    outputs:
      - to: customer
        key: $.buyer_open_uid
        version: $.modified | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else reject
        write: patch
        const: {kind: person}
        set:
          nickname: $['买家昵称'] | trim
      - to: order
        key: $.tid | text
        version: $.modified | datetime('yyyy-MM-dd HH:mm:ss', 'Asia/Shanghai') else reject
        write: replace
        set:
          customer_key: ref('customer', $.buyer_open_uid)
          status: $.status | lookup('status') else null
          amount: $.payment | decimal else reject
          phone: $.receiver_mobile | phone('CN') else null
        children:
          lines:
            each: $.orders[*]
            key: $.oid | text
            set:
              sku: ref('product', $.outer_sku_id)
              quantity: $.num | decimal else reject
    tests:
      - name: the receiver of a gift is not the buyer
        given:
          trades:
            - {tid: 123456789012345678, buyer_open_uid: AAF1, 买家昵称: ' 李** ', modified: '2024-05-06 08:00:00', status: TRADE_FINISHED, payment: '59.90',
               receiver_mobile: 138 0013 8000, orders: [{oid: 1, outer_sku_id: S-1, num: 2}]}
        expect:
          - {to: customer, key: AAF1, kind: person, nickname: 李**}
          - {to: order, key: '123456789012345678', version: '2024-05-06T00:00:00Z', phone: '+8613800138000', amount: 59.9, status: done,
             lines: [{key: '1', sku: taobao/product/S-1, quantity: 2}]}
    """

  @Test func loadsAndPasses() throws {
    let (model, _) = ModelLoader.load(text: try text("mappings/model.yaml"), file: "model.yaml")
    let (loaded, diagnostics) = MappingLoader.load(text: Self.source, file: "taobao.yaml", model: try #require(model), digests: .reference)
    #expect(diagnostics.isEmpty, "\(DiagnosticRenderer.text(diagnostics, sources: ["taobao.yaml": Self.source], color: false))")
    let results = MappingTestRunner(readFile: contents).run(try #require(loaded))
    #expect(results.map(\.differences) == [[]])
  }
}

@Suite struct TestRunnerTests {
  private func run(_ tests: String) throws -> [MappingTestRunner.Result] {
    let loaded = try program(
      """
      outputs:
        - to: customer
          key: $.id
          version: $.v
          set: {name: $.name, tags: $.tags, created_at: $.at}
        - to: order
          when: exists($.amount)
          key: $.id
          set: {amount: $.amount, customer_key: "ref('customer', $.id)"}
      tests:
      \(tests)
      """)
    return MappingTestRunner(readFile: { path in
      guard path == "data/a.json" else { throw Fault("no-file", "There is no \(path).") }
      return Array(#"{"id": "7", "name": "from a file"}"#.utf8)
    }).run(loaded)
  }

  @Test func differencesAreReadable() throws {
    let results = try run(
      """
        - name: wrong
          given: {id: 1, name: Li, amount: 5, v: 3}
          expect:
            - {to: customer, key: '2', name: Wang, tags: x, version: 4}
            - {to: order, amount: 6, customer_key: shop/customer/1}
      """)
    #expect(
      results.first?.differences == [
        "output 1, customer 1:", "  key", "    expected  2", "    got       1", "  version", "    expected  4", "    got       3", "  name",
        "    expected  Wang", "    got       Li", "  tags", "    expected  x", "    got       missing", "output 2, order 1:", "  amount",
        "    expected  6", "    got       5",
      ])
  }

  @Test func countsOrderFaultsAndFilesAreCompared() throws {
    let results = try run(
      """
        - {name: too few, given: {id: 1, amount: 5}, expect: [{to: customer}]}
        - {name: order counts, given: {id: 1, amount: 5}, expect: [{to: order}, {to: customer}]}
        - {name: a fault is no success, given: {id: 1, at: x}, expect: [{to: customer}]}
        - {name: the fault is expected, given: {id: 1, at: x}, expect: [{to: customer, fault: mapping-failed}]}
        - {name: another fault, given: {id: 1, at: x}, expect: [{to: customer, fault: other}]}
        - {name: a file, given: {file: data/a.json}, expect: [{to: customer, key: '7', name: from a file}]}
        - {name: no file, given: {file: data/b.json}, expect: []}
        - {name: text, given: '{"id": 1, "tags": ["a", "b"], "at": "2024-01-01T08:00:00+08:00"}', expect: [{to: customer, tags: [a, b], created_at: '2024-01-01T00:00:00Z'}]}
        - {name: broken text, given: '{', expect: []}
      """)
    #expect(results.map(\.isPassed) == [false, false, false, true, false, true, false, true, false])
    #expect(results[0].differences == ["expected 1 output, got 2 outputs:", "  1. customer 1", "  2. order 1"])
  }
}
