/// How a name is cut into search terms: bigrams of Chinese, Japanese and Korean characters, whole words of everything else.
///
/// `上海云图科技 Cloud-Map` gives 上海 海云 云图 图科 科技 技 cloud map. A run of CJK also yields its last character alone, so
/// that every character begins some term and one character can be searched as a prefix.
public enum SearchTerms {
  /// The text as it is compared: lower case, full-width ASCII narrowed, everything that is neither letter nor digit a
  /// single space.
  public static func fold(_ text: String) -> String {
    var folded = String.UnicodeScalarView()
    var pendingSpace = false
    for scalar in text.unicodeScalars {
      let narrow = (0xFF01...0xFF5E).contains(scalar.value) ? Unicode.Scalar(scalar.value - 0xFEE0) ?? scalar : scalar
      guard isWord(narrow) else {
        pendingSpace = !folded.isEmpty
        continue
      }
      if pendingSpace { folded.append(" ") }
      pendingSpace = false
      if narrow.isASCII {
        folded.append((0x41...0x5A).contains(narrow.value) ? Unicode.Scalar(narrow.value | 0x20) ?? narrow : narrow)
      } else {
        folded.append(contentsOf: narrow.properties.lowercaseMapping.unicodeScalars)
      }
    }
    return String(folded)
  }

  /// The terms under which a folded text is found, each once.
  static func indexed(_ folded: String) -> Set<String> {
    var terms: Set<String> = []
    forEachRun(folded) { run, isIdeographic, _ in
      guard isIdeographic else {
        terms.insert(String(run))
        return
      }
      for index in run.indices {
        let next = run.index(after: index)
        terms.insert(next == run.endIndex ? String(run[index]) : String(run[index...next]))
      }
    }
    return terms
  }

  /// The terms that a text must have to contain the query, and whether each needs only to begin so: words do at the end
  /// of the query, a single character always.
  static func wanted(_ folded: String) -> [(term: String, isPrefix: Bool)] {
    var terms: [(term: String, isPrefix: Bool)] = []
    forEachRun(folded) { run, isIdeographic, isLast in
      guard isIdeographic else {
        terms.append((String(run), isLast))
        return
      }
      if run.count == 1 { terms.append((String(run), true)) }
      for index in run.indices.dropLast() { terms.append((String(run[index...run.index(after: index)]), false)) }
    }
    return terms
  }

  /// Calls `body` with each run of one script: the run, whether it is ideographic, whether it is the last one.
  private static func forEachRun(_ folded: String, _ body: (Substring.UnicodeScalarView, Bool, Bool) -> Void) {
    let scalars = folded.unicodeScalars
    var start = scalars.startIndex
    while start < scalars.endIndex {
      guard scalars[start] != " " else {
        start = scalars.index(after: start)
        continue
      }
      let ideographic = isIdeographic(scalars[start])
      var end = scalars.index(after: start)
      while end < scalars.endIndex, scalars[end] != " ", isIdeographic(scalars[end]) == ideographic { end = scalars.index(after: end) }
      body(scalars[start..<end], ideographic, end == scalars.endIndex)
      start = end
    }
  }

  private static func isWord(_ scalar: Unicode.Scalar) -> Bool {
    if scalar.isASCII {
      return (0x30...0x39).contains(scalar.value) || (0x41...0x5A).contains(scalar.value) || (0x61...0x7A).contains(scalar.value)
    }
    return isIdeographic(scalar) || scalar.properties.isAlphabetic || scalar.properties.numericType != nil
      || scalar.properties.generalCategory == .nonspacingMark
  }

  /// Scripts written without spaces between words: kana, Han, Hangul and their extensions.
  private static func isIdeographic(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x3040...0x30FF, 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xAC00...0xD7AF, 0xF900...0xFAFF, 0x20000...0x3FFFF: true
    case 0x3005, 0x3007: true
    default: false
    }
  }
}
