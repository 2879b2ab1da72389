import Kernels

/// What is measured: every text against all texts.
enum Work: String, CaseIterable {
  case levenshteinBlocks = "levenshtein"
  case jaroWinklerBlocks = "jaro-winkler"
  case jaroWinklerBlocksAtLeast = "jaro-winkler-850"
  case alignmentBlocks = "osa"
  case indelBlocks = "indel"
  case levenshteinOneToMany = "levenshtein-prepared"
  case jaroWinklerOneToMany = "jaro-winkler-prepared"
  case levenshteinPair = "levenshtein-pair"
  case jaroWinklerPair = "jaro-winkler-pair"

  /// Prepares, compares and sums up, so that nothing can be left out. A profiler finds it by its name.
  @inline(never)
  func run(_ texts: [[UInt16]]) -> Int {
    switch self {
    case .levenshteinBlocks: blocks(texts) { $0.levenshtein($1, into: $2) }
    case .jaroWinklerBlocks: blocks(texts) { $0.jaroWinkler($1, into: $2) }
    case .jaroWinklerBlocksAtLeast: blocks(texts) { $0.jaroWinkler($1, atLeast: 850, into: $2) }
    case .alignmentBlocks: blocks(texts) { $0.optimalStringAlignment($1, into: $2) }
    case .indelBlocks: blocks(texts) { $0.indel($1, into: $2) }
    case .levenshteinOneToMany: oneToMany(texts) { $0.levenshtein($1) }
    case .jaroWinklerOneToMany: oneToMany(texts) { $0.jaroWinkler($1) }
    case .levenshteinPair: pairs(texts) { levenshtein($0, $1) }
    case .jaroWinklerPair: pairs(texts) { jaroWinkler($0, $1) }
    }
  }

  private func blocks(
    _ texts: [[UInt16]], _ compare: (TextBlocks, UnsafeBufferPointer<UInt16>, UnsafeMutableBufferPointer<Int32>) -> Void
  ) -> Int {
    let blocks = TextBlocks(texts)
    var results = [Int32](repeating: 0, count: texts.count)
    return results.withUnsafeMutableBufferPointer { results in
      texts.reduce(0) { sum, text in
        text.withUnsafeBufferPointer { compare(blocks, $0, results) }
        return results.reduce(sum) { $0 &+ Int($1) }
      }
    }
  }

  private func oneToMany(_ texts: [[UInt16]], _ compare: (borrowing PreparedText, UnsafeBufferPointer<UInt16>) -> Int) -> Int {
    var query = PreparedText()
    var sum = 0
    for text in texts {
      text.withUnsafeBufferPointer { query.prepare($0) }
      for other in texts { sum &+= other.withUnsafeBufferPointer { compare(query, $0) } }
    }
    return sum
  }

  private func pairs(_ texts: [[UInt16]], _ compare: (UnsafeBufferPointer<UInt16>, UnsafeBufferPointer<UInt16>) -> Int) -> Int {
    var sum = 0
    for text in texts {
      text.withUnsafeBufferPointer { text in for other in texts { sum &+= other.withUnsafeBufferPointer { compare(text, $0) } } }
    }
    return sum
  }
}
