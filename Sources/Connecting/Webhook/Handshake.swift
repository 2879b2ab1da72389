import Formats
import Model

/// What a sender asks before it sends its first event.
enum Handshake: String, CaseIterable, Sendable {
  case none
  /// A GET whose query item must come back: WebSub and those who took after it (`hub.challenge`, W3C WebSub §5.3).
  case query
  /// A POST of JSON whose member `challenge` must come back (api.slack.com, url_verification).
  case json
  /// OPTIONS with `WebHook-Request-Origin` (cloudevents/spec, http-webhook.md §4).
  case cloudevents

  private static let queryNames = ["hub.challenge", "challenge", "echostr"]

  /// The largest challenge that is handed back.
  private static let longest = 1_024

  static func answerQuery(_ request: InboundRequest, _ kind: Handshake) throws(Problem) -> Reply {
    guard kind == .query else {
      throw Problem(405, "method-not-allowed", "Only POST is understood here", headers: [NamedValue("Allow", "POST")])
    }
    guard let challenge = queryNames.lazy.compactMap({ request.query($0) }).first, challenge.utf8.count <= longest else {
      throw Problem(
        400, "webhook-challenge", "The request has no challenge",
        detail: "A check of the address carries one of: \(queryNames.joined(separator: ", ")).")
    }
    return Reply(
      status: 200,
      headers: [NamedValue("Content-Type", "text/plain; charset=utf-8"), NamedValue("X-Content-Type-Options", "nosniff")],
      body: Array(challenge.utf8))
  }

  static func answerOrigin(_ request: InboundRequest, _ kind: Handshake) throws(Problem) -> Reply {
    guard kind == .cloudevents, let origin = request.header("WebHook-Request-Origin"), origin.utf8.count <= longest,
      origin.unicodeScalars.allSatisfy({ $0.value > 0x20 && $0.value < 0x7F })
    else {
      throw Problem(405, "method-not-allowed", "Only POST is understood here", headers: [NamedValue("Allow", "POST")])
    }
    return Reply(status: 200, headers: [NamedValue("WebHook-Allowed-Origin", origin), NamedValue("Allow", "POST")])
  }

  /// `nil` when the body is an event.
  static func answerBody(_ request: InboundRequest, _ kind: Handshake) -> Reply? {
    guard kind == .json, request.body.count <= 4 * longest, let value = try? JSON.parse(request.body),
      value["type"] == .string("url_verification"), case .string(let challenge)? = value["challenge"], challenge.utf8.count <= longest
    else { return nil }
    let answer = CanonicalJSON.orderedBytes(["challenge": .string(challenge)])
    return Reply(status: 200, contentType: "application/json", body: answer)
  }
}
