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
    let bytes: any RandomBytes
    do {
      let file = try DiskBytes(path)
      bytes = file.isRegular ? file : MemoryBytes(file.drain())
    } catch {
      throw (error as? FileBlocks.Unreadable)?.fault ?? Fault("file-unreadable", "The file \(path) cannot be read.")
    }
    let unpacker = Unpacker(bytes, name: path, options: options, scratch: DiskScratch())
    var problem: Fault?
    while let part = try unpacker.nextPart() {
      if let fault = part.fault {
        problem = problem ?? fault
        continue
      }
      self.part = part
      self.bytes = []
      isWhole = true
      let limit = part.format == .json || part.format == .xml ? Int.max : limit
      while let chunk = try unpacker.nextChunk() {
        self.bytes += chunk
        guard self.bytes.count < limit else {
          isWhole = false
          return
        }
      }
      return
    }
    throw problem ?? Fault("format-unknown", "\(path) is no table, JSON or XML.")
  }
}
