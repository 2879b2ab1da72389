import CRE2
import Model

/// A regular expression in RE2's syntax: captures, and time linear in the length of the text whatever the pattern is.
///
/// Owns a compiled pattern of libre2, which any number of threads may use at once (re2.h: "RE2 objects are thread-safe").
final class Pattern: @unchecked Sendable {
  /// The most groups that a pattern may have.
  static let maximumGroups = 60
  /// The most instructions that a pattern may have. `\p{L}{1,30}` has 36,000.
  static let maximumSize = 40_000
  /// RE2 takes a time for counted repetitions that grows with the square of their sum: at 100,000 half a minute.
  static let maximumRepetitions = 5_000

  private let handle: OpaquePointer
  /// The number of groups in parentheses.
  let groupCount: Int

  /// - Throws: `regexp-syntax` with RE2's words, or `regexp-size`.
  init(_ source: String) throws(Fault) {
    guard !Self.matchesBytes(source) else {
      throw Fault("regexp-syntax", "\\C matches a byte, which may be a part of a character: write . for any character.")
    }
    guard Self.repetitions(source) <= Self.maximumRepetitions else { throw Fault("regexp-size", "The pattern repeats too much.") }
    var source = source
    guard
      let handle = source.withUTF8({ kindred_re2_create(UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self), $0.count) })
    else { throw Fault("regexp-size", "The pattern needs too much memory.") }
    self.handle = handle
    groupCount = Int(kindred_re2_groups(handle))
    if let (message, part) = problem {
      let isSize = message.contains("too large") || message.contains("repetition size")
      throw Fault(isSize ? "regexp-size" : "regexp-syntax", "\(message)\(part.isEmpty ? "" : " at \(part)").")
    }
    guard kindred_re2_size(handle) <= Self.maximumSize else { throw Fault("regexp-size", "The pattern repeats too much.") }
    guard groupCount <= Self.maximumGroups else {
      throw Fault("regexp-size", "The pattern has \(groupCount) groups; \(Self.maximumGroups) are possible.")
    }
  }

  deinit { kindred_re2_destroy(handle) }

  /// The sum of what stands in the braces of a pattern: 5 for `a{2}b{1,3}`.
  private static func repetitions(_ source: String) -> Int {
    var sum = 0
    var number: Int?
    var largest = 0
    for byte in source.utf8 {
      switch byte {
      case UInt8(ascii: "{"): (number, largest) = (0, 0)
      case 0x30...0x39:
        // No repetition has more than 1000; more digits must not overflow.
        number = number.map { min($0 * 10 + Int(byte - 0x30), 1_000_000) }
        largest = max(largest, number ?? 0)
      case UInt8(ascii: ","): if number != nil { number = 0 }
      case UInt8(ascii: "}"):
        if number != nil { sum += largest }
        number = nil
      default: number = nil
      }
    }
    return sum
  }

  /// True when RE2 would take a part of the pattern for `\C`, which splits characters.
  private static func matchesBytes(_ source: String) -> Bool {
    var isEscaped = false
    var isQuoted = false
    for byte in source.utf8 {
      if isEscaped {
        isEscaped = false
        switch byte {
        case UInt8(ascii: "C") where !isQuoted: return true
        case UInt8(ascii: "Q"): isQuoted = true
        case UInt8(ascii: "E"): isQuoted = false
        default: break
        }
      } else {
        isEscaped = byte == UInt8(ascii: "\\")
      }
    }
    return false
  }

  private var problem: (message: String, part: String)? {
    var argument: UnsafePointer<CChar>?
    var count = 0
    guard let message = kindred_re2_error(handle, &argument, &count) else { return nil }
    let part = String(decoding: UnsafeRawBufferPointer(start: argument, count: count), as: UTF8.self)
    return (String(cString: message).split(separator: ":").first.map(String.init) ?? "", part)
  }

  /// The number of a group by its number or, for `(?P<name>…)`, its name; `nil` when the pattern has no such group.
  func group(_ text: String) -> Int? {
    if let number = Int(text) { return (0...groupCount).contains(number) ? number : nil }
    var text = text
    let number = text.withUTF8 {
      kindred_re2_group_named(handle, UnsafeRawPointer($0.baseAddress)?.assumingMemoryBound(to: CChar.self), $0.count)
    }
    return number < 0 ? nil : Int(number)
  }

  /// One match: the whole, then each group; `nil` for a group that took no part. Ranges count UTF-8 bytes.
  typealias Match = [Range<Int>?]

  /// Calls `each` for every match from the left, none overlapping another, until it returns false.
  func forEachMatch(in bytes: UnsafeBufferPointer<UInt8>, groups: Int, _ each: (Match) -> Bool) {
    // An empty text still needs an address: RE2 tells groups that took no part by their null pointer.
    guard let base = bytes.baseAddress else {
      let space: [UInt8] = [0]
      space.withUnsafeBufferPointer { forEachMatch(from: $0.baseAddress, count: 0, groups: groups, each) }
      return
    }
    forEachMatch(from: base, count: bytes.count, groups: groups, each)
  }

  private func forEachMatch(from base: UnsafePointer<UInt8>?, count: Int, groups: Int, _ each: (Match) -> Bool) {
    guard let base else { return }
    var spans = [kindred_re2_span](repeating: kindred_re2_span(start: -1, end: -1), count: groups + 1)
    var from = 0
    // The end of the last match that was not empty: no empty one follows directly, as in RE2's own replacing.
    var last = -1
    while from <= count {
      let text = UnsafeRawPointer(base).assumingMemoryBound(to: CChar.self)
      guard kindred_re2_find(handle, text, count, from, &spans, Int32(spans.count)) else { return }
      let (start, end) = (Int(spans[0].start), Int(spans[0].end))
      if start < end || start != last {
        guard each(spans.map { $0.start < 0 ? nil : Int($0.start)..<Int($0.end) }) else { return }
      }
      if start < end { last = end }
      from = start < end ? end : end + Self.width(at: end, base, count)
    }
  }

  /// The bytes of the character at a place, so that an empty match never ends inside one.
  private static func width(at place: Int, _ base: UnsafePointer<UInt8>, _ count: Int) -> Int {
    guard place < count else { return 1 }
    let lead = base[place]
    return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4
  }
}

extension Pattern {
  /// True when a part of the text matches.
  func isFound(in text: String) -> Bool {
    var isFound = false
    forEachMatch(of: text, groups: 0) { _, _ in
      isFound = true
      return false
    }
    return isFound
  }

  /// What one group holds in the first match, or in every one; a group that took no part gives nothing.
  func captures(of group: Int, in text: String, isFirstOnly: Bool) -> [String] {
    var found: [String] = []
    forEachMatch(of: text, groups: group) { bytes, match in
      if let range = match[group] { found.append(String(decoding: bytes[range], as: UTF8.self)) }
      return !isFirstOnly
    }
    return found
  }

  /// The text with every match replaced. In the replacement `\1` stands for the first group, `\0` for the match, `\\` for one
  /// backslash.
  func replaceAll(in text: String, with replacement: Replacement) -> String {
    var output: [UInt8] = []
    var end = 0
    var copy = text
    copy.withUTF8 { bytes in
      forEachMatch(in: bytes, groups: replacement.highestGroup) { match in
        guard let whole = match[0] else { return false }
        output += bytes[end..<whole.lowerBound]
        for part in replacement.parts {
          switch part {
          case .text(let text): output += text
          case .group(let number): if let range = match[number] { output += bytes[range] }
          }
        }
        end = whole.upperBound
        return true
      }
      output += bytes[end...]
    }
    return String(decoding: output, as: UTF8.self)
  }

  /// The parts of the text between matches.
  func split(_ text: String) -> [String] {
    var parts: [String] = []
    var end = 0
    var copy = text
    copy.withUTF8 { bytes in
      forEachMatch(in: bytes, groups: 0) { match in
        guard let whole = match[0] else { return false }
        if !whole.isEmpty {
          parts.append(String(decoding: bytes[end..<whole.lowerBound], as: UTF8.self))
          end = whole.upperBound
        }
        return true
      }
      parts.append(String(decoding: bytes[end...], as: UTF8.self))
    }
    return parts
  }

  private func forEachMatch(of text: String, groups: Int, _ each: (UnsafeBufferPointer<UInt8>, Match) -> Bool) {
    var copy = text
    copy.withUTF8 { bytes in forEachMatch(in: bytes, groups: groups) { each(bytes, $0) } }
  }

  /// What takes the place of a match.
  struct Replacement: Sendable {
    enum Part: Sendable {
      case text([UInt8])
      case group(Int)
    }

    private(set) var parts: [Part] = []
    private(set) var highestGroup = 0

    /// - Throws: `regexp-replacement` for a group that the pattern does not have.
    init(_ source: String, for pattern: Pattern) throws(Fault) {
      var text: [UInt8] = []
      var isEscaped = false
      for byte in source.utf8 {
        guard isEscaped else {
          if byte == UInt8(ascii: "\\") { isEscaped = true } else { text.append(byte) }
          continue
        }
        isEscaped = false
        switch byte {
        case UInt8(ascii: "\\"): text.append(byte)
        case 0x30...0x39:
          let group = Int(byte) - 0x30
          guard group <= pattern.groupCount else {
            throw Fault("regexp-replacement", "The pattern has no group \(group) for \\\(group).")
          }
          parts += [.text(text), .group(group)]
          text = []
          highestGroup = max(highestGroup, group)
        default: throw Fault("regexp-replacement", "After a backslash stands the number of a group or another backslash.")
        }
      }
      guard !isEscaped else { throw Fault("regexp-replacement", "The replacement ends with a single backslash.") }
      parts.append(.text(text))
    }
  }
}
