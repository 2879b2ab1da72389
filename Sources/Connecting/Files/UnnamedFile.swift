import Foundation
import Model

/// A temporary file without a name: gone with whoever holds it, also after a crash.
public enum UnnamedFile {
  /// Opens a new, empty one for reading and writing.
  /// - Returns: its descriptor, which the caller closes; child processes do not get it.
  /// - Throws: `scratch-full`.
  public static func open() throws(Fault) -> Int32 {
    // mkstemp(3) replaces the last six letters; they are its own sign.
    var template = Array((FileManager.default.temporaryDirectory.path + "/kindred-XXXXXX").utf8CString)
    let descriptor = mkstemp(&template)
    guard descriptor >= 0 else { throw full("No temporary file can be made") }
    _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC)
    unlink(template)
    return descriptor
  }

  /// What a write to one that failed is answered with; `errno` says why.
  public static func full(_ what: String = "A temporary file cannot be written") -> Fault {
    Fault("scratch-full", "\(what): \(String(cString: strerror(errno))).", hint: "Set TMPDIR to a folder with room.")
  }
}
