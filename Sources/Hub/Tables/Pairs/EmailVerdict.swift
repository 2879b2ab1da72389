import Normalization

/// Whether two e-mail fields hold one mailbox.
enum EmailVerdict {
  static func between(_ one: String, _ other: String) -> PairVerdicts.Verdict {
    let (mine, theirs) = (emails(one), emails(other))
    var best = PairVerdicts.Verdict.different
    for email in mine {
      for another in theirs { best = best.or(verdict(email, another)) }
    }
    if mine.isEmpty || theirs.isEmpty { return hidden(one, theirs) || hidden(other, mine) ? .possible : .different }
    return best
  }

  private static func emails(_ text: String) -> [Email] {
    var text = Folding.fold(text)
    for (spelt, meant) in [("(at)", "@"), ("[at]", "@"), (" at ", "@"), ("(dot)", "."), ("[dot]", "."), (" dot ", ".")] {
      text = text.split(separator: spelt, omittingEmptySubsequences: false).joined(separator: meant)
    }
    return Email.all(in: text).filter { $0.domainClass != .none && !isNobody($0) }
  }

  /// Mailboxes that nobody reads.
  private static func isNobody(_ email: Email) -> Bool {
    ["noreply", "donotreply", "mailerdaemon"].contains(email.local.filter { $0.isLetter })
  }

  private static func verdict(_ one: Email, _ other: Email) -> PairVerdicts.Verdict {
    if one.mailbox == other.mailbox { return .same }
    if one.domain == other.domain { return sameDomain(one, other) }
    if isQQ(one), isQQ(other), one.local == other.local || isNumeric(one) != isNumeric(other) { return .possible }
    guard one.local == other.local else { return .different }
    if one.isFreeMail != other.isFreeMail, isMistyped(one.domain, other.domain) { return .possible }
    // huaxin.com and huaxin.com.cn.
    return !one.isFreeMail && !other.isFreeMail && owner(one) == owner(other) ? .possible : .different
  }

  private static func sameDomain(_ one: Email, _ other: Email) -> PairVerdicts.Verdict {
    let (mine, theirs) = (Array(one.local.utf8), Array(other.local.utf8))
    if !one.isFreeMail, one.isRole || other.isRole { return .possible }
    let isSwap = mine.count >= 5 && swapped(mine, theirs)
    if isSwap { return .possible }
    guard !one.isFreeMail else { return .different }
    // zhang.wei and zhangwei, wei.zhang and zhang.wei.
    let (words, others) = (parts(one.local), parts(other.local))
    return words.joined() == others.joined() || words.sorted() == others.sorted() ? .possible : .different
  }

  private static func parts(_ local: String) -> [String] { local.split(whereSeparator: { "._-".contains($0) }).map(String.init) }

  /// Two neighbouring letters changed places; digits are numbers, and other numbers are others.
  private static func swapped(_ one: [UInt8], _ other: [UInt8]) -> Bool {
    guard one.count == other.count else { return false }
    let places = one.indices.filter { one[$0] != other[$0] }
    return places.count == 2 && places[1] == places[0] + 1 && one[places[0]] == other[places[1]] && one[places[1]] == other[places[0]]
      && places.allSatisfy { one[$0] >= 0x61 }
  }

  /// A QQ mailbox answers to its number, a name and foxmail.com.
  private static func isQQ(_ email: Email) -> Bool { ["qq.com", "vip.qq.com", "foxmail.com"].contains(email.domain) }
  private static func isNumeric(_ email: Email) -> Bool { email.local.utf8.allSatisfy { $0 >= 0x30 && $0 <= 0x39 } }

  private static func owner(_ email: Email) -> Substring { email.domain.prefix { $0 != "." } }

  /// gmial.com, 163.con: one letter more, less, other or two swapped.
  private static func isMistyped(_ one: String, _ other: String) -> Bool {
    let (short, long) = one.utf8.count <= other.utf8.count ? (Array(one.utf8), Array(other.utf8)) : (Array(other.utf8), Array(one.utf8))
    if swapped(short, long) { return true }
    let start = zip(short, long).prefix { $0 == $1 }.count
    if long.count == short.count { return short.dropFirst(start + 1) == long.dropFirst(start + 1) }
    return long.count == short.count + 1 && short.dropFirst(start).elementsEqual(long.dropFirst(start + 1))
  }

  private static func hidden(_ text: String, _ emails: [Email]) -> Bool {
    guard let pattern = Mask.pattern(Folding.fold(text), hidden: "*"), pattern.contains("@") else { return false }
    return emails.contains { Mask.fits(pattern, $0.address) }
  }
}
