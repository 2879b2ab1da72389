/// Writes dictionaries as JSON objects, one after the other: members sorted by the UTF-8 bytes of their names, what they hold as
/// ``CanonicalJSON/orderedBytes(_:)`` writes it.
///
/// Dictionaries of one shape, as the attributes of one file's records are, mostly have their members in one order in memory: that
/// order is sorted once and then only compared.
public struct MemberWriter: Sendable {
  /// The names as they stood in memory the last time, and their ranks.
  private var names: [String] = []
  private var order: [Int] = []

  public init() {}

  public mutating func append(_ dictionary: [String: Value], to output: inout [UInt8]) {
    let members = Array(dictionary)
    if !(members.count == names.count && zip(members, names).allSatisfy { $0.key == $1 }) {
      names = members.map(\.key)
      order = members.indices.sorted { utf8Precedes(members[$0].key, members[$1].key) }
    }
    output.append(UInt8(ascii: "{"))
    for (rank, place) in order.enumerated() {
      if rank > 0 { output.append(UInt8(ascii: ",")) }
      CanonicalJSON.append(members[place].key, to: &output)
      output.append(UInt8(ascii: ":"))
      CanonicalJSON.append(members[place].value, to: &output)
    }
    output.append(UInt8(ascii: "}"))
  }
}
