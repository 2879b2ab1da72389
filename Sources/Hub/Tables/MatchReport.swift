import Matching
import Model

/// What `kindred match` found, as one HTML page that needs nothing else: summary, columns, charts, examples near the cut.
public struct MatchReport {
  private let result: TableMatch.Result
  private let title: String

  /// - Parameter result: with details.
  public init(_ result: TableMatch.Result, title: String) {
    self.result = result
    self.title = title
  }

  public var html: String {
    """
    <!DOCTYPE html>
    <html lang="en"><head><meta charset="utf-8"><title>\(HTML.escaped(title)): matches</title>
    <meta name="viewport" content="width=device-width, initial-scale=1"><style>\(Self.style)</style></head><body>
    <h1>\(HTML.escaped(title))</h1>
    \(summary)
    <h2>Columns</h2>
    \(columns)
    <h2>Weights of the pairs that came near</h2>
    <p>Pairs that share an active key and reach the floor, by their weight in bits. Each bit doubles the odds. The line is the cut: what lies
    right of it is joined unless something forbids it, what lies left of it is possible.</p>
    \(histogram)
    <h2>Sizes of clusters</h2>
    \(sizes)
    <h2>Pairs nearest the cut</h2>
    \(examples)
    <h2>Rows that say too little</h2>
    \(silent)
    <h2>What agreement is worth</h2>
    <p>Bits for or against, level by level: log2 of how much more often it is seen between two rows of one customer than between strangers.</p>
    \(levels)
    </body></html>

    """
  }

  private var cut: Double { Double(result.model.threshold.units) / 256 }

  private var summary: String {
    var clusters: [Int: Int] = [:]
    for cluster in result.clusters { clusters[cluster, default: 0] += 1 }
    let joined = clusters.values.filter { $0 > 1 }
    var facts: [(String, String)] = [
      ("rows", "\(result.clusters.count)"), ("customers", "\(result.clusterCount)"),
      ("customers with several rows", "\(joined.count)"), ("rows in them", "\(joined.reduce(0, +))"),
      ("rows that could not be read", "\(result.faults.count)"), ("model", result.model.name),
      ("cut", "\(result.model.cut.rawValue), \(Self.text(cut)) bits"),
      ("prior", "\(Self.text(Double(result.model.prior.units) / 256)) bits"),
    ]
    if let training = result.training {
      facts.append(("learnt from", "\(training.candidates) pairs, of which about \(Int(training.expectedMatches)) are matches"))
    }
    return HTML.table(rows: facts.map { [$0.0, $0.1] })
  }

  private var columns: String {
    HTML.table(header: ["column", "taken for"], rows: result.columns.map { [$0.header, $0.role] })
  }

  private var histogram: String {
    let bits = result.details?.pairBits ?? []
    guard let low = bits.min(), let high = bits.max() else { return "<p>No two rows came near each other.</p>" }
    let first = Int(min(low, cut).rounded(.down))
    let last = max(Int(max(high, cut).rounded(.down)), first)
    let step = max(1, (last - first + 40) / 40)
    var counts = Array(repeating: 0, count: (last - first) / step + 1)
    for bit in bits { counts[(Int(bit.rounded(.down)) - first) / step] += 1 }
    let bars = counts.enumerated().map { (label: "\(first + $0 * step)", value: $1) }
    return HTML.bars(bars, marker: (cut - Double(first)) / Double(step), unit: "pairs")
  }

  private var sizes: String {
    var clusters: [Int: Int] = [:]
    for cluster in result.clusters { clusters[cluster, default: 0] += 1 }
    var counts: [Int: Int] = [:]
    for size in clusters.values { counts[size, default: 0] += 1 }
    return HTML.table(
      header: ["rows", "customers"], rows: counts.sorted { $0.key < $1.key }.map { ["\($0.key)", "\($0.value)"] })
  }

  private var examples: String {
    let examples = result.details?.examples ?? []
    guard !examples.isEmpty else { return "<p>There are none.</p>" }
    return examples.map { example in
      let parts = example.parts.map { [$0.name, Self.signed($0.bits)] } + [["in all", Self.signed(example.bits)]]
      let verdict = example.areTogether ? "joined" : "kept apart"
      return "<section><h3>\(HTML.escaped(result.ids[example.one])) and \(HTML.escaped(result.ids[example.other])): \(verdict)</h3>"
        + cells([example.one, example.other]) + HTML.table(rows: parts, isNumeric: true) + "</section>"
    }.joined(separator: "\n")
  }

  private var silent: String {
    guard let details = result.details, !details.silentRows.isEmpty else {
      return "<p>There are none: every row could be matched with another one like it.</p>"
    }
    let shown = details.silentRows.count < details.silentCount ? " The first \(details.silentRows.count) of them:" : ""
    return "<p>\(details.silentCount) rows can join nothing: even a copy of such a row would stay below the cut.\(shown)</p>"
      + cells(details.silentRows)
  }

  /// Rows as they stand in the table, without columns that are empty in all of them.
  private func cells(_ rows: [Int]) -> String {
    let cells = rows.map { row in (row: row, cells: result.details?.cells[row] ?? []) }
    let used = result.columns.indices.filter { column in
      !result.columns[column].isID && cells.contains { column < $0.cells.count && !$0.cells[column].isEmpty }
    }
    return HTML.table(
      header: ["id"] + used.map { result.columns[$0].header },
      rows: cells.map { entry in
        [result.ids[entry.row]] + used.map { $0 < entry.cells.count ? HTML.shortened(entry.cells[$0]) : "" }
      })
  }

  /// Of the aspects that this table has.
  private var levels: String {
    let headers = result.columns.reduce(into: [Int: String]()) { names, column in
      if let number = column.number { names[number] = column.header }
    }
    var bars: [(label: String, bits: Double)] = []
    for aspect in Aspect.allCases {
      let place = Int(aspect.rawValue) - Int(Aspect.column0.rawValue)
      if place >= 0, headers[place] == nil { continue }
      let name = place >= 0 ? headers[place] ?? "" : "\(aspect)"
      for level in aspect.levels {
        bars.append((label: "\(name): \(level)", bits: Double(result.model.weights[aspect, level].units) / 256))
      }
    }
    return HTML.signedBars(bars)
  }

  static func text(_ bits: Double) -> String {
    let tenths = (bits * 10).rounded() / 10
    return tenths == 0 ? "0.0" : "\(tenths)"
  }

  static func signed(_ bits: Double) -> String { (bits > 0 ? "+" : "") + text(bits) }

  private static let style = """
    body{font:15px/1.5 system-ui,sans-serif;max-width:64rem;margin:2rem auto;padding:0 1rem;color:#1c1c1c;background:#fff}
    table{border-collapse:collapse;margin:.5rem 0}td,th{border:1px solid #ccc;padding:.2rem .6rem;text-align:left;vertical-align:top}
    td.n{text-align:right;font-variant-numeric:tabular-nums}section{border-top:1px solid #ddd;margin-top:1rem}svg{max-width:100%;height:auto}
    text{font:11px system-ui,sans-serif;fill:#333}.p{fill:#2a6f97}.m{fill:#b23a48}.cut{stroke:#b23a48;stroke-width:2}
    """
}
