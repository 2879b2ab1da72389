// Levenshtein distance and optimal string alignment, 64 rows of the matrix at once: Myers, "A fast bit-vector algorithm for
// approximate string matching based on dynamic programming" (1999), in the form of Hyyrö, "A bit-vector algorithm for
// computing Levenshtein and Damerau edit distances" (2003). The masks are of the one text, down the matrix; the other text
// is read unit by unit, from column to column.

/// Levenshtein distance, or optimal string alignment when `transposing`, to a pattern of 1 to 64 units.
@inline(__always)
func editDistance(
  _ masks: some UnitMasks, _ patternCount: Int, _ text: UnsafeBufferPointer<UInt16>, _ limit: Int, transposing: Bool
) -> Int {
  let valid = UInt64.max >> UInt64(64 - patternCount)
  let isLimited = limit < max(patternCount, text.count)
  var column = Column()
  for (index, unit) in text.enumerated() {
    column.step(masks.mask(unit), Edge(), transposing: transposing)
    // From here on, every column can win at most one.
    if isLimited, index & 7 == 7, column.height(valid) + 2 * (index + 1) - text.count > limit { return limit + 1 }
  }
  let distance = text.count + column.height(valid)
  return distance > limit ? limit + 1 : distance
}

/// The same for a pattern of more than 64 units: one word after the other, each over the whole text. What a word hands to the
/// next is kept for every column.
func longEditDistance(
  _ pattern: borrowing PreparedText, _ text: UnsafeBufferPointer<UInt16>, _ limit: Int, transposing: Bool
) -> Int {
  withUnsafeTemporaryAllocation(of: Edge.self, capacity: text.count) { edges in
    edges.initialize(repeating: Edge())
    var distance = text.count
    for word in 0..<pattern.wordCount {
      let masks = pattern.table(word)
      let rows = min(pattern.count - word * 64, 64)
      var column = Column()
      for (index, unit) in text.enumerated() {
        edges[index] = column.step(masks.mask(unit), edges[index], transposing: transposing)
      }
      distance += column.height(UInt64.max >> UInt64(64 - rows))
      let done = word * 64 + rows
      if done < pattern.count, limit < pattern.count + text.count,
        leastDistance(edges, row: done, rowsLeft: pattern.count - done) > limit
      {
        return limit + 1
      }
    }
    return distance > limit ? limit + 1 : distance
  }
}

/// A lower bound of the whole distance from one row of the matrix, given by its steps: the way down from a column costs at
/// least the difference of the rows and columns that are left. (A transposition that leaps over the row is no cheaper: the cell it
/// leaps over is at most one more than where it starts.)
private func leastDistance(_ edges: UnsafeMutableBufferPointer<Edge>, row: Int, rowsLeft: Int) -> Int {
  var here = row
  var least = here + abs(rowsLeft - edges.count)
  for (index, edge) in edges.enumerated() {
    here += edge.isUp ? 1 : edge.isDown ? -1 : 0
    least = min(least, here + abs(rowsLeft - (edges.count - index - 1)))
  }
  return least
}

/// What the word above hands down at one column: how the matrix changes there from the column before, and whether the last unit
/// above could end a transposition. The top of the matrix grows by one from column to column.
private struct Edge {
  var isUp = true
  var isDown = false
  var transposes = false
}

/// Up to 64 rows of one column of the matrix, as differences from row to row.
private struct Column {
  private var up: UInt64 = ~0
  private var down: UInt64 = 0
  private var diagonal: UInt64 = 0
  private var previous: UInt64 = 0

  /// How much the matrix grows from the top of this column to the last valid row.
  @inline(__always)
  func height(_ valid: UInt64) -> Int { (up & valid).nonzeroBitCount - (down & valid).nonzeroBitCount }

  /// Goes to the next column, whose unit the pattern has in the places `equal`. Answers what it hands to the word below.
  @inline(__always) @discardableResult
  mutating func step(_ equal: UInt64, _ above: Edge, transposing: Bool) -> Edge {
    var below = Edge()
    let start = equal | (above.isDown ? 1 : 0)
    var same = (((start & up) &+ up) ^ up) | start | down
    if transposing {
      let crossed = ~diagonal & equal
      below.transposes = crossed >> 63 != 0
      same |= (crossed << 1 | (above.transposes ? 1 : 0)) & previous
      previous = equal
      diagonal = same
    }
    let right = down | ~(same | up)
    let left = same & up
    below.isUp = right >> 63 != 0
    below.isDown = left >> 63 != 0
    let shiftedRight = right << 1 | (above.isUp ? 1 : 0)
    up = (left << 1 | (above.isDown ? 1 : 0)) | ~(same | shiftedRight)
    down = shiftedRight & same
    return below
  }
}
