import Connecting
import Hub
import Model

extension API {
  static let feedRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/accounting", name: "readAccounting", summary: "What became of everything, stream by stream.",
      successes: [Route.Success(200, "The balance of every stream; `settled` when nothing is pending.")],
      handler: { api, _ in try await Blocking.run { .json(try api.hub.accounting.document()) } }),
    Route(
      method: "GET", pattern: "/v1/changes", name: "readChanges",
      summary: "The ordered change feed. `next` goes on from there, also when nothing is new yet.",
      parameters: [.after, .limit(1_000, default: 100)],
      successes: [Route.Success(200, "Changes in order; a Link header when there may be more.")], handler: { try await $0.changes($1) }),
    Route(
      method: "GET", pattern: "/v1/deadletters", name: "listDeadLetters", summary: "What could not be processed, oldest first.",
      parameters: [
        Parameter("connector", "Only of this connector."), Parameter("code", "Only with this code."), .after, .limit(1_000, default: 100),
      ],
      successes: [Route.Success(200, "Dead letters; a Link header when there may be more.")], handler: { try await $0.deadLetters($1) }),
    Route(
      method: "GET", pattern: "/v1/deadletters/{id}", name: "readDeadLetter", summary: "One dead letter with its bytes.",
      parameters: [Parameter("raw", .boolean, "True for the bytes alone, exactly as they arrived.")],
      successes: [Route.Success(200, "The dead letter."), Route.Success(200, "Its bytes.", "application/octet-stream")],
      problems: [.unknownDeadLetter], handler: { try await $0.deadLetter($1) }),
  ]

  private func changes(_ call: Call) async throws -> Answer {
    let (after, limit) = (call.query.integer("after"), Int(call.query.integer("limit")))
    let changes = try await Blocking.run { try hub.feeds.changes(after: after, limit: limit) }
    return Self.page(changes, as: "changes", number: "sequence", call)
  }

  private func deadLetters(_ call: Call) async throws -> Answer {
    let query = call.query
    let letters = try await Blocking.run {
      try hub.feeds.deadLetters(
        connector: query["connector"], code: query["code"], after: query.integer("after"), limit: Int(query.integer("limit")))
    }
    return Self.page(letters, as: "dead_letters", number: "id", call)
  }

  private func deadLetter(_ call: Call) async throws -> Answer {
    let id = Int64(call.part("id"))
    guard let id, let (document, raw) = try await Blocking.run({ try hub.feeds.deadLetter(id) }) else {
      throw Problem(.unknownDeadLetter, "There is no dead letter \(call.part("id")).")
    }
    guard call.query.flag("raw") else { return .json(document) }
    // Never guessed at by a browser: the bytes are somebody else's.
    let headers = [
      NamedValue("Content-Type", "application/octet-stream"), NamedValue("Cache-Control", "no-store"),
      NamedValue("X-Content-Type-Options", "nosniff"),
    ]
    return Answer(Reply(status: 200, headers: headers, body: raw))
  }

  /// A page of a list that is ordered by a number, with where to go on.
  private static func page(_ items: [Value], as name: String, number: String, _ call: Call) -> Answer {
    let last = items.last?[number]?.text ?? String(call.query.integer("after"))
    var headers: [NamedValue] = []
    if items.count == Int(call.query.integer("limit")) {
      let others = call.request.query.filter { $0.name != "after" } + [NamedValue("after", last)]
      headers.append(NamedValue("Link", "<\(call.request.path)?\(PercentEncoding.query(others))>; rel=\"next\""))
    }
    return .json(.object(Object([(name, .array(items)), ("next", .number(Number(parsing: last) ?? Number(0)))])), headers: headers)
  }
}
