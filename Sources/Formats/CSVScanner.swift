#if canImport(Glibc)
  import Glibc
#else
  import Darwin
#endif

/// Cuts CSV into records and fields without decoding it: RFC 4180 with LF, CR or CRLF, any one-byte delimiter, and quotes
/// within unquoted fields taken as they are.
///
/// The reader and the splitter share it, so that they agree on every record's end. A quote that is not closed properly
/// damages only the line on which it opens: scanning goes on with the next line.
struct CSVScanner {
  struct Field {
    /// The content, without the quotes around it.
    var start: Int
    var end: Int
    var hasDoubledQuotes: Bool
  }

  enum Problem: Hashable {
    /// The quote at this index, on the record's first line, is closed nowhere, or on a later line in a way that gives no good record.
    case unclosedQuote(at: Int)
    /// The closing quote before this index is followed by something other than a delimiter or the end of the line.
    case strayQuote(at: Int)
    case fieldCount(Int)
  }

  struct Record {
    /// Without empty lines before it and without its line break.
    var start: Int
    var end: Int
    /// Where the next record begins.
    var next: Int
    /// Empty lines before it, and lines it covers itself.
    var skippedLines: Int
    var lines: Int
    var problem: Problem?
  }

  enum Step {
    case record(Record)
    case needsMore
    case end
  }

  /// A quoted field longer than this is taken for an unclosed quote.
  static let maximumQuoted = 1 << 20
  /// After reading so many bytes twice because of unclosed quotes, quoted fields must end on their line: bounded work for any input.
  static let maximumReread = 64 << 20

  let delimiter: UInt8
  /// In GB18030 a `|` can be the second byte of a character.
  let isGB18030: Bool
  /// How many fields a record must have; `nil` for the first one.
  var expected: Int?
  /// The fields of the last record, unless it has a problem.
  private(set) var fields: [Field] = []
  /// Bytes that were read twice because of unclosed quotes.
  var reread = 0

  init(delimiter: UInt8, isGB18030: Bool, expected: Int? = nil) {
    self.delimiter = delimiter
    self.isGB18030 = isGB18030 && delimiter == UInt8(ascii: "|")
    self.expected = expected
  }

  /// Finds the record that starts at `from` or after empty lines there. With `isFinal` the bytes end where the input ends.
  mutating func next(_ bytes: UnsafeBufferPointer<UInt8>, from: Int, isFinal: Bool) -> Step {
    var at = from
    var skipped = 0
    while at < bytes.count, bytes[at] == lineFeed || bytes[at] == carriageReturn {
      if bytes[at] == carriageReturn, at + 1 == bytes.count, !isFinal { return .needsMore }
      at = endOfBreak(bytes, at)
      skipped += 1
    }
    guard at < bytes.count else { return isFinal ? .end : .needsMore }
    let start = at
    var marks = CSVMarkCursor(CSVMarks(delimiter: delimiter), bytes, from: start)
    var breaks = 0
    /// The quote of the first field that goes on over a line's end: the suspect when the record turns out to be damaged.
    var spanning: Int?
    fields.removeAll(keepingCapacity: true)
    while true {
      if at < bytes.count, bytes[at] == quote {
        switch quoted(bytes, at, isFinal: isFinal) {
        case .closed(let end, let hasDoubled):
          fields.append(Field(start: at + 1, end: end, hasDoubledQuotes: hasDoubled))
          let within = lineBreaks(bytes, at, end)
          if within > 0, spanning == nil { spanning = at }
          breaks += within
          at = end + 1
        case .problem(let problem, let read):
          return cut(bytes, from: start, skipped: skipped, spanning.map { .unclosedQuote(at: $0) } ?? problem, read: read, isFinal: isFinal)
        case .needsMore: return .needsMore
        }
      } else {
        let fieldStart = at
        at = isGB18030 ? endOfUnquoted(bytes, at) : endOfUnquoted(bytes, at, &marks)
        fields.append(Field(start: fieldStart, end: at, hasDoubledQuotes: false))
      }
      if at < bytes.count, bytes[at] == delimiter {
        at += 1
        continue
      }
      if !isFinal, at == bytes.count || (bytes[at] == carriageReturn && at + 1 == bytes.count) { return .needsMore }
      break
    }
    let next = at < bytes.count ? endOfBreak(bytes, at) : at
    var record = Record(start: start, end: at, next: next, skippedLines: skipped, lines: breaks + 1, problem: nil)
    if let expected, fields.count != expected {
      // A quote may have swallowed lines that are good.
      if let spanning { return cut(bytes, from: start, skipped: skipped, .unclosedQuote(at: spanning), read: next, isFinal: isFinal) }
      record.problem = .fieldCount(fields.count)
    }
    return .record(record)
  }

  private enum Quoted {
    case closed(end: Int, hasDoubled: Bool)
    case problem(Problem, read: Int)
    case needsMore
  }

  private func quoted(_ bytes: UnsafeBufferPointer<UInt8>, _ open: Int, isFinal: Bool) -> Quoted {
    var limit = min(bytes.count, open + Self.maximumQuoted)
    if reread > Self.maximumReread { limit = endOfLine(bytes, open) }
    var at = open + 1
    var hasDoubled = false
    while true {
      guard let base = bytes.baseAddress, at < limit, let found = memchr(base + at, Int32(quote), limit - at) else {
        return limit == bytes.count && !isFinal && limit - open < Self.maximumQuoted
          ? .needsMore : .problem(.unclosedQuote(at: open), read: limit)
      }
      let end = UnsafePointer(found.assumingMemoryBound(to: UInt8.self)) - base
      guard end + 1 < bytes.count else { return isFinal ? .closed(end: end, hasDoubled: hasDoubled) : .needsMore }
      let following = bytes[end + 1]
      if following == quote {
        hasDoubled = true
        at = end + 2
      } else if following == delimiter || following == lineFeed || following == carriageReturn {
        return .closed(end: end, hasDoubled: hasDoubled)
      } else {
        let problem = lineBreaks(bytes, open, end) > 0 ? Problem.unclosedQuote(at: open) : .strayQuote(at: end + 1)
        return .problem(problem, read: end + 2)
      }
    }
  }

  /// A damaged record ends with its first line.
  private mutating func cut(
    _ bytes: UnsafeBufferPointer<UInt8>, from start: Int, skipped: Int, _ problem: Problem, read: Int, isFinal: Bool
  ) -> Step {
    let end = endOfLine(bytes, start)
    let isAtEdge = end == bytes.count || (bytes[end] == carriageReturn && end + 1 == bytes.count)
    if isAtEdge, !isFinal { return .needsMore }
    let next = end < bytes.count ? endOfBreak(bytes, end) : end
    reread += max(0, read - next)
    return .record(Record(start: start, end: end, next: next, skippedLines: skipped, lines: 1, problem: problem))
  }

  @inline(__always)
  private func endOfUnquoted(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ marks: inout CSVMarkCursor) -> Int {
    var at = start
    while true {
      at = marks.next(from: at)
      if at == bytes.count || bytes[at] == delimiter || bytes[at] == lineFeed || bytes[at] == carriageReturn { return at }
      at += 1
    }
  }

  private func endOfUnquoted(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var at = start
    while at < bytes.count {
      let byte = bytes[at]
      if byte == delimiter || byte == lineFeed || byte == carriageReturn { break }
      at += byte >= 0x81 && at + 1 < bytes.count && bytes[at + 1] >= 0x30 ? 2 : 1
    }
    return min(at, bytes.count)
  }

  private func endOfLine(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int) -> Int {
    var at = start
    while at < bytes.count, bytes[at] != lineFeed, bytes[at] != carriageReturn { at += 1 }
    return at
  }

  private func endOfBreak(_ bytes: UnsafeBufferPointer<UInt8>, _ at: Int) -> Int {
    bytes[at] == carriageReturn && at + 1 < bytes.count && bytes[at + 1] == lineFeed ? at + 2 : at + 1
  }

  private func lineBreaks(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ end: Int) -> Int {
    var count = 0
    var at = start
    while at < end {
      if bytes[at] == lineFeed || (bytes[at] == carriageReturn && !(at + 1 < end && bytes[at + 1] == lineFeed)) { count += 1 }
      at += 1
    }
    return count
  }
}

private let quote = UInt8(ascii: "\"")
private let lineFeed: UInt8 = 0x0A
private let carriageReturn: UInt8 = 0x0D
