/// What is left for components that fit under no bar: only equal exclusive ids join.
enum ExclusiveGroups {
  static func groups(_ nodes: [Int32], prepared: (Int32) -> PreparedRecord) -> [[Int32]] {
    var groupOfID: [PreparedRecord.Identifier: Int] = [:]
    var groups: [[Int32]] = []
    for node in nodes {
      let code = prepared(node).identifiers.first { $0.scheme == .creditCode }
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
