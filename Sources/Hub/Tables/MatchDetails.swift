import Matching
import Model

/// What a report shows beside the clusters.
public struct MatchDetails: Sendable {
  /// One thing that two rows were compared by.
  public struct Part: Hashable, Sendable {
    public var name: String
    public var bits: Double
  }

  /// A pair near the cut, with the rows as they stand in the table.
  public struct Example: Hashable, Sendable {
    public var one: Int
    public var other: Int
    public var bits: Double
    /// Prior and parts add up to the weight.
    public var parts: [Part]
    public var areTogether: Bool
  }

  /// Weights of all pairs that came near enough to be kept, in bits.
  public private(set) var pairBits: [Double] = []
  public private(set) var examples: [Example] = []
  /// Rows that do not say enough to be matched with anything: their weight against themselves lies below the cut.
  public private(set) var silentRows: [Int] = []
  public private(set) var silentCount = 0
  public private(set) var cells: [Int: [String]] = [:]

  private static let exampleCount = 12
  private static let silentLimit = 50

  init(_ match: BulkMatch, _ rows: TableRows) {
    let pairs = match.scoredPairs
    pairBits = pairs.map(\.weight.bits)
    let threshold = match.model.threshold
    let nearest = pairs.sorted { left, right in
      let distances = ((left.weight - threshold).units.magnitude, (right.weight - threshold).units.magnitude)
      return distances.0 == distances.1 ? (left.one, left.other) < (right.one, right.other) : distances.0 < distances.1
    }
    examples = nearest.prefix(Self.exampleCount).map { pair in
      let parts = match.parts(pair.one, pair.other).map { Part(name: $0.words, bits: $0.weight.bits) }
      return Example(
        one: pair.one, other: pair.other, bits: pair.weight.bits, parts: [Part(name: "prior", bits: match.model.prior.bits)] + parts,
        areTogether: match.clusterOfRecord[pair.one] == match.clusterOfRecord[pair.other])
    }
    for row in 0..<rows.count where match.isSilent(row) {
      silentCount += 1
      if silentRows.count < Self.silentLimit { silentRows.append(row) }
    }
    for row in examples.flatMap({ [$0.one, $0.other] }) + silentRows { cells[row] = rows.cells(of: row) }
  }
}
