import CXML
import Model

/// What takes the events of an XML document that is read in pieces.
protocol XMLEventHandler: AnyObject {
  func start(_ name: XMLEventName, _ attributes: XMLEventAttributes)
  func end(_ name: XMLEventName)
  func text(_ bytes: UnsafeBufferPointer<UInt8>)
  /// What made it stop, if anything did.
  var fault: Fault? { get }
}

/// The local name of an element, valid during the event.
struct XMLEventName {
  fileprivate let pointer: UnsafePointer<UInt8>

  static func == (left: XMLEventName, right: StaticString) -> Bool {
    let letters = right.utf8Start
    var at = 0
    while at < right.utf8CodeUnitCount {
      guard left.pointer[at] == letters[at] else { return false }
      at += 1
    }
    return left.pointer[at] == 0
  }

  static func ~= (pattern: StaticString, name: XMLEventName) -> Bool { name == pattern }
}

/// The attributes of an element, valid during the event.
struct XMLEventAttributes {
  /// Local name, prefix, namespace, start and end of the value, of each.
  fileprivate let pointers: UnsafeMutablePointer<UnsafePointer<UInt8>?>?
  fileprivate let count: Int

  /// The value of the attribute with this local name.
  subscript(_ name: StaticString) -> UnsafeBufferPointer<UInt8>? {
    guard let pointers else { return nil }
    for index in 0..<count {
      guard let local = pointers[index * 5], XMLEventName(pointer: local) == name, let start = pointers[index * 5 + 3],
        let end = pointers[index * 5 + 4]
      else { continue }
      return UnsafeBufferPointer(start: start, count: end - start)
    }
    return nil
  }

  func text(_ name: StaticString) -> String? {
    // libxml2 leaves this one reference in values when entities are not substituted.
    self[name].map { String(decoding: $0, as: UTF8.self).replacing("&#38;", with: "&") }
  }

  func number(_ name: StaticString) -> Int? { self[name].flatMap { decimal($0) } }

  func isTrue(_ name: StaticString) -> Bool { self[name].map { $0.first == UInt8(ascii: "1") || $0.first == UInt8(ascii: "t") } ?? false }
}

/// A number of digits only; `nil` for anything else and for more than 15 of them.
func decimal(_ bytes: some Collection<UInt8>) -> Int? {
  guard !bytes.isEmpty, bytes.count <= 15 else { return nil }
  var value = 0
  for byte in bytes {
    guard (0x30...0x39).contains(byte) else { return nil }
    value = value * 10 + Int(byte - 0x30)
  }
  return value
}

/// Reads an XML document in pieces, with libxml2: no DOCTYPE, no entities but the five of XML, nothing loaded from elsewhere, at most
/// 256 levels and 10 MB in one text.
final class XMLEvents {
  fileprivate let handler: any XMLEventHandler
  fileprivate var parser: xmlParserCtxtPtr?
  fileprivate var hasDoctype = false
  private let file: String
  private let isUTF8: Bool

  /// - Parameters:
  ///   - isUTF8: whether the bytes are UTF-8, whatever the document's declaration says.
  ///   - file: for faults.
  init(_ handler: any XMLEventHandler, isUTF8: Bool = false, file: String) {
    self.handler = handler
    self.file = file
    self.isUTF8 = isUTF8
    XMLLibrary.prepare()
  }

  deinit {
    if let parser { xmlFreeParserCtxt(parser) }
  }

  /// - Throws: `xml-doctype`, `xml-malformed`, `xml-too-deep`, and the handler's fault.
  func feed(_ bytes: [UInt8], isLast: Bool = false) throws(Fault) {
    if parser == nil { start() }
    guard let parser else { throw Fault("xml-malformed", "There is no memory for a parser.", at: Location(file: file)) }
    let status = bytes.withUnsafeBytes {
      xmlParseChunk(parser, $0.baseAddress?.assumingMemoryBound(to: CChar.self), Int32($0.count), isLast ? 1 : 0)
    }
    if hasDoctype {
      throw Fault(
        "xml-doctype", "A DOCTYPE is not accepted.", at: Location(file: file, line: line),
        hint: "Remove it: entities and external files are never read.")
    }
    if let fault = handler.fault { throw fault }
    guard status != XML_ERR_OK.rawValue, parser.pointee.wellFormed == 0 || parser.pointee.disableSAX != 0 else { return }
    throw fault(parser)
  }

  var line: Int { parser?.pointee.input.map { max(1, Int($0.pointee.line)) } ?? 1 }

  /// Ends reading early; what comes is not looked at.
  func stop() {
    if let parser { xmlStopParser(parser) }
  }

  private func fault(_ parser: xmlParserCtxtPtr) -> Fault {
    let error = parser.pointee.lastError
    let text = error.message.map { String(cString: $0) } ?? "not well-formed"
    let message = text.split(whereSeparator: \.isNewline).first.map(String.init) ?? text
    let location = Location(file: file, line: error.line > 0 ? Int(error.line) : line, column: error.int2 > 0 ? Int(error.int2) : nil)
    if message.hasPrefix("Excessive depth") {
      return Fault("xml-too-deep", "Elements are nested more than 256 levels deep.", at: location)
    }
    return Fault("xml-malformed", "The XML is not well-formed: \(message).", at: location)
  }

  private func start() {
    var events = xmlSAXHandler()
    events.initialized = UInt32(XML_SAX2_MAGIC)
    events.startElementNs = { context, name, _, _, _, _, count, _, attributes in
      guard let events = XMLEvents.of(context), let name else { return }
      events.handler.start(XMLEventName(pointer: name), XMLEventAttributes(pointers: attributes, count: Int(count)))
    }
    events.endElementNs = { context, name, _, _ in
      guard let events = XMLEvents.of(context), let name else { return }
      events.handler.end(XMLEventName(pointer: name))
    }
    events.characters = { context, text, count in
      XMLEvents.of(context)?.handler.text(UnsafeBufferPointer(start: text, count: Int(count)))
    }
    events.cdataBlock = events.characters
    events.ignorableWhitespace = events.characters
    events.internalSubset = { context, _, _, _ in
      guard let events = XMLEvents.of(context) else { return }
      events.hasDoctype = true
      events.stop()
    }
    let encoding = isUTF8 ? XML_CHAR_ENCODING_UTF8 : XML_CHAR_ENCODING_NONE
    parser = xmlCreatePushParserCtxt(&events, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil)
    guard let parser else { return }
    let options = [XML_PARSE_NONET, XML_PARSE_NOERROR, XML_PARSE_NOWARNING, XML_PARSE_BIG_LINES] + (isUTF8 ? [XML_PARSE_IGNORE_ENC] : [])
    xmlCtxtUseOptions(parser, options.reduce(0) { $0 | Int32($1.rawValue) })
    if isUTF8 { xmlSwitchEncoding(parser, encoding) }
  }

  fileprivate static func of(_ context: UnsafeMutableRawPointer?) -> XMLEvents? {
    context.map { Unmanaged<XMLEvents>.fromOpaque($0).takeUnretainedValue() }
  }
}
