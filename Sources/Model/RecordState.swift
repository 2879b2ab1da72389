/// What the store knows about one record after all statements so far. A pure value; `Mastering` computes it.
///
/// Statements about a record are ordered by their version and, when two versions are equal, by the hash of their content
/// (contract C5). To make the state independent of the order of arrival, it therefore keeps that hash beside every
/// version: one for the newest statement, one for the baseline, one per attribute. A store must keep them all.
public struct RecordState: Hashable, Sendable {
  public struct Attribute: Hashable, Sendable {
    public var value: Value
    public var version: Version
    /// The content hash of the statement that set the value.
    public var content: UInt64

    public init(value: Value, version: Version, content: UInt64 = 0) {
      self.value = value
      self.version = version
      self.content = content
    }
  }

  public var key: RecordKey
  /// The newest version of any statement so far.
  public var version: Version
  /// The content hash of the statement that gave `version`.
  public var content: UInt64
  /// True when the newest statement is a delete.
  public var isDeleted: Bool
  /// Live values and, as nulls, what a patch cleared. Cleared values keep their version so that an older one cannot return.
  public var attributes: [String: Attribute]
  /// The version of the last whole statement (a replace or a delete): patches older than it no longer count.
  public var baseline: Version?
  /// The content hash of the statement that gave `baseline`; 0 when there is none.
  public var baselineContent: UInt64

  public init(
    key: RecordKey, version: Version, content: UInt64 = 0, isDeleted: Bool = false, attributes: [String: Attribute] = [:],
    baseline: Version? = nil, baselineContent: UInt64 = 0
  ) {
    self.key = key
    self.version = version
    self.content = content
    self.isDeleted = isDeleted
    self.attributes = attributes
    self.baseline = baseline
    self.baselineContent = baselineContent
  }

  /// The value of an attribute; nil when it is null, not there, or the record deleted.
  public func live(_ name: String) -> Value? {
    guard !isDeleted, let value = attributes[name]?.value, !value.isNull else { return nil }
    return value
  }

  /// As ``values``, in no particular order.
  public var members: [(name: String, value: Value)] {
    guard !isDeleted else { return [] }
    return attributes.compactMap { name, attribute in attribute.value.isNull ? nil : (name: name, value: attribute.value) }
  }

  /// The values that are neither null nor deleted.
  public var values: [String: Value] {
    guard !isDeleted else { return [:] }
    return attributes.mapValues(\.value).filter { $0.value != .null }
  }
}
