import Configuration
import Connecting
import Formats
import Hub
import Model

extension API {
  static let decisionRoutes: [Route] = [
    Route(
      method: "GET", pattern: "/v1/decisions", name: "listDecisions", summary: "The decisions in force, oldest first.",
      successes: [Route.Success(200, "The decisions.")],
      handler: { api, _ in try await Blocking.run { .json(["decisions": .array(try api.hub.decisionDocuments())]) } }),
    Route(
      method: "POST", pattern: "/v1/decisions", name: "decide",
      summary: "Decides that two records are, or are not, one customer. The author is the name of the key.", body: .whole,
      successes: [
        Route.Success(201, "In force; `missing` lists records that are not there yet."),
        Route.Success(202, "Accepted; it comes into force when what was accepted before it is applied."),
      ],
      problems: [.badBody, .unsupportedMediaType], handler: { try await $0.decide($1) }),
    Route(
      method: "DELETE", pattern: "/v1/decisions/{id}", name: "undoDecision",
      summary: "Undoes a decision. Undoing one that is not in force any more changes nothing.",
      successes: [Route.Success(204, "Undone.", nil)], problems: [.unknownDecision], handler: { try await $0.undo($1) }),
  ]

  private func decide(_ call: Call) async throws -> Answer {
    let wish = try DecisionRequest(call.request)
    let author = call.caller?.name ?? ""
    let id: Int64?
    do {
      id = try await hub.decide(wish.kind, wish.first, wish.second, author: author, reason: wish.reason, expires: wish.expires)
    } catch let fault as Fault where fault.code == "decision-pending" {
      return .json(["status": "pending", "message": .string(fault.message)], status: 202)
    }
    guard let id else { throw Fault("decision-lost", "The decision was applied and its number is not known.") }
    let missing = try await Blocking.run { try hub.missing([wish.first, wish.second]) }
    return .json(
      [
        "id": .number(Number(id)), "kind": .string(wish.kind.rawValue), "first": .string(wish.first.description),
        "second": .string(wish.second.description), "author": .string(author), "reason": .string(wish.reason),
        "expires": wish.expires.map { .string(Moment.text($0)) } ?? .null,
        "missing": .array(missing.map { .string($0.description) }),
      ],
      status: 201, headers: [NamedValue("Location", "/v1/decisions/\(id)")])
  }

  private func undo(_ call: Call) async throws -> Answer {
    let id = Int64(call.part("id"))
    guard let id, try await Blocking.run({ try hub.knowsDecision(id) }) else {
      throw Problem(.unknownDecision, "There is no decision \(call.part("id")).")
    }
    try await hub.undo(decision: id, author: call.caller?.name ?? "")
    return Answer(Reply(status: 204))
  }
}

/// The body of `POST /v1/decisions`.
private struct DecisionRequest {
  let kind: Decision.Kind
  let first: RecordKey
  let second: RecordKey
  let reason: String
  /// In microseconds since 1970.
  let expires: Int64?

  private static let members = ["kind", "first", "second", "reason", "expires"]

  init(_ request: InboundRequest) throws(Problem) {
    if let type = request.header("Content-Type").flatMap(MediaType.init(parsing:)), type.format != .json, !type.isVague {
      throw Problem(.unsupportedMediaType, "The content type is \(type.name); a decision is sent as application/json.")
    }
    let body: Value
    do throws(Fault) {
      body = try JSON.parse(request.body)
    } catch {
      throw Problem(.badBody, "\(error)")
    }
    guard case .object(let object) = body else { throw Problem(.badBody, "The body must be a JSON object.") }
    var wrong: [Problem.Detail] = []
    func complain(_ name: String, _ what: String) {
      wrong.append(.init(code: "wrong-member", detail: "\"\(name)\" \(what).", pointer: "#/\(Self.pointer(name))"))
    }
    for member in object.members where !Self.members.contains(member.name) {
      complain(member.name, "is not known here. " + (suggestion(member.name, among: Self.members) ?? ""))
    }
    let kind = Self.text(object["kind"]).flatMap(Decision.Kind.init(rawValue:))
    if kind == nil { complain("kind", "must be must-link or cannot-link") }
    let first = Self.text(object["first"]).flatMap(RecordKey.init(parsing:))
    if first == nil { complain("first", "must be a record, written source/type/key") }
    let second = Self.text(object["second"]).flatMap(RecordKey.init(parsing:))
    if second == nil { complain("second", "must be a record, written source/type/key") }
    if first != nil, first == second { complain("second", "must be another record than \"first\"") }
    let reason = Self.text(object["reason"])
    if reason?.isEmpty ?? true { complain("reason", "must say why, in a few words") }
    var expires: Int64?
    if let value = object["expires"], value != .null {
      expires = Self.text(value).flatMap(Moment.microseconds)
      if expires.map({ $0 <= Hub.systemClock() }) ?? true {
        complain("expires", "must be a moment in the future, such as 2030-01-31T00:00:00Z")
      }
    }
    guard wrong.isEmpty, let kind, let first, let second, let reason else {
      throw Problem(.badBody, wrong.map(\.detail).joined(separator: " "), errors: wrong)
    }
    (self.kind, self.first, self.second, self.reason, self.expires) = (kind, first, second, reason, expires)
  }

  private static func text(_ value: Value?) -> String? {
    if case .string(let text)? = value { text } else { nil }
  }

  /// A name inside a JSON Pointer (RFC 6901 §3).
  private static func pointer(_ name: String) -> String {
    name.replacing("~", with: "~0").replacing("/", with: "~1")
  }
}
