import Model

/// Fits a model to records without labels: `u` from random pairs, `m` and the prior by expectation maximisation over the
/// candidates of a sample of records (Fellegi and Sunter 1969; Winkler 1988). Deterministic: the same records give the same
/// model, whatever their order.
public struct Training {
  /// How much the shipped model's share of a level counts, in pairs.
  private static let faith = 20.0
  private static let anchorLimit = 6_000
  private static let randomPairLimit = 400_000
  private static let rounds = 20
  /// Only pairs this likely teach what matches look like: softer ones are often related things (a household, two editions
  /// of a paper), and counting them makes the next round take more of them for matches.
  private static let beliefBits = 10.0

  /// What came out of training, for reports.
  public struct Summary: Sendable {
    public var records: Int
    public var candidates: Int
    /// How many of the candidates' probabilities add up to.
    public var expectedMatches: Double
    public var rounds: Int
  }

  public private(set) var model: MatchModel
  public private(set) var summary: Summary
  private let records: [PreparedRecord]
  private var candidates: [Pair] = []
  private var strangers: [Pair] = []
  /// By aspect × 16 + rank.
  private var m: [Double] = []
  private var u: [Double] = []
  private var prior = 0.0
  private var anchorCount = 0
  private var relatives: Double
  /// By aspect: relatives agree on it too.
  private let isShared: [Bool]

  private struct Pair {
    var ranks: SIMD32<UInt8>
    var rarities: SIMD32<Int16>
  }

  /// - Parameters:
  ///   - records: weighed by `model.frequencies`.
  ///   - model: what to start from; its caps and structure stay.
  public init(_ records: [PreparedRecord], from model: MatchModel) {
    self.model = model
    relatives = model.relatives.bits
    isShared = Aspect.allCases.map { aspect in
      switch aspect.feature {
      case .phones, .addresses: true
      case .organisations, .structures: model.sharesOrganisation
      default: aspect == .surname
      }
    }
    self.records = records.sorted { $0.contentHash < $1.contentHash }
    summary = Summary(records: records.count, candidates: 0, expectedMatches: 0, rounds: 0)
    guard records.count >= 2 else { return }
    collectCandidates()
    collectStrangers()
    fit()
  }

  // MARK: Pairs

  private mutating func collectCandidates() {
    let step = max(1, records.count / Self.anchorLimit)
    let anchors = stride(from: 0, to: records.count, by: step).map { $0 }
    anchorCount = anchors.count
    var wanted: [MatchKey: Int32] = [:]
    for anchor in anchors { for key in records[anchor].keys where wanted[key] == nil { wanted[key] = Int32(wanted.count) } }
    var holders: [[Int32]] = Array(repeating: [], count: wanted.count)
    for (number, record) in records.enumerated() {
      for key in record.keys {
        guard let place = wanted[key], holders[Int(place)].count <= model.cap(key.kind) else { continue }
        holders[Int(place)].append(Int32(number))
      }
    }
    let comparison = Comparison(model: model, reputation: NoReputation())
    for anchor in anchors {
      var met: Set<Int32> = []
      for key in records[anchor].keys {
        guard let place = wanted[key], holders[Int(place)].count <= model.cap(key.kind) else { continue }
        met.formUnion(holders[Int(place)])
      }
      for other in met.sorted() where Int(other) != anchor {
        candidates.append(Self.pair(comparison.findings(records[anchor], records[Int(other)])))
      }
    }
    summary.candidates = candidates.count
  }

  private mutating func collectStrangers() {
    let comparison = Comparison(model: model, reputation: NoReputation())
    let count = records.count
    if count * (count - 1) / 2 <= Self.randomPairLimit {
      for one in 0..<count { for other in 0..<one { strangers.append(Self.pair(comparison.findings(records[one], records[other]))) } }
      return
    }
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> Int {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int((state >> 33) % UInt64(count))
    }
    while strangers.count < Self.randomPairLimit {
      let (one, other) = (next(), next())
      if one != other { strangers.append(Self.pair(comparison.findings(records[one], records[other]))) }
    }
  }

  private static func pair(_ findings: Findings) -> Pair { Pair(ranks: findings.ranks, rarities: findings.rarities) }

  // MARK: Expectation maximisation

  private mutating func fit() {
    m = Self.table { model.weights.share($0, $1) }
    u = m
    prior = logarithm2(1 / Double(records.count))
    countStrangers(nil)
    for _ in 0..<Self.rounds {
      let likelihoods = bits()
      let matches = countMatches(likelihoods)
      let share = min(0.5, max(0.02 / Double(records.count), matches / (Double(anchorCount) * Double(records.count - 1))))
      prior = logarithm2(share / (1 - share))
      let current = bits()
      countStrangers(current)
      summary.expectedMatches = matches
      summary.rounds += 1
    }
    writeBack()
  }

  private static func table(_ value: (Aspect, Level) -> Double) -> [Double] {
    var table = Array(repeating: 0.0, count: Aspect.allCases.count * Level.ranks)
    for aspect in Aspect.allCases {
      for level in aspect.levels { table[LevelWeights.place(aspect, level.rank)] = value(aspect, level) }
    }
    return table
  }

  private func bits() -> [(plain: Double, agreement: Double)] {
    zip(m.indices, zip(m, u)).map { place, shares in
      let (m, u) = shares
      guard m > 0, u > 0 else { return (0, 0) }
      let plain = logarithm2(m / u)
      return (Self.disagreements[place] ? min(0, plain) : plain, logarithm2(m))
    }
  }

  private func probabilities(_ pair: Pair, _ bits: [(plain: Double, agreement: Double)]) -> (match: Double, relatives: Double, sum: Double)
  {
    var sum = prior
    var personal = relatives
    for lane in 0..<Aspect.allCases.count where pair.ranks[lane] != 0 {
      let place = lane * Level.ranks + Int(pair.ranks[lane])
      let bits = pair.rarities[lane] == 0 ? bits[place].plain : bits[place].agreement + Double(pair.rarities[lane]) / 256
      sum += bits
      if bits < 0 || !isShared[lane] { personal += bits }
    }
    let related = power2(-max(-60, min(60, personal)))
    let match = 1 / (1 + power2(-max(-60, min(60, sum))) + related)
    return (match, match * related, sum)
  }

  /// - Returns: the expected number of matches among the candidates.
  private mutating func countMatches(_ bits: [(plain: Double, agreement: Double)]) -> Double {
    var counts = Array(repeating: 0.0, count: m.count)
    var (matches, relations) = (0.0, 0.0)
    let judged = candidates.map { probabilities($0, bits) }
    let likely = judged.filter { $0.match > 0.7 }.map(\.sum).sorted()
    // At least every second likely pair teaches, however little the columns say.
    let belief = min(Self.beliefBits, likely.isEmpty ? 0 : likely[likely.count / 2])
    for (pair, judgement) in zip(candidates, judged) {
      let (probability, related, sum) = judgement
      matches += probability
      relations += related
      guard sum >= belief, probability > 0.7 else { continue }
      for lane in 0..<Aspect.allCases.count { counts[lane * Level.ranks + Int(pair.ranks[lane])] += probability }
    }
    m = shares(counts, prior: Self.table { model.weights.share($0, $1) }, faith: Self.faith)
    for aspect in Aspect.allCases {
      for level in aspect.levels {
        let place = LevelWeights.place(aspect, level.rank)
        // Never much rarer than the shipped model has it: what was hard to believe so far must stay believable.
        m[place] = min(max(m[place], model.weights.share(aspect, level) * aspect.leastShare), level.shareLimit)
      }
    }
    relatives = max(-1, min(10, logarithm2((matches + 8) / (relations + 2))))
    return matches
  }

  /// - Parameter bits: what tells matches from strangers; nil takes all for strangers.
  private mutating func countStrangers(_ bits: [(plain: Double, agreement: Double)]?) {
    var counts = Array(repeating: 0.0, count: u.count)
    for pair in strangers {
      let weight = bits.map { 1 - probabilities(pair, $0).match } ?? 1
      for lane in 0..<Aspect.allCases.count { counts[lane * Level.ranks + Int(pair.ranks[lane])] += weight }
    }
    u = shares(counts, prior: Self.table { _, _ in 0.5 }, faith: 1)
  }

  private func shares(_ counts: [Double], prior: [Double], faith: Double) -> [Double] {
    var shares = Array(repeating: 0.0, count: counts.count)
    for aspect in Aspect.allCases {
      let places = aspect.levels.map { LevelWeights.place(aspect, $0.rank) }
      let whole = places.reduce(0) { $0 + counts[$1] + prior[$1] * faith }
      for place in places { shares[place] = (counts[place] + prior[place] * faith) / whole }
    }
    return shares
  }

  private mutating func writeBack() {
    for aspect in Aspect.allCases {
      for level in aspect.levels {
        let place = LevelWeights.place(aspect, level.rank)
        let bits = max(-12, min(level.isDisagreement ? 0 : 24, logarithm2(m[place] / u[place])))
        model.weights.set(aspect, level, MatchWeight(bits: bits), share: m[place])
      }
    }
    model.prior = MatchWeight(bits: prior)
    model.relatives = MatchWeight(bits: relatives)
    model.name += "+trained"
  }

  private static let disagreements: [Bool] = table { $1.isDisagreement ? 1 : 0 }.map { $0 == 1 }
}

extension Aspect {
  /// How much of the shipped share of each level training leaves at least: what people type about themselves has typing mistakes in
  /// every table, even where the first rounds see none.
  var leastShare: Double {
    switch self {
    case .surname, .given, .birthDate, .email, .identifier: 1
    default: 0.1
    }
  }
}

extension Level {
  /// Never worth more than nothing, however rare it is among strangers.
  var isDisagreement: Bool {
    switch self {
    case .otherIDDiffers, .phoneDiffers, .emailDiffers, .unmarkedBrandDiffers, .brandDiffers, .industryDiffers, .regionDiffers,
      .branchDiffers,
      .ordinalDiffers, .kindDiffers, .kindUncertain, .surnameDiffers, .givenDiffers, .placeDiffers, .numberDiffers, .streetDiffers,
      .unitDiffers, .postcodeDiffers,
      .birthDateDiffers, .valueDiffers:
      true
    default: false
    }
  }

  /// The largest share among matches that training believes: what the matcher would call a match with other names is
  /// related (a household, a restaurant in a hotel, another paper of the same authors), not the same.
  var shareLimit: Double {
    switch self {
    case .brandDiffers, .unmarkedBrandDiffers: 0.04
    case .surnameDiffers, .givenDiffers: 0.1
    case .numberDiffers, .streetDiffers: 0.15
    case .valueWeakly: 0.005
    case .valuePartly: 0.02
    default: 1
    }
  }
}
