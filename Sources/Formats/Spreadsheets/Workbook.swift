import Model

/// Which sheet of a workbook is to be read.
public enum SheetChoice: Hashable, Sendable {
  case name(String)
  /// Counted from 1, hidden sheets included.
  case number(Int)

  /// Reads a number or a name.
  public init(_ text: String) {
    if let number = Int(text), number > 0 { self = .number(number) } else { self = .name(text) }
  }
}

/// A sheet by name, as the workbook lists it.
struct SheetEntry {
  var name: String
  var isHidden: Bool
}

extension [SheetEntry] {
  /// The index of the chosen sheet; without a choice the first that is not hidden, or the first of all.
  ///
  /// - Throws: `sheet-missing`, `sheet-none`.
  func index(of choice: SheetChoice?, file: String) throws(Fault) -> Int {
    guard !isEmpty else { throw Fault("sheet-none", "\(file) has no sheets with cells.", at: Location(file: file)) }
    switch choice {
    case nil: return firstIndex { !$0.isHidden } ?? 0
    case .number(let number):
      if number <= count { return number - 1 }
    case .name(let name):
      if let index = firstIndex(where: { $0.name == name }) ?? firstIndex(where: { $0.name.lowercased() == name.lowercased() }) {
        return index
      }
    }
    throw Fault(
      "sheet-missing", "\(file) has no such sheet.", at: Location(file: file), hint: "It has \(map(\.label).joined(separator: ", ")).")
  }
}

extension SheetEntry {
  var label: String { isHidden ? "\(name) (hidden)" : name }
}

/// A sheet that is opened: its rows as CSV, and what else the workbook holds.
struct OpenedSheet {
  var name: String
  /// The workbook's other sheets, with a remark on those that are hidden.
  var others: [String]
  var rows: any ByteStream
}
