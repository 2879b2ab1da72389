import Formats
import Model

/// A file of rows, before anything is known about its columns.
public struct TableFile: Sendable {
  public var name: String
  public var bytes: [UInt8]
  /// `csv` (also with tabs) or `jsonl`.
  public var format: Format
  public var encoding: String?

  /// - Parameter format: nil goes by the name: `.jsonl` and `.ndjson` are JSON Lines, everything else is CSV.
  public init(name: String, bytes: [UInt8], format: Format? = nil, encoding: String? = nil) {
    self.name = name
    self.bytes = bytes
    let lower = name.lowercased()
    self.format = format ?? (lower.hasSuffix(".jsonl") || lower.hasSuffix(".ndjson") ? .jsonl : .csv)
    self.encoding = encoding
  }
}

/// The rows of one or several files under one header: columns of the same name are one column.
struct TableRows {
  struct Row {
    /// By column; shorter than the header when later files have more columns.
    var cells: [String]
    /// The file it comes from, counted from 0.
    var file: Int
    var location: Location
  }

  private(set) var headers: [String] = []
  private(set) var rows: [Row] = []
  private(set) var faults: [ItemFault] = []
  /// By file: the columns it has, in the order of its header.
  private(set) var columns: [[Int]] = []
  private var places: [String: Int] = [:]

  /// - Throws: `csv-…` faults when a file as a whole cannot be read, `table-empty` when one has no rows.
  init(_ files: [TableFile]) throws {
    for (number, file) in files.enumerated() { try read(file, number) }
  }

  func cell(_ row: Int, _ column: Int) -> String { column < rows[row].cells.count ? rows[row].cells[column] : "" }

  private mutating func read(_ file: TableFile, _ number: Int) throws {
    let before = (rows.count, faults.count)
    columns.append([])
    guard file.bytes.contains(where: { $0 > 0x20 }) else {
      throw Fault(
        "table-empty", "The file is empty.", at: Location(file: file.name), hint: "A table has a header row and at least one more.")
    }
    try ItemReader.read(file.bytes, format: file.format, encoding: file.encoding, context: ReadContext(file: file.name)) { item in
      switch item {
      case .failure(let fault): faults.append(fault)
      case .success(let item):
        guard case .value(.object(let object)) = item.content else {
          let fault = Fault("row-not-object", "The line is no object.", at: item.location, hint: "Write {\"name\": …} on each line.")
          faults.append(ItemFault(index: item.index, fault: fault, raw: item.raw))
          return
        }
        add(object, file: number, at: item.location)
      }
    }
    guard (rows.count, faults.count) != before else {
      throw Fault("table-empty", "The table has a header and no rows.", at: Location(file: file.name))
    }
  }

  private mutating func add(_ object: Object, file: Int, at location: Location) {
    var cells: [String] = []
    cells.reserveCapacity(max(headers.count, object.members.count))
    for (position, member) in object.members.enumerated() {
      // Nearly always the columns stand as in the row before.
      let place = position < headers.count && headers[position] == member.name ? position : place(of: member.name)
      while cells.count <= place { cells.append("") }
      cells[place] = Self.text(member.value)
      if position >= columns[file].count || columns[file][position] != place, !columns[file].contains(place) { columns[file].append(place) }
    }
    rows.append(Row(cells: cells, file: file, location: location))
  }

  private mutating func place(of header: String) -> Int {
    if let place = places[header] ?? headers.firstIndex(of: header) { return place }
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
