/// Columns of a table that are no attribute of a customer.
extension Comparison {
  /// - Parameter report: hears of every column that both have, in order.
  func compareColumns(_ left: RecordView, _ right: RecordView, _ report: (Aspect, LevelFinding) -> Void) {
    let (mine, others) = (left.columns, right.columns)
    var (i, j) = (0, 0)
    while i < mine.count, j < others.count {
      if mine[i].column == others[j].column {
        report(Aspect.column(Int(mine[i].column)), compare(ColumnView(mine[i], left), ColumnView(others[j], right)))
        i += 1
        j += 1
      } else if mine[i].column < others[j].column {
        i += 1
      } else {
        j += 1
      }
    }
  }

  private func compare(_ left: ColumnView, _ right: ColumnView) -> LevelFinding {
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
    return LevelFinding(level, weights.weight(aspect, level, rarity: rarity), rarity: rarity)
  }

  private func textLevel(_ left: ColumnView, _ right: ColumnView) -> Level {
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    switch words.jaccard {
    case 75...: return .valueNear
    case 55...: return .valueSimilar
    case 35...: return similarity(left.units, right.units, atLeast: 930) >= 930 ? .valueSimilar : .valuePartly
    case 15...: return .valueWeakly
    default: return similarity(left.units, right.units, atLeast: 930) >= 930 ? .valueSimilar : .valueDiffers
    }
  }

  private func namesLevel(_ left: ColumnView, _ right: ColumnView) -> Level {
    let words = Words(left.words, left.wordRarities, right.words, right.wordRarities)
    if words.jaccard >= 70 { return .valueNear }
    if words.containment >= 99 || words.jaccard >= 45 { return .valueSimilar }
    if words.sharedCount > 0 { return .valuePartly }
    return similarity(left.units, right.units, atLeast: 900) >= 900 ? .valueSimilar : .valueDiffers
  }

  private func codeLevel(_ left: ColumnView, _ right: ColumnView) -> Level {
    let similarity = similarity(left.units, right.units, atLeast: 860)
    if similarity >= 930 { return .valueNear }
    return similarity >= 860 ? .valueSimilar : .valueDiffers
  }

  private func numberLevel(_ left: Int64, _ right: Int64) -> Level {
    let distance = (left - right).magnitude
    if distance <= 1_000 { return .valueNear }
    return distance * 50 <= max(left.magnitude, right.magnitude) ? .valuePartly : .valueDiffers
  }
}
