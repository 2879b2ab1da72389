/// What two values, or two records, say about up to four neighbouring aspects.
struct PartFindings {
  /// By aspect from the first one of the part on.
  private(set) var ranks: SIMD4<UInt8> = .zero
  private(set) var units: SIMD4<Int16> = .zero
  private(set) var rarities: SIMD4<Int16> = .zero
  /// Of all units.
  private(set) var sum: Int32 = 0

  @inline(__always)
  mutating func set(_ place: Int, _ level: Level, _ units: Int16, rarity: Int16 = 0) {
    sum &+= Int32(units) &- Int32(self.units[place])
    ranks[place] = level.rank
    self.units[place] = units
    rarities[place] = rarity
  }

  /// Keeps the level, but not what it is worth.
  @inline(__always)
  mutating func setWeight(_ place: Int, _ units: Int16) {
    sum &+= Int32(units) &- Int32(self.units[place])
    self.units[place] = units
  }

  /// Takes the other findings when they agree better; of equal ones those that come first in an order of their own, so that it does
  /// not matter in which order values stand (C2).
  @inline(__always)
  mutating func improve(with other: PartFindings) {
    if other.sum > sum || other.sum == sum && other.precedes(self) { self = other }
  }

  @inline(never)
  private func precedes(_ other: PartFindings) -> Bool {
    for place in 0..<4 {
      if units[place] != other.units[place] { return units[place] > other.units[place] }
      if ranks[place] != other.ranks[place] { return ranks[place] < other.ranks[place] }
      if rarities[place] != other.rarities[place] { return rarities[place] < other.rarities[place] }
    }
    return false
  }
}

/// What two lists of values say about one aspect: the best level of any two of them.
struct LevelFinding {
  private(set) var level: Level
  private(set) var units: Int16
  private(set) var rarity: Int16 = 0

  @inline(__always)
  init(_ level: Level, _ units: Int16, rarity: Int16 = 0) {
    self.level = level
    self.units = units
    self.rarity = rarity
  }

  /// More is better; of levels worth the same the lower rank.
  @inline(__always)
  mutating func improve(with level: Level, _ units: Int16, rarity: Int16 = 0) {
    if units > self.units || units == self.units && level.rank < self.level.rank { self = LevelFinding(level, units, rarity: rarity) }
  }
}
