import Foundation
import Model

/// Files that only the hub's user may read.
enum PrivateFile {
  /// Replaces the file as a whole: whoever reads it sees the old content or the new one, also after a crash.
  /// - Throws: `file-unwritable`.
  static func replace(_ path: String, with bytes: [UInt8]) throws(Fault) {
    let temporary = "\(path).\(getpid())"
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = fchmod(descriptor, 0o600) == 0 && write(bytes, to: descriptor) && fsync(descriptor) == 0
    close(descriptor)
    guard isWritten, rename(temporary, path) == 0, syncFolder(of: path) else {
      let fault = failure(path)
      unlink(temporary)
      throw fault
    }
  }

  /// The content; nil when there is no such file.
  /// - Throws: `file-unreadable`.
  static func read(_ path: String) throws(Fault) -> [UInt8]? {
    do {
      return Array(try Data(contentsOf: URL(filePath: path)))
    } catch CocoaError.fileReadNoSuchFile {
      return nil
    } catch {
      throw Fault("file-unreadable", "The file \(path) cannot be read: \(error.localizedDescription)")
    }
  }

  private static func write(_ bytes: [UInt8], to descriptor: Int32) -> Bool {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { Foundation.write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      written += count
    }
    return true
  }

  private static func syncFolder(of path: String) -> Bool {
    let descriptor = open((path as NSString).deletingLastPathComponent, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return false }
    defer { close(descriptor) }
    return fsync(descriptor) == 0
  }

  private static func failure(_ path: String) -> Fault {
    Fault("file-unwritable", "The file \(path) cannot be written: \(String(cString: strerror(errno))).")
  }
}
