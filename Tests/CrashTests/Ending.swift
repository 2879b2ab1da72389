import Hub
import Model
import Storing

/// How a hub stands once it is settled.
struct Ending: Sendable {
  var canonical: [String]
  var journal: [Int64: JournaledDelivery]
  var lines: [AccountingView.Line]
  /// How often each kind of change was told.
  var changes: [String: Int]

  init(_ hub: Hub) throws {
    canonical = try hub.canonical()
    journal = try hub.journal.heads().keys.reduce(into: [:]) { journal, connector in
      for delivery in try hub.journal.read(connector: connector, after: 0, maxCount: .max, maxBytes: .max) {
        journal[delivery.position] = delivery
      }
    }
    lines = try hub.accounting.lines()
    changes = try hub.store.read { try $0.changes(after: 0, limit: .max) }.reduce(into: [:]) { $0[$1.kind, default: 0] += 1 }
  }

  /// Compares another ending with this one, that of a run which nothing disturbed.
  func compare(_ other: Ending, _ found: inout Findings) {
    found.expect(other.canonical == canonical, "canonical export: \(difference(other.canonical, canonical))")
    found.expect(Array(other.journal.keys.sorted()) == Array(1...Int64(max(1, other.journal.count))), "positions are not consecutive")
    found.expect(other.bodies == bodies, "journaled deliveries: \(difference(other.bodies, bodies))")
    found.expect(other.lines.map(\.connector) == lines.map(\.connector), "other connectors: \(other.lines)")
    for (line, expected) in zip(other.lines, lines) {
      found.expect(line.isBalanced && line.pending == 0, "not balanced: \(line)")
      found.expect(line.account.deadLettered == 0 && line.account.undecodable == 0, "dead letters: \(line)")
      found.expect(line.account.produced == expected.account.produced, "items: \(line), not \(expected)")
      found.expect(line.received - line.duplicate == expected.received - expected.duplicate, "deliveries: \(line), not \(expected)")
      // Only pushes may come in another order, and then be stale or not.
      found.expect(line.connector == "erp" || line.account == expected.account, "a lane in another order: \(line), not \(expected)")
    }
    let applied = other.lines.first { $0.connector == "erp" }?.account.applied
    let told = Int64((other.changes["stock-changed"] ?? 0) + (other.changes["product-changed"] ?? 0))
    found.expect(told == applied, "the change feed tells of \(told) of \(applied ?? 0) applied items")
    found.expect(
      other.changes["decision-made"] == changes["decision-made"], "the decision was made \(other.changes["decision-made"] ?? 0) times")
  }

  private var bodies: [String] { journal.values.map { "\($0.stream) \(String(decoding: $0.body, as: UTF8.self))" }.sorted() }

  private func difference(_ left: [String], _ right: [String]) -> String {
    "found \(Set(left).subtracting(right).sorted().prefix(3)), expected \(Set(right).subtracting(left).sorted().prefix(3))"
  }
}
