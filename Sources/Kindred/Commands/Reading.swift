import ArgumentParser
import Formats
import Foundation
import Model

struct Show: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Show a customer, a record or a product's stock.",
    discussion: """
      A customer by its id (c-12) or by one of its records (crm/customer/K1); stock by stock/SKU.

        kindred show crm/customer/KH0000101
        kindred show stock/LT-1001
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "c-NUMBER, source/type/key or stock/SKU.") var what: String
  @Option(help: "text or json.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        if what.hasPrefix("stock/") {
          let levels = try await session.get("/v1/stock/\(what.dropFirst(6))")
          print(levels, StockText.lines)
          return
        }
        let path = "/v1/customers/\(try await session.customer(what))"
        guard case .object(var customer) = try await session.get(path) else { return }
        customer["relations"] = try await session.get(path + "/relations")
        print(.object(customer), CustomerText.lines)
      }
    }
  }

  private func print(_ document: Value, _ lines: (Value) -> [String]) {
    if format == .json {
      Console.print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
    } else {
      lines(document).forEach(Console.print)
    }
  }
}

struct Search: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "Find customers by name, phone, e-mail or key.",
    discussion: """
        kindred search 澜汀
        kindred search --phone 13800138001
      """)

  @OptionGroup var options: HomeOptions
  @Argument(help: "Part of a name.") var text: String?
  @Option var phone: String?
  @Option var email: String?
  @Option(help: "A source's key, as SOURCE/KEY.") var key: String?
  @Option(help: "At most so many.") var limit = 20
  @Option(help: "text, json or csv.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        let found = try await session.get("/v1/customers", query: try query())
        try Table(found["customers"]?.elements ?? [], columns: ["id", "name", "phone", "email"]).print(format)
        if found["truncated"] == true { Console.talk("there are more; raise --limit") }
      }
    }
  }

  private func query() throws -> [(String, String)] {
    var query: [(String, String)] = [("limit", String(limit))]
    if let text { query.append(("q", text)) }
    if let phone { query.append(("phone", phone)) }
    if let email { query.append(("email", email)) }
    if let key {
      let parts = key.split(separator: "/", maxSplits: 1).map(String.init)
      guard parts.count == 2 else { throw ValidationError("--key takes SOURCE/KEY.") }
      query += [("source", parts[0]), ("key", parts[1])]
    }
    guard query.count > 1 else { throw ValidationError("Say what to look for: a name, --phone, --email or --key.") }
    return query
  }
}

struct List: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    abstract: "List the accounting of every stream, the changes or the decisions.",
    discussion: """
        kindred list accounting
        kindred list changes --after 100 --format json
      """)

  enum What: String, ExpressibleByArgument, CaseIterable {
    case accounting, changes, decisions
  }

  @OptionGroup var options: HomeOptions
  @Argument(help: "accounting, changes or decisions.") var what: What
  @Option(help: "Changes behind this number.") var after: Int64 = 0
  @Option(help: "At most so many changes.") var limit = 100
  @Option(help: "text, json or csv.") var format: OutputFormat = .text

  func run() async throws {
    try await failing {
      try await Session.with(options) { session in
        switch what {
        case .accounting: try await accounting(session)
        case .changes:
          let changes = try await session.get("/v1/changes", query: [("after", String(after)), ("limit", String(limit))])
          try Table(changes["changes"]?.elements ?? [], columns: ["sequence", "kind", "customer", "record"]).print(format)
        case .decisions:
          let decisions = try await session.get("/v1/decisions")["decisions"]?.elements ?? []
          try Table(decisions, columns: ["id", "kind", "first", "second", "author", "reason", "state"]).print(format)
        }
      }
    }
  }

  private func accounting(_ session: Session) async throws {
    let document = try await session.get("/v1/accounting")
    if format == .json {
      Console.print(bytes: CanonicalJSON.orderedBytes(document) + [0x0A])
      return
    }
    let deliveries = ["received", "mapped", "duplicate", "undecodable", "filtered", "pending"]
    let items = ["produced", "applied", "unchanged", "stale", "filtered", "dead_lettered", "erased"]
    let rows = (document["streams"]?.elements ?? []).map { line -> Value in
      var row: Object = ["stream": .string("\(line["connector"]?.text ?? "")/\(line["stream"]?.text ?? "")")]
      for name in deliveries { row.append(name, line["deliveries"]?[name] ?? .null) }
      for name in items { row.append(name == "filtered" ? "filtered items" : name, line["items"]?[name] ?? .null) }
      row.append("balanced", line["balanced"] ?? .null)
      return .object(row)
    }
    try Table(rows, columns: ["stream"] + deliveries + items.map { $0 == "filtered" ? "filtered items" : $0 } + ["balanced"]).print(format)
    Console.talk(document["settled"] == true ? "settled" : "not settled: deliveries are pending")
  }
}
