/// How much a mail may hold. More of its structure makes it a fault, more text is cut off.
public struct MailLimits: Hashable, Sendable {
  /// Bytes of the header.
  public var header = 1 << 20
  /// Parts, those of messages within it included.
  public var parts = 1000
  /// How deep messages and multiparts lie in each other.
  public var depth = 50
  /// Bytes of text, decoded; ``MailReader`` says `text-truncated` when there is more.
  public var text = 1 << 20
  /// Bytes of one part that are looked at for text.
  public var source = 8 << 20

  public init() {}
}
