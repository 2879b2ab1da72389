import Matching
import Model

/// A customer as far as its relations need it.
public struct Party: Sendable {
  public struct Statement: Sendable {
    public var key: RecordKey
    public var prepared: PreparedRecord
    /// The record is about a person, who may belong to an organisation.
    public var isPerson: Bool
    /// The name says that it is a group or a holding (集团, 控股, Group, Holdings).
    public var isGroup: Bool
    /// Names that the record says the organisation had or also has (原…, 曾用名…).
    public var formerNames: PreparedRecord

    public init(key: RecordKey, prepared: PreparedRecord, isPerson: Bool, isGroup: Bool, formerNames: PreparedRecord) {
      self.key = key
      self.prepared = prepared
      self.isPerson = isPerson
      self.isGroup = isGroup
      self.formerNames = formerNames
    }
  }

  /// In the order of their keys.
  public var statements: [Statement]

  public init(_ statements: [Statement]) { self.statements = statements.sorted { $0.key < $1.key } }
}

/// The relations between two customers, each kind at most once, in the order of ``Relation/Kind``. A pure function; exchanging
/// the customers gives the same relations reversed.
///
/// - Branch of: the same company (brand, and no other industry, region or number) where only one of the two names a branch.
/// - Same group: the same brand in different companies, when one of them is called a group or they share a line, a mailbox's
///   domain or a house; or two branches of one company.
/// - Household: private persons of one surname with different given names, in one house or on one line.
/// - Contact of: a person whose organisation is the other customer, or who is named there with the same mobile or mailbox.
/// - Formerly: one says that it had the other's name.
public func relations(between first: Party, and second: Party, model: MatchModel) -> [Relation] {
  var found: [Relation.Kind: Relation] = [:]
  let comparison = Comparison(model: model, reputation: NoReputation())
  for one in first.statements {
    for other in second.statements {
      let pair = StatementPair(one, other, comparison)
      for relation in pair.relations where found[relation.kind]?.evidence.count ?? 0 < relation.evidence.count {
        found[relation.kind] = relation
      }
    }
  }
  // Two companies of which one is a branch of the other are of one group, which says nothing more.
  if found[.branchOf] != nil { found[.sameGroup] = nil }
  return Relation.Kind.allCases.compactMap { found[$0] }
}

/// What two records say about each other.
private struct StatementPair {
  private let one: Party.Statement
  private let other: Party.Statement
  private let comparison: Comparison<NoReputation>
  private let findings: Findings

  init(_ one: Party.Statement, _ other: Party.Statement, _ comparison: Comparison<NoReputation>) {
    self.one = one
    self.other = other
    self.comparison = comparison
    findings = comparison.findings(one.prepared, other.prepared)
  }

  var relations: [Relation] { [branch, group, household, contact, formerName].compactMap { $0 } }

  private func level(_ aspect: Aspect) -> Level? { aspect.level(rank: findings[aspect].level) }

  private func has(_ levels: Level...) -> Bool { levels.contains { level($0.aspect) == $0 } }

  /// The levels of these aspects that agree, in words.
  private func evidence(_ aspects: Aspect...) -> [Relation.Evidence] {
    aspects.compactMap { aspect in
      guard let level = level(aspect), findings[aspect].weight > .zero else { return nil }
      return Relation.Evidence("\(aspect.name): \(level.words)", one.key, other.key)
    }
  }

  // MARK: Companies

  private var isSameCompany: Bool {
    has(.sameBrand, .brandRendered) && !has(.industryDiffers) && !has(.regionDiffers) && !has(.ordinalDiffers)
  }

  /// A line, a domain, a mailbox or a house that both have.
  private var sharesContact: Bool {
    has(.sameLandline, .sameServiceNumber, .sameLocalNumber, .sameMobile) || has(.sameEmail, .sameRoleEmail, .sameDomain)
      || has(.sameStreet, .streetNear)
  }

  private var namesBranch: (one: Bool, other: Bool) {
    (one.prepared.organisations.contains { $0.branch != 0 }, other.prepared.organisations.contains { $0.branch != 0 })
  }

  private var branch: Relation? {
    guard has(.branchDiffers), isSameCompany, namesBranch.one != namesBranch.other else { return nil }
    // A brand alone may be anybody's.
    guard has(.sameIndustry, .industryContains) || has(.sameRegion) || sharesContact else { return nil }
    let name = Relation.Evidence("branch: only one of the names has one", one.key, other.key)
    return Relation(.branchOf, isForward: namesBranch.one, evidence(.brand, .industry, .region, .phone, .email, .street) + [name])
  }

  private var group: Relation? {
    guard !one.prepared.organisations.isEmpty, has(.sameBrand, .brandRendered) else { return nil }
    if has(.branchDiffers), isSameCompany, namesBranch == (true, true), has(.sameIndustry) || has(.sameRegion) {
      let branches = Relation.Evidence("branch: two of one company", one.key, other.key)
      return Relation(.sameGroup, evidence(.brand, .industry, .region) + [branches])
    }
    guard has(.industryDiffers) || has(.regionDiffers) || has(.ordinalDiffers), one.isGroup || other.isGroup || sharesContact else {
      return nil
    }
    let mark = one.isGroup || other.isGroup ? [Relation.Evidence("the name says group or holding", one.key, other.key)] : []
    return Relation(.sameGroup, mark + evidence(.brand, .phone, .email, .street))
  }

  /// One calls itself by a name that it had, and that is the name of the other.
  private var formerName: Relation? {
    let toOther = bears(one.formerNames, other)
    guard toOther != bears(other.formerNames, one) else { return nil }
    let words = "a former or second name that a record gives is the name of the other"
    return Relation(.formerly, isForward: !toOther, [Relation.Evidence(words, one.key, other.key)])
  }

  private func bears(_ formerNames: PreparedRecord, _ bearer: Party.Statement) -> Bool {
    guard !formerNames.organisations.isEmpty, !bearer.isPerson else { return false }
    let findings = comparison.findings(formerNames, bearer.prepared)
    let isSame = { (aspect: Aspect, level: Level) in aspect.level(rank: findings[aspect].level) == level }
    let contradicts = [
      (Aspect.industry, Level.industryDiffers), (.region, .regionDiffers), (.branch, .branchDiffers), (.branch, .ordinalDiffers),
    ]
    return isSame(.brand, .sameBrand) && !contradicts.contains { isSame($0.0, $0.1) }
  }

  // MARK: Persons

  private var household: Relation? {
    guard one.prepared.organisations.isEmpty, other.prepared.organisations.isEmpty, has(.sameSurname), has(.givenDiffers) else {
      return nil
    }
    // 138… of one may be lent; a landline and a house are a family's.
    guard has(.sameStreet, .streetNear) && !has(.unitDiffers) || has(.sameLandline, .sameLocalNumber) else { return nil }
    let names = Relation.Evidence("given name: different", one.key, other.key)
    return Relation(.household, evidence(.surname, .street, .unit, .phone) + [names])
  }

  private var contact: Relation? {
    guard one.isPerson != other.isPerson else { return nil }
    let person = one.isPerson ? one.prepared : other.prepared
    if person.organisations.isEmpty {
      let isNamed = has(.sameSurname, .surnameRendered) && has(.sameGiven, .givenRendered)
      guard isNamed, has(.sameMobile) || has(.sameEmail) else { return nil }
      return Relation(.contactOf, isForward: one.isPerson, evidence(.surname, .given, .phone, .email))
    }
    guard isSameCompany, !has(.branchDiffers) else { return nil }
    return Relation(.contactOf, isForward: one.isPerson, evidence(.brand, .industry, .region, .phone, .email, .surname, .given))
  }
}
