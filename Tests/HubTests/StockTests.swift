import Connecting
import Foundation
import Hub
import Model
import Seeding
import Testing

@Suite("Stock")
struct StockTests {
  private func items(_ test: TestHub, _ json: String) async throws -> [ItemOutcome] {
    guard case .applied(let items) = try await test.deliver(.stock(json)) else {
      Issue.record("not applied: \(json)")
      return []
    }
    return items.filter { $0.key?.type != "product" }
  }

  private func item(_ test: TestHub, _ json: String) async throws -> ItemOutcome {
    try #require(try await items(test, json).first)
  }

  private func level(_ test: TestHub, _ sku: String) throws -> Value? { try test.hub.stock.levels(sku: sku) }

  @Test("answers say what stands, whatever became of the push")
  func standings() async throws {
    let test = try TestHub()
    defer { test.remove() }
    let first = try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": 10, "sequence": 5}"#)
    #expect(first.result == .applied && first.standing == Standing(quantity: Number(10), version: Version(5)))
    let late = try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": 99, "sequence": 4}"#)
    #expect(late.result == .stale && late.reason == nil && late.standing == first.standing)
    let moved = try await item(test, #"{"id": "m1", "sku": "A", "warehouse": "1", "change": "-2.5", "sequence": 6}"#)
    #expect(moved.result == .applied && moved.standing == Standing(quantity: Number(parsing: "7.5"), version: Version(5)))
    let again = try await item(test, #"{"id": "m1", "sku": "A", "warehouse": "1", "change": "-2.5", "sequence": 6}"#)
    #expect(again.result == .unchanged && again.standing == moved.standing)
    let old = try await item(test, #"{"id": "m0", "sku": "A", "warehouse": "1", "change": "3", "sequence": 5}"#)
    #expect(old.result == .stale && old.reason == .counted && old.standing == moved.standing)
    #expect(try level(test, "A")?["available"]?.text == "7.5")
    let counted = try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": 8, "sequence": 7}"#)
    #expect(counted.standing == Standing(quantity: Number(8), version: Version(7)))
    #expect(try level(test, "A")?["quantity"]?.text == "8")
    let told = try test.hub.feeds.changes(after: 0, limit: 100).filter { $0["kind"] == "stock-changed" }
    #expect(
      told.map { $0["data"]?["attributes"]?["quantity"]?.text } == ["10", "7.5", "8"], "a movement is told as the level that it makes")
    let lines = try test.hub.accounting.lines()
    #expect(lines.allSatisfy { $0.isBalanced && $0.pending == 0 })
  }

  @Test("compare-and-set counts only while the level stands as the sender believes")
  func compareAndSet() async throws {
    let test = try TestHub()
    defer { test.remove() }
    func set(_ quantity: Int, _ sequence: Int, _ condition: String) async throws -> ItemOutcome {
      try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": \#(quantity), "sequence": \#(sequence), \#(condition)}"#)
    }
    #expect(try await set(5, 1, #""if_version": 0"#).result == .applied)
    let second = try await set(6, 2, #""if_version": 0"#)
    #expect(second.result == .stale && second.reason == .versionDiffers)
    #expect(second.standing == Standing(quantity: Number(5), version: Version(1)))
    #expect(try await set(6, 2, #""if_version": 1, "if_quantity": "5.00""#).result == .applied)
    #expect(try await set(6, 2, #""if_version": 1"#).result == .unchanged, "a repetition is no contradiction")
    #expect(try await set(9, 1, #""if_quantity": 6"#).result == .stale)
    _ = try await item(test, #"{"id": 1, "sku": "A", "warehouse": "1", "change": -1, "sequence": 3}"#)
    #expect(try await set(4, 4, #""if_quantity": 6"#).reason == .quantityDiffers)
    #expect(try await set(4, 4, #""if_quantity": 5"#).result == .applied)
    #expect(try level(test, "A")?["quantity"]?.text == "4")
    #expect(try level(test, "A")?["levels"]?.elements.first?["if_quantity"] == nil, "an expectation says nothing about the level")
    #expect(try await set(4, 9, #""if_version": 1.5"#).fault?.code == "mapping-failed")
  }

  @Test("a movement may come before its level, name another one later, or be taken back")
  func movements() async throws {
    let test = try TestHub()
    defer { test.remove() }
    let early = try await item(test, #"{"id": 1, "sku": "A", "warehouse": "1", "change": 3, "sequence": 8}"#)
    #expect(early.standing == Standing(quantity: Number(3), version: nil))
    #expect(try level(test, "A") == nil, "nobody has stated a level yet")
    let counted = try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": 10, "sequence": 7}"#)
    #expect(counted.standing?.quantity == Number(13))
    let moved = try await item(test, #"{"id": 1, "sku": "A", "warehouse": "2", "change": 3, "sequence": 9}"#)
    #expect(moved.standing?.quantity == Number(3))
    #expect(try level(test, "A")?["quantity"]?.text == "10")
    let batch = (2...1_500).map { #"{"id": \#($0), "sku": "A", "warehouse": "1", "change": 1, "sequence": \#(10 + $0 % 3)}"# }
    let all = try await items(test, "[" + batch.joined(separator: ",") + "]")
    #expect(all.last?.standing?.quantity == Number(1_509))
    #expect(try level(test, "A")?["quantity"]?.text == "1509")
    let later = try await item(test, #"{"sku": "A", "warehouse": "1", "quantity": 1000, "sequence": 11}"#)
    #expect(later.standing?.quantity == Number(1_500), "a third of the movements is newer")
  }

  @Test("other numbers of a product find its levels, in their own units")
  func codes() async throws {
    let test = try TestHub()
    defer { test.remove() }
    try await test.deliver(
      .stock(
        #"[{"sku": "A", "warehouse": "1", "quantity": 31, "reserved": 1, "unit": "pc", "sequence": 1},"#
          + #"{"sku": "A", "warehouse": "2", "quantity": 2.5, "unit": "pc", "sequence": 1}]"#))
    try await test.deliver(
      Delivery(
        stream: StreamName(connector: "erp", stream: "codes"),
        body: .bytes(
          Array(
            #"[{"code": "SHOP-7", "sku": "A"}, {"code": "BOX", "sku": "A", "unit": "box", "divisor": 12}, {"code": "X", "sku": "B"}]"#.utf8)
        ),
        contentType: "application/json"))
    let shop = try #require(try level(test, "SHOP-7"))
    #expect(shop["quantity"]?.text == "33.5" && shop["available"]?.text == "32.5")
    #expect(shop["levels"]?.elements.first?["code"]?.text == "erp/product_code/SHOP-7")
    let box = try #require(try level(test, "BOX"))
    #expect(box["quantity"]?.text == "2" && box["available"]?.text == "2" && box["reserved"]?.text == "1")
    #expect(box["levels"]?.elements.map { $0["unit"]?.text } == ["box", "box"])
    #expect(try level(test, "X") == nil)
    #expect(try level(test, "A")?["quantity"]?.text == "33.5")
  }

  @Test("a repeated request hears what stood when it was applied")
  func repeated() async throws {
    let test = try TestHub()
    var delivery = Delivery.stock(#"{"id": 1, "sku": "A", "warehouse": "1", "lot": "L", "change": 3, "sequence": 8}"#)
    delivery.dedupeKey = [1]
    delivery.meta["sha256"] = "00"
    guard case .applied(let first) = try await test.deliver(delivery) else { throw Fault("not-applied", "No outcome.") }
    test.hub.close()
    let later = try TestHub(folder: test.folder)
    defer { later.remove() }
    guard case .applied(let again) = try await later.deliver(delivery) else { throw Fault("not-applied", "No outcome.") }
    #expect(first == again)
    #expect(first.first?.standing == Standing(quantity: Number(3), version: nil))
  }

  /// The slow, obvious way: every level is the newest count, and every newer movement, each once.
  private struct Model {
    var counts: [String: (version: Int, quantity: Int)] = [:]
    var movements: [Int: (level: String, version: Int, change: Int)] = [:]

    var levels: [String: Int] {
      counts.reduce(into: [:]) { levels, count in
        levels[count.key] =
          count.value.quantity
          + movements.values.filter { $0.level == count.key && $0.version > count.value.version }.reduce(0) { $0 + $1.change }
      }
    }
  }

  @Test(
    "64 clients in any order, with repetitions and late pushes, end where one sender in order ends",
    arguments: (isHeavy ? 0..<20 : 0..<3) as Range<UInt64>)
  func manyClients(seed: UInt64) async throws {
    var random = SeededGenerator(seed: seed)
    var model = Model()
    var pushes: [String] = []
    // Each version once, so that no two pushes contradict each other; the model takes them in order.
    for version in 1...640 {
      let (sku, warehouse) = ("S\(Int.random(in: 0..<6, using: &random))", "W\(Int.random(in: 0..<2, using: &random))")
      let number = Int.random(in: -40...200, using: &random)
      if version <= 40 || version % 3 == 0 {
        if (model.counts["\(sku)@\(warehouse)"]?.version ?? 0) < version { model.counts["\(sku)@\(warehouse)"] = (version, number) }
        pushes.append(#"{"sku": "\#(sku)", "warehouse": "\#(warehouse)", "quantity": \#(number), "sequence": \#(version)}"#)
      } else {
        model.movements[version] = ("\(sku)@\(warehouse)", version, number)
        pushes.append(
          #"{"id": \#(version), "sku": "\#(sku)", "warehouse": "\#(warehouse)", "change": \#(number), "sequence": \#(version)}"#)
      }
    }
    let repeated = (0..<200).compactMap { _ in pushes.randomElement(using: &random) }
    let all = (pushes + repeated).shuffled(using: &random)
    let test = try TestHub()
    defer { test.remove() }
    try await withThrowingTaskGroup(of: Void.self) { group in
      for client in 0..<64 {
        let own = all.enumerated().filter { $0.offset % 64 == client }.map(\.element)
        let size = Int.random(in: 1...5, using: &random)
        group.addTask {
          for start in stride(from: 0, to: own.count, by: size) {
            try await test.deliver(.stock("[" + own[start..<min(start + size, own.count)].joined(separator: ",") + "]"))
          }
        }
      }
      try await group.waitForAll()
    }
    var found: [String: Int] = [:]
    for sku in (0..<6).map({ "S\($0)" }) {
      for level in try level(test, sku)?["levels"]?.elements ?? [] {
        found["\(sku)@\(level["warehouse"]?.text ?? "")"] = level["quantity"]?.text.flatMap { Int($0) }
      }
    }
    #expect(found == model.levels, "seed \(seed)")
    #expect(try test.hub.accounting.lines().allSatisfy { $0.isBalanced && $0.pending == 0 }, "seed \(seed)")
  }
}
