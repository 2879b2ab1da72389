import Model
import Normalization

/// Prepares the rows of a table one after the other. Every row gives what ``Preparation/prepare(_:source:)`` gives for its values; columns
/// that are no attribute of a customer are prepared, too. A preparer remembers what it has found out about names that come again, in
/// bounded memory (up to some 30 MB). Several threads have one each.
public struct Preparer: Sendable {
  /// What a cell of a row holds.
  public enum Column: Hashable, Sendable {
    case unused
    case attribute(PreparedAttribute)
    /// A value that is no attribute of a customer, by its column's number (0 up to ``Aspect/columnCount``).
    case value(number: Int, kind: PreparedRecord.ColumnFeature.Kind)
  }

  /// The places of cells, attribute by attribute, and where those of each attribute begin in them.
  private let places: [Int]
  private let starts: [Int]
  private let sourcePlace: Int?
  /// Where addresses and parts of them stand.
  let addressColumns: [Int]
  /// True when a column holds ids.
  let hasIdentifiers: Bool
  private let values: [(place: Int, number: Int, kind: PreparedRecord.ColumnFeature.Kind)]
  private let kinds: [(text: String, kind: RecordKind)]
  private let defaultKind: RecordKind

  /// The row's cells one behind the other, where rows come as strings.
  private var bytes: [UInt8] = []
  private var ranges: [Range<Int>] = []

  /// True when a contact is an attribute of the record, if only with an empty value.
  var hasContact = false
  var memory: Memory
  var draft = RecordDraft()

  /// What the source says that the row is.
  enum RecordKind: Sendable { case none, person, company, contact, other }

  /// - Parameters:
  ///   - columns: what the cells of every row hold.
  ///   - source: the place of the cell that says where the row comes from: the scope of ids that are only unique there.
  ///   - defaultKind: the kind (`person`, `company` or `contact`) of rows that name none.
  ///   - kindNames: other words for kinds, with the kind they stand for.
  ///   - remembers: how many different names it keeps, a power of two; 0 for none.
  public init(
    _ columns: [Column], source: Int? = nil, defaultKind: String = "", kindNames: [String: String] = [:], remembers: Int = 32_768
  ) {
    var places = [[Int]](repeating: [], count: PreparedAttribute.allCases.count)
    var values: [(place: Int, number: Int, kind: PreparedRecord.ColumnFeature.Kind)] = []
    for (place, column) in columns.enumerated() {
      switch column {
      case .attribute(let attribute): places[Int(attribute.rawValue)].append(place)
      case .value(let number, let kind): values.append((place, number, kind))
      case .unused: break
      }
    }
    self.places = places.flatMap { $0 }
    starts = places.reduce(into: [0]) { $0.append($0[$0.count - 1] + $1.count) }
    self.values = values
    addressColumns = [PreparedAttribute.address, .street, .province, .city, .district].flatMap { places[Int($0.rawValue)] }
    hasIdentifiers = PreparedAttribute.allCases.contains {
      $0.rawValue >= PreparedAttribute.creditCode.rawValue && $0.rawValue <= PreparedAttribute.identifier.rawValue
        && !places[Int($0.rawValue)].isEmpty
    }
    sourcePlace = source
    kinds = kindNames.map { ($0.key, Self.kind($0.value)) } + ["person", "company", "contact"].map { ($0, Self.kind($0)) }
    self.defaultKind = Self.kind(defaultKind)
    memory = Memory(slots: remembers, columns: values.count)
  }

  private static func kind(_ text: String) -> RecordKind {
    switch text {
    case "person": .person
    case "company": .company
    case "contact": .contact
    case "": .none
    default: .other
    }
  }

  // MARK: Rows

  /// Prepares a row whose cells are strings.
  public mutating func prepare(_ cells: [String]) -> PreparedRecord {
    bytes.removeAll(keepingCapacity: true)
    ranges.removeAll(keepingCapacity: true)
    for cell in cells {
      let start = bytes.count
      bytes += cell.utf8
      ranges.append(start..<bytes.count)
    }
    let (bytes, ranges) = (bytes, ranges)
    self.bytes = []
    self.ranges = []
    let record = bytes.withUnsafeBufferPointer { bytes in
      ranges.withUnsafeBufferPointer { ranges in prepare(utf8: bytes, cells: ranges) }
    }
    (self.bytes, self.ranges) = (bytes, ranges)
    return record
  }

  /// Prepares a row whose cells stand somewhere in memory.
  /// - Parameters:
  ///   - bytes: valid UTF-8.
  ///   - cells: of every column the place of its cell in the bytes; empty for cells without a value.
  public mutating func prepare(utf8 bytes: UnsafeBufferPointer<UInt8>, cells: UnsafeBufferPointer<Range<Int>>) -> PreparedRecord {
    read(PreparationCells(bytes: bytes, ranges: cells))
    return PreparedRecord(draft)
  }

  /// As above, for a table that the record is appended to.
  public mutating func prepare(utf8 bytes: UnsafeBufferPointer<UInt8>, cells: UnsafeBufferPointer<Range<Int>>, for table: RecordTable) {
    read(PreparationCells(bytes: bytes, ranges: cells))
    table.append(draft)
  }

  private mutating func read(_ cells: PreparationCells) {
    draft.removeAll()
    addIdentifiers(cells)
    addContacts(cells)
    addNames(cells, kind(cells))
    addAddress(cells)
    for place in self[.birthDate] {
      let cell = cell(place, cells)
      if !cell.isEmpty, let day = DateReading.day(cell) { draft.birthDates.append(day) }
    }
    for column in values.indices {
      let value = values[column]
      if !cells[value.place].isEmpty { addColumn(cells[value.place], column, value.number, value.kind) }
    }
    draft.finish()
  }

  // MARK: Cells

  /// The places of an attribute's cells, for ``cell(_:_:)``.
  subscript(_ attribute: PreparedAttribute) -> Range<Int> { starts[Int(attribute.rawValue)]..<starts[Int(attribute.rawValue) + 1] }

  func cell(_ place: Int, _ cells: PreparationCells) -> UnsafeBufferPointer<UInt8> { cells[places[place]] }

  /// The attribute's first cell that is not empty.
  func first(_ attribute: PreparedAttribute, _ cells: PreparationCells) -> UnsafeBufferPointer<UInt8> {
    for place in self[attribute] {
      let cell = cell(place, cells)
      if !cell.isEmpty { return cell }
    }
    return cells.nothing
  }

  func has(_ attribute: PreparedAttribute, _ cells: PreparationCells) -> Bool { !first(attribute, cells).isEmpty }

  /// The attribute's cells that are not empty.
  func texts(_ attribute: PreparedAttribute, _ cells: PreparationCells) -> [String] {
    self[attribute].compactMap { cell($0, cells).isEmpty ? nil : PreparationCells.string(cell($0, cells)) }
  }

  func source(_ cells: PreparationCells) -> UnsafeBufferPointer<UInt8> { sourcePlace.map { cells[$0] } ?? cells.nothing }

  private func kind(_ cells: PreparationCells) -> RecordKind {
    var found: UnsafeBufferPointer<UInt8>?
    for place in self[.kind] {
      let cell = cell(place, cells)
      if cell.isEmpty { continue }
      // Several kinds are none.
      if found != nil { return .none }
      found = cell
    }
    guard let found else { return defaultKind }
    for known in kinds where known.text.utf8.elementsEqual(found) { return known.kind }
    guard found.contains(where: { $0 >= 0x80 }) else { return .other }
    let text = PreparationCells.string(found)
    return kinds.first { $0.text == text }?.kind ?? .other
  }
}

extension Preparer {
  /// What texts gave in earlier rows, of which plain western ones are read as fast as they are found here.
  struct Memory: Sendable {
    var companies: PreparationMemo<RecordPart>
    var labels: PreparationMemo<RecordPart>
    var persons: PreparationMemo<RecordPart>
    /// Chinese ones; few western addresses come again.
    var addresses: PreparationMemo<RecordPart>
    /// By column: few columns have more different values that come again.
    var columns: [PreparationMemo<RecordPart>]

    init(slots: Int, columns count: Int) {
      companies = PreparationMemo(slots: slots)
      labels = PreparationMemo(slots: slots)
      persons = PreparationMemo(slots: slots)
      addresses = PreparationMemo(slots: slots)
      columns = Array(repeating: PreparationMemo(slots: min(slots, 1_024)), count: count)
    }
  }
}
