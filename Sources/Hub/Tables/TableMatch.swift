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

  public struct Result: Sendable {
    public var columns: [Column]
    /// In the order of the table: the id, and the number of its cluster, counted from 1 in the order of first members.
    public var rows: [(id: String, cluster: Int)]
    public var clusterCount: Int
    /// Rows that could not be read; they are in no cluster.
    public var faults: [ItemFault]
    /// The model that decided.
    public var model: MatchModel
    /// Nil when the shipped model was used as it is.
    public var training: Training.Summary?
  }

  private let cut: MatchModel.Cut
  private let idColumn: String?

  /// - Parameter idColumn: the header of the column with the ids; nil is the first one.
  public init(cut: MatchModel.Cut = .balanced, idColumn: String? = nil) {
    self.cut = cut
    self.idColumn = idColumn
  }

  private static let sampleSize = 1_000

  /// - Throws: `csv-…` faults when the table as a whole cannot be read, `id-column-missing`, `id-duplicate`.
  public func run(_ bytes: [UInt8], encoding: String? = nil, file: String? = nil, progress: (Int) -> Void = { _ in }) throws -> Result {
    var rows: [Object] = []
    var faults: [ItemFault] = []
    try ItemReader.read(bytes, format: .csv, encoding: encoding, context: ReadContext(file: file)) { item in
      switch item {
      case .success(let item): if case .value(.object(let row)) = item.content { rows.append(row) }
      case .failure(let fault): faults.append(fault)
      }
    }
    let headers = rows.first?.members.map(\.name) ?? []
    let id = try idPlace(headers)
    return try match(rows, id: id, columns: Self.columns(headers, rows, id: id), faults: faults, progress: progress)
  }

  private func idPlace(_ headers: [String]) throws(Fault) -> Int {
    guard let idColumn else { return 0 }
    guard let place = headers.firstIndex(of: idColumn) else {
      throw Fault("id-column-missing", "The table has no column \(idColumn).", hint: "Its columns are \(headers.joined(separator: ", ")).")
    }
    return place
  }

  static func columns(_ headers: [String], _ rows: [Object], id: Int) -> [Column] {
    // Spread over the table: the first rows of an export are often alike.
    let step = max(1, rows.count / sampleSize)
    let sample = stride(from: 0, to: rows.count, by: step).prefix(sampleSize)
    let samples = headers.indices.map { place in sample.map { rows[$0].members[place].value.text ?? "" } }
    let types = ColumnTyping.types(headers: headers, samples: samples)
    var number = 0
    return headers.indices.map { place in
      var column = Column(header: headers[place], type: types[place], isID: place == id)
      if place != id, ColumnUse.kind(types[place]) != nil, number < Aspect.columnCount {
        column.number = number
        number += 1
      }
      return column
    }
  }

  private func match(
    _ rows: [Object], id: Int, columns: [Column], faults: [ItemFault], progress: (Int) -> Void
  ) throws(Fault) -> Result {
    var ids: [String] = []
    var seen: Set<String> = []
    var records: [PreparedRecord] = []
    records.reserveCapacity(rows.count)
    let use = ColumnUse(columns)
    for (place, row) in rows.enumerated() {
      let key = row.members[id].value.text ?? ""
      guard seen.insert(key).inserted else { throw Fault("id-duplicate", "The id \(key) stands in more than one row.") }
      ids.append(key)
      records.append(Preparation.prepare(use.attributes(of: row), source: use.source(of: row), columns: use.values(of: row)))
      if place % 1_000 == 999 { progress(place + 1) }
    }
    let fitted = ModelChoice.model(for: &records, cut: cut, isPersonTable: use.isPersonTable)
    let resolver = Resolver(model: fitted.model)
    _ = resolver.apply(
      records.enumerated().map { place, prepared in
        .upsert(MatchRecord(id: Int64(place), keyHash: StableHash.of(ids[place]), prepared: prepared))
      })
    var clusterOfRow = Array(repeating: 0, count: rows.count)
    let partition = resolver.partition
    for (number, members) in partition.enumerated() {
      for member in members { clusterOfRow[Int(member)] = number + 1 }
    }
    return Result(
      columns: columns, rows: zip(ids, clusterOfRow).map { (id: $0, cluster: $1) }, clusterCount: partition.count, faults: faults,
      model: fitted.model, training: fitted.training)
  }
}
