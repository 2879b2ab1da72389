import Model

/// Compares two records and says what each aspect was worth, and what would change the verdict.
struct Explainer {
  let model: MatchModel
  let postings: Postings
  /// The name of a node, for counting holders.
  let name: (Int32) -> UInt64
  let first: PreparedRecord
  let second: PreparedRecord
  private let comparison: Comparison<Postings>
  let findings: Findings
  /// The keys that both carry, in order.
  let keys: [MatchKey]

  init(model: MatchModel, postings: Postings, first: PreparedRecord, second: PreparedRecord, name: @escaping (Int32) -> UInt64) {
    self.model = model
    self.postings = postings
    self.name = name
    self.first = first
    self.second = second
    comparison = Comparison(model: model, reputation: postings)
    findings = comparison.findings(first, second)
    keys = Set(first.keys(model.frequencies)).intersection(second.keys(model.frequencies)).sorted()
  }

  var veto: Explanation.Veto? {
    guard findings.isVetoed else { return nil }
    return first.uniqueSource != 0 && first.uniqueSource == second.uniqueSource ? .uniqueSource : .exclusiveIDs
  }

  var weight: MatchWeight { comparison.weight(findings.evidence) }

  // MARK: Parts

  var parts: [Explanation.Part] {
    findings.parts(model).map(completed)
  }

  /// With how many names hold the value that agrees.
  private func completed(_ part: Explanation.Part) -> Explanation.Part {
    guard let aspect = part.aspect, let level = part.level else { return part }
    var part = part
    if let kind = Self.countedKind(level) {
      part.discount = part.weight - model.weights[aspect, level]
      part.holders = holders(kind, discount: part.discount)
    }
    part.areColleagues = areColleagues && aspect.feature == .persons
    return part
  }

  /// Two people of one organisation are no contradiction (``LevelWeights/colleague``).
  private var areColleagues: Bool {
    let (surname, given) = (findings[.surname], findings[.given])
    guard !first.organisations.isEmpty, !second.organisations.isEmpty, surname.weight == model.weights.colleague, given.weight == .zero
    else {
      return false
    }
    return Aspect.surname.level(rank: surname.level).map { model.weights[.surname, $0] != surname.weight } ?? (given.level != 0)
  }

  /// The kind of key whose holders diminish a level.
  private static func countedKind(_ level: Level) -> MatchKey.Kind? {
    switch level {
    case .sameCreditCode, .sameOrganisationCode, .sameUncheckedCode, .sameSocialID, .sameBankAccount, .sameOtherID: .identifier
    case .sameMobile, .sameLandline, .sameServiceNumber: .phone
    case .sameEmail, .sameRoleEmail: .email
    case .sameDomain: .domain
    default: nil
    }
  }

  /// How many names hold the shared value that was counted: the one with the fewest, since the best agreement counts.
  private func holders(_ kind: MatchKey.Kind, discount: MatchWeight) -> Int {
    keys.filter { $0.kind == kind && (postings.level($0) == 0) == (discount == .zero) }.map(names).min() ?? 0
  }

  private func names(holding key: MatchKey) -> Int {
    var names: Set<UInt64> = []
    postings.forEachNode(key) { names.insert(name($0)) }
    return names.subtracting([0]).count
  }

  // MARK: What would change it

  func changes(isMustLinked: Bool, isCannotLinked: Bool) -> [Explanation.Change] {
    if isCannotLinked { return [.undo(.cannotLink)] }
    if isMustLinked { return [.undo(.mustLink)] }
    let verdict = verdict(of: findings)
    if let veto { return [.lift(veto, becomes: verdict)] }
    let without = parts.compactMap { part -> Explanation.Change? in
      guard let aspect = part.aspect, part.weight != .zero else { return nil }
      let other = self.verdict(of: findings.without(aspect))
      return other == verdict ? nil : .without(part, becomes: other)
    }
    return verdict == .same ? without : without + additions(beyond: verdict)
  }

  /// By the score alone.
  private func verdict(of findings: Findings) -> Explanation.Verdict {
    Explanation.verdict(comparison.weight(findings.evidence), threshold: model.threshold, band: model.band)
  }

  /// Agreements that are not there and that would make it the same.
  private func additions(beyond verdict: Explanation.Verdict) -> [Explanation.Change] {
    let (has, needs) = (Set(first.features), Set(second.features))
    return Self.telling.compactMap { aspect, level in
      guard findings[aspect].weight <= .zero else { return nil }
      var changed = findings.without(aspect)
      changed.set(aspect, level, Int16(clamping: model.weights[aspect, level].units))
      let other = self.verdict(of: changed)
      guard other == .same else { return nil }
      return .with(aspect, level, becomes: other, isLacking: (!has.contains(aspect.feature), !needs.contains(aspect.feature)))
    }
  }

  private static let telling: [(Aspect, Level)] = [
    (.identifier, .sameCreditCode), (.phone, .sameMobile), (.phone, .sameLandline), (.email, .sameEmail), (.brand, .sameBrand),
    (.given, .sameGiven), (.street, .sameStreet), (.birthDate, .sameBirthDate),
  ]
}

extension Findings {
  /// Every aspect in which both had something to compare, and the correction for what relatives share.
  func parts(_ model: MatchModel) -> [Explanation.Part] {
    var parts = Aspect.allCases.compactMap { aspect -> Explanation.Part? in
      let (rank, weight) = self[aspect]
      guard rank != 0, let level = aspect.level(rank: rank) else { return nil }
      var part = Explanation.Part(feature: aspect.feature, aspect: aspect, level: level, weight: weight)
      part.rarity = MatchWeight(units: Int32(rarities[Int(aspect.rawValue)]))
      return part
    }
    let correction = evidence.part(.relatives, model)
    if correction != .zero { parts.append(Explanation.Part(feature: .relatives, weight: correction)) }
    return parts
  }

  func without(_ aspect: Aspect) -> Findings {
    var findings = self
    findings.ranks[Int(aspect.rawValue)] = 0
    findings.units[Int(aspect.rawValue)] = 0
    findings.rarities[Int(aspect.rawValue)] = 0
    return findings
  }
}
