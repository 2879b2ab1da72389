/// The best one-to-one pairing of the words of two texts, whatever their order.
public struct WordAlignment: Equatable, Sendable {
  /// Words of a list that are looked at: the rest of a longer list is cut off. The work grows with the cube.
  public static let reach = 64

  /// For each word of the left list its partner's place in the right one, or nil when nothing is alike.
  public let partners: [Int?]
  /// The partners' Jaro-Winkler similarities, weighed by their units, in thousandths of all units of both lists: 1,000 when each
  /// word has its equal, 0 when no word is like another. Two empty lists are equal.
  public let similarity: Int

  public init(_ left: [[UInt16]], _ right: [[UInt16]]) {
    let (left, right) = (left.prefix(Self.reach), right.prefix(Self.reach))
    let units = left.reduce(0) { $0 + $1.count } + right.reduce(0) { $0 + $1.count }
    var scores: [Int] = []
    scores.reserveCapacity(left.count * right.count)
    var prepared = PreparedText()
    for word in left {
      word.withUnsafeBufferPointer { prepared.prepare($0) }
      for other in right {
        scores.append(other.withUnsafeBufferPointer { prepared.jaroWinkler($0) } * (word.count + other.count))
      }
    }
    let columns = right.count
    partners = bestAssignment(scores, rows: left.count, columns: columns).enumerated().map { row, column in
      column.flatMap { scores[row * columns + $0] > 0 ? $0 : nil }
    }
    let total = partners.enumerated().reduce(0) { sum, pair in sum + (pair.element.map { scores[pair.offset * columns + $0] } ?? 0) }
    similarity = units == 0 ? 1000 : total / units
  }
}

/// The one-to-one assignment of rows to columns with the greatest sum of scores: for each row its column, or nil for the rows
/// that are left over. `scores` holds the rows one after the other.
///
/// Kuhn's Hungarian method with potentials, one shortest augmenting path for each row (Jonker and Volgenant 1987): the smaller side
/// squared times the larger one.
public func bestAssignment(_ scores: [Int], rows: Int, columns: Int) -> [Int?] {
  precondition(scores.count == rows * columns, "one score for each row and column")
  if rows > columns {
    var turned: [Int] = []
    turned.reserveCapacity(scores.count)
    for column in 0..<columns { for row in 0..<rows { turned.append(scores[row * columns + column]) } }
    var assigned = [Int?](repeating: nil, count: rows)
    for (column, row) in bestAssignment(turned, rows: columns, columns: rows).enumerated() {
      if let row { assigned[row] = column }
    }
    return assigned
  }
  // The place `columns` is the one that a path starts from.
  var owners = [Int?](repeating: nil, count: columns + 1)
  var rowPotentials = [Int](repeating: 0, count: rows)
  var columnPotentials = [Int](repeating: 0, count: columns + 1)
  for row in 0..<rows {
    owners[columns] = row
    var least = [Int](repeating: .max, count: columns)
    var cameFrom = [Int](repeating: columns, count: columns)
    var visited = [Bool](repeating: false, count: columns + 1)
    var column = columns
    while let owner = owners[column] {
      visited[column] = true
      var (step, next) = (Int.max, columns)
      for other in 0..<columns where !visited[other] {
        let cost = -scores[owner * columns + other] - rowPotentials[owner] - columnPotentials[other]
        if cost < least[other] { (least[other], cameFrom[other]) = (cost, column) }
        if least[other] < step { (step, next) = (least[other], other) }
      }
      for other in 0...columns where visited[other] {
        if let owner = owners[other] { rowPotentials[owner] += step }
        columnPotentials[other] -= step
      }
      for other in 0..<columns where !visited[other] { least[other] -= step }
      column = next
    }
    while column != columns {
      owners[column] = owners[cameFrom[column]]
      column = cameFrom[column]
    }
  }
  var assigned = [Int?](repeating: nil, count: rows)
  for column in 0..<columns { if let owner = owners[column] { assigned[owner] = column } }
  return assigned
}
