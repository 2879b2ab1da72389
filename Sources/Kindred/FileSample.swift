import Connecting
import Formats
import Foundation
import Model

/// The beginning of a file: enough to tell which mapping fits.
enum FileSample {
  private static let items = 100
  private static let bytes = 1 << 20

  static func format(of path: String) throws(Fault) -> Format {
    guard let format = FileImport.format(of: path) else {
      throw Fault("unknown-format", "The name of \(path) does not say its format.", hint: "Use --format csv, json, jsonl or xml.")
    }
    return format
  }

  /// Up to 100 items. Documents are read whole; of CSV and JSON Lines only the first megabyte is.
  static func items(of path: String, format: Format, encoding: String?) throws -> [Item] {
    guard let handle = FileHandle(forReadingAtPath: path) else { throw Fault("file-unreadable", "The file \(path) cannot be read.") }
    defer { try? handle.close() }
    let isWhole = format == .json || format == .xml
    var data = [UInt8](try (isWhole ? handle.readToEnd() : handle.read(upToCount: bytes)) ?? Data())
    // The last line of a part of a file may be cut.
    if !isWhole, data.count == bytes, let end = data.lastIndex(of: 0x0A) { data.removeSubrange((end + 1)...) }
    var sample: [Item] = []
    struct Enough: Error {}
    do {
      try ItemReader.read(data, format: format, encoding: encoding, context: ReadContext(file: path)) { item in
        if case .success(let item) = item { sample.append(item) }
        if sample.count >= items { throw Enough() }
      }
    } catch is Enough {}
    return sample
  }
}
