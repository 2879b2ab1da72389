import Formats
import Foundation
import Matching
import Model
import Normalization

/// Finds the records of a table that are the same: `kindred match`. What the columns hold is found out from headers and values;
/// the model is fitted to the table without labels (``Training``), or is the shipped one where that knows better.
public struct TableMatch: Sendable {
  /// What became of a column.
  public struct Column: Hashable, Sendable {
    public var header: String
    public var type: ColumnType
    /// Its place among the columns that are compared without being an attribute of a customer.
    public var number: Int?
    public var isID = false

    /// What it was taken for, in a word: an attribute, or a kind of values.
    public var role: String { isID ? "id" : type.attribute ?? type.general?.rawValue ?? "ignored" }
  }

  /// Which of two linked tables holds every customer only once.
  public struct Unique: OptionSet, Hashable, Sendable {
    public let rawValue: UInt8
    public init(rawValue: UInt8) { self.rawValue = rawValue }

    public static let a = Unique(rawValue: 1)
    public static let b = Unique(rawValue: 2)

    public static let names = ["a", "b", "both"]
    public init?(name: String) {
      switch name {
      case "a": self = .a
      case "b": self = .b
      case "both": self = [.a, .b]
      default: return nil
      }
    }
  }

  /// How far the work is.
  public enum Progress: Hashable, Sendable {
    case preparing(done: Int, of: Int)
    case learning(rows: Int)
    case comparing(rows: Int)
  }

  public struct Result: Sendable {
    public var columns: [Column]
    /// In the order of the table.
    public var ids: TableIDs
    /// Of each row: the number of its cluster, counted from 1 in the order of first members.
    public var clusters: [Int]
    /// Of each row: the file it comes from, counted from 0.
    public var files: [Int]
    public var clusterCount: Int
    /// How many rows hang together with too many others: only equal exclusive ids join them.
    public var oversizedCount: Int
    /// Rows that could not be read; they are in no cluster.
    public var faults: [ItemFault]
    /// False when no column holds ids, and the rows have their numbers.
    public var hasIDs: Bool
    /// The model that decided.
    public var model: MatchModel
    /// Nil when no model was fitted to the table.
    public var training: Training.Summary?
    /// What a report is made of; empty unless it was asked for.
    public var details: MatchDetails?
    /// Nil when no truth was given.
    public var score: MatchTruth.Score?

    /// The pairs of rows of the first and the second file that are in one cluster.
    public var links: [(a: Int, b: Int)] {
      var members: [Int: [Int]] = [:]
      for (row, cluster) in clusters.enumerated() where files[row] == 1 { members[cluster, default: []].append(row) }
      return clusters.indices.filter { files[$0] == 0 }.flatMap { row in (members[clusters[row]] ?? []).map { (a: row, b: $0) } }
    }
  }

  public var cut: MatchModel.Cut
  public var idColumn: String?
  /// What the person said about columns and weights.
  public var settings = MatchFile()
  /// A trained model; nil fits one to the table.
  public var model: MatchModel?
  /// Two files, of which the pairs are wanted that have one row in each.
  public var isLink = false
  public var unique: Unique = []
  public var wantsDetails = false
  /// What the clusters are measured by.
  public var truth: MatchTruth?
  /// How many threads work; the result does not depend on it.
  public var threads = ProcessInfo.processInfo.activeProcessorCount

  /// - Parameter idColumn: the header of the column with the ids; nil finds it.
  public init(cut: MatchModel.Cut = .balanced, idColumn: String? = nil) {
    self.cut = cut
    self.idColumn = idColumn
  }

  private static let sampleSize = 1_000
  /// - Throws: `csv-…` faults and `table-empty` when a file as a whole cannot be read; `id-column-missing`, `id-duplicate`, `id-empty`,
  ///   `column-missing`.
  ///
  /// Takes the files over, so that their bytes are gone before the comparing begins.
  public func run(_ files: consuming [TableFile], progress: (Progress) -> Void = { _ in }) throws -> Result {
    let rows = try TableRows(consume files)
    var columns = columns(rows)
    try checkSettings(rows)
    let ids = try TableIDs(rows, columns.map(\.type), wanted: idColumn ?? settings.id, perFile: isLink)
    for case .some(let place) in ids.columns { columns[place].isID = true }
    number(&columns)
    return match(consume rows, ids, columns, progress: progress)
  }

  public func run(_ bytes: [UInt8], encoding: String? = nil, file: String? = nil) throws -> Result {
    try run([TableFile(name: file ?? "table.csv", bytes: bytes, format: .csv, encoding: encoding)])
  }

  // MARK: Columns

  private func columns(_ rows: TableRows) -> [Column] {
    // Spread over the table: the first rows of an export are often alike.
    let step = max(1, rows.count / Self.sampleSize)
    let sample = stride(from: 0, to: rows.count, by: step).prefix(Self.sampleSize)
    let samples = rows.headers.indices.map { place in sample.map { rows.cell($0, place) } }
    var types = ColumnTyping.types(headers: rows.headers, samples: samples)
    for place in types.indices {
      if let type = settings.columns[rows.headers[place]] { types[place] = type }
    }
    return zip(rows.headers, types).map { Column(header: $0, type: $1) }
  }

  private func number(_ columns: inout [Column]) {
    var number = 0
    for place in columns.indices where !columns[place].isID && number < Aspect.columnCount {
      guard ColumnUse.kind(columns[place].type) != nil else { continue }
      columns[place].number = number
      number += 1
    }
  }

  private func checkSettings(_ rows: TableRows) throws(Fault) {
    for header in settings.columns.keys.sorted() where !rows.headers.contains(header) {
      throw Fault(
        "column-missing", "The table has no column \(header), which the configuration names.",
        hint: "Its columns are \(rows.headers.joined(separator: ", ")).")
    }
  }

  // MARK: Matching

  private func match(_ rows: consuming TableRows, _ ids: TableIDs, _ columns: [Column], progress: (Progress) -> Void) -> Result {
    let use = ColumnUse(columns)
    let records = prepared(rows, use, progress: progress)
    let (count, files, faults) = (rows.count, (0..<rows.count).map { rows.file(of: $0) }, rows.faults)
    let shown = wantsDetails ? rows : nil
    declareUnique(records, rows)
    _ = consume rows
    progress(.learning(rows: count))
    let fitted = model(for: records, use)
    progress(.comparing(rows: count))
    let keyHashes = Workers(threads).map(count) { range in range.map { ids.keyHash(of: $0, file: isLink ? files[$0] : nil) } }
    let match = BulkMatch(records, keyHashes: keyHashes.flatMap { $0 }, model: fitted.model, threads: threads)
    var result = Result(
      columns: columns, ids: ids, clusters: match.clusterOfRecord.map { Int($0) + 1 }, files: files, clusterCount: match.clusterCount,
      oversizedCount: match.oversized.count, faults: faults, hasIDs: !ids.columns.contains(nil), model: fitted.model,
      training: fitted.training)
    result.details = shown.map { MatchDetails(match, $0) }
    result.score = truth?.score(ids, clusters: result.clusters)
    return result
  }

  /// Rows that are prepared between two reports of progress.
  private static let batchSize = 50_000

  private func prepared(_ rows: TableRows, _ use: ColumnUse, progress: (Progress) -> Void) -> RecordTable {
    let workers = Workers(threads)
    var preparers = (0..<workers.threads).map { _ in RowPreparer(use, columns: rows.headers.count) }
    let records = RecordTable()
    for start in stride(from: 0, to: rows.count, by: Self.batchSize) {
      let end = min(rows.count, start + Self.batchSize)
      workers.forEach(&preparers) { part, preparer in
        let length = end - start
        preparer.prepare(rows, start + length * part / workers.threads..<start + length * (part + 1) / workers.threads)
      }
      for preparer in preparers { records.append(takingFrom: preparer.records) }
      progress(.preparing(done: end, of: rows.count))
    }
    return records
  }

  private func model(for records: RecordTable, _ use: ColumnUse) -> (model: MatchModel, training: Training.Summary?) {
    guard var trained = model else {
      var fitted = ModelChoice.model(for: records, cut: settings.cut ?? cut, isPersonTable: use.isPersonTable, threads: threads)
      settings.apply(to: &fitted.model)
      return fitted
    }
    trained.cut = settings.cut ?? cut
    records.weigh(by: trained.frequencies, threads: threads)
    settings.apply(to: &trained)
    return (trained, nil)
  }

  private func declareUnique(_ records: RecordTable, _ rows: TableRows) {
    let unique = unique.union(settings.unique)
    guard isLink else { return }
    for (file, side) in [Unique.a, .b].enumerated() where unique.contains(side) {
      for row in rows.rows(of: file) { records.declareUnique(row, source: UInt8(file + 1)) }
    }
  }
}

/// Prepares rows on one thread.
private struct RowPreparer: Sendable {
  let records = RecordTable()
  private var preparer: Preparer
  private var cells: [Range<Int>]

  init(_ use: ColumnUse, columns: Int) {
    preparer = use.preparer()
    cells = Array(repeating: 0..<0, count: columns)
  }

  mutating func prepare(_ rows: TableRows, _ range: Range<Int>) {
    rows.forEach(in: range) { _, row in
      let bytes = row.bytes(cells: &cells)
      cells.withUnsafeBufferPointer { preparer.prepare(utf8: bytes, cells: $0, for: records) }
    }
  }
}
