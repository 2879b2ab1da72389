import Model

/// Which rows of a table are the same customer, as a person knows: `kindred match --truth`. Tells how right clusters are, by pairs of rows.
public struct MatchTruth: Sendable {
  /// How right the clusters of a table are. Only rows that the truth knows count.
  public struct Score: Hashable, Sendable {
    /// Pairs of rows that are one customer.
    public var truePairs = 0
    /// Pairs of rows in one cluster.
    public var foundPairs = 0
    /// Pairs of rows that are one customer and in one cluster.
    public var rightPairs = 0
    /// Rows that the truth does not know.
    public var unknownRows = 0
    /// Ids of the truth that no row has: their pairs cannot be found.
    public var missingRows = 0

    public var wrongPairs: Int { foundPairs - rightPairs }
    /// From 0 to 1; 1 when nothing was found.
    public var precision: Double { Self.share(rightPairs, of: foundPairs) }
    /// From 0 to 1; 1 when there was nothing to find.
    public var recall: Double { Self.share(rightPairs, of: truePairs) }
    public var f1: Double { precision + recall == 0 ? 0 : 2 * precision * recall / (precision + recall) }

    private static func share(_ part: Int, of all: Int) -> Double { all == 0 ? 1 : Double(part) / Double(all) }
  }

  /// By id: the number of its customer.
  private var customers: [String: UInt32] = [:]

  /// Reads a table with the columns `id` and `cluster`: the output of `kindred match` has them too.
  ///
  /// - Throws: `csv-…` faults, `table-empty`, `id-column-missing`, `id-duplicate`, `id-empty`, `truth-column-missing`.
  public init(_ file: TableFile) throws {
    let rows = try TableRows([file])
    if let fault = rows.faults.first { throw fault.fault }
    guard let column = rows.headers.firstIndex(of: "cluster") else {
      throw Fault(
        "truth-column-missing", "The truth has no column cluster.", at: Location(file: file.name),
        hint: "Its columns are \(rows.headers.joined(separator: ", ")); it needs id and cluster.")
    }
    let ids = try TableIDs(rows, [], wanted: "id", perFile: false)
    var numbers: [String: UInt32] = [:]
    customers.reserveCapacity(rows.count)
    for row in 0..<rows.count {
      let next = UInt32(numbers.count)
      customers[ids[row]] = numbers[rows.cell(row, column), orInsert: next]
    }
  }

  func score(_ ids: TableIDs, clusters: [Int]) -> Score {
    var score = Score()
    // Customer and cluster of each row in one number: equal ones are the same customer in the same cluster.
    var places: [UInt64] = []
    places.reserveCapacity(clusters.count)
    for (row, cluster) in clusters.enumerated() {
      if let customer = customers[ids[row]] {
        places.append(UInt64(customer) << 32 | UInt64(UInt32(cluster)))
      } else {
        score.unknownRows += 1
      }
    }
    score.missingRows = customers.count - places.count
    score.rightPairs = Self.pairs(places)
    score.foundPairs = Self.pairs(places.map { $0 & 0xFFFF_FFFF })
    score.truePairs = Self.pairs(customers.values.map { UInt64($0) })
    return score
  }

  /// Pairs of equal numbers.
  private static func pairs(_ numbers: [UInt64]) -> Int {
    var (count, run) = (0, 0)
    let sorted = numbers.sorted()
    for place in sorted.indices {
      run = place > 0 && sorted[place] == sorted[place - 1] ? run + 1 : 0
      count += run
    }
    return count
  }
}

extension Dictionary {
  fileprivate subscript(key: Key, orInsert value: Value) -> Value {
    mutating get {
      if let found = self[key] { return found }
      self[key] = value
      return value
    }
  }
}
