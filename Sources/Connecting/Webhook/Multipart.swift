import Model

/// The parts of a `multipart/form-data` body (RFC 7578, RFC 2046 §5.1).
enum Multipart {
  struct Part: Hashable, Sendable {
    var name: String
    var fileName: String?
    var contentType: String?
    var content: Bytes
  }

  /// The header of a part is short; a longer one is an attack.
  private static let longestHeader = 8_192

  /// - Throws: `form-malformed`.
  static func parts(of body: Bytes, boundary: String) throws(Fault) -> [Part] {
    let line = Array("--\(boundary)".utf8)
    guard !boundary.isEmpty, boundary.utf8.count <= 70, var start = find(line, in: body, from: 0) else {
      throw malformed("Its boundary is missing.")
    }
    var parts: [Part] = []
    while true {
      start += line.count
      if body[start...].starts(with: Array("--".utf8)) { return parts }
      guard parts.count < FormBody.maximumFields else { throw malformed("It has more than \(FormBody.maximumFields) parts.") }
      guard let content = find([0x0D, 0x0A], in: body, from: start), let end = find([0x0D, 0x0A] + line, in: body, from: content) else {
        throw malformed("A part does not end.")
      }
      parts.append(try part(body, from: content + 2, to: end))
      start = end + 2
    }
  }

  private static func part(_ body: Bytes, from start: Int, to end: Int) throws(Fault) -> Part {
    let limit = min(end + 2, start + longestHeader)
    guard start <= end, let blank = find([0x0D, 0x0A, 0x0D, 0x0A], in: body, from: start - 2), blank < limit else {
      throw malformed("A part has no header.")
    }
    guard let header = String(validating: body[start..<max(start, blank)], as: UTF8.self) else {
      throw malformed("The header of a part is not UTF-8.")
    }
    var disposition: String?
    var type: String?
    for line in header.split(separator: "\r\n") {
      let pair = line.split(separator: ":", maxSplits: 1)
      guard pair.count == 2 else { continue }
      switch pair[0].lowercased() {
      case "content-disposition": disposition = String(pair[1])
      case "content-type": type = String(pair[1].drop { $0 == " " })
      default: break
      }
    }
    guard let disposition, let name = parameter("name", of: disposition) else { throw malformed("A part has no name.") }
    let content = min(blank + 4, end)
    return Part(name: name, fileName: parameter("filename", of: disposition), contentType: type, content: Array(body[content..<end]))
  }

  /// The value of a parameter, without quotes. Browsers write a quote inside as `%22` (RFC 7578 §4.2 with WHATWG HTML).
  private static func parameter(_ name: String, of text: String) -> String? {
    for piece in text.split(separator: ";").dropFirst() {
      let pair = piece.split(separator: "=", maxSplits: 1)
      guard pair.count == 2, pair[0].filter({ $0 != " " }).lowercased() == name else { continue }
      let value = pair[1].trimmingPrefix(" ")
      return value.hasPrefix("\"") && value.hasSuffix("\"") && value.count >= 2
        ? String(value.dropFirst().dropLast()).replacing("%22", with: "\"") : String(value)
    }
    return nil
  }

  private static func find(_ needle: Bytes, in body: Bytes, from start: Int) -> Int? {
    guard let first = needle.first, body.count >= needle.count else { return nil }
    var place = max(0, start)
    while place <= body.count - needle.count {
      if body[place] == first && body[place..<place + needle.count].elementsEqual(needle) { return place }
      place += 1
    }
    return nil
  }

  private static func malformed(_ why: String) -> Fault { Fault("form-malformed", "The form cannot be read. \(why)") }
}
