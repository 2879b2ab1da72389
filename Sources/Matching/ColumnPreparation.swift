import Normalization

/// Makes values of unknown columns comparable.
enum ColumnPreparation {
  /// - Parameter column: its place among the columns that are no attribute of a customer.
  static func add(_ text: String, column: Int, kind: PreparedRecord.ColumnFeature.Kind, to draft: inout RecordDraft) {
    let folded = Folding.fold(text)
    guard !folded.isEmpty, (0..<Aspect.columnCount).contains(column) else { return }
    let words: [Substring]
    switch kind {
    case .text: words = self.words(folded)
    case .names: words = folded.split(whereSeparator: { ",;|/&".contains($0) }).compactMap(lastName)
    case .code, .number, .source: words = []
    }
    let number = kind == .number ? number(folded) : nil
    if kind == .number, number == nil { return }
    let canonical = words.isEmpty ? folded : words.joined(separator: " ")
    let start = draft.hashes.count
    for word in words { draft.hashes.append(ByteHash.of(String(word), seed: 0xC1)) }
    draft.columns.append(
      .init(
        hash: ByteHash.of(canonical, seed: 0xC0), number: number ?? 0, words: draft.ordered(from: start), wordRarities: .init(),
        units: draft.list(text: canonical, atMost: 64), rarity: 0, column: UInt8(column), kind: kind.rawValue))
  }

  /// Runs of letters and digits; two neighbouring ideographs are a word.
  private static func words(_ folded: String) -> [Substring] {
    var words: [Substring] = []
    for run in folded.split(whereSeparator: { !$0.isLetter && !$0.isNumber }) {
      guard run.unicodeScalars.contains(where: Folding.isHan), run.count > 2 else {
        words.append(run)
        continue
      }
      var start = run.startIndex
      while let end = run.index(start, offsetBy: 2, limitedBy: run.endIndex) {
        words.append(run[start..<end])
        start = run.index(after: start)
      }
    }
    return words
  }

  private static func lastName(_ name: Substring) -> Substring? {
    name.split(separator: " ").last { $0.count > 1 || $0.unicodeScalars.contains(where: Folding.isHan) }
  }

  /// Thousandths.
  private static func number(_ folded: String) -> Int64? {
    guard let value = Double(folded.filter { $0 != "," && $0 != " " }), value.magnitude < 1e12 else { return nil }
    return Int64((value * 1_000).rounded())
  }
}

extension Preparer {
  /// - Parameters:
  ///   - column: its place among the columns that are prepared.
  ///   - number: its place among the columns that are no attribute of a customer.
  mutating func addColumn(_ text: UnsafeBufferPointer<UInt8>, _ column: Int, _ number: Int, _ kind: PreparedRecord.ColumnFeature.Kind) {
    guard let slot = memory.columns[column].slot(of: text) else {
      return ColumnPreparation.add(PreparationCells.string(text), column: number, kind: kind, to: &draft)
    }
    if let part = memory.columns[column][slot] { return draft.add(part.draft) }
    let mark = draft.mark
    ColumnPreparation.add(PreparationCells.string(text), column: number, kind: kind, to: &draft)
    memory.columns[column][slot] = RecordPart(draft, since: mark)
  }
}
