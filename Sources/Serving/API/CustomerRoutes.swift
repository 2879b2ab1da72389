import Connecting
import Hub
import Model

extension API {
  static let customerRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/customers", name: "findCustomers",
      summary: "Finds customers by one of: a phone number, an e-mail address, a source's key, words of a name.",
      parameters: [
        Parameter("phone", "A phone number, in any usual form."),
        Parameter("email", "An e-mail address."),
        Parameter("source", "A source; goes with key."),
        Parameter("key", "The source's own key of a customer; goes with source."),
        Parameter("q", "Words of a name; the last one may be unfinished."),
        .limit(100, default: 20),
      ],
      successes: [Route.Success(200, "Summaries, and whether there are more than `limit`.")], handler: { try await $0.find($1) }),
    Route(
      method: "GET", pattern: "/v1/customers/{id}", name: "readCustomer",
      summary: "A customer with its golden record, contacts, records and timeline. An id that was merged answers with the customer that it "
        + "became, and Content-Location says so.",
      successes: [Route.Success(200, "The customer."), Route.Success(304, "It is as If-None-Match knows it.", nil)],
      problems: [.unknownCustomer, .retiredCustomer], handler: { try await $0.readCustomer($1) }),
    Route(
      method: "GET", pattern: "/v1/customers/{id}/why", name: "explainCustomer",
      summary: "Why the records of a customer are together: the strongest tie of each.", successes: [Route.Success(200, "The ties.")],
      problems: [.unknownCustomer, .retiredCustomer], handler: { try await $0.explainCustomer($1) }),
    Route(
      method: "GET", pattern: "/v1/customers/{id}/how", name: "explainHistory",
      summary: "How a customer came together: the joins in their order, the weakest, and what stands against it.",
      successes: [Route.Success(200, "The joins.")], problems: [.unknownCustomer, .retiredCustomer],
      handler: { try await $0.explainHistory($1) }),
    Route(
      method: "GET", pattern: "/v1/customers/{id}/possible", name: "findPossible",
      summary: "Other customers that may be the same one, the most probable first.", parameters: [.limit(100, default: 10)],
      successes: [Route.Success(200, "Its neighbours, with their weights.")], problems: [.unknownCustomer, .retiredCustomer],
      handler: { try await $0.findPossible($1) }),
    Route(
      method: "GET", pattern: "/v1/customers/{id}/relations", name: "readRelations",
      summary: "Customers that belong with this one without being the same: branches, groups, households, contacts, former names.",
      successes: [Route.Success(200, "The relations, with their evidence.")], problems: [.unknownCustomer, .retiredCustomer],
      handler: { try await $0.readRelations($1) }),
    Route(
      method: "GET", pattern: "/v1/why", name: "explainPair",
      summary: "Why two records are, or are not, one customer; the parts, with the prior, add up to the weight. Without a second "
        + "record, the customers that are nearest to the first.",
      parameters: [
        Parameter("first", .record, isRequired: true, "A record, written source/type/key."),
        Parameter("second", .record, "Another record."),
        Parameter("format", .choice(["json", "svg"]), "svg draws how the parts add up; json is the default."),
        .limit(100, default: 10),
      ],
      successes: [Route.Success(200, "The explanation."), Route.Success(200, "The drawing.", "image/svg+xml")],
      problems: [.unknownRecord, .notResolved], handler: { try await $0.explainPair($1) }),
  ]

  private func find(_ call: Call) async throws -> Answer {
    let lookup = try Self.lookup(call.query)
    let limit = Int(call.query.integer("limit"))
    return try await Blocking.run {
      let (ids, isTruncated) = try hub.customers.find(lookup, limit: limit)
      return .json(["customers": .array(try ids.compactMap(hub.customers.summary)), "truncated": .bool(isTruncated)])
    }
  }

  private static func lookup(_ query: Query) throws(Problem) -> CustomerView.Query {
    let given = query.given(["phone", "email", "source", "key", "q"])
    switch given {
    case ["phone"]: return .phone(query["phone"] ?? "")
    case ["email"]: return .email(query["email"] ?? "")
    case ["source", "key"]: return .source(query["source"] ?? "", key: query["key"] ?? "")
    case ["q"]: return .text(query["q"] ?? "")
    default:
      throw Problem(
        .badParameter,
        "Give exactly one of phone, email, q, or source together with key; given: "
          + (given.isEmpty ? "none." : given.joined(separator: ", ") + "."))
    }
  }

  private func readCustomer(_ call: Call) async throws -> Answer {
    let id = try Self.customerID(call)
    switch try await Blocking.run({ try hub.customers.customer(id) }) {
    case .unknown: throw Self.unknown(id)
    case .retired(let id): throw Self.retired(id)
    case .customer(let document, let version, let former):
      let survivor = document["id"]?.text ?? id.description
      let tag = entityTag(survivor, version: version, document)
      var headers = [NamedValue("ETag", tag), NamedValue("Cache-Control", "private, no-cache")]
      if former != nil { headers.append(NamedValue("Content-Location", "/v1/customers/\(survivor)")) }
      if Self.matches(call.request.header("If-None-Match"), tag) { return Answer(Reply(status: 304, headers: headers)) }
      headers.append(NamedValue("Content-Type", "application/json"))
      return Answer(Reply(status: 200, headers: headers, body: CanonicalJSON.orderedBytes(document)))
    }
  }

  /// Strong: it names the very bytes. The version counts changes of the golden record only, while the document also shows
  /// the timeline, so a digest of the whole stands beside it.
  private func entityTag(_ id: String, version: Int64, _ document: Value) -> String {
    let digest = hub.settings.digests.sha256(CanonicalJSON.orderedBytes(document)).prefix(8)
    return "\"\(id).\(version).\(Hex.text(digest))\""
  }

  /// If-None-Match as RFC 9110 §13.1.2 has it: a list of tags or `*`, compared weakly.
  private static func matches(_ header: String?, _ tag: String) -> Bool {
    guard let header else { return false }
    return header.split(separator: ",").contains { part in
      let known = part.drop { $0 == " " }.reversed().drop { $0 == " " }.reversed()
      let text = String(known)
      return text == "*" || text == tag || text == "W/" + tag
    }
  }

  private func explainCustomer(_ call: Call) async throws -> Answer {
    try await reading(call) { hub, id in try hub.why.customer(id) }
  }

  private func readRelations(_ call: Call) async throws -> Answer {
    try await reading(call) { hub, id in try hub.relations.relations(of: id) }
  }

  private func explainHistory(_ call: Call) async throws -> Answer {
    try await reading(call) { hub, id in try hub.why.how(id) }
  }

  private func findPossible(_ call: Call) async throws -> Answer {
    let limit = Int(call.query.integer("limit"))
    return try await reading(call) { hub, id in try hub.why.nearest(id, limit: limit) }
  }

  /// Something about a live customer; 410 for one that has no records any more, 404 for an unknown one.
  private func reading(_ call: Call, _ read: @escaping @Sendable (Hub, CustomerID) throws -> Value?) async throws -> Answer {
    let id = try Self.customerID(call)
    return try await Blocking.run {
      if let document = try read(hub, id) { return .json(document) }
      if case .retired(let id) = try hub.customers.customer(id, timeline: 0) { throw Self.retired(id) }
      throw Self.unknown(id)
    }
  }

  private func explainPair(_ call: Call) async throws -> Answer {
    let first = call.query["first"].flatMap(RecordKey.init(parsing:))
    let second = call.query["second"].flatMap(RecordKey.init(parsing:))
    guard let first, first != second else {
      throw Problem(.badParameter, "The parameters first and second must be two different records.")
    }
    let limit = Int(call.query.integer("limit"))
    let isDrawing = call.query["format"] == "svg"
    do {
      guard let second else {
        if isDrawing { throw Problem(.badParameter, "Only a pair can be drawn: give a second record.") }
        return try await Blocking.run { .json(try hub.why.nearest(first, limit: limit)) }
      }
      let why = try await Blocking.run { try hub.why.pair(first, second) }
      return isDrawing ? Self.drawing(why) : .json(why)
    } catch let fault as Fault where fault.code == "unknown-record" {
      throw Problem(.unknownRecord, fault.message)
    } catch let fault as Fault where fault.code == "not-resolved" {
      throw Problem(.notResolved, fault.message)
    }
  }

  private static func drawing(_ why: Value) -> Answer {
    let headers = [NamedValue("Content-Type", "image/svg+xml"), NamedValue("Cache-Control", "no-store")]
    return Answer(Reply(status: 200, headers: headers, body: Array(Waterfall.svg(why).utf8)))
  }

  private static func customerID(_ call: Call) throws(Problem) -> CustomerID {
    guard let id = CustomerID(parsing: call.part("id")) else {
      throw Problem(.unknownCustomer, "\(call.part("id")) is no customer id; they are written like c-42.")
    }
    return id
  }

  private static func unknown(_ id: CustomerID) -> Problem { Problem(.unknownCustomer, "The id \(id) was never given out.") }
  private static func retired(_ id: CustomerID) -> Problem { Problem(.retiredCustomer, "The customer \(id) has no records any more.") }
}
