/// How new a statement is. Newer wins, whatever the order of arrival (contract C5).
///
/// `order` is the version that the source declared (microseconds since 1970, or a sequence number), else the journal
/// position given at acceptance. `generation` is 0 except for deletes inferred from a snapshot, which carry the last
/// declared order and the snapshot's generation, so that they follow what they delete and precede the next statement.
public struct Version: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var order: Int64
  public var generation: Int64

  public init(_ order: Int64, generation: Int64 = 0) {
    self.order = order
    self.generation = generation
  }

  public static func < (left: Version, right: Version) -> Bool {
    (left.order, left.generation) < (right.order, right.generation)
  }

  public var description: String { generation == 0 ? "\(order)" : "\(order)+\(generation)" }
}
