import Formats
import Model

/// The rows of one or several files under one header: columns of the same name are one column. Cells stay where they lie in the bytes of
/// their file (see ``CSVRows``), and are handed out as UTF-8.
struct TableRows: Sendable {
  private(set) var headers: [String] = []
  private(set) var count = 0
  private(set) var faults: [ItemFault] = []
  /// By file: the columns it has, in the order of its header.
  private(set) var columns: [[Int]] = []
  private var files: [FileRows] = []
  private var places: [String: Int] = [:]

  /// The rows of one file.
  private struct FileRows {
    enum Content {
      /// With the place in a row of each column; -1 for one that the file does not have.
      case csv(CSVRows, places: [Int])
      case objects(ObjectRows)
    }

    var content: Content
    /// The numbers of its rows in the table.
    var rows: Range<Int>
  }

  /// - Throws: `csv-…` faults when a file as a whole cannot be read, `table-empty` when one has no rows.
  init(_ files: [TableFile]) throws {
    for file in files { try read(file) }
    for number in self.files.indices {
      guard case .csv(let rows, _) = self.files[number].content else { continue }
      var places = Array(repeating: -1, count: headers.count)
      for (place, column) in columns[number].enumerated() { places[column] = place }
      self.files[number].content = .csv(rows, places: places)
    }
  }

  // MARK: Looking at rows

  /// Calls `each` with the number of a row and its cells. Any number of threads may do so at once, without a lock or an allocation.
  func forEach(in range: Range<Int>, _ each: (Int, RowCells) throws -> Void) rethrows {
    guard !range.isEmpty else { return }
    for file in files[file(of: range.lowerBound)...] {
      let part = range.clamped(to: file.rows)
      if file.rows.lowerBound >= range.upperBound { return }
      guard !part.isEmpty else { continue }
      let first = file.rows.lowerBound
      let own = (part.lowerBound - first)..<(part.upperBound - first)
      switch file.content {
      case .csv(let rows, let places):
        try places.withUnsafeBufferPointer { places in
          try rows.forEach(in: own) { row, cells in try each(first + row, RowCells(cells, places)) }
        }
      case .objects(let rows): try rows.forEach(in: own) { row, cells in try each(first + row, RowCells(cells)) }
      }
    }
  }

  /// The bytes of a cell are valid until `body` returns.
  func withCell(_ row: Int, _ column: Int, _ body: (UnsafeBufferPointer<UInt8>) -> Void) {
    forEach(in: row..<row + 1) { _, cells in body(cells[column]) }
  }

  func cell(_ row: Int, _ column: Int) -> String {
    var text = ""
    withCell(row, column) { text = String(decoding: $0, as: UTF8.self) }
    return text
  }

  /// All cells of a row, by column.
  func cells(of row: Int) -> [String] {
    var texts: [String] = []
    forEach(in: row..<row + 1) { _, cells in texts = headers.indices.map { String(decoding: cells[$0], as: UTF8.self) } }
    return texts
  }

  /// The file that a row comes from, counted from 0.
  func file(of row: Int) -> Int {
    var (low, high) = (0, files.count - 1)
    while low < high {
      let middle = (low + high) / 2
      if files[middle].rows.upperBound <= row { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func rows(of file: Int) -> Range<Int> { files[file].rows }

  /// Takes time in proportion to what is in front of the row.
  func location(of row: Int) -> Location {
    let file = files[file(of: row)]
    switch file.content {
    case .csv(let rows, _): return rows.location(of: row - file.rows.lowerBound)
    case .objects(let rows): return rows.location(of: row - file.rows.lowerBound)
    }
  }

  // MARK: Reading

  private mutating func read(_ file: TableFile) throws {
    guard file.bytes.contains(where: { $0 > 0x20 }) else {
      throw Fault(
        "table-empty", "The file is empty.", at: Location(file: file.name), hint: "A table has a header row and at least one more.")
    }
    columns.append([])
    let (content, added, damaged) = file.format == .csv ? try csv(file) : try objects(file)
    guard added > 0 || !damaged.isEmpty else {
      throw Fault("table-empty", "The table has a header and no rows.", at: Location(file: file.name))
    }
    faults += damaged
    files.append(FileRows(content: content, rows: count..<count + added))
    count += added
  }

  private mutating func csv(_ file: TableFile) throws -> (FileRows.Content, rows: Int, faults: [ItemFault]) {
    let rows = try CSVRows(file.bytes, encoding: file.encoding, context: ReadContext(file: file.name, isSheet: file.isSheet))
    if rows.count > 0 { columns[columns.count - 1] = rows.names.map { place(of: $0) } }
    return (.csv(rows, places: []), rows.count, rows.faults)
  }

  private mutating func objects(_ file: TableFile) throws -> (FileRows.Content, rows: Int, faults: [ItemFault]) {
    var rows = ObjectRows(file: file.name)
    var damaged: [ItemFault] = []
    try ItemReader.read(file.bytes, format: file.format, encoding: file.encoding, context: ReadContext(file: file.name)) { item in
      switch item {
      case .failure(let fault): damaged.append(fault)
      case .success(let item):
        guard case .value(.object(let object)) = item.content else {
          let fault = Fault("row-not-object", "The line is no object.", at: item.location, hint: "Write {\"name\": …} on each line.")
          damaged.append(ItemFault(index: item.index, fault: fault, raw: item.raw))
          return
        }
        // Nearly always the columns stand as in the row before.
        let columns = object.members.enumerated().map { position, member in
          position < headers.count && headers[position] == member.name ? position : place(of: member.name)
        }
        rows.append(zip(columns, object.members.map { Self.text($0.value) }), at: item.location)
      }
    }
    columns[columns.count - 1] = rows.columns
    return (.objects(rows), rows.count, damaged)
  }

  private mutating func place(of header: String) -> Int {
    if let place = places[header] { return place }
    headers.append(header)
    places[header] = headers.count - 1
    return headers.count - 1
  }

  /// Lists become one field with several values.
  private static func text(_ value: Value) -> String {
    if let text = value.text { return text }
    switch value {
    case .array(let values): return values.compactMap(\.text).joined(separator: "; ")
    case .object(let object): return object.members.compactMap(\.value.text).joined(separator: " ")
    default: return ""
    }
  }
}

/// The cells of one row, as UTF-8: valid within the call that hands them out.
struct RowCells {
  private enum Place {
    case csv(CSVCells, columns: UnsafeBufferPointer<Int>)
    case object(ObjectCells)
  }

  private let place: Place

  fileprivate init(_ cells: CSVCells, _ columns: UnsafeBufferPointer<Int>) { place = .csv(cells, columns: columns) }
  fileprivate init(_ cells: ObjectCells) { place = .object(cells) }

  /// Empty (possibly without an address) where the row has no such column.
  ///
  /// - Parameter column: the place of its header in ``TableRows/headers``.
  subscript(column: Int) -> UnsafeBufferPointer<UInt8> {
    switch place {
    case .csv(let cells, let columns):
      let position = columns[column]
      return position < 0 ? UnsafeBufferPointer(start: nil, count: 0) : cells[position]
    case .object(let cells): return cells[column]
    }
  }

  /// The bytes in which the row lies.
  ///
  /// - Parameter ranges: where the cells are in them, by column; as many as there are headers.
  func bytes(cells ranges: inout [Range<Int>]) -> UnsafeBufferPointer<UInt8> {
    switch place {
    case .csv(let cells, let columns):
      for column in ranges.indices { ranges[column] = columns[column] < 0 ? 0..<0 : cells.range(of: columns[column]) }
      return cells.bytes
    case .object(let cells):
      for column in ranges.indices { ranges[column] = cells.range(of: column) }
      return cells.bytes
    }
  }
}
