extension Comparison {
  func compareColumns(_ left: PreparedRecord, _ right: PreparedRecord, _ findings: inout Findings) {
    var (i, j) = (0, 0)
    while i < left.columns.count, j < right.columns.count {
      if left.columns[i].column == right.columns[j].column {
        compare(left.columns[i], right.columns[j], &findings)
        i += 1
        j += 1
      } else if left.columns[i].column < right.columns[j].column {
        i += 1
      } else {
        j += 1
      }
    }
  }

  private func compare(_ left: PreparedRecord.ColumnFeature, _ right: PreparedRecord.ColumnFeature, _ findings: inout Findings) {
    let aspect = Aspect.column(Int(left.column))
    let level: Level =
      switch left.kind {
      case .source: left.hash == right.hash ? .valueDiffers : .valueSimilar
      case _ where left.hash == right.hash: Level.sameValue
      case .text: textLevel(left, right)
      case .names: namesLevel(left, right)
      case .code: codeLevel(left, right)
      case .number: numberLevel(left.number, right.number)
      }
    let rarity = level == .sameValue ? left.rarity : 0
    findings.set(aspect, level, weights.weight(aspect, level, rarity: rarity), rarity: rarity)
  }

  private func textLevel(_ left: PreparedRecord.ColumnFeature, _ right: PreparedRecord.ColumnFeature) -> Level {
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    switch words.jaccard {
    case 75...: return .valueNear
    case 55...: return .valueSimilar
    case 35...: return similarity(left.units, right.units) >= 930 ? .valueSimilar : .valuePartly
    case 15...: return .valueWeakly
    default: return similarity(left.units, right.units) >= 930 ? .valueSimilar : .valueDiffers
    }
  }

  private func namesLevel(_ left: PreparedRecord.ColumnFeature, _ right: PreparedRecord.ColumnFeature) -> Level {
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    if words.jaccard >= 70 { return .valueNear }
    if words.containment >= 99 || words.jaccard >= 45 { return .valueSimilar }
    if words.sharedCount > 0 { return .valuePartly }
    return similarity(left.units, right.units) >= 900 ? .valueSimilar : .valueDiffers
  }

  private func codeLevel(_ left: PreparedRecord.ColumnFeature, _ right: PreparedRecord.ColumnFeature) -> Level {
    let similarity = similarity(left.units, right.units)
    if similarity >= 930 { return .valueNear }
    return similarity >= 860 ? .valueSimilar : .valueDiffers
  }

  private func numberLevel(_ left: Int64, _ right: Int64) -> Level {
    let distance = (left - right).magnitude
    if distance <= 1_000 { return .valueNear }
    return distance * 50 <= max(left.magnitude, right.magnitude) ? .valuePartly : .valueDiffers
  }
}
