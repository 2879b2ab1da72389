import Connecting
import Formats
import Model

/// The beginning of a file: enough to tell which mapping fits.
enum FileSample {
  private static let items = 100

  /// By its name, or else by its bytes. What is packed is looked into, and sheets are read as CSV.
  static func format(of path: String) throws(Fault) -> Format {
    if let format = Format(name: path) { return format }
    do throws(Fault) {
      return try FileBeginning(of: path, limit: 1).part.format
    } catch {
      guard error.code == "format-unknown" else { throw error }
      throw Fault(
        "unknown-format", "Neither name nor content of \(path) says its format.", hint: "Use --format csv, json, jsonl, xml or mail.")
    }
  }

  /// Up to 100 items. Documents are read whole; of CSV, sheets and JSON Lines only the first megabyte is.
  ///
  /// - Parameter columns: see ``ReadContext/columns``.
  static func items(
    of path: String, format: Format, encoding: String?, sheet: String? = nil, columns: [String]? = nil
  ) throws -> [Item] {
    let options = UnpackOptions(format: format, encoding: encoding, sheet: sheet.map { SheetChoice($0) })
    let beginning = try FileBeginning(of: path, options: options)
    if sheet == nil, !beginning.part.otherSheets.isEmpty {
      Console.talk("\(beginning.part.name) is read; --sheet chooses another: \(beginning.part.otherSheets.joined(separator: ", "))")
    }
    var data = beginning.bytes
    // The last line of a part of a file may be cut.
    if !beginning.isWhole, let end = data.lastIndex(of: 0x0A) { data.removeSubrange((end + 1)...) }
    var sample: [Item] = []
    struct Enough: Error {}
    do {
      let part = beginning.part
      let context = ReadContext(file: part.name, isSheet: part.isSheet, columns: columns)
      try ItemReader.read(data, format: format, encoding: part.encoding, context: context) { item in
        if case .success(let item) = item { sample.append(item) }
        if sample.count >= items { throw Enough() }
      }
    } catch is Enough {}
    return sample
  }

  /// All items of a file's first part, read when they are asked for.
  static func all(_ path: String, format: Format, encoding: String?, sheet: String?, columns: [String]?) throws(Fault) -> FileItems {
    let options = UnpackOptions(format: format, encoding: encoding, sheet: sheet.map { SheetChoice($0) })
    return try FileItems(of: path, options: options, columns: columns)
  }
}
