import Formats
import Model

/// What paths can start from while one item is mapped.
struct Scope: Sendable {
  enum Subject: Sendable {
    case value(Value)
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
typealias Evaluation = @Sendable (Scope) throws(Failure) -> Value?

/// The texts that a mapping's `missing:` declares to mean "nothing was written".
struct MissingTexts: Sendable {
  private var texts: [String] = []
  private var longest = -1

  init(_ texts: [String]) {
    self.texts = texts.map(trimmed)
    longest = self.texts.map(\.utf8.count).max() ?? -1
  }

  /// True when the text, without white space around it, is one of them.
  func contains(_ text: String) -> Bool {
    guard longest >= 0 else { return false }
    let candidate = trimmed(text)
    guard candidate.utf8.count <= longest else { return false }
    return texts.contains { sameText($0, candidate) }
  }

  /// `nil` for a text that means nothing.
  func filter(_ value: Value) -> Value? {
    if case .string(let text) = value, contains(text) { return nil }
    return value
  }
}

/// The text without white space (any script's), byte order marks and zero-width spaces at its ends.
func trimmed(_ text: String) -> String {
  let utf8 = text.utf8
  guard let first = utf8.first, let last = utf8.last else { return text }
  // Printable ASCII at both ends: nothing to do. Multi-byte scalars go the careful way.
  if first > 0x20, first < 0x7F, last > 0x20, last < 0x7F { return text }
  let scalars = text.unicodeScalars
  guard let start = scalars.firstIndex(where: { !isBlank($0) }), let end = scalars.lastIndex(where: { !isBlank($0) }) else { return "" }
  if start == scalars.startIndex, scalars.index(after: end) == scalars.endIndex { return text }
  return String(scalars[start...end])
}

/// White space of any script, byte order marks and zero-width spaces.
func isBlank(_ scalar: Unicode.Scalar) -> Bool {
  switch scalar.value {
  case 0x00...0x20, 0x85, 0xA0, 0x1680, 0x2000...0x200B, 0x2028, 0x2029, 0x202F, 0x205F, 0x2060, 0x3000, 0xFEFF: true
  default: false
  }
}
