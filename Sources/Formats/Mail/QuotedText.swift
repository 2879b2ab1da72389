import Model

/// What the sender of a mail wrote, apart from what he quotes, and his signature apart from both.
struct QuotedText: Hashable, Sendable {
  /// Without quotes and signature.
  var new = ""
  /// Everything that is quoted, with the lines that announce it.
  var quoted = ""
  /// The lines behind `-- `, or what a telephone says of itself ("发自我的iPhone").
  var signature = ""
  /// New text and signature as they were written, for those who look for a signature that nothing marks.
  var own = ""

  private enum Origin { case own, quoted }

  init(_ text: String) {
    let lines = text.split(separator: "\n", omittingEmptySubsequences: false)
    let origins = Self.origins(lines)
    let own = zip(lines, origins).filter { $0.1 == .own }.map(\.0)
    quoted = Self.joined(zip(lines, origins).filter { $0.1 == .quoted }.map(\.0))
    self.own = Self.joined(own)
    let end = Self.signatureStart(own)
    new = Self.joined(own[..<end.start])
    signature = Self.joined(own[end.behindMark...])
  }

  private static func joined(_ lines: some Collection<Substring>) -> String {
    guard let first = lines.firstIndex(where: { !trimmedLine($0).isEmpty }) else { return "" }
    var kept = Array(lines[first...])
    while let last = kept.last, trimmedLine(last).isEmpty { kept.removeLast() }
    return kept.joined(separator: "\n")
  }

  // MARK: Quotes

  private static func origins(_ lines: [Substring]) -> [Origin] {
    var origins = [Origin](repeating: .own, count: lines.count)
    var at = 0
    while at < lines.count {
      let line = QuoteMarks.bare(lines[at])
      if line.isEmpty {
        at += 1
      } else if line.hasPrefix(">") {
        origins[at] = .quoted
        at += 1
      } else if QuoteMarks.isRule(line), let next = nextFilled(lines, at + 1), isHeaderBlock(lines, next) || QuoteMarks.isMark(lines[next])
      {
        return rest(origins, from: at)
      } else if QuoteMarks.isMark(line[...]) || isHeaderBlock(lines, at) {
        return rest(origins, from: at)
      } else if let length = attribution(lines, at) {
        // With `>` the quote has an end; without, everything below is quoted.
        guard let next = nextFilled(lines, at + length), QuoteMarks.bare(lines[next]).hasPrefix(">") else {
          return rest(origins, from: at)
        }
        for index in at..<next { origins[index] = .quoted }
        at = next
      } else {
        at += 1
      }
    }
    return origins
  }

  private static func rest(_ origins: [Origin], from start: Int) -> [Origin] {
    origins[..<start] + [Origin](repeating: .quoted, count: origins.count - start)
  }

  private static func nextFilled(_ lines: [Substring], _ start: Int) -> Int? {
    guard start < lines.count else { return nil }
    return lines[start...].prefix(4).firstIndex { !QuoteMarks.bare($0).isEmpty }
  }

  /// How many lines say who wrote what follows, and when; nil when none does. Long ones are broken into up to three.
  private static func attribution(_ lines: [Substring], _ start: Int) -> Int? {
    var text = ""
    for length in 1...3 where start + length <= lines.count {
      let line = QuoteMarks.bare(lines[start + length - 1])
      guard !line.isEmpty, !line.hasPrefix(">") else { return nil }
      text += (text.isEmpty ? "" : " ") + line
      if QuoteMarks.isAttribution(text) { return length }
      guard QuoteMarks.mayBeAttribution(text) else { return nil }
    }
    return nil
  }

  /// `From: … Sent: … To: …` as Outlook, Foxmail and others write it: the sender, and two more fields below.
  private static func isHeaderBlock(_ lines: [Substring], _ start: Int) -> Bool {
    guard QuoteMarks.field(lines[start]) == .sender else { return false }
    let others = lines[(start + 1)...].lazy.map { QuoteMarks.bare($0) }.filter { !$0.isEmpty }.prefix(5)
    return others.filter { QuoteMarks.field($0[...]) == .other }.count >= 2
  }

  // MARK: Signature

  private static let longestSignature = 20

  /// Where the signature and its mark start, and where the signature without its mark does.
  private static func signatureStart(_ lines: [Substring]) -> (start: Int, behindMark: Int) {
    let end = lines.lastIndex { !trimmedLine($0).isEmpty }.map { $0 + 1 } ?? 0
    if let mark = lines[..<end].lastIndex(where: { $0 == "-- " || $0 == "--" || $0 == "--\u{A0}" || $0 == "—" || $0 == "－－" }),
      lines[mark..<end].filter({ !trimmedLine($0).isEmpty }).count <= longestSignature + 1
    {
      return (mark, mark + 1)
    }
    if end > 0, QuoteMarks.isDevice(lines[end - 1]) { return (end - 1, end - 1) }
    return (end, end)
  }
}
