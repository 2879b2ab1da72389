import Model
import Normalization

/// A value of a table's column that is no attribute of a customer.
public struct ColumnValue: Hashable, Sendable {
  /// 0 up to ``Aspect/columnCount``.
  public var column: Int
  public var kind: PreparedRecord.ColumnFeature.Kind
  public var text: String

  public init(column: Int, kind: PreparedRecord.ColumnFeature.Kind, text: String) {
    self.column = column
    self.kind = kind
    self.text = text
  }
}

/// Makes values of unknown columns comparable.
enum ColumnPreparation {
  static func feature(_ value: ColumnValue) -> PreparedRecord.ColumnFeature? {
    let folded = Folding.fold(value.text)
    guard !folded.isEmpty, (0..<Aspect.columnCount).contains(value.column) else { return nil }
    let words: [Substring]
    switch value.kind {
    case .text: words = self.words(folded)
    case .names: words = folded.split(whereSeparator: { ",;|/&".contains($0) }).compactMap(lastName)
    case .code, .number, .source: words = []
    }
    let number = value.kind == .number ? number(folded) : nil
    if value.kind == .number, number == nil { return nil }
    let canonical = words.isEmpty ? folded : words.joined(separator: " ")
    return .init(
      column: UInt8(value.column), kind: value.kind, hash: StableHash.of(canonical, seed: 0xC0), units: Array(canonical.utf16.prefix(64)),
      words: Set(words.map { StableHash.of($0, seed: 0xC1) }).sorted(), number: number ?? 0)
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
