import Connecting
import Foundation
import Hub
import Model
import Seeding
import Storing
import Testing

@Suite("The pipeline")
struct PipelineTests {
  private static let rows = [
    "K1,客户,深圳市恒达科技有限公司,王建国,经理,13800138001,,wang@hengda.example,深圳市南山区科技路18号,,,,2020-01-01 10:00:00",
    "K2,联系人,恒达科技,王建国,经理,138 0013 8001,,,,,,,2020-01-02 10:00:00",
    "K3,客户,上海远博贸易有限公司,李娜,,13900139002,,,上海市浦东新区世纪大道100号,,,,2020-01-03 10:00:00",
  ]

  @Test("joins records into customers and publishes golden records")
  func joins() async throws {
    let test = try TestHub()
    defer { test.remove() }
    let outcome = try await test.deliver(.crm(Self.rows))
    guard case .applied(let items) = outcome else {
      Issue.record("not applied: \(outcome)")
      return
    }
    #expect(items.map(\.result) == [.applied, .applied, .applied])
    let first = try #require(try test.customer(of: "crm/customer/K1"))
    #expect(try test.customer(of: "crm/customer/K2") == first)
    #expect(try test.customer(of: "crm/customer/K3") != first)
    #expect(try test.hub.customers.find(.phone("+86 138-0013-8001"), limit: 5).ids == [first])
    guard case .customer(let document, _, nil) = try test.hub.customers.customer(first) else {
      Issue.record("customer \(first) is not there")
      return
    }
    #expect(document["name"]?.text == "深圳市恒达科技有限公司")
    #expect(document["contacts"]?.elements.count == 1)
    #expect(document["records"]?.elements.count == 2)
  }

  @Test("C1: malformed rows become dead letters with their bytes, the rest goes on, and the accounting balances")
  func accounting() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(.crm([Self.rows[0], "K9,客户,too few fields", Self.rows[2]], dedupe: "a"))
    try await test.deliver(.crm([Self.rows[0]], dedupe: "a"))
    try await test.deliver(.crm([Self.rows[0]]))
    try await test.deliver(.stock("{\"sku\": "))
    try await test.deliver(
      Delivery(stream: StreamName(connector: "nobody", stream: "x"), body: .bytes([1, 2]), contentType: "application/json"))

    let lines = try test.hub.accounting.lines()
    #expect(lines.allSatisfy { $0.isBalanced && $0.pending == 0 })
    let crm = try #require(lines.first { $0.connector == "crm" })
    #expect(crm.received == 3 && crm.duplicate == 1 && crm.account.mapped == 2)
    #expect(crm.account.produced == 4 && crm.account.applied == 2 && crm.account.unchanged == 1 && crm.account.deadLettered == 1)
    #expect(lines.first { $0.connector == "erp" }?.account.undecodable == 1)
    #expect(lines.first { $0.connector == "nobody" }?.account.undecodable == 1)
    let letters = try test.hub.feeds.deadLetters(connector: nil, code: nil, after: 0, limit: 10)
    #expect(letters.count == 3)
    let row = try #require(try test.hub.feeds.deadLetter(1))
    #expect(String(decoding: row.raw, as: UTF8.self).hasPrefix("K9,客户,too few fields"))
    #expect(row.document["location"]?.text?.contains(":3") ?? false, "a dead letter says its line")
  }

  @Test("C5: late and repeated stock pushes do not undo newer ones")
  func stock() async throws {
    let test = try TestHub()
    defer { test.remove() }
    func push(_ quantity: Int, _ sequence: Int) async throws -> ItemOutcome? {
      let outcome = try await test.deliver(
        .stock(
          "{\"sku\": \"S1\", \"warehouse\": \"W1\", \"quantity\": \(quantity), \"reserved\": 1, \"unit\": \"pc\", \"sequence\": \(sequence)}"
        ))
      guard case .applied(let items) = outcome else { return nil }
      return items.first { $0.key?.type == "stock" }
    }
    #expect(try await push(10, 1)?.result == .applied)
    #expect(try await push(7, 3)?.result == .applied)
    #expect(try await push(9, 2)?.result == .stale)
    #expect(try await push(7, 3)?.result == .unchanged)
    let conflict = try await push(5, 3)
    #expect(conflict?.isConflict == true)
    let level = try #require(try test.hub.stock.levels(sku: "S1"))
    #expect(["7", "5"].contains(level["quantity"]?.text))
  }

  @Test("C2: the canonical export does not depend on order or batching", arguments: 0..<UInt64(12))
  func orderFree(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    let rows = Self.manyRows()
    let straight = try TestHub()
    let shuffled = try TestHub()
    defer {
      straight.remove()
      shuffled.remove()
    }
    try await straight.deliver(.crm(rows))
    var rest = rows.shuffled(using: &random)[...]
    while !rest.isEmpty {
      let size = Int.random(in: 1...9, using: &random)
      try await shuffled.deliver(.crm(Array(rest.prefix(size))))
      rest = rest.dropFirst(size)
    }
    #expect(try straight.canonical() == shuffled.canonical(), "seed \(seed)")
  }

  private static func manyRows() -> [String] {
    (0..<40).map { index in
      let company = ["深圳市恒达科技有限公司", "恒达科技", "上海远博贸易有限公司", "苏州瑞丰食品有限公司", "瑞丰食品"][index % 5]
      let phone = "1390000\(1000 + index / 3)"
      return "K\(index),客户,\(company),\(["王建国", "李娜", "张伟东"][index % 3]),,\(phone),,,,,,,2020-01-\(10 + index % 19) 10:00:00"
    }
  }

  @Test("C3 and C4: people win, ids stay, and undoing restores every byte")
  func decisions() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(.crm(Self.rows))
    let before = try test.canonical()
    let first = try #require(try test.customer(of: "crm/customer/K1"))
    let third = try #require(try test.customer(of: "crm/customer/K3"))
    let (one, two, three) = (
      RecordKey(source: "crm", type: "customer", key: "K1"), RecordKey(source: "crm", type: "customer", key: "K2"),
      RecordKey(source: "crm", type: "customer", key: "K3")
    )

    let merge = try #require(try await test.hub.decide(.mustLink, one, three, author: "li", reason: "same owner"))
    #expect(try test.customer(of: "crm/customer/K3") == min(first, third))
    guard case .customer(_, _, let redirected) = try test.hub.customers.customer(max(first, third)) else {
      Issue.record("the merged id leads nowhere")
      return
    }
    #expect(redirected == max(first, third))
    try await test.hub.undo(decision: merge, author: "li")
    #expect(try test.customer(of: "crm/customer/K3") == third, "the redirected id lives again")
    #expect(try test.canonical() == before)

    let split = try #require(try await test.hub.decide(.cannotLink, one, two, author: "li", reason: "two firms"))
    #expect(try test.customer(of: "crm/customer/K1") != test.customer(of: "crm/customer/K2"))
    try await test.hub.undo(decision: split, author: "li")
    #expect(try test.customer(of: "crm/customer/K1") == first)
    #expect(try test.canonical() == before)
  }

  @Test("a hub that is opened again knows everything and goes on")
  func restart() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(.crm(Array(Self.rows.prefix(1))))
    let id = try test.customer(of: "crm/customer/K1")
    test.hub.close()
    let again = try TestHub(folder: test.folder)
    defer { again.remove() }
    #expect(try again.customer(of: "crm/customer/K1") == id)
    try await again.deliver(.crm(Array(Self.rows.dropFirst())))
    #expect(try again.customer(of: "crm/customer/K2") == id)

    let fresh = try TestHub()
    defer { fresh.remove() }
    try await fresh.deliver(.crm(Self.rows))
    #expect(try again.canonical() == fresh.canonical())
  }

  @Test("C6: the parts of why add up to the weight")
  func why() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(.crm(Self.rows))
    let why = try test.hub.why.pair(
      RecordKey(source: "crm", type: "customer", key: "K1"), RecordKey(source: "crm", type: "customer", key: "K2"))
    func number(_ value: Value?) throws -> Decimal { try #require(value?.text.flatMap { Decimal(string: $0) }) }
    let sum = try (why["parts"]?.elements ?? []).reduce(Decimal(0)) { try $0 + number($1["weight"]) }
    #expect(sum == (try number(why["weight"])))
    #expect(why["verdict"] == "same")
    #expect(why["compared"] == true)
    #expect(why["would_change"]?.elements.isEmpty == false)
  }
}
