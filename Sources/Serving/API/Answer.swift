import Configuration
import Connecting
import Model

/// What a handler answers: a reply whose body is at hand, or lies in a file that is deleted afterwards.
struct Answer: Sendable {
  var reply: Reply
  /// The body, when it is too big for memory; `reply.body` is empty then.
  var file: DiskFile?
  /// The pattern of the route that answered, for logs: paths and queries may hold personal data.
  var route: String?

  init(_ reply: Reply, file: DiskFile? = nil) {
    self.reply = reply
    self.file = file
  }

  static func json(_ value: Value, status: Int = 200, headers: [NamedValue] = []) -> Answer {
    Answer(
      Reply(
        status: status,
        headers: [NamedValue("Content-Type", "application/json"), NamedValue("Cache-Control", "no-store")] + headers,
        body: CanonicalJSON.orderedBytes(value)))
  }

  static func file(_ file: DiskFile, contentType: String, name: String) -> Answer {
    Answer(
      Reply(
        status: 200,
        headers: [
          NamedValue("Content-Type", contentType), NamedValue("Cache-Control", "no-store"),
          NamedValue("Content-Disposition", "attachment; filename=\"\(name)\""),
        ]),
      file: file)
  }

  var length: Int { file?.size ?? reply.body.count }

  /// The answer to HEAD: the same header, with the length that the body would have (RFC 9110 §9.3.2).
  var withoutBody: Answer {
    var answer = self
    answer.reply.headers.append(NamedValue("Content-Length", String(length)))
    answer.reply.body = []
    answer.file = nil
    return answer
  }

  /// The answer without the values of secrets, when it says what went wrong: messages of other systems may repeat them.
  var masked: Answer {
    guard reply.status >= 400, file == nil, let text = String(validating: reply.body, as: UTF8.self) else { return self }
    var answer = self
    answer.reply.body = Array(SecretMask.shared.masked(text).utf8)
    return answer
  }

  /// The whole reply, read into memory.
  func collected() async throws -> Reply {
    guard let file else { return reply }
    var reply = reply
    for try await chunk in file.chunks() { reply.body += chunk }
    return reply
  }
}
