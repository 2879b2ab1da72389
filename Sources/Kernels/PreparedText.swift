/// A text prepared once to be compared with many: its bit masks, 3.3 KB for every 64 units. All texts are UTF-16 units and may have any
/// length.
public struct PreparedText: ~Copyable {
  /// Units in the text.
  public private(set) var count = 0
  /// The text's front, then its tables.
  private var memory: UnsafeMutableRawPointer
  private var capacity: Int

  /// The empty text, to be followed by others.
  public init() { self.init(UnsafeBufferPointer(start: nil, count: 0)) }

  public init(_ units: UnsafeBufferPointer<UInt16>) {
    capacity = max((units.count + 63) / 64, 1)
    memory = Self.allocate(capacity)
    fill(units)
  }

  deinit { memory.deallocate() }

  /// Takes another text in the place of this one, in the same memory when it suffices.
  public mutating func prepare(_ units: UnsafeBufferPointer<UInt16>) {
    if (units.count + 63) / 64 > capacity {
      memory.deallocate()
      capacity = (units.count + 63) / 64
      memory = Self.allocate(capacity)
    }
    fill(units)
  }

  private static let frontBytes = jaroWinklerReach * MemoryLayout<UInt16>.size

  private static func allocate(_ words: Int) -> UnsafeMutableRawPointer {
    .allocate(byteCount: frontBytes + words * MaskTable.byteCount, alignment: 32)
  }

  private mutating func fill(_ units: UnsafeBufferPointer<UInt16>) {
    count = units.count
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: Self.frontBytes + max(wordCount, 1) * MaskTable.byteCount)
    let front = memory.assumingMemoryBound(to: UInt16.self)
    for (index, unit) in units.prefix(jaroWinklerReach).enumerated() { front[index] = unit }
    for word in 0..<wordCount { table(word).fill(units[word * 64..<min(word * 64 + 64, count)]) }
  }

  /// Words of 64 units.
  var wordCount: Int { (count + 63) / 64 }

  /// The masks of the units from 64 × word on.
  @inline(__always)
  func table(_ word: Int) -> MaskTable { MaskTable(at: memory + (Self.frontBytes + word * MaskTable.byteCount)) }

  /// The units that Jaro-Winkler looks at.
  @inline(__always)
  var front: UnsafeBufferPointer<UInt16> {
    UnsafeBufferPointer(start: memory.assumingMemoryBound(to: UInt16.self), count: min(count, jaroWinklerReach))
  }
}

extension PreparedText {
  /// Levenshtein distance: the fewest insertions, deletions and replacements of units that make one text the other.
  /// Answers `limit + 1` as soon as it is known to be more than `limit`.
  public func levenshtein(_ text: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max) -> Int {
    editDistance(text, limit, transposing: false)
  }

  /// Optimal string alignment: Levenshtein distance in which two neighbours that changed places cost one, and no unit is
  /// edited twice. Answers `limit + 1` as soon as it is known to be more than `limit`.
  public func optimalStringAlignment(_ text: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max) -> Int {
    editDistance(text, limit, transposing: true)
  }

  @inline(__always)
  private func editDistance(_ text: UnsafeBufferPointer<UInt16>, _ limit: Int, transposing: Bool) -> Int {
    if abs(count - text.count) > limit { return limit + 1 }
    if count == 0 { return text.count }
    return count <= 64
      ? Kernels.editDistance(table(0), count, text, limit, transposing: transposing)
      : longEditDistance(self, text, limit, transposing: transposing)
  }

  /// Units in the longest common subsequence.
  public func longestCommonSubsequence(_ text: UnsafeBufferPointer<UInt16>) -> Int {
    count <= 64 ? Kernels.longestCommonSubsequence(table(0), text) : longCommonSubsequence(self, text)
  }

  /// Indel distance: the fewest insertions and deletions. Answers `limit + 1` when it is more than `limit`.
  public func indel(_ text: UnsafeBufferPointer<UInt16>, atMost limit: Int = .max) -> Int {
    if abs(count - text.count) > limit { return limit + 1 }
    let distance = count + text.count - 2 * longestCommonSubsequence(text)
    return distance > limit ? limit + 1 : distance
  }

  /// Jaro-Winkler similarity in thousandths (see the function of that name), or 0 when it is less than `threshold`.
  public func jaroWinkler(_ text: UnsafeBufferPointer<UInt16>, atLeast threshold: Int = 0) -> Int {
    Kernels.jaroWinkler(table(0), front, text, threshold)
  }
}
