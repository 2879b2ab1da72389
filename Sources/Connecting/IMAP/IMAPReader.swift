import Model

/// Cuts what an IMAP server sends into whole responses, however the bytes are split: lines, and literals of an announced length.
///
/// Nothing that a server sends is an error here. What is no response is ``IMAPResponse/Content/unreadable``, and the next line is tried;
/// what is too long is read past, and only its beginning kept.
struct IMAPReader: Sendable {
  struct Limits: Hashable, Sendable {
    /// Bytes of one response besides its literals.
    var line = 16 << 20
    /// Bytes of all literals of one response.
    var literals = 16 << 20
    /// Literals of one response.
    var literalCount = 4_096
  }

  private enum Place: Hashable {
    case line
    /// So many bytes of a literal are to come.
    case literal(Int)
  }

  private let limits: Limits
  private var pending: Bytes = []
  private var start = 0
  private var place = Place.line
  private var raw = RawResponse()
  /// Where the line under way begins in the text.
  private var lineStart = 0
  /// The end of a line of which not all is kept: it says whether a literal follows.
  private var tail: Bytes = []
  private var kept = 0

  /// A literal's announcement is never longer.
  private static let tailLength = 24

  init(limits: Limits = Limits()) { self.limits = limits }

  mutating func append(_ bytes: some Collection<UInt8>) {
    if start == pending.count {
      pending.removeAll(keepingCapacity: pending.count <= 1 << 20)
      start = 0
    }
    pending += bytes
  }

  /// The next whole response; `nil` when more bytes are needed.
  mutating func next() -> IMAPResponse? {
    while start < pending.count {
      switch place {
      case .literal(let count): takeLiteral(count)
      case .line: if let response = takeLine() { return response }
      }
    }
    return nil
  }

  private mutating func takeLiteral(_ count: Int) {
    let taken = min(count, pending.count - start)
    let room = max(0, min(taken, limits.literals - kept))
    if room < taken { raw.isCut = true }
    raw.append(pending[start..<start + room])
    kept += room
    start += taken
    place = taken == count ? .line : .literal(count - taken)
  }

  /// - Returns: the response that the line has ended, when it is whole.
  private mutating func takeLine() -> IMAPResponse? {
    let end = pending.withUnsafeBufferPointer { $0[start...].firstIndex(of: 0x0A) }
    keep(start..<(end ?? pending.count))
    start = end.map { $0 + 1 } ?? pending.count
    guard end != nil else { return nil }
    if raw.text.count > lineStart, raw.text.last == 0x0D, tail.isEmpty { raw.text.removeLast() }
    if let announced = announcedLiteral() {
      begin(announced)
      return nil
    }
    defer {
      raw = RawResponse()
      (lineStart, kept) = (0, 0)
      tail = []
    }
    return IMAPParser.response(raw)
  }

  private mutating func keep(_ range: Range<Int>) {
    let room = max(0, min(range.count, limits.line - raw.text.count))
    raw.text += pending[range.prefix(room)]
    guard room < range.count else { return }
    raw.isCut = true
    let before = tail.isEmpty ? raw.text[lineStart...].suffix(Self.tailLength) : tail[...]
    tail = Array((before + pending[range.dropFirst(room).suffix(Self.tailLength)]).suffix(Self.tailLength))
  }

  private mutating func begin(_ literal: (length: Int, announcement: Int)) {
    if tail.isEmpty { raw.text.removeLast(literal.announcement) }
    tail = []
    lineStart = raw.text.count
    if raw.literals.count < limits.literalCount {
      raw.literals.append((offset: raw.text.count, bytes: []))
    } else {
      raw.isCut = true
      // Nothing more is kept, and the bytes are still read past.
      kept = limits.literals
    }
    if literal.length > 0 { place = .literal(literal.length) }
  }

  /// The literal that the line announces at its end: `{12}`, `{12+}`, `~{12}`. Texts for people may end like this too.
  private func announcedLiteral() -> (length: Int, announcement: Int)? {
    let line = tail.isEmpty ? raw.text[lineStart...].suffix(Self.tailLength) : tail[...].drop(trailing: 0x0D)
    guard line.last == UInt8(ascii: "}"), let open = line.lastIndex(of: UInt8(ascii: "{")) else { return nil }
    var digits = line[line.index(after: open)..<line.index(before: line.endIndex)]
    if digits.last == UInt8(ascii: "+") { digits.removeLast() }
    guard !digits.isEmpty, digits.count <= 18, digits.allSatisfy({ (0x30...0x39).contains($0) }), IMAPParser.mayHoldLiterals(raw.text)
    else {
      return nil
    }
    let hasMark = open > line.startIndex && line[line.index(before: open)] == UInt8(ascii: "~")
    return (digits.reduce(0) { $0 * 10 + Int($1 - 0x30) }, line.endIndex - open + (hasMark ? 1 : 0))
  }
}

/// A response as it was cut: its text without the announcements of literals, and the literals with their places in it.
struct RawResponse: Sendable {
  var text: Bytes = []
  var literals: [(offset: Int, bytes: Bytes)] = []
  var isCut = false

  fileprivate mutating func append(_ bytes: ArraySlice<UInt8>) {
    guard !literals.isEmpty else { return }
    literals[literals.count - 1].bytes += bytes
  }
}

extension ArraySlice<UInt8> {
  fileprivate func drop(trailing byte: UInt8) -> ArraySlice<UInt8> { last == byte ? dropLast() : self }
}
