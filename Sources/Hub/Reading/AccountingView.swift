import Model
import Storing

/// Contract C1, per stream: nothing is lost, and here is the proof.
public struct AccountingView: Sendable {
  /// One stream's balance.
  public struct Line: Hashable, Sendable {
    public var connector: String
    public var stream: String
    public var received: Int64
    public var duplicate: Int64
    public var account: Account

    /// Deliveries that are accepted and not applied yet.
    public var pending: Int64 { received - duplicate - account.mapped - account.undecodable - account.filteredDeliveries }

    /// The identity of items: produced = applied + unchanged + stale + filtered + dead-lettered + erased. Items of pending
    /// deliveries are produced when they are applied.
    public var isBalanced: Bool {
      let items = account.applied + account.unchanged + account.stale + account.filtered + account.deadLettered + account.erased
      return pending >= 0 && account.produced == items
    }

    public var document: Value {
      [
        "connector": .string(connector), "stream": .string(stream),
        "deliveries": [
          "received": .number(Number(received)), "mapped": .number(Number(account.mapped)), "duplicate": .number(Number(duplicate)),
          "undecodable": .number(Number(account.undecodable)), "filtered": .number(Number(account.filteredDeliveries)),
          "pending": .number(Number(pending)),
        ],
        "items": [
          "produced": .number(Number(account.produced)), "applied": .number(Number(account.applied)),
          "unchanged": .number(Number(account.unchanged)), "stale": .number(Number(account.stale)),
          "filtered": .number(Number(account.filtered)), "dead_lettered": .number(Number(account.deadLettered)),
          "erased": .number(Number(account.erased)),
        ],
        "balanced": .bool(isBalanced),
      ]
    }
  }

  let hub: Hub

  /// By connector and stream. The store is read first, so what is accepted meanwhile counts as pending.
  public func lines() throws -> [Line] {
    let accounts = try hub.store.read { try $0.accounts() }
    let counts = try hub.journal.counts()
    return counts.map { stream, count in
      Line(
        connector: stream.connector, stream: stream.stream, received: count.received, duplicate: count.duplicate,
        account: accounts[AccountKey(connector: stream.connector, stream: stream.stream)] ?? Account())
    }
    .sorted { ($0.connector, $0.stream) < ($1.connector, $1.stream) }
  }

  public func document() throws -> Value {
    let lines = try lines()
    return [
      "settled": .bool(lines.allSatisfy { $0.pending == 0 }), "balanced": .bool(lines.allSatisfy(\.isBalanced)),
      "streams": .array(lines.map(\.document)),
    ]
  }
}
