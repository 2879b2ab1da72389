import Hub
import Model
import Testing

/// Explanations as readers get them.
@Suite("Why")
struct WhyTests {
  private static let rows = [
    "K1,客户,深圳市恒达科技有限公司,王建国,经理,13800138001,,wang@hengda.example,深圳市南山区科技路18号,,,,2020-01-01 10:00:00",
    "K2,联系人,恒达科技,王建国,经理,138 0013 8001,,,,,,,2020-01-02 10:00:00",
    "K3,客户,上海远博贸易有限公司,李娜,,13900139002,,,上海市浦东新区世纪大道100号,,,,2020-01-03 10:00:00",
    "K4,客户,深圳市恒达科技有限公司广州分公司,赵明华,,13700137003,,,广州市天河区天河路1号,,,,2020-01-04 10:00:00",
  ]

  private static func key(_ key: String) -> RecordKey { RecordKey(source: "crm", type: "customer", key: key) }

  private static func hub() async throws -> TestHub {
    let test = try TestHub()
    try await test.deliver(.crm(rows))
    return test
  }

  @Test("a part shows its aspect, its level and the values that made it")
  func values() async throws {
    let test = try await Self.hub()
    defer { test.remove() }
    let why = try test.hub.why.pair(Self.key("K1"), Self.key("K2"))
    let parts = why["parts"]?.elements ?? []
    let brand = try #require(parts.first { $0["aspect"] == "brand" })
    #expect(brand["level"] == "same" && brand["words"] == "brand: same")
    #expect(brand["first"] == ["深圳市恒达科技有限公司"] && brand["second"] == ["恒达科技"])
    let phone = try #require(parts.first { $0["aspect"] == "phone" })
    #expect(phone["first"] == phone["second"] && phone["first"]?.elements.count == 1)
    #expect(why["probability"]?.text.flatMap { Double($0) }.map { $0 > 0.5 } == true)
  }

  @Test("a pair that was never compared says what each has")
  func neverCompared() async throws {
    let test = try await Self.hub()
    defer { test.remove() }
    let why = try test.hub.why.pair(Self.key("K2"), Self.key("K3"))
    #expect(why["compared"] == false && why["verdict"] == "different")
    #expect(why["shared_keys"]?.elements.isEmpty == true)
    #expect(why["features"]?.elements.count == 2)
    #expect(why["features"]?.elements.allSatisfy { !$0.elements.isEmpty } == true)
  }

  @Test("a customer's joins end in all its records")
  func how() async throws {
    let test = try await Self.hub()
    defer { test.remove() }
    let id = try #require(try test.customer(of: "crm/customer/K1"))
    let how = try #require(try test.hub.why.how(id))
    #expect(how["records"]?.text == "2")
    let step = try #require(how["steps"]?.elements.first)
    let members = ((step["first"]?.elements ?? []) + (step["second"]?.elements ?? [])).compactMap(\.text)
    #expect(members.sorted() == ["crm/customer/K1", "crm/customer/K2"])
    #expect(how["weakest"]?["step"]?.text == "1")
  }

  @Test("a branch is a neighbour and a relation of its company, never the same customer")
  func neighbours() async throws {
    let test = try await Self.hub()
    defer { test.remove() }
    let branch = try #require(try test.customer(of: "crm/customer/K4"))
    let nearest = try test.hub.why.nearest(Self.key("K1"), limit: 10)
    let neighbour = try #require(nearest["neighbours"]?.elements.first { $0["customer"]?.text == branch.description })
    #expect(neighbour["verdict"] != "same")
    let company = try #require(try test.customer(of: "crm/customer/K1"))
    let relation = try #require(try test.hub.relations.relations(of: company)?["relations"]?.elements.first)
    #expect(relation["kind"] == "branch-of" && relation["direction"] == "backward")
    #expect(relation["customer"]?.text == branch.description)
    let back = try #require(try test.hub.relations.relations(of: branch)?["relations"]?.elements.first)
    #expect(back["words"] == "is a branch of" && back["customer"]?.text == company.description)
  }

  @Test("the drawing has a bar for every part and one for the sum, and escapes what it is given")
  func drawing() async throws {
    let test = try await Self.hub()
    defer { test.remove() }
    let why = try test.hub.why.pair(Self.key("K1"), Self.key("K4"))
    let bars = Waterfall.svg(why).components(of: "class=\"bar\"")
    #expect(bars == (why["parts"]?.elements.count ?? 0) + 1)

    let hostile: Value = [
      "first": "a/b/<script>&\"\u{1}", "second": "c", "verdict": "same", "weight": 1, "threshold": 0, "probability": 1,
      "parts": [["feature": "</text><x>", "weight": 1]],
    ]
    let drawn = Waterfall.svg(hostile)
    #expect(!drawn.contains("<script>") && !drawn.contains("<x>") && !drawn.contains("\u{1}"))
    #expect(drawn.contains("&lt;script&gt;&amp;&quot;"))
    #expect(drawn.hasPrefix("<svg ") && drawn.hasSuffix("</svg>\n"))
  }
}

extension String {
  /// How often `text` occurs.
  fileprivate func components(of text: String) -> Int { split(separator: text, omittingEmptySubsequences: false).count - 1 }
}
