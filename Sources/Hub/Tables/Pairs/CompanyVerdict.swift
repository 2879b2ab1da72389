import Matching
import Model
import Normalization

/// Whether two names of organisations mean one. A full registered name is one organisation's; a part of it could be several's.
enum CompanyVerdict {
  /// How two names stand to each other.
  enum Relation: Int, Comparable {
    /// Something in them cannot belong to one organisation.
    case contradictory
    /// The brand is nearly the same: it sounds, looks or is spelt alike, or one is a short form of the other.
    case similar
    /// Nothing contradicts, but one of them says less.
    case compatible
    /// The whole name.
    case identical

    static func < (left: Relation, right: Relation) -> Bool { left.rawValue < right.rawValue }
  }

  static func between(_ one: String, _ other: String, _ context: PairContext) -> PairVerdicts.Verdict {
    let (mine, theirs) = (CompanyName.all(in: one), CompanyName.all(in: other))
    guard !mine.isEmpty, !theirs.isEmpty else { return .different }
    var best = Relation.contradictory
    for name in mine {
      for another in theirs { best = max(best, withAliases(name, another)) }
    }
    // One field with two companies is a customer of its own, or a mistake.
    if mine.count != theirs.count { best = min(best, .compatible) }
    let isBranch = Set(mine.map(\.branch)).isDisjoint(with: theirs.map(\.branch))
    return verdict(best, isBranch: isBranch, isMixed: mine.count != theirs.count, context)
  }

  static func verdict(_ relation: Relation, isBranch: Bool, isMixed: Bool, _ context: PairContext) -> PairVerdicts.Verdict {
    if context.conflicting.contains(.code) { return .different }
    if context.shared.contains(.code) { return isBranch ? .different : .same }
    let isBackedUp = !context.shared.isDisjoint(with: [.phone, .email, .domain, .account, .name, .company])
    let isNeighbour = context.shared.contains(.address)
    switch relation {
    case .contradictory: return .different
    case .similar: return isBackedUp && !isMixed && !context.isLongAgo ? .same : .possible
    case .compatible: return (isBackedUp || isNeighbour) && !isMixed ? .same : .possible
    case .identical: return context.conflicting.isEmpty ? .same : .possible
    }
  }

  private static func withAliases(_ one: CompanyName, _ other: CompanyName) -> Relation {
    var best = relation(one, other)
    for alias in one.aliases.compactMap({ CompanyName($0) }) { best = max(best, relation(alias, other)) }
    for alias in other.aliases.compactMap({ CompanyName($0) }) { best = max(best, relation(one, alias)) }
    return best
  }

  static func relation(_ one: CompanyName, _ other: CompanyName) -> Relation {
    let brand = brand(one, other)
    guard brand != .contradictory else { return .contradictory }
    guard one.branch == other.branch, one.ordinal == other.ordinal else { return .contradictory }
    if isKnownShortForm(one, other) || isKnownShortForm(other, one) { return .identical }
    if one.text == other.text { return isRegistered(one) ? .identical : .compatible }
    return min(brand, places(one, other), industries(one, other), forms(one, other))
  }

  // MARK: Brand

  private static func brand(_ one: CompanyName, _ other: CompanyName) -> Relation {
    if core(one) == core(other) { return .identical }
    if isShortForm(one, other) || isShortForm(other, one) { return .similar }
    if isMisspelling(one, other) || one.text == "中国" + other.text || other.text == "中国" + one.text { return .similar }
    if !Set(one.cantonese).isDisjoint(with: other.cantonese), isHan(one) != isHan(other) { return .similar }
    switch level(one, other) {
    case .sameBrand: return .identical
    case .brandSoundsSame, .brandRendered: return .similar
    // 附属中山医院 and 附属华山医院: a character that neither looks nor sounds alike is no slip of the pen.
    case .brandNear where isHan(one) && core(one).count == core(other).count && isRegistered(one) && isRegistered(other):
      return .contradictory
    case .brandNear: return .similar
    // 华信 may be short for 华信达; 华信恒业 with all its parts is another company than 华信.
    case .brandContains, .brandOverlaps, .brandAbbreviates: return isRegistered(one) && isRegistered(other) ? .contradictory : .similar
    default: return .contradictory
    }
  }

  /// 科枝 for 科技: one character that looks or sounds like another, anywhere in the name.
  private static func isMisspelling(_ one: CompanyName, _ other: CompanyName) -> Bool {
    let (mine, theirs) = (Array(one.text.unicodeScalars), Array(other.text.unicodeScalars))
    guard mine.count == theirs.count, mine.count >= 4 else { return false }
    let places = mine.indices.filter { mine[$0] != theirs[$0] }
    return places.count == 1
      && (HanForms.looksAlike(mine[places[0]], theirs[places[0]]) || HanForms.soundsAlike(mine[places[0]], theirs[places[0]]))
  }

  private static func core(_ name: CompanyName) -> String { name.brand.isEmpty ? name.industry : name.brand }
  private static func isHan(_ name: CompanyName) -> Bool { core(name).unicodeScalars.contains(where: Folding.isHan) }

  private static func level(_ one: CompanyName, _ other: CompanyName) -> Level? {
    func prepared(_ name: CompanyName) -> PreparedRecord {
      Preparation.prepare(["kind": .string("company"), "name": .string(name.text)], source: "")
    }
    let findings = Comparison(model: MatchModel(), reputation: NoReputation()).findings(prepared(one), prepared(other))
    return Level(rawValue: Aspect.brand.rawValue << 4 | findings[.brand].level)
  }

  /// 上海交大 of 上海交通大学: the characters of one in the order of the other.
  private static func isShortForm(_ short: CompanyName, _ long: CompanyName) -> Bool {
    guard short.form.isEmpty, !isRegistered(short), isRegistered(long) || long.text.count >= 6 else { return false }
    return CompanyName.isAbbreviation(Array(short.text.utf16), of: Array(long.text.utf16))
  }

  /// A short form of an institution that has four characters is nobody else's; 南大 could be several's.
  private static func isKnownShortForm(_ short: CompanyName, _ long: CompanyName) -> Bool {
    isInstitution(long) && isShortForm(short, long) && short.text.count >= 4 && short.divisions == long.divisions
  }

  // MARK: The other parts

  /// Where it is registered: a place in brackets inside the name is its own, before that the one it begins with.
  private static func places(_ one: CompanyName, _ other: CompanyName) -> Relation {
    if one.divisions == other.divisions { return isBracketed(one) == isBracketed(other) ? .identical : .compatible }
    guard let mine = seat(one), let theirs = seat(other) else { return .compatible }
    guard mine.contains(where: { place in theirs.contains { place.isCompatible(with: $0) } }) else { return .contradictory }
    if Set(mine.map(\.province)).count > 1 || Set(theirs.map(\.province)).count > 1 { return mine == theirs ? .identical : .compatible }
    if isBracketed(one) != isBracketed(other) { return .compatible }
    // 浙江某某 may be in 杭州; 浙江省杭州市某某 is 杭州某某.
    return cities(mine) == cities(theirs) ? .identical : .compatible
  }

  private static func isBracketed(_ name: CompanyName) -> Bool { name.text.hasSuffix(")") && !name.divisions.isEmpty }

  private static func seat(_ name: CompanyName) -> [Division]? {
    guard !name.divisions.isEmpty else { return nil }
    guard isBracketed(name), let bracket = name.text.lastIndex(of: "("), let plain = CompanyName(String(name.text[..<bracket])) else {
      return lowest(name.divisions)
    }
    let own = name.divisions.filter { !plain.divisions.contains($0) }
    return lowest(own.isEmpty ? name.divisions : own)
  }

  /// Without those that only say in what the others lie: 余杭区 of 杭州市余杭区.
  private static func lowest(_ divisions: [Division]) -> [Division] {
    divisions.filter { upper in !divisions.contains { $0 != upper && $0.code > upper.code && $0.isCompatible(with: upper) } }
  }

  private static func cities(_ divisions: [Division]) -> Set<UInt32> {
    let cities = Set(divisions.map { [11, 12, 31, 50].contains($0.province) ? $0.province : $0.city })
    return cities.count > 1 ? cities.subtracting([0]) : cities
  }

  private static func industries(_ one: CompanyName, _ other: CompanyName) -> Relation {
    let (mine, theirs) = (Set(one.industries), Set(other.industries))
    if mine == theirs { return .identical }
    if mine.isEmpty || theirs.isEmpty { return .compatible }
    return mine.isDisjoint(with: theirs) ? .contradictory : .compatible
  }

  private static func forms(_ one: CompanyName, _ other: CompanyName) -> Relation {
    let (mine, theirs) = (legal(one.form), legal(other.form))
    if mine == theirs { return isRegistered(one) || isRegistered(other) ? .identical : .compatible }
    // 远博贸易 of 上海远博贸易有限公司: place, brand and industry leave nobody else.
    if mine.isEmpty || theirs.isEmpty { return isRegistered(one) && isRegistered(other) ? .identical : .compatible }
    return .compatible
  }

  /// 有限公司, 有限责任公司 and 公司 are one.
  private static func legal(_ form: String) -> String {
    switch form {
    case "有限公司", "有限责任公司", "公司", "责任有限公司", "有限": "公司"
    case "股份有限公司", "股份公司": "股份"
    default: form
    }
  }

  private static let registered = ["公司", "合伙", "集团", "大学", "学院", "医院", "研究所", "研究院", "事务所", "委员会", "协会", "基金会", "合作社", "银行"]

  private static func isInstitution(_ name: CompanyName) -> Bool {
    ["大学", "学院", "医院", "研究所", "研究院"].contains { name.form.hasSuffix($0) }
  }

  /// True for names that only one organisation can have: with a legal form, or with place, brand and industry.
  static func isRegistered(_ name: CompanyName) -> Bool {
    if !name.divisions.isEmpty, !name.brand.isEmpty, !name.industries.isEmpty || !name.form.isEmpty { return true }
    if name.text.hasSuffix("银行") { return true }
    guard isHan(name) else { return !name.form.isEmpty && !name.brand.isEmpty }
    return registered.contains { name.form.contains($0) }
  }
}
