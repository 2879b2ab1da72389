import Model
import Normalization

/// Whether two records written by hand are one customer.
enum RecordVerdict {
  static func between(_ one: String, _ other: String, _ context: PairContext) -> PairVerdicts.Verdict {
    verdict(RecordParts(one), RecordParts(other), context)
  }

  private static func verdict(_ one: RecordParts, _ other: RecordParts, _ outer: PairContext) -> PairVerdicts.Verdict {
    let context = context(one, other, outer)
    if context.conflicting.contains(.code) { return .different }
    if let mine = one.year, let theirs = other.year, abs(mine - theirs) >= 5, one.persons.isEmpty || other.persons.isEmpty {
      // Numbers change hands.
      return context.shared == [.phone] ? .possible : names(one, other, context)
    }
    return names(one, other, context)
  }

  /// What both have in common, and what speaks against them.
  private static func context(_ one: RecordParts, _ other: RecordParts, _ outer: PairContext) -> PairContext {
    var context = outer
    if let mine = one.year, let theirs = other.year { context.yearsApart = max(context.yearsApart, abs(mine - theirs)) }
    if one.phones.contains(where: { mine in other.phones.contains { $0.number == mine.number } }) { context.shared.insert(.phone) }
    if one.emails.contains(where: { mine in other.emails.contains { $0.mailbox == mine.mailbox } }) {
      context.shared.insert(.email)
    } else if one.emails.contains(where: { mine in !mine.isFreeMail && other.emails.contains { $0.domain == mine.domain } }) {
      context.shared.insert(.domain)
    }
    if !one.accounts.isDisjoint(with: other.accounts) { context.shared.insert(.account) }
    let addresses = one.addresses.flatMap { mine in other.addresses.map { AddressVerdict.between(mine, $0) } }
    if addresses.contains(.same) { context.shared.insert(.address) }
    let codes = one.codes.flatMap { mine in other.codes.map { CreditCodeVerdict.between(mine, $0) } }
    if codes.contains(.same) {
      context.shared.insert(.code)
    } else if !codes.isEmpty, !codes.contains(.possible) {
      context.conflicting.insert(.code)
    }
    return context
  }

  private static func names(_ one: RecordParts, _ other: RecordParts, _ context: PairContext) -> PairVerdicts.Verdict {
    switch (one.companies.isEmpty, other.companies.isEmpty) {
    case (false, false): return companies(one, other, context)
    case (true, true): return persons(one, other, context)
    case (true, false): return mixed(one, other, context)
    case (false, true): return mixed(other, one, context)
    }
  }

  /// Companies are one customer whoever speaks for them; a contact whom both name backs the names up.
  private static func companies(_ one: RecordParts, _ other: RecordParts, _ context: PairContext) -> PairVerdicts.Verdict {
    var context = context
    if sharesPerson(one, other) { context.shared.insert(.name) }
    var best = PairVerdicts.Verdict.different
    for mine in one.companies { for theirs in other.companies { best = best.or(CompanyVerdict.between(mine, theirs, context)) } }
    return best
  }

  private static func sharesPerson(_ one: RecordParts, _ other: RecordParts) -> Bool {
    one.persons.contains { mine in
      PersonName(mine)?.isFull == true && other.persons.contains { PersonVerdict.relation(mine, $0) == .identical }
    }
  }

  private static func persons(_ one: RecordParts, _ other: RecordParts, _ context: PairContext) -> PairVerdicts.Verdict {
    guard !one.persons.isEmpty, !other.persons.isEmpty else { return nameless(one, other, context) }
    var best = PairVerdicts.Verdict.different
    for mine in one.persons { for theirs in other.persons { best = best.or(PersonVerdict.between(mine, theirs, context)) } }
    // One account with several recipients is one buyer.
    return context.shared.contains(.account) ? .same : best
  }

  /// At least one of the two names nobody: what they share must do.
  private static func nameless(_ one: RecordParts, _ other: RecordParts, _ context: PairContext) -> PairVerdicts.Verdict {
    if !context.shared.isDisjoint(with: [.account, .code]) { return .same }
    if context.shared.contains(.email) || context.shared.contains(.phone) {
      let isPersonal = context.shared.contains(.email) || one.phones.contains { $0.kind == .mobile }
      return isPersonal && !context.isLongAgo ? .same : .possible
    }
    // zhangwei@qq.com and 张伟.
    return spells(one.emails, other.persons) || spells(other.emails, one.persons) ? .possible : .different
  }

  private static func spells(_ emails: [Email], _ persons: [String]) -> Bool {
    emails.contains { email in
      let letters = String(email.local.filter { $0.isLetter })
      return persons.contains { [.identical, .ambiguous].contains(PersonVerdict.relation($0, letters)) }
    }
  }

  /// A person beside a company: the same customer only when the person buys for the company, which nobody can see from outside.
  private static func mixed(_ person: RecordParts, _ company: RecordParts, _ context: PairContext) -> PairVerdicts.Verdict {
    if person.isPrivate { return .different }
    if context.shared.contains(.code) { return .same }
    let isReached = !context.shared.isDisjoint(with: [.phone, .email, .account])
    guard !person.persons.isEmpty, !company.persons.isEmpty else { return isReached ? .possible : .different }
    let relations = person.persons.flatMap { mine in company.persons.map { PersonVerdict.relation(mine, $0) } }
    return isReached && relations.contains { $0 != .contradictory && $0 != .unknown } ? .possible : .different
  }
}
