/// Joins the groups of a component as ``Clusterer`` says, but compares two nodes only when it matters: when what their groups could be
/// worth passes the threshold and is the strongest there is. Keeps for every two groups what they could be worth: for small components,
/// and for those of which nothing can be left out (``LazyGroups/background(_:_:)``).
struct GroupMatrix: ~Copyable {
  private let ceilings: EvidenceCeilings
  private let floor: EvidenceFloor?
  private let model: MatchModel
  private let watch: ((Clusterer.Join) -> Void)?
  private let count: Int
  /// By node, with its group's first member: next to it in the group; -1 for the last one.
  private var next: [Int32]
  /// By node: a node of its group that comes before it, or itself when there is none.
  private var leader: [Int32]
  /// By first member of a group: its last.
  private var last: [Int32]
  /// By pair of groups.
  private let pairs: UnsafeMutablePointer<Pair>
  /// By first member of one group, then of the other, which comes later: the most that they can be worth, or the least number there is when
  /// they cannot join as they are.
  private let weights: UnsafeMutablePointer<Int32>
  /// By first member of a group: the partner after it with the greatest weight, -1 for none, and that weight.
  private var bestPartner: [Int32]
  private var bestWeight: [Int32]
  /// By pair of nodes: where its evidence stands, -1 when it was not compared.
  private let places: UnsafeMutablePointer<Int32>
  private var found: [Evidence] = []
  private var former: [FormerJoins.Join]
  private var nextFormer = 0
  /// By first member of a group: false as long as what it joins with among others of that kind is known from before. Two such groups have
  /// no pair.
  private var isOpen: [Bool]
  /// All joins, in their order.
  private(set) var joins: [FormerJoins.Join] = []

  private static let none: Int32 = -1

  /// What is known of two groups.
  private struct Pair {
    var ceiling: EvidenceCeiling
    var state = State.untouched
    var isForbidden = false
    var isVetoed = false

    enum State: UInt8 {
      /// Since they are what they are.
      case untouched
      /// What could add to the agreements found was compared.
      case seen
      /// The ceiling is what they are worth.
      case exact
    }
  }

  /// - Parameters:
  ///   - floor: of the same records.
  ///   - former: nothing may be forbidden, decided or watched with it.
  init(
    _ ceilings: consuming EvidenceCeilings, _ floor: EvidenceFloor?, model: MatchModel, former: FormerJoins?,
    watch: ((Clusterer.Join) -> Void)?
  ) {
    let count = ceilings.count
    self.count = count
    self.ceilings = ceilings
    self.floor = floor
    self.model = model
    self.watch = watch
    self.former = former?.joins ?? []
    isOpen = former?.isOther ?? Array(repeating: true, count: count)
    leader = (0..<Int32(count)).map { $0 }
    last = leader
    next = Array(repeating: Self.none, count: count)
    bestPartner = next
    bestWeight = Array(repeating: .min, count: count)
    pairs = .allocate(capacity: count * (count - 1) / 2)
    places = .allocate(capacity: count * (count - 1) / 2)
    places.initialize(repeating: Self.none, count: count * (count - 1) / 2)
    weights = .allocate(capacity: count * count)
    weights.initialize(repeating: .min, count: count * count)
    for second in 1..<count {
      for first in 0..<second where isOpen[first] || isOpen[second] {
        (pairs + Self.place(first, second)).initialize(to: Pair(ceiling: self.ceilings(first, second)))
        weigh(first, second)
      }
    }
  }

  deinit {
    pairs.deallocate()
    places.deallocate()
    weights.deallocate()
  }

  /// - Parameter first: the smaller one.
  @inline(__always)
  private static func place(_ first: Int, _ second: Int) -> Int { second * (second - 1) / 2 + first }

  @inline(__always)
  private func pair(_ one: Int, _ other: Int) -> UnsafeMutablePointer<Pair> { pairs + Self.place(min(one, other), max(one, other)) }

  /// - Parameter first: the smaller one.
  @inline(__always)
  private func weigh(_ first: Int, _ second: Int) {
    let pair = pairs + Self.place(first, second)
    let weight = pair.pointee.ceiling.weight(model)
    let canJoin = weight >= model.threshold && !pair.pointee.isForbidden && !pair.pointee.isVetoed
    weights[first * count + second] = canJoin ? weight.units : .min
  }

  private mutating func find(_ node: Int) -> Int {
    var current = Int32(node)
    while leader[Int(current)] != current {
      leader[Int(current)] = leader[Int(leader[Int(current)])]
      current = leader[Int(current)]
    }
    return Int(current)
  }

  // MARK: Decisions

  mutating func forbid(_ one: Int, _ other: Int) {
    guard one != other else { return }
    pair(one, other).pointee.isForbidden = true
    weigh(min(one, other), max(one, other))
  }

  /// A person's must-link: joins unless a cannot-link forbids it; vetoes and scores do not count.
  mutating func join(memberOf first: Int, memberOf second: Int, evidence: Clusterer.PairEvidence) -> Bool {
    let (one, other) = (find(first), find(second))
    guard one != other else { return true }
    guard !pair(one, other).pointee.isForbidden else { return false }
    join(min(one, other), max(one, other), weight: 0, isDecided: true, evidence)
    return true
  }

  // MARK: Joining

  mutating func agglomerate(evidence: Clusterer.PairEvidence) {
    for group in 0..<count where leader[group] == group { refresh(group) }
    while true {
      let former = nextFormerJoin()
      let strongest = strongestGroup()
      if let former, strongest == nil || isAhead(of: strongest!, former) {
        nextFormer += 1
        join(Int(former.kept), Int(former.gone), weight: former.weight, isDecided: false, evidence)
        settle(Int(former.kept), gone: Int(former.gone))
        continue
      }
      guard let strongest else { return }
      let (partner, weight) = (Int(bestPartner[strongest]), bestWeight[strongest])
      guard pair(strongest, partner).pointee.state == .exact else {
        compare(strongest, partner, evidence)
        refresh(strongest)
        continue
      }
      open(strongest)
      open(partner)
      join(strongest, partner, weight: weight, isDecided: false, evidence)
      settle(strongest, gone: partner)
    }
  }

  /// Brings what is known of best partners in line with a join.
  private mutating func settle(_ kept: Int, gone: Int) {
    refresh(kept)
    for group in 0..<gone where leader[group] == group && group != kept { update(group, joined: kept, gone: gone) }
  }

  /// What joined next among the groups that are as they were.
  private mutating func nextFormerJoin() -> FormerJoins.Join? {
    while nextFormer < former.count {
      let join = former[nextFormer]
      if isAsBefore(join.kept) && isAsBefore(join.gone) { return join }
      // Who is left of the two may join with anybody now.
      if join.kept >= 0 { open(find(Int(join.kept))) }
      if join.gone >= 0 { open(find(Int(join.gone))) }
      nextFormer += 1
    }
    return nil
  }

  private func isAsBefore(_ group: Int32) -> Bool { group >= 0 && leader[Int(group)] == group && !isOpen[Int(group)] }

  private func isAhead(of group: Int, _ join: FormerJoins.Join) -> Bool {
    if bestWeight[group] != join.weight { return join.weight > bestWeight[group] }
    let (kept, gone) = (Int(join.kept), join.gone)
    return kept < group || kept == group && gone < bestPartner[group]
  }

  /// From now on a group is compared with all others.
  private mutating func open(_ group: Int) {
    guard !isOpen[group] else { return }
    isOpen[group] = true
    for other in 0..<count where leader[other] == other && other != group && !isOpen[other] {
      pair(group, other).initialize(to: Pair(ceiling: ceiling(group, other)))
      weigh(min(group, other), max(group, other))
      if other < group { improve(other, by: group) }
    }
    refresh(group)
  }

  /// What two groups of which no nodes were compared can be worth.
  private func ceiling(_ one: Int, _ other: Int) -> EvidenceCeiling {
    var ceiling = ceilings(one, other)
    var node = Int32(one)
    while node != Self.none {
      var otherNode = Int32(other)
      while otherNode != Self.none {
        ceiling.merge(ceilings(Int(node), Int(otherNode)))
        otherNode = next[Int(otherNode)]
      }
      node = next[Int(node)]
    }
    return ceiling
  }

  /// The first of the strongest.
  private func strongestGroup() -> Int? {
    var (strongest, weight) = (-1, Int32.min)
    for group in 0..<count where bestWeight[group] > weight { (strongest, weight) = (group, bestWeight[group]) }
    return strongest < 0 ? nil : strongest
  }

  /// Looks for the best partner of a group; of equal ones the first.
  private mutating func refresh(_ group: Int) {
    let row = weights + group * count
    var (partner, weight) = (Self.none, Int32.min)
    for other in group + 1..<max(count, group + 1) where row[other] > weight { (partner, weight) = (Int32(other), row[other]) }
    bestPartner[group] = partner
    bestWeight[group] = weight
  }

  private mutating func update(_ group: Int, joined: Int, gone: Int) {
    let partner = Int(bestPartner[group])
    if partner == gone || partner == joined { return refresh(group) }
    if group < joined { improve(group, by: joined) }
  }

  /// - Parameter other: comes after the group.
  private mutating func improve(_ group: Int, by other: Int) {
    let weight = weights[group * count + other]
    if weight > bestWeight[group] || weight == bestWeight[group] && weight != .min && other < bestPartner[group] {
      bestPartner[group] = Int32(other)
      bestWeight[group] = weight
    }
  }

  private mutating func join(_ kept: Int, _ gone: Int, weight: Int32, isDecided: Bool, _ evidence: Clusterer.PairEvidence) {
    joins.append(.init(kept: Int32(kept), gone: Int32(gone), weight: weight))
    if let watch {
      while pair(kept, gone).pointee.state != .exact { compare(kept, gone, evidence) }
      watch(.init(kept: kept, gone: gone, evidence: known(kept, gone), isDecided: isDecided))
    }
    for other in 0..<count where leader[other] == other && other != kept && other != gone && (isOpen[kept] || isOpen[other]) {
      let (mine, theirs) = (pair(kept, other), pair(gone, other))
      mine.pointee.ceiling.merge(theirs.pointee.ceiling)
      mine.pointee.state = .untouched
      if theirs.pointee.isForbidden { mine.pointee.isForbidden = true }
      if theirs.pointee.isVetoed { mine.pointee.isVetoed = true }
      weigh(min(kept, other), max(kept, other))
      if other < gone { weights[other * count + gone] = .min }
    }
    weights[kept * count + gone] = .min
    leader[gone] = Int32(kept)
    bestPartner[gone] = Self.none
    bestWeight[gone] = .min
    next[Int(last[kept])] = Int32(gone)
    last[kept] = last[gone]
  }

  // MARK: Comparing

  /// Compares more of what was not compared: first the pairs of nodes that could add to the agreements found, then the rest.
  ///
  /// What cannot change what is known is left out.
  private mutating func compare(_ one: Int, _ other: Int, _ evidence: Clusterer.PairEvidence) {
    let pair = pair(one, other)
    let isFirst = pair.pointee.state == .untouched
    var known = known(one, other)
    let most = pair.pointee.ceiling
    var isEnough = isEnough(known, most)
    var left: EvidenceCeiling?
    var node = Int32(one)
    while node != Self.none, !isEnough {
      var otherNode = Int32(other)
      while otherNode != Self.none, !isEnough {
        let (first, second) = (Int(min(node, otherNode)), Int(max(node, otherNode)))
        let place = Self.place(first, second)
        otherNode = next[Int(otherNode)]
        guard places[place] == Self.none else { continue }
        let ceiling = ceilings(first, second)
        if ceiling.addsNothing(to: known) {
          if let floor, floor.isReached(by: known) { continue }
          if isFirst {
            if left == nil { left = ceiling } else { left?.merge(ceiling) }
            continue
          }
        }
        let evidence = evidence(first, second)
        known.merge(evidence)
        places[place] = Int32(found.count)
        found.append(evidence)
        isEnough = self.isEnough(known, most)
      }
      node = next[Int(node)]
    }
    pair.pointee.ceiling = EvidenceCeiling(known)
    pair.pointee.isVetoed = pair.pointee.isVetoed || known.isVetoed
    if isEnough { left = nil }
    if let left { pair.pointee.ceiling.merge(left) }
    pair.pointee.state = left == nil ? .exact : .seen
    weigh(min(one, other), max(one, other))
  }

  /// True when nothing that two groups could be worth changes what is known of them.
  private func isEnough(_ known: Evidence, _ most: EvidenceCeiling) -> Bool {
    floor.map { $0.isReached(by: known) && most.addsNothing(to: known) } ?? false
  }

  /// What was found between two groups.
  private func known(_ one: Int, _ other: Int) -> Evidence {
    var known = Evidence.none
    var node = Int32(one)
    while node != Self.none {
      var otherNode = Int32(other)
      while otherNode != Self.none {
        let place = places[Self.place(Int(min(node, otherNode)), Int(max(node, otherNode)))]
        if place != Self.none { known.merge(found[Int(place)]) }
        otherNode = next[Int(otherNode)]
      }
      node = next[Int(node)]
    }
    return known
  }

  /// Sorted lists of nodes, by their first.
  consuming func groups() -> [[Int]] {
    var groups: [[Int]] = []
    for first in 0..<count where leader[first] == Int32(first) {
      var nodes = [first]
      var node = next[first]
      while node != Self.none {
        nodes.append(Int(node))
        node = next[Int(node)]
      }
      nodes.sort()
      groups.append(nodes)
    }
    return groups
  }
}
