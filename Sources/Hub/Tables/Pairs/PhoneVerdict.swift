import Normalization

/// Whether two telephone fields hold one number.
enum PhoneVerdict {
  static func between(_ one: String, _ other: String, _ context: PairContext) -> PairVerdicts.Verdict {
    let (mine, theirs) = (phones(one), phones(other))
    var best = PairVerdicts.Verdict.different
    for phone in mine {
      for another in theirs { best = best.or(verdict(phone, another, context)) }
    }
    if best != .different { return best }
    if isExample(one) || isExample(other) { return .different }
    if mine.isEmpty { return damaged(one, Digits(other), context) }
    return theirs.isEmpty ? damaged(other, Digits(one), context) : .different
  }

  private static func phones(_ text: String) -> [Phone] { Phone.all(in: text).filter { !$0.isExample } }

  private static func isExample(_ text: String) -> Bool { Phone.all(in: text).contains(where: \.isExample) }

  private static func verdict(_ one: Phone, _ other: Phone, _ context: PairContext) -> PairVerdicts.Verdict {
    if one.number == other.number {
      // Two desks behind one switchboard.
      if let mine = one.extension, let theirs = other.extension, mine != theirs { return .possible }
      return .same
    }
    // One without area code or country: the same digits exist elsewhere.
    if one.kind == .local || other.kind == .local, !one.local.isEmpty, one.local == other.local { return .possible }
    let (mine, theirs) = (Digits(one.number).digits, Digits(other.number).digits)
    if isSuffix(mine, theirs) { return .possible }
    if isSwap(mine, theirs) { return .possible }
    let isBackedUp = context.shared.contains(.name) || context.shared.count > 1
    if isBackedUp, isOneOff(mine, theirs) { return .possible }
    // A digit that was lost: one of the two is no whole number.
    return (one.kind == .other) != (other.kind == .other) && isOneLost(mine, theirs) ? .possible : .different
  }

  /// A field in which no number could be read: hidden digits, a number that a spreadsheet has rounded, or too few digits.
  private static func damaged(_ text: String, _ whole: Digits, _ context: PairContext) -> PairVerdicts.Verdict {
    let folded = Folding.fold(text)
    guard Phone.all(in: String(decoding: whole.digits, as: UTF8.self)).isEmpty == false else { return .different }
    if let pattern = Mask.pattern(folded, hidden: "*x•●?_") {
      let digits = String(decoding: whole.digits, as: UTF8.self)
      return Mask.fits(pattern, digits) || Mask.fits(pattern, String(digits.drop { $0 == "0" })) ? .possible : .different
    }
    if let mantissa = scientific(folded) { return whole.national.starts(with: mantissa) ? .possible : .different }
    let digits = Digits(text).digits
    return digits.count >= 6 && (isOneLost(digits, whole.national) || isSuffix(digits, whole.national)) ? .possible : .different
  }

  /// The leading digits of 1.39e+10.
  private static func scientific(_ folded: String) -> [UInt8]? {
    guard let exponent = folded.firstIndex(of: "e"), folded[..<exponent].contains("."), Double(folded) != nil else { return nil }
    let digits = Digits(String(folded[..<exponent])).digits
    // The last one was rounded.
    return digits.count >= 3 ? Array(digits.dropLast()) : nil
  }

  private struct Digits {
    var digits: [UInt8]

    init(_ text: String) { digits = Folding.fold(text).utf8.filter { $0 >= 0x30 && $0 <= 0x39 } }

    /// Without the country code of mainland China.
    var national: [UInt8] { digits.starts(with: "86".utf8) && digits.count > 11 ? Array(digits.dropFirst(2)) : digits }
  }

  /// At least seven digits of one number, and nothing else, are the end of the other.
  private static func isSuffix(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    return short.count >= 7 && short.count < long.count && long.suffix(short.count) == short[...]
  }

  private static func differences(_ one: [UInt8], _ other: [UInt8]) -> [Int] {
    one.count == other.count ? one.indices.filter { one[$0] != other[$0] } : []
  }

  private static func isSwap(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    let places = differences(one, other)
    return places.count == 2 && places[1] == places[0] + 1 && one[places[0]] == other[places[1]] && one[places[1]] == other[places[0]]
  }

  private static func isOneOff(_ one: [UInt8], _ other: [UInt8]) -> Bool { differences(one, other).count == 1 || isOneLost(one, other) }

  private static func isOneLost(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    let (short, long) = one.count < other.count ? (one, other) : (other, one)
    guard long.count == short.count + 1 else { return false }
    let start = zip(short, long).prefix { $0 == $1 }.count
    return short[start...].elementsEqual(long[(start + 1)...])
  }
}

/// Text of which a part was hidden by stars.
enum Mask {
  /// `text` with every run of hidden characters as one star; nil when nothing is hidden.
  static func pattern(_ text: String, hidden: String) -> String? {
    var pattern = ""
    var isMasked = false
    for character in text
    where character.isLetter || character.isNumber || hidden.contains(character) || character == "@" || character == "." {
      guard hidden.contains(character) else {
        pattern.append(character)
        continue
      }
      isMasked = true
      if pattern.last != "*" { pattern.append("*") }
    }
    return isMasked ? pattern : nil
  }

  /// True when the parts that are shown stand in `whole`, the first and last of them at its ends.
  static func fits(_ pattern: String, _ whole: String) -> Bool {
    let parts = pattern.split(separator: "*", omittingEmptySubsequences: false).map(String.init)
    guard let first = parts.first, let last = parts.last, parts.count > 1, parts.contains(where: { $0.count > 0 }) else { return false }
    guard whole.hasPrefix(first), whole.hasSuffix(last), whole.count > first.count + last.count else { return false }
    var rest = whole.dropFirst(first.count).dropLast(last.count)
    for part in parts.dropFirst().dropLast() where !part.isEmpty {
      guard let range = rest.firstRange(of: part) else { return false }
      rest = rest[range.upperBound...]
    }
    return true
  }
}
