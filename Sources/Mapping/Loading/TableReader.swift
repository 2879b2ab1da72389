import Configuration
import Formats
import Model

/// `tables:`, written out or in CSV files.
extension MappingReader {
  /// Rows of one table: more are surely no code list.
  static let maximumRows = 1_000_000

  /// - Parameter inherited: the tables of included parts; a name that both have is an error.
  mutating func tables(_ node: YAMLNode?, adding inherited: [String: MappingTable] = [:]) -> [String: MappingTable] {
    var tables = inherited
    for table in findings.entries(node, "tables") {
      if inherited[table.key] != nil {
        findings.error(
          "duplicate-table", "An included part has a table \"\(table.key)\", too.", table.keySpan, hint: "Rename one of the two.")
        continue
      }
      if let path = table.value["csv"]?.text, table.value.entries?.allSatisfy({ MappingKeys.fileTable.names.contains($0.key) }) ?? false {
        tables[table.key] = fileTable(table, path)
        continue
      }
      tables[table.key] = findings.entries(table.value, "table \(table.key)").map { row in
        if row.value.text == nil { findings.error("wrong-type", "A table maps texts to texts.", row.value.span) }
        return (row.key, row.value.isNull ? .null : .string(row.value.text ?? ""))
      }
    }
    return tables
  }

  private mutating func fileTable(_ table: YAMLEntry, _ path: String) -> MappingTable {
    guard let node = table.value["csv"] else { return [] }
    let resolved = MappingFiles.resolve(path, from: findings.file)
    references.insert(resolved)
    var rows: MappingTable = []
    var names: [String]?
    var columns: (key: String, value: String)?
    do {
      let bytes = try files.bytes(resolved)
      try ItemReader.read(bytes, format: .csv, encoding: table.value["encoding"]?.text, context: ReadContext(file: resolved)) { result in
        let item = try result.get()
        guard case .value(.object(let row)) = item.content else { return }
        if names == nil {
          names = row.members.map(\.name)
          columns = self.columns(table, names ?? [])
        }
        guard let columns, rows.count < Self.maximumRows else { return }
        if let key = row[columns.key]?.text.map(trimmed), !key.isEmpty { rows.append((key, row[columns.value] ?? .null)) }
      }
    } catch let fault as ItemFault {
      findings.error("table-unreadable", "\(fault.fault)", node.span)
    } catch let fault as Fault {
      findings.error("table-unreadable", "\(fault)", node.span)
    } catch {
      findings.error("table-unreadable", "The file \(resolved) cannot be read: \(error).", node.span)
    }
    if names == nil, !findings.hasErrors { findings.warning("table-empty", "The file \(resolved) has no rows.", node.span) }
    return rows
  }

  private mutating func columns(_ table: YAMLEntry, _ names: [String]) -> (key: String, value: String)? {
    func column(_ key: String, _ place: Int) -> String? {
      guard let node = table.value[key] else { return place < names.count ? names[place] : nil }
      guard let name = findings.text(node, "\(key) of table \(table.key)") else { return nil }
      if names.contains(name) { return name }
      findings.error("table-column", "The file has no column \"\(name)\".", node.span, hint: suggestion(name, among: names))
      return nil
    }
    let key = column("key", 0)
    let value = column("value", 1)
    if key != nil, value == nil, table.value["value"] == nil {
      findings.error("table-column", "A table needs two columns, and the file has one.", table.keySpan)
    }
    guard let key, let value else { return nil }
    return (key, value)
  }
}

/// Keys and what they stand for, in the order of the file.
typealias MappingTable = [(key: String, value: Value)]
