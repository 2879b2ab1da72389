import CXML
import Model
import Synchronization

/// Bounds of one XML document. What libxml2 bounds itself: 256 levels, 10 MB in one text or attribute.
public struct XMLLimits: Sendable {
  /// Elements, attributes and namespace declarations; each costs about 120 bytes of memory.
  public var maximumNodes: Int

  public init(maximumNodes: Int = 3_000_000) { self.maximumNodes = maximumNodes }
}

extension XMLNode {
  /// Parses a document and gives its root element.
  ///
  /// No DOCTYPE, hence no entities but the five of XML; nothing is ever loaded from elsewhere.
  ///
  /// - Parameters:
  ///   - encoding: what the transport said (a media type's `charset`); `nil`: by byte order mark, then the XML declaration,
  ///     then UTF-8. GB2312 and GBK are read as GB18030.
  ///   - file: for the faults' locations.
  /// - Throws: `xml-empty`, `xml-doctype`, `xml-malformed`, `xml-too-deep`, `xml-too-large`, `text-undecodable` or `encoding-unknown`.
  public static func parse(
    _ bytes: [UInt8], encoding: String? = nil, limits: XMLLimits = XMLLimits(), file: String? = nil
  ) throws(Fault) -> XMLNode {
    let text = try XMLText.utf8(bytes, label: encoding, file: file)
    guard text.contains(where: { $0 > 0x20 }) else {
      throw Fault("xml-empty", "There is no XML document.", at: Location(file: file, line: 1))
    }
    guard text.count < Int(Int32.max) else { throw Fault("xml-too-large", "The document is larger than 2 GB.", at: Location(file: file)) }
    let document = try XMLDocument(text, limits: limits, file: file)
    return XMLNode(document: document, pointer: document.root)
  }
}

/// A parsed document with what XPath needs. The tree is never changed after `init`; the XPath context is guarded by a lock.
final class XMLDocument: @unchecked Sendable {
  let pointer: xmlDocPtr
  let root: xmlNodePtr
  let queries: Mutex<XPathQueries>

  init(_ utf8: [UInt8], limits: XMLLimits, file: String?) throws(Fault) {
    XMLLibrary.prepare()
    var watch = kindred_xml_guard(has_doctype: 0, nodes: 0, maximum_nodes: limits.maximumNodes)
    let parsed = withUnsafeMutablePointer(to: &watch) { XMLDocument.parse(utf8, $0) }
    if watch.has_doctype != 0 {
      if let document = parsed.document { xmlFreeDoc(document) }
      throw Fault(
        "xml-doctype", "A DOCTYPE is not accepted.", at: Location(file: file, line: parsed.line),
        hint: "Remove it: entities and external files are never read.")
    }
    if watch.nodes > watch.maximum_nodes {
      if let document = parsed.document { xmlFreeDoc(document) }
      throw Fault(
        "xml-too-large", "The document has more than \(limits.maximumNodes) elements and attributes.",
        at: Location(file: file, line: parsed.line))
    }
    guard let document = parsed.document, let root = xmlDocGetRootElement(document) else {
      if let document = parsed.document { xmlFreeDoc(document) }
      throw XMLDocument.fault(parsed, file: file)
    }
    pointer = document
    self.root = root
    queries = Mutex(XPathQueries())
  }

  deinit {
    queries.withLock { $0.free() }
    xmlFreeDoc(pointer)
  }

  private struct Parsed {
    var document: xmlDocPtr?
    var message: String
    var line: Int
    var column: Int
  }

  private static func parse(_ utf8: [UInt8], _ watch: UnsafeMutablePointer<kindred_xml_guard>) -> Parsed {
    guard let parser = kindred_xml_new_parser(watch) else {
      return Parsed(document: nil, message: "out of memory", line: 1, column: 1)
    }
    defer { xmlFreeParserCtxt(parser) }
    let document = utf8.withUnsafeBytes { kindred_xml_parse(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count)) }
    let error = parser.pointee.lastError
    let line = error.line > 0 ? Int(error.line) : parser.pointee.input.map { Int($0.pointee.line) } ?? 1
    let message = error.message.map { String(cString: $0) } ?? "not well-formed"
    return Parsed(document: document, message: message, line: line, column: Int(error.int2))
  }

  private static func fault(_ parsed: Parsed, file: String?) -> Fault {
    let message = parsed.message.split(whereSeparator: \.isNewline).first.map(String.init) ?? parsed.message
    let location = Location(file: file, line: parsed.line, column: parsed.column > 0 ? parsed.column : nil)
    if message.hasPrefix("Excessive depth") {
      return Fault("xml-too-deep", "Elements are nested more than 256 levels deep.", at: location)
    }
    return Fault("xml-malformed", "The XML is not well-formed: \(message).", at: location)
  }
}

/// Gets XML text into UTF-8 before libxml2 sees it, so that labels are read our way and a bad byte has an offset.
private enum XMLText {
  static func utf8(_ bytes: [UInt8], label: String?, file: String?) throws(Fault) -> [UInt8] {
    let detected = try encoding(of: bytes, label: label)
    let body = Array(bytes.dropFirst(detected.markLength))
    let bad: Int?
    var text = body
    if detected.encoding == .utf8 {
      let valid = validUTF8Prefix(body)
      bad = valid < body.count ? valid : nil
    } else {
      let decoded = decodeText(body, encoding: detected.encoding)
      bad = decoded.undecodable.first
      text = Array(decoded.text.utf8)
    }
    guard let bad else { return text }
    let lines = body[..<bad].reduce(1) { $0 + ($1 == 0x0A ? 1 : 0) }
    throw Fault(
      "text-undecodable", "A byte is not valid \(detected.encoding.name).",
      at: Location(file: file, line: lines, offset: bad + detected.markLength),
      hint: "Check the encoding that the XML declaration names.")
  }

  private static func encoding(of bytes: [UInt8], label: String?) throws(Fault) -> DetectedEncoding {
    if let marked = byteOrderMark(bytes) { return marked }
    if let label { return DetectedEncoding(encoding: try Encoding(label: label), markLength: 0) }
    // XML 1.0 appendix F: `<?` in UTF-16 without a mark.
    if bytes.starts(with: [0x3C, 0, 0x3F, 0]) { return DetectedEncoding(encoding: .utf16LittleEndian, markLength: 0) }
    if bytes.starts(with: [0, 0x3C, 0, 0x3F]) { return DetectedEncoding(encoding: .utf16BigEndian, markLength: 0) }
    guard let declared = declaredLabel(bytes) else { return DetectedEncoding(encoding: .utf8, markLength: 0) }
    let encoding = try Encoding(label: declared)
    // The declaration was readable as ASCII, so it cannot be what such a label says.
    return DetectedEncoding(encoding: encoding.isUTF16 ? .utf8 : encoding, markLength: 0)
  }

  /// The `encoding` of an XML declaration, which is ASCII in every encoding that has no mark and is not UTF-16.
  private static func declaredLabel(_ bytes: [UInt8]) -> String? {
    guard bytes.starts(with: "<?xml".utf8), let end = bytes.prefix(256).firstIndex(of: UInt8(ascii: ">")) else { return nil }
    let declaration = String(decoding: bytes[..<end], as: UTF8.self)
    let parts = declaration.split(separator: "encoding", maxSplits: 1)
    guard parts.count == 2, let opening = parts[1].first(where: { !$0.isWhitespace && $0 != "=" }), opening == "\"" || opening == "'" else {
      return nil
    }
    let quoted = parts[1].split(separator: opening, omittingEmptySubsequences: false)
    return quoted.count > 2 ? String(quoted[1]) : nil
  }
}
