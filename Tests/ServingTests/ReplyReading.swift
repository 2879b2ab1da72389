import Connecting
import Formats
import Model

extension Reply {
  var text: String { String(decoding: body, as: UTF8.self) }

  /// The body as JSON; null when it is none.
  var json: Value { (try? JSON.parse(body)) ?? .null }

  /// The code of a problem.
  var code: String? { json["code"]?.text }
}
