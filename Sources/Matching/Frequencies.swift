import Model

/// How rare values are: −log2 of their share among all values of their kind, in 1/256 bit. Counted from a table or by
/// `kindred train`, then frozen: matching never counts by itself (C2).
public struct Frequencies: Hashable, Sendable {
  /// What a value is a value of. Raw values are part of files: only add.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case surname, given, brand, brandWord, place, postcode, street, streetWord, birthDate
    case column0, column1, column2, column3, column4, column5, column6, column7
    case columnWord0, columnWord1, columnWord2, columnWord3, columnWord4, columnWord5, columnWord6, columnWord7

    static func column(_ number: UInt8) -> Kind { Kind(rawValue: column0.rawValue + number) ?? .column7 }
    static func columnWord(_ number: UInt8) -> Kind { Kind(rawValue: columnWord0.rawValue + number) ?? .columnWord7 }
  }

  struct Key: Hashable, Sendable {
    var kind: Kind
    var value: UInt64
  }

  private var counts: [Key: Int32] = [:]
  private var totals: [Kind: Int] = [:]

  public init() {}

  public var isEmpty: Bool { totals.isEmpty }

  public mutating func count(_ kind: Kind, _ value: UInt64, times: Int = 1) {
    guard value != 0, times > 0 else { return }
    counts[Key(kind: kind, value: value), default: 0] += Int32(clamping: times)
    totals[kind, default: 0] += times
  }

  /// Every value that was counted, by kind, then value.
  public var entries: [(kind: Kind, value: UInt64, count: Int)] {
    counts.map { (kind: $0.key.kind, value: $0.key.value, count: Int($0.value)) }
      .sorted { ($0.kind.rawValue, $0.value) < ($1.kind.rawValue, $1.value) }
  }

  /// In 1/256 bit, at least 1; 0 when nothing was counted for this kind. A value never seen counts as seen once.
  public func rarity(_ kind: Kind, _ value: UInt64) -> Int16 {
    guard let total = totals[kind], value != 0 else { return 0 }
    let count = max(1, Int(counts[Key(kind: kind, value: value)] ?? 1))
    return max(1, Int16(clamping: Int((logarithm2(Double(max(total, 2)) / Double(count)) * 256).rounded())))
  }

  /// How often a value was seen.
  public func occurrences(_ kind: Kind, _ value: UInt64) -> Int { Int(counts[Key(kind: kind, value: value)] ?? 0) }

  public func total(_ kind: Kind) -> Int { totals[kind] ?? 0 }

  var digest: UInt64 {
    // A sum does not depend on the order in which a dictionary is walked.
    var sum: UInt64 = 0
    for (key, count) in counts {
      var hash = StableHash(seed: UInt64(key.kind.rawValue))
      hash.combine(key.value)
      hash.combine(UInt64(UInt32(bitPattern: count)))
      sum &+= hash.value
    }
    for (kind, total) in totals {
      var hash = StableHash(seed: 0xF0 ^ UInt64(kind.rawValue))
      hash.combine(UInt64(total))
      sum &+= hash.value
    }
    return sum
  }
}
