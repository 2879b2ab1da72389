import Formats
import Matching
import Model
import Normalization

/// Finds the records of a table that are the same customer: `kindred match`.
public struct TableMatch: Sendable {
  /// What became of the columns.
  public struct Column: Hashable, Sendable {
    public var header: String
    /// The attribute that it was taken for; nil when it is not compared.
    public var attribute: String?
  }

  public struct Result: Sendable {
    public var columns: [Column]
    /// In the order of the table: the id, and the number of its cluster, counted from 1 in the order of first members.
    public var rows: [(id: String, cluster: Int)]
    public var clusterCount: Int
    /// Rows that could not be read; they are in no cluster.
    public var faults: [ItemFault]
  }

  private let model: MatchModel
  private let idColumn: String?

  /// - Parameter idColumn: the header of the column with the ids; nil is the first one.
  public init(model: MatchModel = MatchModel(), idColumn: String? = nil) {
    self.model = model
    self.idColumn = idColumn
  }

  private static let sampleSize = 200

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
    let columns = headers.enumerated().map { place, header in
      let sample = rows.prefix(Self.sampleSize).compactMap { $0.members[place].value.text }
      return Column(header: header, attribute: place == id ? nil : ColumnTyping.attribute(header: header, values: sample))
    }
    return try match(rows, id: id, columns: columns, faults: faults, progress: progress)
  }

  private func idPlace(_ headers: [String]) throws(Fault) -> Int {
    guard let idColumn else { return 0 }
    guard let place = headers.firstIndex(of: idColumn) else {
      throw Fault("id-column-missing", "The table has no column \(idColumn).", hint: "Its columns are \(headers.joined(separator: ", ")).")
    }
    return place
  }

  private func match(
    _ rows: [Object], id: Int, columns: [Column], faults: [ItemFault], progress: (Int) -> Void
  ) throws(Fault) -> Result {
    let hasNames = (columns.contains { $0.attribute == "surname" }, columns.contains { $0.attribute == "name" })
    var ids: [String] = []
    var seen: Set<String> = []
    var changes: [MatchChange] = []
    changes.reserveCapacity(rows.count)
    for (place, row) in rows.enumerated() {
      let key = row.members[id].value.text ?? ""
      guard seen.insert(key).inserted else { throw Fault("id-duplicate", "The id \(key) stands in more than one row.") }
      ids.append(key)
      let attributes = Self.attributes(of: row, columns, isPersonTable: hasNames.0 && !hasNames.1)
      changes.append(
        .upsert(MatchRecord(id: Int64(place), keyHash: StableHash.of(key), prepared: Preparation.prepare(attributes, source: ""))))
      if place % 1_000 == 999 { progress(place + 1) }
    }
    let resolver = Resolver(model: model)
    _ = resolver.apply(changes)
    var clusterOfRow = Array(repeating: 0, count: rows.count)
    let partition = resolver.partition
    for (number, members) in partition.enumerated() {
      for member in members { clusterOfRow[Int(member)] = number + 1 }
    }
    return Result(
      columns: columns, rows: zip(ids, clusterOfRow).map { (id: $0, cluster: $1) }, clusterCount: partition.count, faults: faults)
  }

  private static func attributes(of row: Object, _ columns: [Column], isPersonTable: Bool) -> [String: Value] {
    var attributes: [String: Value] = [:]
    for (member, column) in zip(row.members, columns) {
      guard let name = column.attribute, let text = member.value.text, !text.isEmpty else { continue }
      if case .array(let values)? = attributes[name] {
        attributes[name] = .array(values + [.string(text)])
      } else if let first = attributes[name] {
        attributes[name] = .array([first, .string(text)])
      } else {
        attributes[name] = .string(text)
      }
    }
    if isPersonTable, attributes["kind"] == nil { attributes["kind"] = "person" }
    if case .string(let kind)? = attributes["kind"] { attributes["kind"] = .string(kinds[kind] ?? kind) }
    return attributes
  }

  /// What CRMs call the kinds of customers.
  private static let kinds: [String: String] = ["客户": "company", "企业客户": "company", "联系人": "contact", "个人客户": "person", "个人": "person"]
}
