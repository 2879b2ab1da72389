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

  init(_ resolver: Resolver, _ records: [PreparedRecord], _ rows: TableRows, clusters: [Int]) {
    let comparison = Comparison(model: resolver.model, reputation: NoReputation())
    let pairs = resolver.scoredPairs
    pairBits = pairs.map { Self.bits($0.weight) }
    let threshold = resolver.model.threshold
    let nearest = pairs.sorted { left, right in
      let distances = ((left.weight - threshold).units.magnitude, (right.weight - threshold).units.magnitude)
      return distances.0 == distances.1 ? (left.one, left.other) < (right.one, right.other) : distances.0 < distances.1
    }
    examples = nearest.prefix(Self.exampleCount).map { pair in
      let findings = comparison.findings(records[Int(pair.one)], records[Int(pair.other)])
      return Example(
        one: Int(pair.one), other: Int(pair.other), bits: Self.bits(pair.weight), parts: Self.parts(findings, pair.weight, resolver.model),
        areTogether: clusters[Int(pair.one)] == clusters[Int(pair.other)])
    }
    for place in records.indices where comparison.weight(comparison.evidence(records[place], records[place])) < threshold {
      silentCount += 1
      if silentRows.count < Self.silentLimit { silentRows.append(place) }
    }
    for row in examples.flatMap({ [$0.one, $0.other] }) + silentRows { cells[row] = rows.rows[row].cells }
  }

  private static func parts(_ findings: Findings, _ weight: MatchWeight, _ model: MatchModel) -> [Part] {
    var parts = [Part(name: "prior", bits: bits(model.prior))]
    var sum = model.prior
    for aspect in Aspect.allCases where findings[aspect].level != 0 {
      let (rank, units) = findings[aspect]
      let level = aspect.levels.first { $0.rank == rank }
      parts.append(Part(name: "\(aspect): \(level.map { "\($0)" } ?? "")", bits: bits(units)))
      sum = sum + units
    }
    // Values that many rows share count less, and so does what relatives have in common.
    if sum != weight { parts.append(Part(name: "shared by many, or by relatives", bits: bits(weight - sum))) }
    return parts
  }

  private static func bits(_ weight: MatchWeight) -> Double { Double(weight.units) / 256 }
}
