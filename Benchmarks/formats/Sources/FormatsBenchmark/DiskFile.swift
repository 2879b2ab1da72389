import Formats
import Foundation
import Model

/// A file on disk, or one that is written to and forgotten.
final class DiskFile: ScratchBytes {
  private let descriptor: Int32
  private(set) var count: Int

  init(_ path: String) throws {
    descriptor = open(path, O_RDONLY)
    guard descriptor >= 0 else { throw Fault("file-unreadable", "The file \(path) cannot be opened.") }
    count = Int(lseek(descriptor, 0, SEEK_END))
  }

  init() throws(Fault) {
    var template = Array((NSTemporaryDirectory() + "/formats-XXXXXX").utf8CString)
    descriptor = mkstemp(&template)
    count = 0
    guard descriptor >= 0 else { throw Fault("scratch-full", "No temporary file can be made.") }
    unlink(template)
  }

  deinit { close(descriptor) }

  func read(at offset: Int, count wanted: Int) -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: max(0, min(wanted, count - offset))) { buffer, filled in
      filled = max(0, pread(descriptor, buffer.baseAddress, buffer.count, off_t(offset)))
    }
  }

  /// As the program reads a table.
  func whole() -> [UInt8] {
    [UInt8](unsafeUninitializedCapacity: count) { buffer, filled in
      while filled < buffer.count {
        let got = pread(descriptor, buffer.baseAddress.map { $0 + filled }, buffer.count - filled, off_t(filled))
        if got <= 0 { break }
        filled += got
      }
    }
  }

  func append(_ bytes: [UInt8]) throws(Fault) {
    guard pwrite(descriptor, bytes, bytes.count, off_t(count)) == bytes.count else { throw Fault("scratch-full", "The disk is full.") }
    count += bytes.count
  }
}

struct DiskScratch: ScratchSpace {
  func make() throws(Fault) -> any ScratchBytes { try DiskFile() }
}
