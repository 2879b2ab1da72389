import Model

/// How two customers belong together without being the same. Relations are found from what the records say, whenever somebody
/// asks; they never join anybody.
public struct Relation: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable, CaseIterable {
    /// The first is a branch, an office or a shop of the second.
    case branchOf = "branch-of"
    /// Two companies of one group, or two branches of one company.
    case sameGroup = "same-group"
    /// Two private persons of one family at one address or on one line.
    case household
    /// The first is a person who speaks for the second, or works there.
    case contactOf = "contact-of"
    /// The second had, or also has, the name of the first.
    case formerly
  }

  /// One thing that two records say.
  public struct Evidence: Hashable, Sendable {
    public var words: String
    public var first: RecordKey
    public var second: RecordKey

    public init(_ words: String, _ first: RecordKey, _ second: RecordKey) {
      self.words = words
      self.first = first
      self.second = second
    }
  }

  public var kind: Kind
  /// False when the roles are exchanged: the second customer is the branch, the contact, the former name.
  public var isForward: Bool
  public var evidence: [Evidence]

  public init(_ kind: Kind, isForward: Bool = true, _ evidence: [Evidence]) {
    self.kind = kind
    self.isForward = isForward
    self.evidence = evidence
  }

  /// The same relation seen from the other customer.
  public var reversed: Relation {
    let isSymmetric = kind == .sameGroup || kind == .household
    return Relation(kind, isForward: isSymmetric || !isForward, evidence.map { Evidence($0.words, $0.second, $0.first) })
  }

  /// What the first customer is to the second, for people; followed by the second's name.
  public var words: String {
    switch (kind, isForward) {
    case (.branchOf, true): "is a branch of"
    case (.branchOf, false): "has the branch"
    case (.sameGroup, _): "is of the same group as"
    case (.household, _): "is of the same household as"
    case (.contactOf, true): "is a contact of"
    case (.contactOf, false): "has the contact"
    case (.formerly, true): "has a name that was once used by"
    case (.formerly, false): "was formerly called like"
    }
  }

  /// For the API.
  public var document: Value {
    [
      "kind": .string(kind.rawValue), "direction": .string(isForward ? "forward" : "backward"), "words": .string(words),
      "evidence": .array(
        evidence.map { ["words": .string($0.words), "first": .string($0.first.description), "second": .string($0.second.description)] }),
    ]
  }
}
