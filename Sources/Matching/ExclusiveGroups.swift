/// What is left for components that fit under no bar: only equal exclusive ids join.
enum ExclusiveGroups {
  static func groups(_ nodes: [Int32], record: (Int32) -> RecordView) -> [[Int32]] {
    var groupOfID: [UInt64: Int] = [:]
    var groups: [[Int32]] = []
    for node in nodes {
      let code = record(node).identifiers.first { $0.scheme == UInt64(PreparedRecord.Identifier.Scheme.creditCode.rawValue) }?.value
      if let code, let group = groupOfID[code] {
        groups[group].append(node)
      } else {
        if let code { groupOfID[code] = groups.count }
        groups.append([node])
      }
    }
    return groups
  }
}
