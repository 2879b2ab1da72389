import Model

/// What a file is by its first bytes, whatever its name says.
enum FileKind: Hashable {
  case gzip
  /// Also workbooks of Office Open XML.
  case zip
  /// A compound file or a bare stream of Excel records.
  case xls
  /// A page with a table.
  case html
  /// XML Spreadsheet 2003.
  case xmlSpreadsheet
  /// Text of another kind: CSV, JSON, XML, …
  case text

  /// As many bytes are looked at.
  static let prefixLength = 16_384

  init(_ prefix: [UInt8]) {
    if prefix.starts(with: [0x1F, 0x8B, 8]) {
      self = .gzip
    } else if prefix.starts(with: [0x50, 0x4B, 3, 4]) || prefix.starts(with: [0x50, 0x4B, 5, 6]) {
      self = .zip
    } else if prefix.starts(with: CompoundFile.signature) || XLSWorkbook.isBare(prefix) {
      self = .xls
    } else {
      self = Self.markup(in: MarkupText.start(of: prefix))
    }
  }

  /// Whether it must be unpacked before a reader of text can read it.
  ///
  /// - Parameter format: what the file is said to be. XML is read as XML, whatever is in it.
  func needsUnpacking(as format: Format?) -> Bool {
    switch self {
    case .text: false
    case .html, .xmlSpreadsheet: format == nil || format == .csv
    case .gzip, .zip, .xls: true
    }
  }

  private static func markup(in start: String) -> FileKind {
    guard start.hasPrefix("<") else { return .text }
    if start.contains("urn:schemas-microsoft-com:office:spreadsheet"), start.contains("<workbook") || start.contains(":workbook") {
      return .xmlSpreadsheet
    }
    let isPage = ["<html", "<!doctype html", "<table", "<meta", "<head", "<body", "<style", "<div", "<center"].contains {
      start.hasPrefix($0)
    }
    return isPage ? .html : .text
  }
}

/// The beginning of a document with tags.
enum MarkupText {
  /// In lower case, without white space, comments and an XML declaration in front.
  static func start(of prefix: [UInt8]) -> String {
    let (text, _) = decoded(prefix)
    var rest = Substring(text.lowercased())
    while true {
      rest = rest.drop(while: \.isWhitespace)
      if rest.hasPrefix("<?") {
        guard let end = rest.firstRange(of: "?>") else { return "" }
        rest = rest[end.upperBound...]
      } else if rest.hasPrefix("<!--") {
        guard let end = rest.firstRange(of: "-->") else { return "" }
        rest = rest[end.upperBound...]
      } else {
        return String(rest)
      }
    }
  }

  /// The encoding by byte order mark, then by what the document says of itself, then by its bytes.
  static func encoding(of prefix: [UInt8], label: String?) throws(Fault) -> DetectedEncoding {
    if let marked = byteOrderMark(prefix) { return marked }
    if let label { return DetectedEncoding(encoding: try Encoding(label: label), markLength: 0) }
    let text = String(decoding: prefix, as: UTF8.self).lowercased()
    for word in ["charset=", "encoding="] {
      guard let found = text.firstRange(of: word) else { continue }
      let name = text[found.upperBound...].drop { $0 == "\"" || $0 == "'" }.prefix { $0.isLetter || $0.isNumber || "-_:".contains($0) }
      // A label that lies is no reason to give up: the bytes are looked at instead.
      if let encoding = try? Encoding(label: String(name)), encoding != .utf8, !encoding.isUTF16 {
        return DetectedEncoding(encoding: encoding, markLength: 0)
      }
    }
    return detectEncoding(prefix)
  }

  private static func decoded(_ prefix: [UInt8]) -> (text: String, encoding: DetectedEncoding) {
    let found =
      byteOrderMark(prefix) ?? DetectedEncoding(encoding: prefix.contains(0) ? detectEncoding(prefix).encoding : .utf8, markLength: 0)
    let body = Array(prefix.dropFirst(found.markLength))
    // Tags are ASCII: nothing is lost by reading what is no UTF-8 as if it were.
    return (found.encoding == .utf8 ? String(decoding: body, as: UTF8.self) : decodeText(body, encoding: found.encoding).text, found)
  }
}
