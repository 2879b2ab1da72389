/// What a mapping says about one record: the unit that the pipeline applies.
public struct Statement: Hashable, Sendable {
  /// How the attributes combine with what is already known.
  public enum Write: String, Hashable, Sendable {
    /// Absent attributes keep their value, null clears; every attribute has a version of its own.
    case patch
    /// The record becomes exactly these attributes.
    case replace
  }

  public var key: RecordKey
  /// The version that the source declared; `nil` means the journal position of the delivery.
  public var version: Version?
  public var write: Write
  /// True when the source says that the thing is gone. `attributes` is then empty.
  public var isDelete: Bool
  public var attributes: [String: Value]

  public init(key: RecordKey, version: Version? = nil, write: Write, isDelete: Bool = false, attributes: [String: Value] = [:]) {
    self.key = key
    self.version = version
    self.write = write
    self.isDelete = isDelete
    self.attributes = attributes
  }
}

/// The value of an attribute that points to another record, which may arrive later.
/// In attributes it is written as the object `{"ref": "source/type/key"}`.
public struct Reference: Hashable, Sendable {
  public let target: RecordKey

  public init(_ target: RecordKey) { self.target = target }

  public init?(_ value: Value) {
    guard case .object(let object) = value, object.count == 1, let text = object["ref"]?.text, let key = RecordKey(parsing: text) else {
      return nil
    }
    target = key
  }

  public var value: Value { ["ref": .string(target.description)] }
}
