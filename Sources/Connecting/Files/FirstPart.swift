import Formats
import Model

/// The first table or document in a file that can be read, and its bytes from the start on. Archives are unpacked and sheets become CSV, as
/// in an import.
struct FirstPart {
  let part: FilePart
  private let unpacker: Unpacker

  /// - Parameter path: of the file, for people and for the formats of text in it.
  /// - Throws: `format-unknown` and the faults of ``Unpacker``.
  init(in bytes: any RandomBytes, path: String, options: UnpackOptions) throws(Fault) {
    unpacker = Unpacker(bytes, name: path, options: options, scratch: DiskScratch())
    var problem: Fault?
    while let part = try unpacker.nextPart() {
      guard let fault = part.fault else {
        self.part = part
        return
      }
      problem = problem ?? fault
    }
    throw problem ?? Fault("format-unknown", "\(path) is no table, JSON, XML or mail.")
  }

  /// The bytes of a file that a person names; all that a pipe gives.
  ///
  /// - Throws: `file-unreadable`.
  static func bytes(of path: String) throws(Fault) -> any RandomBytes {
    do {
      let file = try DiskBytes(path)
      return file.isRegular ? file : MemoryBytes(file.drain())
    } catch {
      throw (error as? FileBlocks.Unreadable)?.fault ?? Fault("file-unreadable", "The file \(path) cannot be read.")
    }
  }

  /// The next bytes; nil at the end.
  func next() throws(Fault) -> [UInt8]? { try unpacker.nextChunk() }

  /// All that is left.
  func rest() throws(Fault) -> [UInt8] {
    var bytes: [UInt8] = []
    while let chunk = try next() { bytes += chunk }
    return bytes
  }
}
