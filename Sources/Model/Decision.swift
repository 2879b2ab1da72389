/// A person's word that two records are, or are not, the same customer. People win (contract C4).
public struct Decision: Hashable, Sendable {
  public enum Kind: String, Hashable, Sendable {
    case mustLink = "must-link"
    case cannotLink = "cannot-link"
  }

  public var id: Int64
  public var kind: Kind
  /// The two records, smaller key first.
  public var first: RecordKey
  public var second: RecordKey
  public var author: String
  public var reason: String
  /// When it stops counting, as microseconds since 1970. The journal, not a clock, makes it expire (C2).
  public var expires: Int64?

  public init(id: Int64, kind: Kind, _ one: RecordKey, _ other: RecordKey, author: String, reason: String, expires: Int64? = nil) {
    self.id = id
    self.kind = kind
    first = min(one, other)
    second = max(one, other)
    self.author = author
    self.reason = reason
    self.expires = expires
  }
}
