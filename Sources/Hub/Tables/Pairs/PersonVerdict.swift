import Matching
import Model
import Normalization

/// Whether two names mean one person. Many people share a name, so that a name alone is never enough; a shared telephone or
/// employer is, where the names agree.
enum PersonVerdict {
  enum Relation {
    case contradictory
    /// Nothing to compare: a nickname beside a name.
    case unknown
    /// Sounds or looks alike, but both could be names of their own.
    case similar
    /// One only has the surname, a title, or stars.
    case partial
    /// A spelling in Latin letters that allows another reading too.
    case ambiguous
    case identical
  }

  static func between(_ one: String, _ other: String, _ context: PairContext) -> PairVerdicts.Verdict {
    verdict(relation(one, other), context)
  }

  static func verdict(_ relation: Relation, _ context: PairContext) -> PairVerdicts.Verdict {
    guard context.conflicting.isDisjoint(with: [.code, .account]) else { return .different }
    let reach = context.shared.isDisjoint(with: [.phone, .email, .account, .code]) == false
    let employer = !context.shared.isDisjoint(with: [.company, .domain, .address])
    switch relation {
    case .contradictory: return context.shared.contains(.code) ? .possible : .different
    case .unknown: return reach && !context.isLongAgo ? .possible : .different
    case .similar, .partial, .ambiguous: return reach && !context.isLongAgo ? .same : .possible
    case .identical: return (reach || employer) && context.conflicting.isEmpty ? .same : .possible
    }
  }

  static func relation(_ one: String, _ other: String) -> Relation {
    let (mine, theirs) = (PersonName(one), PersonName(other))
    guard let mine, let theirs else { return loose(one, mine, other, theirs) }
    if let gender = mine.gender, let another = theirs.gender, gender != another { return .contradictory }
    if mine.isChinese, theirs.isChinese { return chinese(mine, theirs) }
    if mine.isChinese { return rendered(mine, theirs) }
    return theirs.isChinese ? rendered(theirs, mine) : western(mine, theirs)
  }

  private static func chinese(_ one: PersonName, _ other: PersonName) -> Relation {
    if one.isMasked || other.isMasked { return masked(one, other) }
    if one.surnameClass == other.surnameClass {
      if one.given == other.given { return one.isFull ? .identical : .partial }
      if one.given.isEmpty || other.given.isEmpty { return .partial }
      // 小雨 who is 张小雨 has no surname of her own; 张雨 may be she.
      return sharesSound(one, other) || isOneLook(one.given, other.given) ? .similar : .contradictory
    }
    guard !one.given.isEmpty, !other.given.isEmpty, one.given == other.given else {
      return isNickname(one, other) ? .partial : .contradictory
    }
    return isOneLook(one.surname, other.surname) ? .similar : .contradictory
  }

  /// 小雨 and 张小雨, where 小雨 could be read as a name.
  private static func isNickname(_ one: PersonName, _ other: PersonName) -> Bool {
    let (short, long) = one.text.count < other.text.count ? (one, other) : (other, one)
    return long.given == short.text && short.text.count == 2
  }

  private static func masked(_ one: PersonName, _ other: PersonName) -> Relation {
    if !one.surname.isEmpty, !other.surname.isEmpty, one.surnameClass != other.surnameClass { return .contradictory }
    let isSame = one.given.isEmpty || other.given.isEmpty || one.given.hasSuffix(other.given) || other.given.hasSuffix(one.given)
    return isSame ? .partial : .contradictory
  }

  private static func sharesSound(_ one: PersonName, _ other: PersonName) -> Bool {
    !Set(one.sounds.map(\.given)).isDisjoint(with: other.sounds.map(\.given))
  }

  private static func isOneLook(_ one: String, _ other: String) -> Bool {
    let (mine, theirs) = (Array(one.unicodeScalars), Array(other.unicodeScalars))
    guard mine.count == theirs.count else { return false }
    let places = mine.indices.filter { mine[$0] != theirs[$0] }
    return places.count == 1 && HanForms.looksAlike(mine[places[0]], theirs[places[0]])
  }

  /// 张伟 and Zhang Wei. Read with the surname first, as it is written in China; the other order counts only where the first word is
  /// no surname.
  private static func rendered(_ chinese: PersonName, _ latin: PersonName) -> Relation {
    let sounds = latin.sounds
    guard !sounds.isEmpty else { return .unknown }
    let wanted = Set(chinese.sounds)
    guard chinese.isFull else {
      return sounds.contains { sound in wanted.contains { $0.surname == sound.surname } } ? .partial : .contradictory
    }
    guard let place = sounds.firstIndex(where: wanted.contains) else {
      let sharesSurname = sounds.contains { sound in sound.given.isEmpty && wanted.contains { $0.surname == sound.surname } }
      return sharesSurname ? .partial : .contradictory
    }
    let surnames = sounds[..<place].contains { $0.surname != sounds[place].surname }
    return surnames ? .ambiguous : .identical
  }

  private static func western(_ one: PersonName, _ other: PersonName) -> Relation {
    let (mine, theirs) = (one.text.split(separator: " ").map(String.init), other.text.split(separator: " ").map(String.init))
    if mine == theirs { return mine.count > 1 ? .identical : .partial }
    if mine.sorted() == theirs.sorted() { return .ambiguous }
    guard mine.count > 1, theirs.count > 1 else {
      return mine.contains(where: theirs.contains) ? .partial : .contradictory
    }
    if one.surname == other.surname, Nicknames.share(one.given, other.given) { return .partial }
    let findings = Comparison(model: MatchModel(), reputation: NoReputation()).findings(prepared(one), prepared(other))
    let surname = Level(rawValue: Aspect.surname.rawValue << 4 | findings[.surname].level)
    let given = Level(rawValue: Aspect.given.rawValue << 4 | findings[.given].level)
    guard surname != .surnameDiffers, given != .givenDiffers else { return .contradictory }
    if surname == .sameSurname, given == .sameGiven { return .identical }
    return given == .givenInitial || given == .givenNickname ? .partial : .similar
  }

  private static func prepared(_ name: PersonName) -> PreparedRecord {
    Preparation.prepare(["kind": .string("person"), "name": .string(name.text)], source: "")
  }

  /// At least one of the two is no name: a nickname, or a name with a wrong character.
  private static func loose(_ one: String, _ mine: PersonName?, _ other: String, _ theirs: PersonName?) -> Relation {
    let (first, second) = (letters(one), letters(other))
    guard !first.isEmpty, !second.isEmpty else { return .unknown }
    if first == second { return .partial }
    let (short, long) = first.count <= second.count ? (first, second) : (second, first)
    // 沉冰 for 沈冰: what is no surname was meant to be one.
    if let name = mine ?? theirs, name.isChinese, short.count == long.count, short.count >= 2 {
      let places = short.indices.filter { short[$0] != long[$0] }
      if places == [0], HanForms.looksAlike(short[0], long[0]) || HanForms.soundsAlike(short[0], long[0]) { return .identical }
    }
    let plain = "小阿老大".unicodeScalars.contains(short[0]) && short.count > 2 ? Array(short.dropFirst()) : short
    return plain.count >= 2 && String(String.UnicodeScalarView(long)).contains(String(String.UnicodeScalarView(plain)))
      ? .partial : .unknown
  }

  private static func letters(_ text: String) -> [Unicode.Scalar] {
    Folding.fold(text).unicodeScalars.filter { $0.properties.isAlphabetic }
  }
}
