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
  /// How many pairs ahead a loop asks for records.
  private static let ahead = 3
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
  private let records: RecordTable
  /// Numbers of records in the order of their content, which does not depend on where they stand.
  private var order: [Int32] = []
  private var candidates = ComparisonVectors()
  private var strangers = ComparisonVectors()
  /// By aspect × 16 + rank.
  private var m: [Double] = []
  private var u: [Double] = []
  private var prior = 0.0
  private var anchorCount = 0
  private var relatives: Double
  /// By aspect: relatives agree on it too.
  private let isShared: [Bool]

  /// - Parameters:
  ///   - records: weighed by `model.frequencies` (``RecordTable/weigh(by:threads:)``).
  ///   - model: what to start from; its caps and structure stay.
  public init(_ records: RecordTable, from model: MatchModel, threads: Int = 1) {
    self.model = model
    self.records = records
    relatives = model.relatives.bits
    isShared = Aspect.allCases.map { aspect in
      switch aspect.feature {
      case .phones, .addresses: true
      case .organisations, .structures: model.sharesOrganisation
      default: aspect == .surname
      }
    }
    summary = Summary(records: records.count, candidates: 0, expectedMatches: 0, rounds: 0)
    guard records.count >= 2 else { return }
    let workers = Workers(threads)
    order = ContentOrder(records, workers: workers).numbers
    collectCandidates(workers)
    collectStrangers(workers)
    fit()
  }

  // MARK: Pairs

  private mutating func collectCandidates(_ workers: Workers) {
    let step = max(1, order.count / Self.anchorLimit)
    let anchors = stride(from: 0, to: order.count, by: step).map { $0 }
    anchorCount = anchors.count
    let holders = KeyHolders(of: anchors, in: order, records, model, workers)
    let (records, order) = (records, order)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let parts = workers.map(anchors.count) { range in
      var vectors = ComparisonVectors()
      var maker = KeyMaker()
      var met: [Int32] = []
      for anchor in anchors[range] {
        let record = records[Int(order[anchor])]
        maker.make(record)
        met.removeAll(keepingCapacity: true)
        for key in maker.keys { met += holders.active(key) }
        met.sort()
        var last = Int32(anchor)
        for (place, other) in met.enumerated() where other != last && Int(other) != anchor {
          last = other
          if place + Self.ahead < met.count { records[Int(order[Int(met[place + Self.ahead])])].prefetch() }
          vectors.add(comparison.findings(record, records[Int(order[Int(other)])]))
        }
      }
      return vectors
    }
    for part in parts { candidates.add(part) }
    summary.candidates = candidates.pairCount
  }

  private mutating func collectStrangers(_ workers: Workers) {
    let count = order.count
    let all = count * (count - 1) / 2
    let (records, order) = (records, order)
    let comparison = Comparison(model: model, reputation: NoReputation())
    let pairs = all <= Self.randomPairLimit ? Self.everyPair(count) : Self.randomPairs(count)
    let parts = workers.map(pairs.count) { range in
      var vectors = ComparisonVectors()
      for place in range {
        if place + Self.ahead < range.upperBound {
          let next = pairs[place + Self.ahead]
          records[Int(order[Int(next.0)])].prefetch()
          records[Int(order[Int(next.1)])].prefetch()
        }
        let (one, other) = pairs[place]
        vectors.add(comparison.findings(records[Int(order[Int(one)])], records[Int(order[Int(other)])]))
      }
      return vectors
    }
    for part in parts { strangers.add(part) }
  }

  private static func everyPair(_ count: Int) -> [(Int32, Int32)] {
    (0..<Int32(count)).flatMap { one in (0..<one).map { (one, $0) } }
  }

  private static func randomPairs(_ count: Int) -> [(Int32, Int32)] {
    var state: UInt64 = 0x9E37_79B9_7F4A_7C15
    func next() -> Int32 {
      state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
      return Int32((state >> 33) % UInt64(count))
    }
    var pairs: [(Int32, Int32)] = []
    while pairs.count < randomPairLimit {
      let (one, other) = (next(), next())
      if one != other { pairs.append((one, other)) }
    }
    return pairs
  }

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

  private func probabilities(
    _ vector: ArraySlice<ComparisonVectors.Entry>, _ bits: [(plain: Double, agreement: Double)]
  ) -> (match: Double, relatives: Double, sum: Double) {
    var sum = prior
    var personal = relatives
    for entry in vector {
      let place = Int(entry.place)
      let bits = entry.rarity == 0 ? bits[place].plain : bits[place].agreement + Double(entry.rarity) / 256
      sum += bits
      if bits < 0 || !isShared[place / Level.ranks] { personal += bits }
    }
    let related = power2(-max(-60, min(60, personal)))
    let match = 1 / (1 + power2(-max(-60, min(60, sum))) + related)
    return (match, match * related, sum)
  }

  /// - Returns: the expected number of matches among the candidates.
  private mutating func countMatches(_ bits: [(plain: Double, agreement: Double)]) -> Double {
    var counts = Array(repeating: 0.0, count: m.count)
    var (matches, relations) = (0.0, 0.0)
    let judged = candidates.vectors.indices.map { probabilities(candidates[$0], bits) }
    // At least every second likely pair teaches, however little the columns say.
    let belief = min(Self.beliefBits, median(judged))
    for (number, judgement) in judged.enumerated() {
      let (probability, related, sum) = judgement
      let times = Double(candidates.vectors[number].times)
      matches += probability * times
      relations += related * times
      guard sum >= belief, probability > 0.7 else { continue }
      for entry in candidates[number] { counts[Int(entry.place)] += probability * times }
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

  /// The weight of the likely pair in the middle; 0 when there is none.
  private func median(_ judged: [(match: Double, relatives: Double, sum: Double)]) -> Double {
    let likely = zip(judged, candidates.vectors).filter { $0.0.match > 0.7 }.map { (sum: $0.0.sum, times: $0.1.times) }.sorted {
      $0.sum < $1.sum
    }
    var rest = likely.reduce(0) { $0 + $1.times } / 2
    for (sum, times) in likely {
      if rest < times { return sum }
      rest -= times
    }
    return 0
  }

  /// - Parameter bits: what tells matches from strangers; nil takes all for strangers.
  private mutating func countStrangers(_ bits: [(plain: Double, agreement: Double)]?) {
    var counts = Array(repeating: 0.0, count: u.count)
    for number in strangers.vectors.indices {
      let weight = bits.map { 1 - probabilities(strangers[number], $0).match } ?? 1
      for entry in strangers[number] { counts[Int(entry.place)] += weight * Double(strangers.vectors[number].times) }
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
