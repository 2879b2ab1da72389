import Model

/// How rare values are: −log2 of their share among all values of their kind, in 1/256 bit. Counted from a table or by
/// `kindred train`, then frozen: matching never counts by itself (C2).
public struct Frequencies: Sendable {
  /// What a value is a value of. Raw values are part of files: only add.
  public enum Kind: UInt8, Hashable, Sendable, CaseIterable {
    case surname, given, brand, brandWord, place, postcode, street, streetWord, birthDate
    case column0, column1, column2, column3, column4, column5, column6, column7
    case columnWord0, columnWord1, columnWord2, columnWord3, columnWord4, columnWord5, columnWord6, columnWord7

    static func column(_ number: UInt8) -> Kind { Kind(rawValue: column0.rawValue + number) ?? .column7 }
    static func columnWord(_ number: UInt8) -> Kind { Kind(rawValue: columnWord0.rawValue + number) ?? .columnWord7 }
  }

  private var tables = Array(repeating: NumberTable(), count: Kind.allCases.count)
  private var totals = Array(repeating: 0, count: Kind.allCases.count)

  public init() {}

  /// - Parameter times: at least 1.
  public mutating func count(_ kind: Kind, _ value: UInt64, times: Int = 1) {
    guard value != 0, times > 0 else { return }
    tables[Int(kind.rawValue)].add(value, Int32(clamping: times))
    totals[Int(kind.rawValue)] = min(totals[Int(kind.rawValue)] &+ min(times, Int(Int32.max)), Self.mostTotal)
  }

  /// Larger than any table; keeps a model file with absurd counts from overflowing.
  private static let mostTotal = 1 << 50

  /// Adds what was counted elsewhere.
  mutating func add(_ others: [Frequencies], _ workers: Workers) {
    tables = workers.map(parts: tables.count) { [tables] kind in
      others.reduce(into: tables[kind]) { $0.add($1.tables[kind]) }
    }
    for other in others {
      for place in totals.indices { totals[place] += other.totals[place] }
    }
  }

  /// Every value that was counted, by kind, then value.
  public var entries: [(kind: Kind, value: UInt64, count: Int)] {
    Kind.allCases.flatMap { kind in
      var entries: [(kind: Kind, value: UInt64, count: Int)] = []
      tables[Int(kind.rawValue)].forEach { entries.append((kind, $0, Int($1))) }
      return entries.sorted { $0.value < $1.value }
    }
  }

  /// In 1/256 bit, at least 1; 0 when nothing was counted for this kind. A value never seen counts as seen once.
  public func rarity(_ kind: Kind, _ value: UInt64) -> Int16 {
    let total = totals[Int(kind.rawValue)]
    guard total > 0, value != 0 else { return 0 }
    return Self.rarity(count: tables[Int(kind.rawValue)][value], total: total)
  }

  private static func rarity(count: Int32, total: Int) -> Int16 {
    max(1, Int16(clamping: Int((logarithm2(Double(max(total, 2)) / Double(max(1, count))) * 256).rounded())))
  }

  var digest: UInt64 {
    // A sum does not depend on the order in which a table is walked.
    var sum: UInt64 = 0
    for kind in Kind.allCases where totals[Int(kind.rawValue)] > 0 {
      tables[Int(kind.rawValue)].forEach { value, count in
        var hash = StableHash(seed: UInt64(kind.rawValue))
        hash.combine(value)
        hash.combine(UInt64(UInt32(bitPattern: count)))
        sum &+= hash.value
      }
      var hash = StableHash(seed: 0xF0 ^ UInt64(kind.rawValue))
      hash.combine(UInt64(totals[Int(kind.rawValue)]))
      sum &+= hash.value
    }
    return sum
  }

  /// Reads rarities, and remembers those of small counts: a logarithm costs more than finding the count. One for each thread.
  struct Reader {
    private let frequencies: Frequencies
    /// By kind, by count; 0 is not known yet.
    private var known = Array(repeating: [Int16](), count: Kind.allCases.count)
    private static let remembered = 1_024

    init(_ frequencies: Frequencies) { self.frequencies = frequencies }

    mutating func rarity(_ kind: Kind, _ value: UInt64) -> Int16 {
      let place = Int(kind.rawValue)
      let total = frequencies.totals[place]
      guard total > 0, value != 0 else { return 0 }
      let count = max(1, frequencies.tables[place][value])
      guard count < Self.remembered else { return Frequencies.rarity(count: count, total: total) }
      if known[place].isEmpty { known[place] = Array(repeating: 0, count: Self.remembered) }
      if known[place][Int(count)] == 0 { known[place][Int(count)] = Frequencies.rarity(count: count, total: total) }
      return known[place][Int(count)]
    }
  }
}
