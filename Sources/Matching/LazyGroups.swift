/// Joins the groups of a component as ``Clusterer`` says, but compares two nodes only when it matters: when the ceiling of what their
/// groups could be worth passes the threshold and is the strongest there is.
///
/// Pairs of groups whose ceiling is within a background that can never pass are not even kept; of the others first those pairs of nodes
/// are compared that are not within it. Nor are those compared that cannot change what is known of their groups: most pairs of a chain,
/// once its groups are large. So the work for a component in which most nodes have little to do with each other, or all belong
/// together, is little more than looking at their ceilings.
struct LazyGroups: ~Copyable {
  private let ceilings: EvidenceCeilings
  private let floor: EvidenceFloor?
  private let model: MatchModel
  private let background: EvidenceCeiling
  private let watch: ((Clusterer.Join) -> Void)?
  private var leader: [Int32]
  /// By leader: the last of its nodes, which are a list that starts with the leader; lists are only ever put together.
  private var last: [Int32]
  private var next: [Int32]
  /// By leader: its ties, some of them gone.
  private var tiesOfGroup: [[Int32]]
  private var ties: [Tie] = []
  private var blocks: [Block] = []
  private var queue = JoinQueue()
  /// By leader: the tie of the group that is being joined; -1 when there is none.
  private var tieToGroup: [Int32]

  private static let none: Int32 = -1
  private static let unlimited = EvidenceCeiling(best: SIMD16(repeating: .max), shared: .max)

  /// What is known of two groups.
  private struct Tie {
    var one: Int32
    var other: Int32
    var ceiling: EvidenceCeiling
    /// Of the pairs that were compared.
    var known = Evidence.none
    /// The first block of pairs that were not.
    var block: Int32 = LazyGroups.none
    var version: UInt32 = 0
    var state = State.untouched

    enum State: UInt8 { case untouched, compared, forbidden, gone }
  }

  /// Nodes of two groups that were not compared: runs of their lists.
  private struct Block {
    var one: Run
    var other: Run
    /// The pairs that are not within this were compared.
    var bar: EvidenceCeiling
    /// Of all other pairs.
    var ceiling: EvidenceCeiling
    /// False as long as the pairs that are not within the background were not compared.
    var isSeen: Bool
    var next: Int32
  }

  private struct Run {
    var first: Int32
    var last: Int32
  }

  /// - Parameters:
  ///   - floor: of the same records.
  ///   - background: no two groups whose pairs are all within it can join (``background(_:_:)``).
  init(
    _ ceilings: consuming EvidenceCeilings, _ floor: EvidenceFloor?, model: MatchModel, background: EvidenceCeiling,
    watch: ((Clusterer.Join) -> Void)?
  ) {
    let count = ceilings.count
    self.ceilings = ceilings
    self.floor = floor
    self.model = model
    self.background = background
    self.watch = watch
    leader = (0..<Int32(count)).map { $0 }
    last = leader
    next = Array(repeating: Self.none, count: count)
    tieToGroup = next
    tiesOfGroup = Array(repeating: [], count: count)
    let bound = CeilingBound(background, unlike: self.ceilings.unlike)
    for second in 1..<count {
      for first in 0..<second where !self.ceilings.isPlainlyWithin(bound, first, second) {
        let ceiling = self.ceilings(first, second)
        if !ceiling.isWithin(background) { addTie(Int32(first), Int32(second), ceiling) }
      }
    }
  }

  /// The agreements that two strangers of the component often have, as long as they are not enough to join; nil when no such look is
  /// worth while.
  static func background(_ ceilings: borrowing EvidenceCeilings, _ model: MatchModel) -> EvidenceCeiling? {
    let count = ceilings.count
    var seen: [EvidenceCeiling] = []
    let step = max(1, count * (count - 1) / 2 / min(max(64, count), 500))
    var pair = 0
    for second in 1..<count {
      while pair < second {
        seen.append(ceilings(pair, second))
        pair += step
      }
      pair -= second
    }
    let sorted = (0..<16).map { lane in seen.map { $0.best[lane] }.sorted() }
    let shared = seen.map(\.shared).sorted()
    for share in [126, 124, 112, 96, 64] {
      let place = (seen.count - 1) * share / 128
      var best = SIMD16<Int16>.zero
      for lane in 0..<16 { best[lane] = sorted[lane][place] }
      let background = EvidenceCeiling(best: best, shared: shared[place])
      guard background.weight(model) < model.threshold else { continue }
      let within = seen.count { $0.isWithin(background) }
      return within * 2 > seen.count ? background : nil
    }
    return nil
  }

  // MARK: Ties

  private mutating func addTie(_ one: Int32, _ other: Int32, _ ceiling: EvidenceCeiling) {
    let tie = Int32(ties.count)
    ties.append(Tie(one: one, other: other, ceiling: ceiling))
    tiesOfGroup[Int(one)].append(tie)
    tiesOfGroup[Int(other)].append(tie)
    enqueue(tie)
  }

  mutating func forbid(_ one: Int, _ other: Int) {
    guard one != other else { return }
    if tie(Int32(one), Int32(other)) == nil { addTie(Int32(one), Int32(other), background) }
    if let tie = tie(Int32(one), Int32(other)) { ties[Int(tie)].state = .forbidden }
  }

  /// - Parameters: leaders.
  private mutating func tie(_ one: Int32, _ other: Int32) -> Int32? {
    for tie in tiesOfGroup[Int(one)] where ties[Int(tie)].state != .gone {
      if partner(of: one, tie) == other { return tie }
    }
    return nil
  }

  private mutating func partner(of group: Int32, _ tie: Int32) -> Int32 {
    let one = find(ties[Int(tie)].one)
    return one == group ? find(ties[Int(tie)].other) : one
  }

  private mutating func find(_ node: Int32) -> Int32 {
    var current = node
    while leader[Int(current)] != current {
      leader[Int(current)] = leader[Int(leader[Int(current)])]
      current = leader[Int(current)]
    }
    return current
  }

  // MARK: Joining

  /// A person's must-link: joins unless a cannot-link forbids it; vetoes and scores do not count.
  mutating func join(memberOf first: Int, memberOf second: Int, evidence: Clusterer.PairEvidence) -> Bool {
    let (one, other) = (find(Int32(first)), find(Int32(second)))
    guard one != other else { return true }
    let tie = tie(one, other)
    if let tie, ties[Int(tie)].state == .forbidden { return false }
    join(min(one, other), max(one, other), tie, isDecided: true, evidence)
    return true
  }

  mutating func agglomerate(evidence: Clusterer.PairEvidence) {
    while let strongest = queue.next() {
      let tie = Int(strongest.tie)
      guard ties[tie].version == strongest.version, ties[tie].state == .untouched || ties[tie].state == .compared else { continue }
      if ties[tie].state == .untouched || ties[tie].block != Self.none {
        compare(strongest.tie, evidence)
        enqueue(strongest.tie)
      } else {
        join(strongest.one, strongest.other, strongest.tie, isDecided: false, evidence)
      }
    }
  }

  /// Lets a tie be found where its ceiling puts it, unless it can never be a join.
  private mutating func enqueue(_ tie: Int32) {
    let found = ties[Int(tie)]
    guard found.state != .forbidden, !found.known.isVetoed else { return }
    let isExact = found.state == .compared && found.block == Self.none
    let weight = isExact ? found.known.total(model) + model.prior : found.ceiling.weight(model)
    guard weight >= model.threshold else { return }
    let (one, other) = (find(found.one), find(found.other))
    queue.add(.init(weight: weight.units, one: min(one, other), other: max(one, other), tie: tie, version: found.version))
  }

  /// Compares more of what was not compared: first the pairs that are not within the background, then the rest.
  private mutating func compare(_ tie: Int32, _ evidence: Clusterer.PairEvidence) {
    if ties[Int(tie)].state == .untouched {
      touch(tie, run(find(ties[Int(tie)].one)), find(ties[Int(tie)].other))
    }
    let isAnyUnseen = isAnyUnseen(tie)
    var (kept, block) = (Self.none, ties[Int(tie)].block)
    while block != Self.none {
      let next = blocks[Int(block)].next
      if isAnyUnseen && blocks[Int(block)].isSeen || compare(block, isAnyUnseen, tie, evidence) {
        blocks[Int(block)].next = kept
        kept = block
      }
      block = next
    }
    ties[Int(tie)].block = kept
    ties[Int(tie)].version &+= 1
    var ceiling = EvidenceCeiling(ties[Int(tie)].known)
    while kept != Self.none {
      ceiling.merge(blocks[Int(kept)].ceiling)
      kept = blocks[Int(kept)].next
    }
    ties[Int(tie)].ceiling = ceiling
  }

  private func isAnyUnseen(_ tie: Int32) -> Bool {
    var block = ties[Int(tie)].block
    while block != Self.none {
      guard blocks[Int(block)].isSeen else { return true }
      block = blocks[Int(block)].next
    }
    return false
  }

  /// - Parameter leavesBackground: only pairs that are not within it are compared.
  /// - Returns: true when pairs are left that were not compared and could change what is known.
  private mutating func compare(_ place: Int32, _ leavesBackground: Bool, _ tie: Int32, _ evidence: Clusterer.PairEvidence) -> Bool {
    let block = blocks[Int(place)]
    var known = ties[Int(tie)].known
    var enough = enough(known)
    if let enough, block.ceiling.isWithin(enough.ceiling) { return false }
    var left: EvidenceCeiling?
    forEachPair(block.one, block.other) { first, second in
      if let enough, ceilings.isPlainlyWithin(enough, first, second) { return true }
      let ceiling = ceilings(first, second)
      guard ceiling.isWithin(block.bar) else { return true }
      if let enough, ceiling.isWithin(enough.ceiling) { return true }
      if leavesBackground, ceiling.isWithin(background) {
        if left == nil { left = ceiling } else { left?.merge(ceiling) }
        return true
      }
      let before = known
      known.merge(evidence(first, second))
      guard known != before else { return true }
      enough = self.enough(known)
      return enough.map { !block.ceiling.isWithin($0.ceiling) } ?? true
    }
    ties[Int(tie)].known = known
    guard let left, enough.map({ !left.isWithin($0.ceiling) }) ?? true else { return false }
    blocks[Int(place)].bar = background
    blocks[Int(place)].ceiling = left
    blocks[Int(place)].isSeen = true
    return true
  }

  /// What no pair has to go beyond to be left out; nil as long as contradictions could be worse than what is known.
  private func enough(_ known: Evidence) -> CeilingBound? {
    guard let floor, floor.isReached(by: known) else { return nil }
    return CeilingBound(.addingNothing(to: known), unlike: ceilings.unlike)
  }

  /// - Parameter body: hears of the smaller node first; false ends it.
  private func forEachPair(_ one: Run, _ other: Run, _ body: (Int, Int) -> Bool) {
    var node = one.first
    while true {
      var second = other.first
      while true {
        guard body(Int(min(node, second)), Int(max(node, second))) else { return }
        if second == other.last { break }
        second = next[Int(second)]
      }
      if node == one.last { return }
      node = next[Int(node)]
    }
  }

  private func run(_ group: Int32) -> Run { Run(first: group, last: last[Int(group)]) }

  private func forEach(_ run: Run, _ body: (Int32) -> Void) {
    var node = run.first
    while true {
      body(node)
      if node == run.last { return }
      node = next[Int(node)]
    }
  }

  private mutating func join(_ kept: Int32, _ gone: Int32, _ tie: Int32?, isDecided: Bool, _ evidence: Clusterer.PairEvidence) {
    if let watch { watch(.init(kept: Int(kept), gone: Int(gone), evidence: exact(kept, gone, tie, evidence), isDecided: isDecided)) }
    if let tie { ties[Int(tie)].state = .gone }
    let (keptRun, goneRun) = (run(kept), run(gone))
    let (mine, others) = (liveTies(of: kept), liveTies(of: gone))
    for tie in mine { tieToGroup[Int(partner(of: kept, tie))] = tie }
    var joined = mine
    for tie in others {
      let partner = partner(of: gone, tie)
      let same = tieToGroup[Int(partner)]
      if same != Self.none {
        tieToGroup[Int(partner)] = Self.none
        combine(same, keptRun, with: tie, goneRun, partner)
      } else {
        addUnknown(keptRun, partner, to: tie)
        joined.append(tie)
      }
    }
    for tie in mine {
      let partner = partner(of: kept, tie)
      guard tieToGroup[Int(partner)] != Self.none else { continue }
      tieToGroup[Int(partner)] = Self.none
      addUnknown(goneRun, partner, to: tie)
    }
    leader[Int(gone)] = kept
    next[Int(keptRun.last)] = gone
    last[Int(kept)] = goneRun.last
    tiesOfGroup[Int(gone)] = []
    tiesOfGroup[Int(kept)] = joined
    for tie in joined {
      ties[Int(tie)].version &+= 1
      enqueue(tie)
    }
  }

  private func liveTies(of group: Int32) -> [Int32] { tiesOfGroup[Int(group)].filter { ties[Int($0)].state != .gone } }

  private mutating func exact(_ kept: Int32, _ gone: Int32, _ tie: Int32?, _ evidence: Clusterer.PairEvidence) -> Evidence {
    if let tie {
      while ties[Int(tie)].state == .untouched || ties[Int(tie)].block != Self.none { compare(tie, evidence) }
      return ties[Int(tie)].known
    }
    return exact(run(kept), run(gone), evidence)
  }

  private func exact(_ one: Run, _ other: Run, _ evidence: Clusterer.PairEvidence) -> Evidence {
    var known = Evidence.none
    forEachPair(one, other) {
      known.merge(evidence($0, $1))
      return true
    }
    return known
  }

  /// Two ties to one group become one.
  private mutating func combine(_ tie: Int32, _ run: Run, with other: Int32, _ otherRun: Run, _ partner: Int32) {
    let found = ties[Int(other)]
    ties[Int(other)].state = .gone
    ties[Int(tie)].ceiling.merge(found.ceiling)
    let isForbidden = ties[Int(tie)].state == .forbidden || found.state == .forbidden
    if isForbidden {
      ties[Int(tie)].state = .forbidden
    } else if ties[Int(tie)].state == .compared || found.state == .compared {
      touch(tie, run, partner)
      if found.state == .untouched {
        addBlock(otherRun, partner, to: tie, within: Self.unlimited)
      } else {
        addBlocks(from: found.block, to: tie)
      }
      ties[Int(tie)].known.merge(found.known)
    }
  }

  /// A tie is to a larger group now: nothing more than the background is known of the rest of it.
  private mutating func addUnknown(_ rest: Run, _ partner: Int32, to tie: Int32) {
    ties[Int(tie)].ceiling.merge(background)
    if ties[Int(tie)].state == .compared { addBlock(rest, partner, to: tie, within: background) }
  }

  /// Says what was not compared, so that more can be added.
  private mutating func touch(_ tie: Int32, _ run: Run, _ partner: Int32) {
    guard ties[Int(tie)].state == .untouched else { return }
    ties[Int(tie)].state = .compared
    addBlock(run, partner, to: tie, within: Self.unlimited)
  }

  private mutating func addBlock(_ one: Run, _ partner: Int32, to tie: Int32, within bar: EvidenceCeiling) {
    blocks.append(
      Block(one: one, other: run(partner), bar: bar, ceiling: bar, isSeen: false, next: ties[Int(tie)].block))
    ties[Int(tie)].block = Int32(blocks.count - 1)
  }

  private mutating func addBlocks(from first: Int32, to tie: Int32) {
    guard first != Self.none else { return }
    var end = first
    while blocks[Int(end)].next != Self.none { end = blocks[Int(end)].next }
    blocks[Int(end)].next = ties[Int(tie)].block
    ties[Int(tie)].block = first
  }

  /// Sorted lists of nodes, by their first.
  var groups: [[Int]] {
    leader.indices.filter { leader[$0] == $0 }.map { group in
      var nodes: [Int] = []
      forEach(run(Int32(group))) { nodes.append(Int($0)) }
      return nodes.sorted()
    }
  }
}
