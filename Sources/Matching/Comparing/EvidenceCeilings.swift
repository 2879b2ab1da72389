import Normalization

/// At least what the evidence of two records, or two groups of records, says: no agreement is greater, no contradiction smaller.
struct EvidenceCeiling {
  /// By feature; in the place of relatives, what names agree on beyond what relatives share.
  private(set) var best: SIMD16<Int16>
  /// In the place of relatives, less than 0: the most that relatives share of a name.
  private var worst: SIMD16<Int16>

  private static let relatives = Int(Feature.relatives.rawValue)
  private static let unlimited: Int16 = 30_000

  /// - Parameters:
  ///   - best: at least 0, as in ``best``.
  ///   - shared: what relatives share of a name, at least 0.
  @inline(__always)
  init(best: SIMD16<Int16>, shared: Int16) {
    self.best = best
    worst = .zero
    worst[Self.relatives] = -shared
  }

  /// The most that relatives share of a name.
  var shared: Int16 { -worst[Self.relatives] }

  /// - Parameters:
  ///   - units: by feature, the most that its aspects add up to.
  ///   - columns: the same of columns; the last one is none.
  ///   - own: of the names, without what relatives share.
  ///   - shared: what relatives share of the names, at least 0.
  @inline(__always)
  init(_ units: SIMD8<Int16>, columns: SIMD8<Int16>, own: Int16, shared: Int16) {
    let isLess = units &>> 15
    best = SIMD16(lowHalf: units & ~isLess, highHalf: columns)
    worst = SIMD16(lowHalf: units & isLess, highHalf: .zero)
    best[Self.relatives] = max(0, own)
    worst[Self.relatives] = -shared
  }

  @inline(__always)
  static func clamped(_ units: Int32) -> Int16 { Int16(truncatingIfNeeded: max(-Int32(unlimited), min(units, Int32(unlimited)))) }

  init(_ evidence: Evidence) {
    best = evidence.best
    worst = evidence.worst
    best[Self.relatives] = best[Int(Feature.persons.rawValue)] &- best[Self.relatives]
    worst[Self.relatives] = -evidence.best[Self.relatives]
  }

  /// As ``Evidence/merge(_:)``.
  @inline(__always)
  mutating func merge(_ other: EvidenceCeiling) {
    best = best.raised(to: other.best)
    worst = worst.lowered(to: other.worst)
  }

  /// True when every agreement is at most the other one's, and what relatives share too.
  @inline(__always)
  func isWithin(_ other: EvidenceCeiling) -> Bool { best.isAtMost(other.best) && worst[Self.relatives] >= other.worst[Self.relatives] }

  /// The greatest that adds no agreement to the evidence.
  @inline(__always)
  static func addingNothing(to evidence: Evidence) -> EvidenceCeiling {
    var best = evidence.best
    best[relatives] = .max
    return EvidenceCeiling(best: best, shared: evidence.best[relatives])
  }

  /// True when no agreement can be greater than the evidence has it.
  @inline(__always)
  func addsNothing(to evidence: Evidence) -> Bool { isWithin(.addingNothing(to: evidence)) }

  /// At least the weight of the evidence, with the prior.
  @inline(__always)
  func weight(_ model: MatchModel) -> MatchWeight {
    let sum = Evidence.sum(Evidence.weights(best: best, worst: worst))
    var shared = units(.phones) + units(.addresses) + units(.persons)
    if model.sharesOrganisation { shared += units(.organisations) + units(.structures) }
    let own = sum - shared + units(.relatives) + model.relatives.units - model.prior.units
    return MatchWeight(units: min(sum, own)) + model.prior
  }

  @inline(__always)
  private func units(_ feature: Feature) -> Int32 { Int32(best[Int(feature.rawValue)]) }
}

/// The ceilings of any two of some records: known from their sketches, for a fiftieth of what a comparison costs.
struct EvidenceCeilings: ~Copyable {
  let quick: SketchComparison
  let count: Int
  let personal: UnsafeMutablePointer<PersonalSketch>
  let shared: UnsafeMutablePointer<SharedSketch>
  let plain: UnsafeMutablePointer<PlainTraces>
  let bars: PlainTraces.Bars
  let unlike: EvidenceCeiling
  /// By column: the most that it can be worth, at least 0.
  private let columns: UnsafeMutablePointer<SIMD8<Int16>>

  init(_ records: [RecordView], _ quick: SketchComparison, _ weights: LevelWeights) {
    self.quick = quick
    count = records.count
    personal = .allocate(capacity: count)
    shared = .allocate(capacity: count)
    plain = .allocate(capacity: count)
    bars = PlainTraces.Bars(quick)
    unlike = quick.unlike
    columns = .allocate(capacity: count)
    for (place, record) in records.enumerated() {
      (personal + place).initialize(to: PersonalSketch(record, weights, quick.ceilings))
      (shared + place).initialize(to: SharedSketch(record, weights))
      (plain + place).initialize(to: PlainTraces(personal[place], shared[place], place: place))
      (columns + place).initialize(to: Self.columns(record, weights, quick.ceilings))
    }
  }

  deinit {
    personal.deallocate()
    shared.deallocate()
    plain.deallocate()
    columns.deallocate()
  }

  private static func columns(_ record: RecordView, _ weights: LevelWeights, _ ceilings: Ceilings) -> SIMD8<Int16> {
    var most = SIMD8<Int16>.zero
    for column in record.columns {
      let number = Int(min(column.column, UInt8(Aspect.columnCount - 1)))
      let aspect = Aspect.column(Int(column.column))
      let worth =
        column.kind == PreparedRecord.ColumnFeature.Kind.source.rawValue
        ? max(weights.weight(aspect, .valueSimilar), weights.weight(aspect, .valueDiffers))
        : max(weights.weight(aspect, .sameValue, rarity: column.rarity), Int16(clamping: ceilings.columns[number]))
      most[number] = max(most[number], worth)
    }
    return most
  }

  /// Of two records, by their places.
  @inline(__always)
  func callAsFunction(_ one: Int, _ other: Int) -> EvidenceCeiling {
    quick.ceiling(
      (personal + one, shared + one), (personal + other, shared + other),
      columns: columns[one].lowered(to: columns[other]))
  }
}

extension SketchComparison {
  /// At least what ``Comparison`` finds, feature by feature.
  @inline(__always)
  fileprivate func ceiling(
    _ left: (UnsafeMutablePointer<PersonalSketch>, UnsafeMutablePointer<SharedSketch>),
    _ right: (UnsafeMutablePointer<PersonalSketch>, UnsafeMutablePointer<SharedSketch>), columns: SIMD8<Int16>
  ) -> EvidenceCeiling {
    let (one, other) = (UnsafePointer(left.0), UnsafePointer(right.0))
    let (oneShared, otherShared) = (UnsafePointer(left.1), UnsafePointer(right.1))
    let (both, either) = (one.pointee.traits.intersection(other.pointee.traits), one.pointee.traits.union(other.pointee.traits))
    var units = SIMD8<Int16>.zero
    @inline(__always)
    func set(_ feature: Feature, _ isUnknown: Bool, _ worth: Int32) {
      units[Int(feature.rawValue)] = EvidenceCeiling.clamped(isUnknown ? Self.unlimited : worth)
    }
    var (names, sharedNames) = (Tally(), Int32(0))
    if both.contains(.identifiers) { set(.identifiers, true, 0) }
    if both.contains(.phone) { set(.phones, either.contains(.intricatePhone), phones(oneShared, otherShared)) }
    if both.contains(.email) { set(.emails, either.contains(.intricateEmail), emails(one, other)) }
    if both.contains(.person) {
      names = either.contains(.intricatePerson) ? .personal(Self.unlimited) : persons(one, other, either.contains(.isChinesePerson))
      sharedNames = names.own >= Self.unlimited ? Self.unlimited : names.sum &- names.own
      if both.contains(.organisation) {
        names.raise(to: Tally(sum: colleague, own: 0))
        sharedNames = max(sharedNames, colleague)
      }
      set(.persons, false, names.sum)
    }
    if both.contains(.address) { set(.addresses, either.contains(.intricateAddress), addresses(oneShared, otherShared)) }
    if both.contains(.birthDate) { set(.birthDates, either.contains(.intricateBirthDate), birthDates(one, other)) }
    var structures = kinds(one.pointee.kind, other.pointee.kind)
    if both.contains(.organisation) {
      set(.organisations, either.contains(.intricateOrganisation), brands(one, other))
      structures &+= ceilings.structures
    }
    set(.structures, false, structures)
    return EvidenceCeiling(
      units, columns: columns, own: EvidenceCeiling.clamped(names.own), shared: EvidenceCeiling.clamped(sharedNames))
  }
}

extension SIMD8<Int16> {
  /// As that of sixteen lanes.
  @inline(__always)
  fileprivate func lowered(to other: Self) -> Self { self ^ ((self ^ other) & unsafeBitCast(other .< self, to: Self.self)) }
}
