import Connecting

/// The problems that the API itself answers with, listed once: replies, the pages below `/problems/` and the OpenAPI
/// document come from here. Receivers and mappings add codes of their own (`docs/errors.md`).
struct ProblemKind: Sendable {
  let status: Int
  let code: String
  /// The same for every occurrence.
  let title: String
  /// What the sender can do about it.
  let advice: String

  static let badParameter = ProblemKind(
    status: 400, code: "bad-parameter", title: "A parameter is wrong",
    advice: "Look at \"errors\": it names each parameter of the query that is unknown, missing or malformed.")
  static let badBody = ProblemKind(
    status: 400, code: "bad-body", title: "The body is not what is expected",
    advice: "Look at \"errors\": each has a JSON Pointer to the place in the body.")
  static let keyMissing = ProblemKind(
    status: 401, code: "key-missing", title: "An API key is needed",
    advice: "Make one with `kindred keys create NAME` and send it as \"Authorization: Bearer KEY\".")
  static let keyWrong = ProblemKind(
    status: 401, code: "key-wrong", title: "The API key is wrong",
    advice: "Compare the key with what `kindred keys create` printed; `kindred keys list` shows which names have one.")
  static let unknownRoute = ProblemKind(
    status: 404, code: "unknown-route", title: "There is nothing here", advice: "GET /openapi.json lists what there is.")
  static let unknownConnector = ProblemKind(
    status: 404, code: "unknown-connector", title: "There is no such connector",
    advice: "GET /v1/connectors lists them. Only those whose kind takes requests, such as erp-push or wechat, can be pushed to.")
  static let unknownStream = ProblemKind(
    status: 404, code: "unknown-stream", title: "The connector has no such stream", advice: "GET /v1/connectors/NAME lists its streams.")
  static let unknownCustomer = ProblemKind(
    status: 404, code: "unknown-customer", title: "There is no such customer", advice: "Ids are written c- and a number.")
  static let unknownRecord = ProblemKind(
    status: 404, code: "unknown-record", title: "There is no such record", advice: "Records are written source/type/key.")
  static let unknownProduct = ProblemKind(
    status: 404, code: "unknown-product", title: "Nobody ever said anything about the stock of this product",
    advice: "The SKU must be written as the ERP writes it.")
  static let unknownDeadLetter = ProblemKind(
    status: 404, code: "unknown-dead-letter", title: "There is no such dead letter", advice: "GET /v1/deadletters lists them.")
  static let unknownDecision = ProblemKind(
    status: 404, code: "unknown-decision", title: "There is no such decision", advice: "GET /v1/decisions lists those in force.")
  static let methodNotAllowed = ProblemKind(
    status: 405, code: "method-not-allowed", title: "The method is not understood here", advice: "The header Allow lists those that are.")
  static let retiredCustomer = ProblemKind(
    status: 410, code: "retired-customer", title: "The customer is gone",
    advice: "Its records were deleted; the id is never given out again.")
  static let tooLarge = ProblemKind(
    status: 413, code: "too-large", title: "The request is too large", advice: "Send smaller batches, or raise max_body in hub.yaml.")
  static let unsupportedMediaType = ProblemKind(
    status: 415, code: "unsupported-media-type", title: "The content type is not understood", advice: "Send application/json.")
  static let unsupportedCoding = ProblemKind(
    status: 415, code: "unsupported-encoding", title: "The content coding is not understood", advice: "Send the body without coding it.")
  static let bodyIncomplete = ProblemKind(
    status: 400, code: "body-incomplete", title: "The body did not come whole", advice: "Nothing of it was taken; send it again.")
  static let tooSlow = ProblemKind(
    status: 408, code: "too-slow", title: "The request comes too slowly", advice: "Nothing of it was taken; send it again.")
  static let notResolved = ProblemKind(
    status: 422, code: "not-resolved", title: "Records of this type are not matched",
    advice: "Only customers are joined by matching; other types are joined by their keys.")
  static let noMapping = ProblemKind(
    status: 422, code: "no-mapping", title: "No mapping reads this file",
    advice: "Name one with ?mapping=, or write one for this source, stream and format.")
  static let notFetched = ProblemKind(
    status: 409, code: "not-fetched", title: "The connector fetches nothing",
    advice: "What is pushed cannot be paused or read again here: its sender decides when it sends.")
  static let noDaemon = ProblemKind(
    status: 409, code: "no-daemon", title: "No daemon runs", advice: "Start one with `kindred run`; it reads the configuration anew.")
  static let configurationRefused = ProblemKind(
    status: 422, code: "configuration-refused", title: "The configuration is not taken",
    advice: "Look at \"errors\": each has a place. What was live before stays live; `kindred lint` finds the same.")
  static let internalFault = ProblemKind(
    status: 500, code: "internal-fault", title: "The hub failed", advice: "The log of the daemon says more, under the request's id.")
  static let unavailable = ProblemKind(
    status: 503, code: "unavailable", title: "The hub cannot take this now", advice: "Try again after Retry-After seconds.")

  static let all: [ProblemKind] = [
    badParameter, badBody, keyMissing, keyWrong, unknownRoute, unknownConnector, unknownStream, unknownCustomer, unknownRecord,
    unknownProduct, unknownDeadLetter, unknownDecision, methodNotAllowed, retiredCustomer, tooLarge, unsupportedMediaType,
    unsupportedCoding, bodyIncomplete, tooSlow, notResolved, noMapping, notFetched, noDaemon, configurationRefused, internalFault,
    unavailable,
  ]
}

extension Problem {
  init(
    _ kind: ProblemKind, _ detail: String? = nil, errors: [Detail] = [], retryAfter: Duration? = nil, headers: [NamedValue] = []
  ) {
    self.init(kind.status, kind.code, kind.title, detail: detail, errors: errors, retryAfter: retryAfter, headers: headers)
  }
}
