import Formats
import Model

/// The first table or document in a file on disk, or the beginning of it: enough to tell which mapping fits.
public struct FileBeginning: Sendable {
  public var part: FilePart
  public var bytes: [UInt8]
  /// Whether nothing of the part is missing.
  public var isWhole: Bool

  /// Archives are unpacked and sheets become CSV, as in an import. Of an archive, the first file that can be read counts. JSON and XML
  /// are read whole.
  ///
  /// - Parameter limit: of a table, about as many bytes are read.
  /// - Throws: `file-unreadable`, `format-unknown` and the faults of ``Unpacker``.
  public init(of path: String, options: UnpackOptions = UnpackOptions(), limit: Int = 1 << 20) throws(Fault) {
    let first = try FirstPart(in: try FirstPart.bytes(of: path), path: path, options: options)
    part = first.part
    bytes = []
    isWhole = true
    let limit = part.format == .json || part.format == .xml ? Int.max : limit
    while let chunk = try first.next() {
      bytes += chunk
      guard bytes.count < limit else {
        isWhole = false
        return
      }
    }
  }
}
