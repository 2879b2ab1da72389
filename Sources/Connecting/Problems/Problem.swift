import Model

/// What went wrong with a request, as RFC 9457 (Problem Details for HTTP APIs) draws it: one value that every receiver
/// and the API answer errors with.
public struct Problem: Error, Hashable, Sendable {
  /// One of several things that are wrong, with the place in the request's body.
  public struct Detail: Hashable, Sendable {
    /// A stable kebab-case code.
    public var code: String
    /// One sentence.
    public var detail: String
    /// A JSON Pointer (RFC 6901) as URI fragment, such as `#/items/3/quantity`.
    public var pointer: String?
    /// For what is wrong in a file: `file:line:column`.
    public var place: String?

    public init(code: String, detail: String, pointer: String? = nil, place: String? = nil) {
      self.code = code
      self.detail = detail
      self.pointer = pointer
      self.place = place
    }
  }

  public var status: Int
  /// A stable kebab-case code, listed in `docs/errors.md`. The member `type` is made from it.
  public var code: String
  /// The same for every problem of this code.
  public var title: String
  /// One sentence about this occurrence, and what to do next.
  public var detail: String?
  public var errors: [Detail]
  /// The place in the journal, when the request was accepted all the same.
  public var position: Int64?
  /// When it makes sense to try again; becomes `Retry-After`.
  public var retryAfter: Duration?
  /// Further headers, such as `Allow`.
  public var headers: [NamedValue]

  public init(
    _ status: Int, _ code: String, _ title: String, detail: String? = nil, errors: [Detail] = [], position: Int64? = nil,
    retryAfter: Duration? = nil, headers: [NamedValue] = []
  ) {
    self.status = status
    self.code = code
    self.title = title
    self.detail = detail
    self.errors = errors
    self.position = position
    self.retryAfter = retryAfter
    self.headers = headers
  }

  /// The relative reference that `type` carries; the hub serves a page there.
  public var type: String { "/problems/\(code)" }
}

extension Problem {
  /// The answer to a sender whose delivery the hub did not take. Only `too-large` is the sender's own affair.
  public init(_ refusal: Refusal) {
    if refusal.reason == .tooLarge {
      self.init(413, refusal.reason.rawValue, "The request is too large", detail: refusal.message)
    } else {
      self.init(
        503, refusal.reason.rawValue, "The hub cannot take this now", detail: refusal.message,
        retryAfter: refusal.retryAfter ?? .seconds(30))
    }
  }

  public init(_ status: Int, _ title: String, _ fault: Fault, position: Int64? = nil) {
    self.init(status, fault.code, title, detail: fault.description, position: position)
  }

  /// `application/problem+json`.
  public var reply: Reply { reply(contentType: "application/problem+json", body: CanonicalJSON.orderedBytes(value)) }

  /// `application/problem+xml`, for senders who speak XML (RFC 9457, Appendix B).
  public var xmlReply: Reply { reply(contentType: "application/problem+xml", body: Array(xml.utf8)) }

  /// The members of the JSON object, absent ones left out.
  public var value: Value {
    var object = Object()
    object.append("type", .string(type))
    object.append("title", .string(title))
    object.append("status", .number(Number(status)))
    if let detail { object.append("detail", .string(detail)) }
    object.append("code", .string(code))
    if let position { object.append("position", .number(Number(position))) }
    if !errors.isEmpty {
      object.append("errors", .array(errors.map(\.value)))
    }
    return .object(object)
  }

  private var xml: String {
    var text = #"<?xml version="1.0" encoding="UTF-8"?>"# + "\n" + #"<problem xmlns="urn:ietf:rfc:7807">"#
    text += XMLText.element("type", type) + XMLText.element("title", title) + XMLText.element("status", String(status))
    if let detail { text += XMLText.element("detail", detail) }
    text += XMLText.element("code", code)
    if let position { text += XMLText.element("position", String(position)) }
    if !errors.isEmpty {
      text += "<errors>"
      for error in errors {
        text += "<i>" + XMLText.element("code", error.code) + XMLText.element("detail", error.detail)
        if let pointer = error.pointer { text += XMLText.element("pointer", pointer) }
        if let place = error.place { text += XMLText.element("place", place) }
        text += "</i>"
      }
      text += "</errors>"
    }
    return text + "</problem>\n"
  }

  private func reply(contentType: String, body: Bytes) -> Reply {
    var fields = [NamedValue("Content-Type", contentType)] + headers
    if let retryAfter {
      fields.append(NamedValue("Retry-After", String(retryAfter.wholeSecondsUp)))
    }
    return Reply(status: status, headers: fields, body: body)
  }
}

extension Problem.Detail {
  fileprivate var value: Value {
    var object = Object()
    object.append("code", .string(code))
    object.append("detail", .string(detail))
    if let pointer { object.append("pointer", .string(pointer)) }
    if let place { object.append("place", .string(place)) }
    return .object(object)
  }
}

extension Duration {
  /// Rounded up, as `Retry-After` wants it (RFC 9110 §10.2.3): at least 1.
  var wholeSecondsUp: Int64 { max(1, components.seconds + (components.attoseconds > 0 ? 1 : 0)) }
}
