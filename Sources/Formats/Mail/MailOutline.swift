import Foundation
import Model

/// Looks at the lines of a mail before it is taken apart: what is made to break its readers is refused while nothing of it is in memory.
struct MailOutline {
  /// Whether a value is written by RFC 2231, as no program does it: then every line may separate parts.
  private var isHidden = false
  /// What separates parts, without the dashes in front.
  private var boundaries: Set<ArraySlice<UInt8>> = []
  private var delimiters = 0
  /// Lines that begin with two dashes: each is compared with all boundaries that are open.
  private var dashes = 0

  /// More comparisons take seconds.
  private static let maximumComparisons = 50_000_000
  /// RFC 2046 §5.1.1 allows 70.
  private static let longestBoundary = 300

  /// - Throws: `mail-parts`.
  static func check(_ bytes: [UInt8], limits: MailLimits) throws(Fault) {
    var outline = MailOutline()
    outline.findBoundaries(bytes, most: limits.parts)
    guard !outline.boundaries.isEmpty else { return }
    outline.countDelimiters(bytes)
    let comparisons = outline.boundaries.count.multipliedReportingOverflow(by: outline.dashes)
    guard outline.boundaries.count <= limits.parts, outline.delimiters <= 2 * limits.parts, !comparisons.overflow,
      comparisons.partialValue <= maximumComparisons
    else { throw Fault("mail-parts", "The mail has more than \(limits.parts) parts.") }
  }

  /// The values of all parameters `boundary=…`, wherever they stand.
  private mutating func findBoundaries(_ bytes: [UInt8], most: Int) {
    bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      var at = 0
      while boundaries.count <= most, let found = memchr(start + at, Int32(UInt8(ascii: "=")), buffer.count - at) {
        let sign = UnsafeRawPointer(found) - UnsafeRawPointer(start)
        at = sign + 1
        guard let marks = Self.marks(buffer, before: sign) else { continue }
        if marks > 0 { isHidden = true }
        if let value = Self.value(bytes[at...].prefix(Self.longestBoundary + 10)) { boundaries.insert(value) }
      }
    }
  }

  /// How many marks of RFC 2231 (`*0*`) are behind the `boundary` that stands in front, perhaps with blanks; nil when none does.
  private static func marks(_ bytes: UnsafeBufferPointer<UInt8>, before end: Int) -> Int? {
    let name = Array("boundary".utf8)
    var last = end - 1
    var marks = 0
    while last >= 0, end - last < 12, bytes[last] <= 0x20 || bytes[last] == UInt8(ascii: "*") || (0x30...0x39).contains(bytes[last]) {
      if bytes[last] == UInt8(ascii: "*") { marks += 1 }
      last -= 1
    }
    guard last + 1 >= name.count else { return nil }
    return zip(name, bytes[(last + 1 - name.count)...last]).allSatisfy { $0 == $1 | 0x20 } ? marks : nil
  }

  private static func value(_ bytes: ArraySlice<UInt8>) -> ArraySlice<UInt8>? {
    let text = bytes.drop { $0 <= 0x20 }
    let quote = UInt8(ascii: "\"")
    let value = text.first == quote ? text.dropFirst().prefix { $0 != quote } : text.prefix { $0 > 0x20 && $0 != UInt8(ascii: ";") }
    return value.isEmpty || value.count > longestBoundary ? nil : value
  }

  private mutating func countDelimiters(_ bytes: [UInt8]) {
    bytes.withUnsafeBufferPointer { buffer in
      guard let start = buffer.baseAddress else { return }
      let dash = UInt8(ascii: "-")
      var at = 0
      while at < buffer.count {
        let found = memchr(start + at, 0x0A, buffer.count - at).map { UnsafeRawPointer($0) - UnsafeRawPointer(start) }
        let end = found ?? buffer.count
        if end - at > 2, buffer[at] == dash, buffer[at + 1] == dash {
          dashes += 1
          if end - at <= Self.longestBoundary + 10 { countDelimiter(bytes[(at + 2)..<end]) }
        }
        at = end + 1
      }
    }
  }

  private mutating func countDelimiter(_ line: ArraySlice<UInt8>) {
    var line = line
    while let last = line.last, last <= 0x20 { line.removeLast() }
    if isHidden || boundaries.contains(line) { delimiters += 1 }
  }
}
