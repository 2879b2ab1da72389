/// A match weight: log2 of a Bayes factor in units of 1/256 bit. Integers make sums exact, associative and the same on
/// every machine (DESIGN §4.3).
public struct MatchWeight: Hashable, Sendable, Comparable, CustomStringConvertible {
  public var units: Int32

  public init(units: Int32) { self.units = units }
  public init(bits: Double) { units = Int32((bits * 256).rounded()) }

  public static let zero = MatchWeight(units: 0)
  public static let oneBit = MatchWeight(units: 256)

  public var bits: Double { Double(units) / 256 }
  public var description: String {
    let hundredths = Int((bits * 100).rounded())
    let fraction = String(abs(hundredths) % 100)
    return "\(hundredths < 0 ? "-" : "+")\(abs(hundredths) / 100).\(fraction.count < 2 ? "0" + fraction : fraction)"
  }

  public static func < (left: MatchWeight, right: MatchWeight) -> Bool { left.units < right.units }
  public static func + (left: MatchWeight, right: MatchWeight) -> MatchWeight { MatchWeight(units: left.units + right.units) }
  public static func - (left: MatchWeight, right: MatchWeight) -> MatchWeight { MatchWeight(units: left.units - right.units) }
  public static func += (left: inout MatchWeight, right: MatchWeight) { left.units += right.units }
}
