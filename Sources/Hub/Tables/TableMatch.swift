import Formats
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
    /// In the order of the table: the id, and the number of its cluster, counted from 1 in the order of first members.
    public var rows: [(id: String, cluster: Int)]
    /// Of each row: the file it comes from, counted from 0.
    public var files: [Int]
    public var clusterCount: Int
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

    /// The pairs of rows of the first and the second file that are in one cluster.
    public var links: [(a: String, b: String)] {
      var members: [Int: [String]] = [:]
      for (row, file) in zip(rows, files) where file == 1 { members[row.cluster, default: []].append(row.id) }
      return zip(rows, files).filter { $1 == 0 }.flatMap { row, _ in (members[row.cluster] ?? []).map { (a: row.id, b: $0) } }
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

  /// - Parameter idColumn: the header of the column with the ids; nil finds it.
  public init(cut: MatchModel.Cut = .balanced, idColumn: String? = nil) {
    self.cut = cut
    self.idColumn = idColumn
  }

  private static let sampleSize = 1_000

  /// - Throws: `csv-…` faults and `table-empty` when a file as a whole cannot be read; `id-column-missing`, `id-duplicate`, `id-empty`,
  ///   `column-missing`.
  public func run(_ files: [TableFile], progress: (Progress) -> Void = { _ in }) throws -> Result {
    let rows = try TableRows(files)
    var columns = columns(rows)
    try checkSettings(rows)
    let ids = try TableIDs(rows, columns.map(\.type), wanted: idColumn ?? settings.id, perFile: isLink)
    for case .some(let place) in ids.columns { columns[place].isID = true }
    number(&columns)
    return match(rows, ids, columns, progress: progress)
  }

  public func run(_ bytes: [UInt8], encoding: String? = nil, file: String? = nil) throws -> Result {
    try run([TableFile(name: file ?? "table.csv", bytes: bytes, format: .csv, encoding: encoding)])
  }

  // MARK: Columns

  private func columns(_ rows: TableRows) -> [Column] {
    // Spread over the table: the first rows of an export are often alike.
    let step = max(1, rows.rows.count / Self.sampleSize)
    let sample = stride(from: 0, to: rows.rows.count, by: step).prefix(Self.sampleSize)
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

  private func match(_ rows: TableRows, _ ids: TableIDs, _ columns: [Column], progress: (Progress) -> Void) -> Result {
    let use = ColumnUse(columns)
    var records = prepared(rows, use, progress: progress)
    progress(.learning(rows: records.count))
    let fitted = model(for: &records, use)
    for place in records.indices { declareUnique(&records[place], rows.rows[place].file, place) }
    progress(.comparing(rows: records.count))
    let resolver = Resolver(model: fitted.model)
    _ = resolver.apply(
      records.enumerated().map { place, prepared in
        let key = isLink ? "\(rows.rows[place].file)\u{1F}\(ids.ids[place])" : ids.ids[place]
        return .upsert(MatchRecord(id: Int64(place), keyHash: StableHash.of(key), prepared: prepared))
      })
    var clusterOfRow = Array(repeating: 0, count: records.count)
    let partition = resolver.partition
    for (number, members) in partition.enumerated() {
      for member in members { clusterOfRow[Int(member)] = number + 1 }
    }
    var result = Result(
      columns: columns, rows: zip(ids.ids, clusterOfRow).map { (id: $0, cluster: $1) }, files: rows.rows.map(\.file),
      clusterCount: partition.count, faults: rows.faults, hasIDs: !ids.columns.contains(nil), model: fitted.model, training: fitted.training
    )
    if wantsDetails { result.details = MatchDetails(resolver, records, rows, clusters: clusterOfRow) }
    return result
  }

  private func prepared(_ rows: TableRows, _ use: ColumnUse, progress: (Progress) -> Void) -> [PreparedRecord] {
    var records: [PreparedRecord] = []
    records.reserveCapacity(rows.rows.count)
    for row in rows.rows {
      records.append(
        Preparation.prepare(use.attributes(of: row.cells), source: use.source(of: row.cells), columns: use.values(of: row.cells)))
      if records.count % 1_000 == 0 { progress(.preparing(done: records.count, of: rows.rows.count)) }
    }
    return records
  }

  private func model(for records: inout [PreparedRecord], _ use: ColumnUse) -> (model: MatchModel, training: Training.Summary?) {
    guard var trained = model else {
      var fitted = ModelChoice.model(for: &records, cut: settings.cut ?? cut, isPersonTable: use.isPersonTable)
      settings.apply(to: &fitted.model)
      return fitted
    }
    trained.cut = settings.cut ?? cut
    for place in records.indices { records[place] = records[place].weighed(by: trained.frequencies) }
    settings.apply(to: &trained)
    return (trained, nil)
  }

  private func declareUnique(_ record: inout PreparedRecord, _ file: Int, _ place: Int) {
    let unique = unique.union(settings.unique)
    guard isLink, unique.contains(file == 0 ? .a : .b) else { return }
    record.uniqueSource = UInt8(file + 1)
    record.uniquePlace = UInt32(place)
  }
}
