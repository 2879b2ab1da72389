import Formats
import Model

/// What paths can start from while one item is mapped.
struct Scope: Sendable {
  enum Subject: Sendable {
    case value(Value)
    /// A line of JSON Lines, of which only what is read becomes values.
    case json(JSONDocument)
    /// A row of CSV, of which only the cells that are read become values.
    case row(CSVItem)
    case xml(XMLNode)
  }

  var item: Subject
  var up: Subject?
  var document: Subject
  var meta: Value
  /// Where to write down what happens; mostly nowhere.
  var trace: Trace?

  /// The scope of an item that `each` selected from this one's.
  func entering(_ item: Subject) -> Scope { Scope(item: item, up: self.item, document: document, meta: meta, trace: trace) }
}

/// Why an expression has no value.
struct Failure: Error, Sendable {
  enum Action: Sendable {
    /// A function failed; `else` decides what happens.
    case failed
    /// `else reject`: no outer `else` catches it.
    case reject
    /// `else skip`: the attribute is left out.
    case skip
  }

  var action = Action.failed
  /// The function that failed, when it was one.
  var function: String?
  var reason: String
  /// What it was given.
  var value: Value?
  /// Where it stands in the expression, in Unicode scalars.
  var position: Int
}

/// Why a function cannot turn its arguments into a value.
struct Cause: Error {
  var reason: String
  var value: Value?

  init(_ reason: String, _ value: Value? = nil) {
    self.reason = reason
    self.value = value
  }
}

/// Evaluates a compiled expression; `nil` means missing.
///
/// A structure around the closure: a closure that stands in an array or an optional by itself is called through thunks, which
/// cost more than what most expressions do.
struct Evaluation: Sendable {
  private let body: @Sendable (Scope) throws(Failure) -> Value?

  init(_ body: @escaping @Sendable (Scope) throws(Failure) -> Value?) { self.body = body }

  func callAsFunction(_ scope: Scope) throws(Failure) -> Value? { try body(scope) }

  static let missing = Evaluation { _ in nil }

  static func constant(_ value: Value) -> Evaluation { Evaluation { _ in value } }
}

/// The texts that a mapping's `missing:` declares to mean "nothing was written".
struct MissingTexts: Sendable {
  private var texts: [String] = []
  private var longest = -1

  init(_ texts: [String]) {
    self.texts = texts.map(trimmed)
    longest = self.texts.map(\.utf8.count).max() ?? -1
  }

  var isEmpty: Bool { texts.isEmpty }

  /// True when the text, without white space around it, is one of them.
  func contains(_ text: String) -> Bool {
    guard longest >= 0 else { return false }
    let candidate = trimmed(text)
    guard candidate.utf8.count <= longest else { return false }
    return texts.contains { sameText($0, candidate) }
  }

  /// `nil` for a text that means nothing.
  func filter(_ value: Value) -> Value? {
    if longest >= 0, case .string(let text) = value, contains(text) { return nil }
    return value
  }
}

/// The text without white space (any script's), byte order marks and zero-width spaces at its ends.
func trimmed(_ text: String) -> String {
  var text = text
  return text.withUTF8 { bytes -> String? in
    var start = 0
    var end = bytes.count
    while start < end, let width = blankWidth(bytes, startingAt: start, end) { start += width }
    while start < end, let width = blankWidth(bytes, endingAt: end) { end -= width }
    if start == 0, end == bytes.count { return nil }
    return knownText(UnsafeBufferPointer(rebasing: bytes[start..<end]))
  } ?? text
}

/// How many bytes the blank takes that starts there; `nil` when something else does. All blanks have at most three bytes.
private func blankWidth(_ bytes: UnsafeBufferPointer<UInt8>, startingAt start: Int, _ end: Int) -> Int? {
  let first = bytes[start]
  if first < 0x80 { return first <= 0x20 ? 1 : nil }
  let width = first < 0xE0 ? 2 : 3
  guard first < 0xF0, start + width <= end else { return nil }
  return isBlank(scalar(bytes, start, width)) ? width : nil
}

private func blankWidth(_ bytes: UnsafeBufferPointer<UInt8>, endingAt end: Int) -> Int? {
  let last = bytes[end - 1]
  if last < 0x80 { return last <= 0x20 ? 1 : nil }
  for width in 2...3 where end >= width {
    let first = bytes[end - width]
    if first & 0xC0 == 0x80 { continue }
    let isWhole = width == 2 ? first < 0xE0 : first < 0xF0
    return isWhole && isBlank(scalar(bytes, end - width, width)) ? width : nil
  }
  return nil
}

/// Text is always valid UTF-8, so two or three bytes with the right first one are a scalar.
private func scalar(_ bytes: UnsafeBufferPointer<UInt8>, _ start: Int, _ width: Int) -> Unicode.Scalar {
  let tail = { (index: Int) in UInt32(bytes[start + index] & 0x3F) }
  let value = width == 2 ? UInt32(bytes[start] & 0x1F) << 6 | tail(1) : UInt32(bytes[start] & 0x0F) << 12 | tail(1) << 6 | tail(2)
  return Unicode.Scalar(value) ?? "\u{FFFD}"
}

/// White space of any script, byte order marks and zero-width spaces.
func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
  default: false
  }
}
