import Formats

/// A media type with its parameters (RFC 9110 §8.3.1), and the format it stands for.
///
/// Every kind writes `Delivery.contentType` as one of ``canonical(_:charset:)``, so that whoever decodes a delivery
/// reads its format and encoding from there.
public struct MediaType: Hashable, Sendable {
  /// Lower case, without parameters: `text/csv`.
  public var name: String
  /// The `charset` parameter as it was written, without quotes.
  public var charset: String?

  public init(name: String, charset: String? = nil) {
    self.name = name
    self.charset = charset
  }

  /// Reads a `Content-Type` header. `nil` when it has no type at all.
  public init?(parsing text: String) {
    let name = text.prefix { $0 != ";" }.trimmed.lowercased()
    guard !name.isEmpty else { return nil }
    self.init(name: name, charset: Self.parameter("charset", of: text))
  }

  /// The value of the parameter `name` of a header, without quotes.
  public static func parameter(_ name: String, of header: String) -> String? {
    for part in header.split(separator: ";").dropFirst() {
      guard let equals = part.firstIndex(of: "="), part[..<equals].trimmed.lowercased() == name else { continue }
      let value = part[part.index(after: equals)...].trimmed
      let isQuoted = value.count > 1 && value.first == value.last && (value.first == "\"" || value.first == "'")
      let plain = isQuoted ? String(value.dropFirst().dropLast()) : value
      return plain.isEmpty ? nil : plain
    }
    return nil
  }

  /// The format; `nil` for a type that says nothing about it, such as `text/plain`.
  public var format: Format? {
    switch name {
    case "text/csv", "application/csv", "text/tab-separated-values": .csv
    case "application/x-ndjson", "application/ndjson", "application/jsonl", "application/x-jsonlines", "application/jsonlines": .jsonl
    case "application/json", "text/json": .json
    case "application/xml", "text/xml": .xml
    case "message/rfc822", "message/global", "application/mbox": .mail
    default: name.hasSuffix("+json") ? .json : name.hasSuffix("+xml") ? .xml : nil
    }
  }

  /// True for types that senders use when they do not know better, `curl --data` among them: the body decides then.
  public var isVague: Bool {
    ["text/plain", "application/octet-stream", "application/x-www-form-urlencoded", "binary/octet-stream"].contains(name)
  }

  /// How a delivery of a format is labelled.
  public static func canonical(_ format: Format, charset: String? = nil) -> String {
    let name =
      switch format {
      case .csv: "text/csv"
      case .json: "application/json"
      case .jsonl: "application/x-ndjson"
      case .xml: "application/xml"
      case .mail: "message/rfc822"
      }
    return charset.map { "\(name); charset=\($0)" } ?? name
  }
}

extension StringProtocol {
  /// Without blanks and tabs at both ends.
  fileprivate var trimmed: String {
    let isBlank: (Character) -> Bool = { $0 == " " || $0 == "\t" }
    let start = firstIndex { !isBlank($0) } ?? endIndex
    let end = lastIndex { !isBlank($0) }.map { index(after: $0) } ?? start
    return String(self[start..<Swift.max(start, end)])
  }
}
