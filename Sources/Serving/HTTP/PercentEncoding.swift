import Connecting
import Model

/// Percent-encoding of paths and queries (RFC 3986 §2.1), without Foundation.
extension PercentEncoding {
  /// A decoded path and query from a request's target.
  /// - Throws: a problem with status 400 when an escape is broken, or its bytes are not UTF-8.
  static func target(_ text: String) throws(Problem) -> (path: String, query: [NamedValue]) {
    let parts = text.split(separator: "#", maxSplits: 1, omittingEmptySubsequences: false)[0]
      .split(separator: "?", maxSplits: 1, omittingEmptySubsequences: false)
    var query: [NamedValue] = []
    for item in parts.count > 1 ? parts[1].split(separator: "&") : [] {
      let pair = item.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
      query.append(NamedValue(try decode(pair[0], isForm: true), pair.count > 1 ? try decode(pair[1], isForm: true) : ""))
    }
    return (try decode(parts[0], isForm: false), query)
  }

  /// - Parameter isForm: a plus is a blank, as browsers and most clients write queries.
  private static func decode(_ text: Substring, isForm: Bool) throws(Problem) -> String {
    var bytes: Bytes = []
    var rest = Array(text.utf8)[...]
    while let byte = rest.popFirst() {
      if byte == UInt8(ascii: "%") {
        guard rest.count >= 2, let decoded = Hex.bytes(String(decoding: rest.prefix(2), as: UTF8.self)) else { throw broken(text) }
        bytes += decoded
        rest = rest.dropFirst(2)
      } else {
        bytes.append(isForm && byte == UInt8(ascii: "+") ? 0x20 : byte)
      }
    }
    guard let decoded = String(validating: bytes, as: UTF8.self) else { throw broken(text) }
    return decoded
  }

  private static func broken(_ text: Substring) -> Problem {
    Problem(.badParameter, "\"\(text)\" is not percent-encoded UTF-8.")
  }
}
