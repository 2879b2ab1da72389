import Normalization

/// Whether two fields hold one 统一社会信用代码, or the older codes inside it.
enum CreditCodeVerdict {
  static func between(_ one: String, _ other: String) -> PairVerdicts.Verdict {
    switch (CreditCode.isMasked(one), CreditCode.isMasked(other)) {
    case (true, true): return .different
    case (true, false): return isHidden(one, other) ? .possible : .different
    case (false, true): return isHidden(other, one) ? .possible : .different
    case (false, false): break
    }
    guard let mine = CreditCode.read(one), let theirs = CreditCode.read(other) else { return .different }
    let codes = (code(mine), code(theirs))
    if let one = codes.0, let other = codes.1 { return one.text == other.text ? .same : .different }
    switch codes {
    case (let code?, nil): return part(text(theirs), of: code, theirs)
    case (nil, let code?): return part(text(mine), of: code, mine)
    default: return unchecked(mine, theirs)
    }
  }

  private static func code(_ reading: CreditCode.Reading) -> CreditCode? {
    switch reading {
    case .checked(let code), .corrected(let code): code
    case .oldTaxNumber, .organisationCode, .unchecked: nil
    }
  }

  private static func text(_ reading: CreditCode.Reading) -> String {
    switch reading {
    case .checked(let code), .corrected(let code): code.text
    case .oldTaxNumber(let text), .organisationCode(let text), .unchecked(let text): text
    }
  }

  /// A whole code against something shorter, or against one with a wrong character.
  private static func part(_ text: String, of code: CreditCode, _ reading: CreditCode.Reading) -> PairVerdicts.Verdict {
    if text == code.oldTaxNumber || text == code.organisationCode { return .same }
    if case .oldTaxNumber = reading { return .different }
    if case .organisationCode = reading { return .different }
    return isNear(text, code.text) || text.count >= 10 && code.text.hasPrefix(text) ? .possible : .different
  }

  private static func unchecked(_ one: CreditCode.Reading, _ other: CreditCode.Reading) -> PairVerdicts.Verdict {
    let (mine, theirs) = (text(one), text(other))
    if mine == theirs {
      // 18 characters that fail their check: somebody's mistake, and it could be two people's.
      if case .unchecked(let text) = one, text.count == 18 { return .possible }
      return .same
    }
    // The old tax number has the organisation code at its end.
    if mine.count >= 9, theirs.hasSuffix(mine) || theirs.count >= 9 && mine.hasSuffix(theirs) { return .same }
    guard case .unchecked = one, case .unchecked = other else { return .different }
    return isNear(mine, theirs) ? .possible : .different
  }

  /// One character other, missing or too many, or two neighbours swapped.
  private static func isNear(_ one: String, _ other: String) -> Bool {
    let (short, long) = one.utf8.count <= other.utf8.count ? (Array(one.utf8), Array(other.utf8)) : (Array(other.utf8), Array(one.utf8))
    guard short.count >= 15, long.count - short.count <= 1 else { return false }
    let start = zip(short, long).prefix { $0 == $1 }.count
    if long.count > short.count { return short.dropFirst(start).elementsEqual(long.dropFirst(start + 1)) }
    guard start < short.count else { return true }
    if short.dropFirst(start + 1) == long.dropFirst(start + 1) { return true }
    return start + 1 < short.count && short[start] == long[start + 1] && short[start + 1] == long[start]
      && short.dropFirst(start + 2) == long.dropFirst(start + 2)
  }

  private static func isHidden(_ masked: String, _ whole: String) -> Bool {
    guard let reading = CreditCode.read(whole) else { return false }
    let folded = Folding.fold(masked).uppercased()
    let stars = folded.split(separator: "XXX", omittingEmptySubsequences: false).joined(separator: "*")
    guard let pattern = Mask.pattern(stars, hidden: "*●•") else { return false }
    // A star for each character: the lengths must agree too.
    let length = folded.count { $0.isLetter || $0.isNumber || "*●•".contains($0) }
    return Mask.fits(pattern, text(reading)) && (length == text(reading).count || !folded.contains("**"))
  }
}
