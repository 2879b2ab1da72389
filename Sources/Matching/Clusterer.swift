/// Splits one component into groups. A pure function of the nodes, their pairwise evidence and the decisions in force.
///
/// Two groups join when the evidence of all their pairs together (best agreement and worst contradiction per feature)
/// passes the threshold and nothing forbids it; the strongest join comes first. Ties go to the groups whose first
/// members come first in content order, so neither arrival nor threads can matter (C2).
struct Clusterer {
  /// Answers for two nodes by their place in content order, smaller one first.
  typealias PairEvidence = (Int, Int) -> Evidence

  /// Two groups that become one, known by their first members.
  struct Join {
    var kept: Int
    var gone: Int
    var evidence: Evidence
    /// A must-link joins them, whatever the evidence.
    var isDecided: Bool
  }

  private let model: MatchModel
  private let quick: SketchComparison
  private let floors: EvidenceFloors
  /// Components of so many nodes are looked at through their ceilings first.
  private let leastLazy: Int
  /// In those of more nodes, what cannot matter is not even kept.
  private let mostInMatrix: Int

  /// Comparing all pairs of fewer nodes costs no more than avoiding it.
  static let leastLazy = 10
  private static let mostInMatrix = 256

  /// - Parameters: any numbers give the same groups.
  init(model: MatchModel, leastLazy: Int = Clusterer.leastLazy, mostInMatrix: Int = Clusterer.mostInMatrix) {
    self.model = model
    self.mostInMatrix = mostInMatrix
    // A value that is worth more when many share it has no ceiling.
    self.leastLazy = model.weights.perHolderLevel.units >= 0 ? max(3, leastLazy) : .max
    quick = SketchComparison(model, atLeast: model.floor)
    floors = EvidenceFloors(model.weights)
  }

  /// - Parameters:
  ///   - records: the nodes, numbered in content order.
  ///   - mustLinks, cannotLinks: pairs of node numbers, smaller first.
  ///   - evidence: of two nodes; the same for the same two.
  ///   - former: how they were clustered before, without any decision; changes nothing.
  ///   - watch: hears of every join in its order.
  /// - Returns: the groups as sorted lists of node numbers, ordered by their first member, must-links that
  ///   cannot-links contradict, and, where no decision was in force, what a later call can use as `former`.
  func groups(
    of records: [RecordView], mustLinks: [(Int, Int)] = [], cannotLinks: [(Int, Int)] = [], former: FormerJoins? = nil,
    evidence: PairEvidence, watch: ((Join) -> Void)? = nil
  ) -> (groups: [[Int]], contradicted: [(Int, Int)], joins: [FormerJoins.Join]?) {
    guard records.count >= leastLazy else {
      let (groups, contradicted) = compareAll(records.count, mustLinks, cannotLinks, evidence, watch)
      return (groups, contradicted, nil)
    }
    let ceilings = EvidenceCeilings(records, quick, model.weights)
    let floor = floors.floor(records)
    if records.count > mostInMatrix, let background = LazyGroups.background(ceilings, model) {
      var lazy = LazyGroups(ceilings, floor, model: model, background: background, watch: watch)
      for (first, second) in cannotLinks { lazy.forbid(first, second) }
      let contradicted = mustLinks.sorted(by: <).filter { !lazy.join(memberOf: $0.0, memberOf: $0.1, evidence: evidence) }
      lazy.agglomerate(evidence: evidence)
      return (lazy.groups, contradicted, nil)
    }
    let isFree = mustLinks.isEmpty && cannotLinks.isEmpty && watch == nil
    var matrix = GroupMatrix(ceilings, floor, model: model, former: isFree ? former : nil, watch: watch)
    for (first, second) in cannotLinks { matrix.forbid(first, second) }
    let contradicted = mustLinks.sorted(by: <).filter { !matrix.join(memberOf: $0.0, memberOf: $0.1, evidence: evidence) }
    matrix.agglomerate(evidence: evidence)
    let joins = matrix.joins
    return (matrix.groups(), contradicted, isFree ? joins : nil)
  }

  private func compareAll(
    _ count: Int, _ mustLinks: [(Int, Int)], _ cannotLinks: [(Int, Int)], _ evidence: PairEvidence, _ watch: ((Join) -> Void)?
  ) -> (groups: [[Int]], contradicted: [(Int, Int)]) {
    var state = State(count: count, model: model, watch: watch)
    for second in 1..<max(count, 1) {
      for first in 0..<second { state.set(first, second, evidence(first, second)) }
    }
    for (first, second) in cannotLinks { state.forbid(first, second) }
    let contradicted = mustLinks.sorted(by: <).filter { !state.join(memberOf: $0.0, memberOf: $0.1) }
    state.agglomerate()
    return (state.groups, contradicted)
  }

  /// A triangular matrix of evidence between groups; a group is known by its first member.
  private struct State {
    let count: Int
    let model: MatchModel
    let watch: ((Join) -> Void)?
    var pairs: [Evidence]
    var forbidden: [Bool]
    var leader: [Int]
    var isAlive: [Bool]
    /// For every live group the best partner after it in order, and that weight.
    var bestPartner: [Int]
    var bestWeight: [MatchWeight]

    init(count: Int, model: MatchModel, watch: ((Join) -> Void)?) {
      self.count = count
      self.model = model
      self.watch = watch
      pairs = Array(repeating: .none, count: count * max(count - 1, 0) / 2)
      forbidden = Array(repeating: false, count: pairs.count)
      leader = Array(0..<count)
      isAlive = Array(repeating: true, count: count)
      bestPartner = Array(repeating: -1, count: count)
      bestWeight = Array(repeating: MatchWeight(units: .min), count: count)
    }

    private func index(_ one: Int, _ other: Int) -> Int {
      let (low, high) = one < other ? (one, other) : (other, one)
      return high * (high - 1) / 2 + low
    }

    mutating func set(_ first: Int, _ second: Int, _ evidence: Evidence) { pairs[index(first, second)] = evidence }

    mutating func forbid(_ first: Int, _ second: Int) {
      if first != second { forbidden[index(first, second)] = true }
    }

    private func find(_ node: Int) -> Int {
      var current = node
      while leader[current] != current { current = leader[current] }
      return current
    }

    /// A person's must-link: joins unless a cannot-link forbids it; vetoes and scores do not count.
    mutating func join(memberOf first: Int, memberOf second: Int) -> Bool {
      let (one, other) = (find(first), find(second))
      guard one != other else { return true }
      guard !forbidden[index(one, other)] else { return false }
      merge(min(one, other), max(one, other), isDecided: true)
      return true
    }

    private mutating func merge(_ kept: Int, _ gone: Int, isDecided: Bool = false) {
      watch?(Join(kept: kept, gone: gone, evidence: pairs[index(kept, gone)], isDecided: isDecided))
      leader[gone] = kept
      isAlive[gone] = false
      for other in 0..<count where isAlive[other] && other != kept {
        let target = index(kept, other)
        let source = index(gone, other)
        pairs[target].merge(pairs[source])
        if forbidden[source] { forbidden[target] = true }
      }
    }

    private func weight(_ first: Int, _ second: Int) -> MatchWeight? {
      let place = index(first, second)
      guard !forbidden[place], !pairs[place].isVetoed else { return nil }
      let weight = pairs[place].total(model) + model.prior
      return weight >= model.threshold ? weight : nil
    }

    private mutating func refresh(_ group: Int) {
      bestPartner[group] = -1
      bestWeight[group] = MatchWeight(units: .min)
      var other = group + 1
      while other < count {
        if isAlive[other], let weight = weight(group, other), weight > bestWeight[group] {
          bestWeight[group] = weight
          bestPartner[group] = other
        }
        other += 1
      }
    }

    mutating func agglomerate() {
      for group in 0..<count where isAlive[group] { refresh(group) }
      while let strongest = strongestGroup() {
        let gone = bestPartner[strongest]
        merge(strongest, gone)
        for group in 0..<count where isAlive[group] && group <= gone {
          let partner = bestPartner[group]
          if group == strongest || partner == gone || partner == strongest {
            refresh(group)
          } else if group < strongest, let weight = weight(group, strongest),
            weight > bestWeight[group] || weight == bestWeight[group] && strongest < partner
          {
            bestWeight[group] = weight
            bestPartner[group] = strongest
          }
        }
      }
    }

    private func strongestGroup() -> Int? {
      var strongest: Int?
      for group in 0..<count where isAlive[group] && bestPartner[group] >= 0 {
        if let current = strongest, bestWeight[group] <= bestWeight[current] { continue }
        strongest = group
      }
      return strongest
    }

    var groups: [[Int]] {
      var groups: [[Int]] = []
      // A group's first member comes before all others.
      var groupOfLeader = Array(repeating: 0, count: count)
      for node in 0..<count {
        let leader = find(node)
        if leader == node {
          groupOfLeader[node] = groups.count
          groups.append([node])
        } else {
          groups[groupOfLeader[leader]].append(node)
        }
      }
      return groups
    }
  }
}
