import Model

/// Why two records are, or are not, the same customer. The prior and the parts add up exactly to the weight (C6).
public struct Explanation: Sendable {
  /// One thing that was compared.
  public struct Part: Hashable, Sendable {
    public var feature: Feature
    /// Nil for the correction for what relatives share (``MatchModel/relatives``).
    public var aspect: Aspect?
    public var level: Level?
    public var weight: MatchWeight
    /// How much of the weight is the rarity of the value that agrees; zero when the level does not depend on it.
    public var rarity = MatchWeight.zero
    /// How much was taken off because many different names hold the value; at most zero.
    public var discount = MatchWeight.zero
    /// How many different names hold the value that agrees; 0 when nobody counts them for this kind of value.
    public var holders = 0
    /// Two people of one organisation: their different names count for next to nothing.
    public var areColleagues = false
  }

  public enum Verdict: String, Hashable, Sendable {
    case same, possible, different
  }

  public enum Veto: String, Hashable, Sendable {
    /// Exclusive ids that contradict each other.
    case exclusiveIDs
    /// Both come from a source that holds every customer only once.
    case uniqueSource
  }

  /// A key that both carry.
  public struct SharedKey: Hashable, Sendable {
    public var kind: MatchKey.Kind
    /// How many nodes carry it.
    public var holders: Int
    /// Carried by more, a key is generic and brings nobody together.
    public var cap: Int
    public var isActive: Bool { holders <= cap }
  }

  /// One thing that, if it were otherwise, would change the verdict.
  public enum Change: Hashable, Sendable {
    case undo(Decision.Kind)
    /// Without the veto.
    case lift(Veto, becomes: Verdict)
    /// Without this part.
    case without(Part, becomes: Verdict)
    /// With an agreement that is not there; `isLacking` says which of the two has no value to compare.
    case with(Aspect, Level, becomes: Verdict, isLacking: (first: Bool, second: Bool))

    public static func == (left: Change, right: Change) -> Bool {
      switch (left, right) {
      case (.undo(let one), .undo(let other)): one == other
      case (.lift(let one, let first), .lift(let other, let second)): one == other && first == second
      case (.without(let one, let first), .without(let other, let second)): one == other && first == second
      case (.with(let one, let level, let first, let lacks), .with(let other, let second, let third, let needs)):
        one == other && level == second && first == third && lacks == needs
      default: false
      }
    }

    public func hash(into hasher: inout Hasher) {
      switch self {
      case .undo(let kind): hasher.combine(kind)
      case .lift(let veto, _): hasher.combine(veto)
      case .without(let part, _): hasher.combine(part)
      case .with(let aspect, let level, _, _):
        hasher.combine(aspect)
        hasher.combine(level)
      }
    }
  }

  /// One record on the way from the first to the second.
  public struct Link: Hashable, Sendable {
    public var record: Int64
    /// Of this record with the one before it; nil for the first of the chain.
    public var weight: MatchWeight?
    /// A must-link ties it to the one before.
    public var isDecided: Bool
  }

  public var prior: MatchWeight
  /// Every aspect in which both had something to compare, whatever it was worth; the correction for relatives last.
  public var parts: [Part]
  public var weight: MatchWeight
  public var threshold: MatchWeight
  /// How far below the threshold a pair is still possible.
  public var band: MatchWeight
  /// Something that forbids the join whatever the weight.
  public var veto: Veto?
  public var isMustLinked: Bool
  public var isCannotLinked: Bool
  /// Without an active one the pair is never compared by itself.
  public var sharedKeys: [SharedKey]
  /// What each of the two says anything about.
  public var features: (first: [Feature], second: [Feature])
  public var changes: [Change]
  /// True when the two records are in one cluster, whatever the pair's own weight: others may join them.
  public var areTogether: Bool
  /// When they are together and the pair alone would not be: the records that tie them, both ends included. Empty when no
  /// chain of pairs does it and only the evidence of whole groups joins them.
  public var chain: [Link]

  public var isVetoed: Bool { veto != nil }

  /// What the pair alone, without third records, would be.
  public var verdict: Verdict {
    if isCannotLinked { return .different }
    if isMustLinked { return .same }
    return isVetoed ? .different : Self.verdict(weight, threshold: threshold, band: band)
  }

  static func verdict(_ weight: MatchWeight, threshold: MatchWeight, band: MatchWeight) -> Verdict {
    if weight >= threshold { return .same }
    return weight >= threshold - band ? .possible : .different
  }

  public var wasCompared: Bool { sharedKeys.contains(where: \.isActive) || isMustLinked }

  /// How probable a match is by the model, 0…1.
  public var probability: Double { weight.probability }
}

extension MatchWeight {
  /// 2^w / (1 + 2^w) for a weight with its prior.
  public var probability: Double {
    let odds = power2(-abs(bits))
    return units < 0 ? odds / (1 + odds) : 1 / (1 + odds)
  }
}
