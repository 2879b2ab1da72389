import Foundation
import Model

/// Cuts a mailbox file (mbox, RFC 4155), fed in chunks of any size, into ranges of whole mails. Keeps no more of it than the beginning of a
/// line. A file that does not begin as they do is one mail.
///
/// A mail begins at a line `From somebody … 12:34:56 2024` at the file's beginning or behind a blank line. A sentence that begins with
/// "From" has no time and year.
public struct MailboxSplitter {
  private let rangeSize: Int
  /// Where the current line begins in the file, how much of it was seen, and its first bytes.
  private var lineStart = 0
  private var lineLength = 0
  private var lineHead: [UInt8] = []
  private var isBehindBlank = true
  private var isMailbox = false
  /// How many lines and mails are behind.
  private var lines = 0
  private var mails = 0
  private var mailStart = 0
  /// The range that is being filled, and the whole mails in it.
  private var rangeStart = 0
  private var rangeLine = 0
  private var filled: (end: Int, line: Int, mails: Int)?

  /// - Parameter rangeSize: ranges are at most so long, in bytes; only a single longer mail makes a longer range.
  public init(rangeSize: Int = 262_144) { self.rangeSize = rangeSize }

  /// Takes the next bytes of the file; the last call, possibly with none, has `isLast`.
  ///
  /// - Returns: the ranges that are complete now.
  public mutating func feed(_ chunk: [UInt8], isLast: Bool) -> [SplitRange] {
    var ranges: [SplitRange] = []
    chunk.withUnsafeBufferPointer { bytes in
      guard let start = bytes.baseAddress else { return }
      var at = 0
      while at < bytes.count {
        let found = memchr(start + at, 0x0A, bytes.count - at).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
        let end = found.map { $0 + 1 } ?? bytes.count
        take(UnsafeBufferPointer(rebasing: bytes[at..<end]))
        if found != nil { endLine(&ranges) }
        at = end
      }
    }
    if isLast {
      if lineLength > 0 { endLine(&ranges) }
      if lineStart > mailStart { endMail(&ranges) }
      emit(&ranges)
    }
    return ranges
  }

  private mutating func take(_ part: UnsafeBufferPointer<UInt8>) {
    // Lines that begin otherwise separate nothing.
    if lineLength == 0 ? part.first == UInt8(ascii: "F") || part.count <= 2 : !lineHead.isEmpty {
      lineHead += part.prefix(MailboxLines.longestSeparator - lineHead.count)
    }
    lineLength += part.count
  }

  private mutating func endLine(_ ranges: inout [SplitRange]) {
    if isBehindBlank, isMailbox || lines == 0, MailboxLines.isSeparator(lineHead[...]) {
      isMailbox = true
      if lineStart > mailStart { endMail(&ranges) }
      mailStart = lineStart
    }
    isBehindBlank = lineLength <= 2 && MailboxLines.isBlank(lineHead[...])
    lines += 1
    lineStart += lineLength
    lineLength = 0
    lineHead.removeAll(keepingCapacity: true)
  }

  /// The mail that ends before the current line goes with those before it, unless they would be too long.
  private mutating func endMail(_ ranges: inout [SplitRange]) {
    if filled != nil, lineStart - rangeStart > rangeSize { emit(&ranges) }
    filled = (lineStart, lines, (filled?.mails ?? 0) + 1)
  }

  private mutating func emit(_ ranges: inout [SplitRange]) {
    guard let whole = filled else { return }
    ranges.append(
      SplitRange(
        offset: rangeStart, length: whole.end - rangeStart, firstRow: mails + 1, rowCount: whole.mails, firstLine: rangeLine + 1))
    mails += whole.mails
    (rangeStart, rangeLine, filled) = (whole.end, whole.line, nil)
  }
}

/// The mail in a file, or the mails of a mailbox file or a range of one.
struct MailItems {
  private let body: [UInt8]
  private let context: ReadContext

  init(_ body: [UInt8], context: ReadContext) {
    self.body = body
    self.context = context
  }

  /// Calls `each` for every mail; one that cannot be read is a fault with its bytes, and reading goes on.
  func read(_ each: (Result<Item, ItemFault>) throws -> Void) throws {
    var splitter = MailboxSplitter(rangeSize: 1)
    for (index, range) in splitter.feed(body, isLast: true).enumerated() {
      let isAll = range.length == body.count
      let raw = isAll ? body : Array(body[range.offset..<range.offset + range.length])
      let location = Location(file: context.file, line: context.firstLine + range.firstLine - 1, column: 1, offset: range.offset)
      try each(item(index, location, raw))
    }
  }

  private func item(_ index: Int, _ location: Location, _ raw: [UInt8]) -> Result<Item, ItemFault> {
    do throws(Fault) {
      return .success(Item(index: index, content: .value(try MailReader.read(Self.unquoted(raw))), location: location, raw: raw))
    } catch {
      var fault = error
      fault.location = location
      return .failure(ItemFault(index: index, fault: fault, raw: raw))
    }
  }

  /// The mail without its separator, and without the `>` that mailbox files put in front of lines that look like one (mboxrd).
  private static func unquoted(_ raw: [UInt8]) -> [UInt8] {
    guard MailboxLines.isSeparator(raw.prefix { $0 != 0x0A }) else { return raw }
    let lines = raw.split(separator: 0x0A, omittingEmptySubsequences: false)
    var output: [UInt8] = []
    output.reserveCapacity(raw.count)
    for line in lines.dropFirst() {
      let isQuoted = line.first == UInt8(ascii: ">") && line.drop { $0 == UInt8(ascii: ">") }.starts(with: "From ".utf8)
      output += isQuoted ? line.dropFirst() : line
      output.append(0x0A)
    }
    // The last line feed is none of the mail's, and the blank line belongs to the next separator.
    if !output.isEmpty { output.removeLast() }
    if output.hasSuffix([0x0A, 0x0A]) || output.hasSuffix([0x0D, 0x0A, 0x0D, 0x0A]) {
      output.removeLast(output.hasSuffix([0x0D, 0x0A]) ? 2 : 1)
    }
    return output
  }
}

/// What separates the mails of a mailbox file.
enum MailboxLines {
  static let longestSeparator = 1000

  static func isBlank(_ line: ArraySlice<UInt8>) -> Bool { line.allSatisfy { $0 == 0x0A || $0 == 0x0D } }

  /// `From li@example.com Tue May 28 16:38:01 2024`
  static func isSeparator(_ line: ArraySlice<UInt8>) -> Bool {
    guard line.count < longestSeparator, line.starts(with: "From ".utf8) else { return false }
    var (hasTime, hasYear, digits) = (false, false, 0)
    let isDigit = { (byte: UInt8) in (0x30...0x39).contains(byte) }
    var at = line.startIndex
    while at <= line.endIndex {
      let byte = at < line.endIndex ? line[at] : 0x20
      if isDigit(byte) {
        digits += 1
      } else {
        if digits == 4 { hasYear = true }
        if byte == UInt8(ascii: ":"), digits == 1 || digits == 2, at + 1 < line.endIndex, isDigit(line[at + 1]) { hasTime = true }
        digits = 0
      }
      at += 1
    }
    return hasTime && hasYear
  }
}

extension [UInt8] {
  fileprivate func hasSuffix(_ bytes: [UInt8]) -> Bool { count >= bytes.count && self[(count - bytes.count)...].elementsEqual(bytes) }
}
