extension CompanyName {
  /// True when `short` is an ordered selection of the characters of `long` as people abbreviate names: it begins with the first character,
  /// after an omitted or shortened place (中国石油化工 → 中石化, 中国东方航空 → 东航, 上海交通大学 → 上海交大), and every character it
  /// takes begins or ends a word of two, so that no long stretch of it is jumped over at its end. Both are folded and without legal form.
  public static func isAbbreviation(_ short: [UInt16], of long: [UInt16]) -> Bool {
    guard (2...6).contains(short.count), long.count > short.count, long.count <= 16, long.count <= short.count * 3 else { return false }
    guard isHan(short), isHan(long) else { return false }
    var starts = [0]
    if let place = nation.first(where: { long.starts(with: $0) }) { starts.append(place.count) }
    return starts.contains { selects(short, from: long[$0...]) }
  }

  private static let nation = ["中国", "中华", "全国"].map { Array($0.utf16) }

  private static func isHan(_ text: [UInt16]) -> Bool { text.allSatisfy { (0x4E00...0x9FFF).contains($0) } }

  /// First character to first character, then in order; at most three characters are jumped over at once and after the last one.
  private static func selects(_ short: [UInt16], from long: ArraySlice<UInt16>) -> Bool {
    guard let first = long.first, first == short[0], long.count >= short.count else { return false }
    // reachable[i]: short[0...k] can end at long[i].
    var reachable = [Bool](repeating: false, count: long.count)
    reachable[0] = true
    for unit in short.dropFirst() {
      var next = [Bool](repeating: false, count: long.count)
      for end in 1..<long.count where long[long.startIndex + end] == unit {
        let from = Swift.max(0, end - 4)
        if reachable[from..<end].contains(true) { next[end] = true }
      }
      reachable = next
    }
    return reachable.suffix(4).contains(true)
  }
}
