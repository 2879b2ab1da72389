/// The kernels as their definitions say, cell by cell and unit by unit.
enum Slow {
  static func levenshtein(_ left: [UInt16], _ right: [UInt16]) -> Int { editDistance(left, right, transposing: false) }
  static func optimalStringAlignment(_ left: [UInt16], _ right: [UInt16]) -> Int { editDistance(left, right, transposing: true) }

  private static func editDistance(_ left: [UInt16], _ right: [UInt16], transposing: Bool) -> Int {
    var (beforeLast, last) = ([Int](), Array(0...right.count))
    for i in 0..<left.count {
      var row = [i + 1]
      row.reserveCapacity(right.count + 1)
      for j in 0..<right.count {
        var best = min(last[j] + (left[i] == right[j] ? 0 : 1), row[j] + 1, last[j + 1] + 1)
        if transposing, i > 0, j > 0, left[i] == right[j - 1], left[i - 1] == right[j] { best = min(best, beforeLast[j - 1] + 1) }
        row.append(best)
      }
      (beforeLast, last) = (last, row)
    }
    return last[right.count]
  }

  static func longestCommonSubsequence(_ left: [UInt16], _ right: [UInt16]) -> Int {
    var last = [Int](repeating: 0, count: right.count + 1)
    for unit in left {
      var row = [0]
      row.reserveCapacity(right.count + 1)
      for j in 0..<right.count { row.append(unit == right[j] ? last[j] + 1 : max(last[j + 1], row[j])) }
      last = row
    }
    return last[right.count]
  }

  static func indel(_ left: [UInt16], _ right: [UInt16]) -> Int {
    left.count + right.count - 2 * longestCommonSubsequence(left, right)
  }

  /// Jaro-Winkler as Winkler describes it, over the first 64 units, with explicit match lists and exact fractions.
  static func jaroWinkler(_ left: [UInt16], _ right: [UInt16]) -> Int {
    let (left, right) = (Array(left.prefix(64)), Array(right.prefix(64)))
    if left.isEmpty || right.isEmpty { return left.count == right.count ? 1000 : 0 }
    let window = max(max(left.count, right.count) / 2 - 1, 0)
    var isTaken = [Bool](repeating: false, count: right.count)
    var mine: [UInt16] = []
    for i in 0..<left.count {
      for j in max(0, i - window)..<max(max(0, i - window), min(right.count, i + window + 1))
      where right[j] == left[i] && !isTaken[j] {
        isTaken[j] = true
        mine.append(left[i])
        break
      }
    }
    guard !mine.isEmpty else { return 0 }
    let others = right.indices.filter { isTaken[$0] }.map { right[$0] }
    let m = mine.count
    let transpositions = zip(mine, others).filter { $0 != $1 }.count / 2
    let jaro =
      (m * m * right.count + m * m * left.count + (m - transpositions) * left.count * right.count) * 100_000
      / (3 * left.count * right.count * m)
    guard jaro > 70_000 else { return (jaro + 50) / 100 }
    let prefix = zip(left, right).prefix(4).prefix { $0 == $1 }.count
    return (jaro + prefix * (100_000 - jaro) / 10 + 50) / 100
  }

  /// The greatest sum of an assignment, over all assignments.
  static func bestSum(_ scores: [Int], rows: Int, columns: Int, from row: Int = 0, taken: Set<Int> = []) -> Int {
    if row == rows { return 0 }
    var best = rows - row > columns - taken.count ? bestSum(scores, rows: rows, columns: columns, from: row + 1, taken: taken) : Int.min
    for column in 0..<columns where !taken.contains(column) {
      let rest = bestSum(scores, rows: rows, columns: columns, from: row + 1, taken: taken.union([column]))
      best = max(best, scores[row * columns + column] + rest)
    }
    return best
  }
}
