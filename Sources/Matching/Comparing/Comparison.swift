import Kernels
import Model
import Normalization

/// How many distinct names hold a value, as levels: 0 up to two names, then one more for each doubling. The index knows;
/// a comparison asks only when values agree.
public protocol Reputation: Sendable {
  func level(of key: MatchKey) -> Int
}

/// Nobody shares anything: what a record is worth against itself.
public struct NoReputation: Reputation {
  public init() {}
  public func level(of key: MatchKey) -> Int { 0 }
}

/// Compares prepared records, aspect by aspect. Symmetric; allocates nothing.
public struct Comparison<Reputed: Reputation>: Sendable {
  public let model: MatchModel
  public let reputation: Reputed
  let weights: LevelWeights
  let ceilings: Ceilings

  public init(model: MatchModel, reputation: Reputed) {
    self.model = model
    self.reputation = reputation
    weights = model.weights
    ceilings = Ceilings(model.weights)
  }

  public func evidence(_ left: PreparedRecord, _ right: PreparedRecord) -> Evidence { findings(left, right).evidence }

  func evidence(_ left: RecordView, _ right: RecordView) -> Evidence { findings(left, right).evidence }

  /// What was found, aspect by aspect. For records that are in no store: lays both out first.
  public func findings(_ left: PreparedRecord, _ right: PreparedRecord) -> Findings {
    let (one, other) = (PackedRecord(left, model.frequencies), PackedRecord(right, model.frequencies))
    return withExtendedLifetime((one, other)) { findings(one.view, other.view) }
  }

  /// The evidence and the prior together.
  public func weight(_ evidence: Evidence) -> MatchWeight { evidence.total(model) + model.prior }

  /// What was found, aspect by aspect.
  func findings(_ left: RecordView, _ right: RecordView) -> Findings {
    var findings = Findings()
    let identifiers = identifiers(left, right)
    findings.isVetoed = identifiers.isVetoed || isVetoedByPlace(left, right)
    if let finding = identifiers.finding { findings.set(.identifier, finding) }
    if let finding = phones(left, right) { findings.set(.phone, finding) }
    if let finding = emails(left, right) { findings.set(.email, finding) }
    if let finding = kinds(left, right) { findings.set(.kind, finding) }
    findings.set(.brand, organisations(left, right))
    findings.set(.surname, persons(left, right))
    findings.set(.place, addresses(left, right))
    if let finding = birthDates(left, right) { findings.set(.birthDate, finding) }
    compareColumns(left, right) { findings.set($0, $1) }
    return findings
  }

  /// Something forbids the join, whatever else agrees.
  func isVetoed(_ left: RecordView, _ right: RecordView) -> Bool { identifiers(left, right).isVetoed || isVetoedByPlace(left, right) }

  private func isVetoedByPlace(_ left: RecordView, _ right: RecordView) -> Bool {
    let source = left.header.uniqueSource
    return source != 0 && source == right.header.uniqueSource
  }

  /// Jaro-Winkler in thousandths, over the first 64 units; less than `least` may be 0.
  @inline(__always)
  func similarity(_ left: UnsafeBufferPointer<UInt16>, _ right: UnsafeBufferPointer<UInt16>, atLeast least: Int) -> Int {
    jaroWinkler(left, right, atLeast: least)
  }
}

extension Findings {
  @inline(__always)
  mutating func set(_ aspect: Aspect, _ finding: LevelFinding) { set(aspect, finding.level, finding.units, rarity: finding.rarity) }

  /// - Parameter first: the first of the aspects that the part is about.
  @inline(__always)
  mutating func set(_ first: Aspect, _ part: PartFindings) {
    for place in 0..<4 where part.ranks[place] != 0 {
      let lane = Int(first.rawValue) + place
      ranks[lane] = part.ranks[place]
      units[lane] = part.units[place]
      rarities[lane] = part.rarities[place]
    }
  }

  @inline(__always)
  mutating func set(_ aspect: Aspect, _ level: Level, _ units: Int16, rarity: Int16 = 0) {
    let lane = Int(aspect.rawValue)
    ranks[lane] = level.rank
    self.units[lane] = units
    rarities[lane] = rarity
  }
}
