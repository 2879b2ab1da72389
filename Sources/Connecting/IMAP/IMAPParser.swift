import Model

/// Reads the grammar of responses from bytes that were cut by ``IMAPReader``. Takes what real servers send: raw quotes in quoted strings,
/// NULs, bytes beyond ASCII, lists that never end.
struct IMAPParser {
  private let raw: RawResponse
  private var position: Int
  private let end: Int
  private var nextLiteral = 0
  private var isCut: Bool

  /// Lists in lists: BODYSTRUCTURE of nested mails goes deep, and recursion must not.
  private static let deepest = 64

  private init(_ raw: RawResponse, from start: Int) {
    self.raw = raw
    position = start
    end = raw.text.count
    isCut = raw.isCut
    nextLiteral = raw.literals.firstIndex { $0.offset >= start } ?? raw.literals.count
  }

  /// Only data can hold literals: the texts of all else are for people, and may end in anything.
  static func mayHoldLiterals(_ text: Bytes) -> Bool {
    guard text.starts(with: [0x2A, 0x20]) else { return false }
    return IMAPStatus.Kind(rawValue: word(text[2...]).uppercased()) == nil
  }

  static func response(_ raw: RawResponse) -> IMAPResponse {
    let text = raw.text
    guard let first = text.first else { return IMAPResponse(content: .unreadable, isCut: raw.isCut) }
    if first == UInt8(ascii: "+") {
      return IMAPResponse(content: .continuation(Array(text.dropFirst().drop { $0 == 0x20 })), isCut: raw.isCut)
    }
    let tag = word(text[...])
    var start = text.index(0, offsetBy: tag.utf8.count + 1, limitedBy: text.count) ?? text.count
    let name = word(text[start...])
    if let kind = IMAPStatus.Kind(rawValue: name.uppercased()), !tag.isEmpty {
      let status = status(kind, text[min(text.count, start + name.utf8.count)...])
      return IMAPResponse(content: tag == "*" ? .status(status) : .tagged(tag, status), isCut: raw.isCut)
    }
    guard tag == "*", !name.isEmpty else { return IMAPResponse(content: .unreadable, isCut: raw.isCut) }
    guard let number = UInt64(name) else { return data(nil, name, raw, from: start + name.utf8.count) }
    start = min(text.count, start + name.utf8.count + 1)
    let second = word(text[start...])
    guard !second.isEmpty else { return IMAPResponse(content: .unreadable, isCut: raw.isCut) }
    return data(number, second, raw, from: start + second.utf8.count)
  }

  /// The values in a text without literals.
  static func values(_ text: ArraySlice<UInt8>) -> [IMAPValue] {
    var parser = IMAPParser(RawResponse(text: Array(text)), from: 0)
    return parser.values(depth: 0)
  }

  private static func data(_ number: UInt64?, _ name: String, _ raw: RawResponse, from start: Int) -> IMAPResponse {
    var parser = IMAPParser(raw, from: min(start, raw.text.count))
    let values = parser.values(depth: 0)
    return IMAPResponse(content: .data(number: number, name: name.uppercased(), values: values), isCut: parser.isCut)
  }

  /// Up to the first blank. Words of the protocol are short ASCII; anything else is none.
  private static func word(_ text: ArraySlice<UInt8>) -> String {
    let word = text.prefix(33).prefix { $0 > 0x20 && $0 < 0x7F }
    let next = word.endIndex
    guard word.count <= 32, next == text.endIndex || text[next] == 0x20 else { return "" }
    return String(decoding: word, as: UTF8.self)
  }

  private static func status(_ kind: IMAPStatus.Kind, _ rest: ArraySlice<UInt8>) -> IMAPStatus {
    var rest = rest.drop { $0 == 0x20 }
    var status = IMAPStatus(kind: kind)
    if rest.first == UInt8(ascii: "["), let close = rest.firstIndex(of: UInt8(ascii: "]")) {
      let values = values(rest[rest.index(after: rest.startIndex)..<close])
      if case .atom(let code)? = values.first { status.code = code.uppercased() }
      status.arguments = Array(values.dropFirst())
      rest = rest[rest.index(after: close)...].drop { $0 == 0x20 }
    }
    status.text = String(decoding: rest.prefix(1_000), as: UTF8.self)
    return status
  }

  // MARK: Values

  /// Up to the end, or to the end of the list under way.
  private mutating func values(depth: Int) -> [IMAPValue] {
    var values: [IMAPValue] = []
    while true {
      if nextLiteral < raw.literals.count, raw.literals[nextLiteral].offset <= position {
        values.append(.bytes(raw.literals[nextLiteral].bytes))
        nextLiteral += 1
        continue
      }
      guard position < end else { return values }
      switch raw.text[position] {
      case 0x20: position += 1
      case UInt8(ascii: ")"):
        position += 1
        // One too many at the outermost level closes nothing.
        if depth > 0 { return values }
      case UInt8(ascii: "("):
        position += 1
        values.append(list(depth: depth + 1))
      case UInt8(ascii: "\""):
        position += 1
        values.append(.bytes(quoted()))
      default: values.append(atom())
      }
    }
  }

  private mutating func list(depth: Int) -> IMAPValue {
    guard depth <= Self.deepest else {
      // Nothing so deep is asked for. Its parentheses then count as those of the list around it.
      isCut = true
      return .nothing
    }
    return .list(values(depth: depth))
  }

  /// A quoted string ends with a quote before a blank, a parenthesis or the end; other quotes are content that nobody escaped.
  private mutating func quoted() -> Bytes {
    var content: Bytes = []
    while position < end {
      // A literal can only stand here when the closing quote was forgotten.
      if nextLiteral < raw.literals.count, raw.literals[nextLiteral].offset <= position { return content }
      let byte = raw.text[position]
      position += 1
      if byte == UInt8(ascii: "\\"), position < end {
        content.append(raw.text[position])
        position += 1
      } else if byte == UInt8(ascii: "\""), isEnding(position) {
        return content
      } else {
        content.append(byte)
      }
    }
    return content
  }

  private func isEnding(_ index: Int) -> Bool { index == end || raw.text[index] == 0x20 || raw.text[index] == UInt8(ascii: ")") }

  private mutating func atom() -> IMAPValue {
    let start = position
    var brackets = 0
    loop: while position < end {
      if position > start, nextLiteral < raw.literals.count, raw.literals[nextLiteral].offset <= position { break }
      switch raw.text[position] {
      case UInt8(ascii: "["): brackets += 1
      case UInt8(ascii: "]"): brackets = max(0, brackets - 1)
      // Within brackets stand the names of headers: `BODY[HEADER.FIELDS (A B)]`.
      case 0x20, UInt8(ascii: "("), UInt8(ascii: ")"): if brackets == 0 { break loop }
      default: break
      }
      position += 1
    }
    let text = String(decoding: raw.text[start..<position], as: UTF8.self)
    return text.utf8.count == 3 && text.uppercased() == "NIL" ? .nothing : .atom(text)
  }
}
