import CXML
import Model

/// The text of a mail in HTML: blocks become lines, what is quoted (`blockquote`) gets `>` in front, styles and scripts are left out.
/// Nothing is loaded.
final class HTMLMessage {
  private var lines: [String] = []
  private var line: [UInt8] = []
  private var hidden = 0
  private var quotes = 0
  private var length = 0
  private let limit: Int

  private static let blocks: Set<String> = [
    "p", "div", "br", "li", "tr", "table", "h1", "h2", "h3", "h4", "h5", "h6", "ul", "ol", "blockquote", "hr", "section", "article",
    "header",
    "footer", "pre", "dd", "dt", "center", "body",
  ]
  private static let unseen: Set<String> = ["script", "style", "head", "title", "template", "noscript"]

  /// - Parameter limit: of the text, in bytes.
  static func text(_ html: String, limit: Int) -> String {
    let reader = HTMLMessage(limit: limit)
    reader.read(Array(html.utf8))
    return reader.lines.joined(separator: "\n")
  }

  private init(limit: Int) { self.limit = limit }

  private func read(_ bytes: [UInt8]) {
    var events = xmlSAXHandler()
    events.startElement = { context, name, _ in
      guard let name else { return }
      HTMLMessage.of(context)?.start(String(cString: name))
    }
    events.endElement = { context, name in
      guard let name else { return }
      HTMLMessage.of(context)?.end(String(cString: name))
    }
    events.characters = { context, text, count in
      HTMLMessage.of(context)?.add(UnsafeBufferPointer(start: text, count: Int(count)))
    }
    events.ignorableWhitespace = events.characters
    XMLLibrary.prepare()
    guard let parser = htmlCreatePushParserCtxt(&events, Unmanaged.passUnretained(self).toOpaque(), nil, 0, nil, XML_CHAR_ENCODING_UTF8)
    else { return }
    defer { htmlFreeParserCtxt(parser) }
    let options = [HTML_PARSE_NONET, HTML_PARSE_NOERROR, HTML_PARSE_NOWARNING, HTML_PARSE_IGNORE_ENC, HTML_PARSE_RECOVER]
    htmlCtxtUseOptions(parser, options.reduce(0) { $0 | Int32($1.rawValue) })
    bytes.withUnsafeBytes { text in
      var at = 0
      while at < text.count, length <= limit {
        let count = min(65_536, text.count - at)
        let start = text.baseAddress?.advanced(by: at).assumingMemoryBound(to: CChar.self)
        _ = htmlParseChunk(parser, start, Int32(count), 0)
        at += count
      }
    }
    _ = htmlParseChunk(parser, nil, 0, 1)
    endLine()
    while lines.last?.isEmpty ?? false { lines.removeLast() }
  }

  private static func of(_ context: UnsafeMutableRawPointer?) -> HTMLMessage? {
    context.map { Unmanaged<HTMLMessage>.fromOpaque($0).takeUnretainedValue() }
  }

  private func start(_ name: String) {
    if Self.unseen.contains(name) { hidden += 1 }
    if name == "p" || name == "table" { endParagraph() }
    if Self.blocks.contains(name) { endLine(isBreak: name == "br") }
    if name == "blockquote" { quotes = min(quotes + 1, 20) }
    if name == "td" || name == "th", !line.isEmpty { line.append(0x20) }
  }

  private func end(_ name: String) {
    if Self.unseen.contains(name) { hidden = max(0, hidden - 1) }
    if Self.blocks.contains(name), name != "br" { endLine() }
    if name == "p" { endParagraph() }
    if name == "blockquote" { quotes = max(0, quotes - 1) }
  }

  private func add(_ text: UnsafeBufferPointer<UInt8>) {
    guard hidden == 0, length <= limit else { return }
    length += text.count
    line.append(contentsOf: text)
  }

  /// A blank line, unless there is one.
  private func endParagraph() {
    endLine()
    if let last = lines.last, !last.isEmpty { lines.append("") }
  }

  /// White space is one blank, as pages show it.
  private func endLine(isBreak: Bool = false) {
    let text = String(decoding: line, as: UTF8.self).split { $0.isWhitespace || $0 == "\u{200B}" || $0 == "\u{FEFF}" }.joined(
      separator: " ")
    line = []
    if !text.isEmpty {
      lines.append(String(repeating: ">", count: quotes) + (quotes > 0 ? " " : "") + text)
    } else if isBreak, let last = lines.last, !last.isEmpty {
      lines.append("")
    }
  }
}
