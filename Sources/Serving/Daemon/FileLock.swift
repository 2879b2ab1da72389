import Foundation
import Model

/// An advisory lock on a file (flock(2)): the kernel releases it when its process ends, however it ends.
final class FileLock: @unchecked Sendable {
  // `@unchecked`: the descriptor is written once, and closed under `lock`.
  private let lock = NSLock()
  private var descriptor: Int32

  /// - Parameters:
  ///   - path: made when it is missing; never removed, since somebody else may be waiting for it.
  ///   - isWaiting: false to throw `locked` when somebody else holds it.
  init(path: String, isWaiting: Bool) throws(Fault) {
    descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw Fault("file-unwritable", "The lock \(path) cannot be opened: \(String(cString: strerror(errno))).")
    }
    var result = flock(descriptor, LOCK_EX | (isWaiting ? 0 : LOCK_NB))
    while result != 0 && errno == EINTR { result = flock(descriptor, LOCK_EX | (isWaiting ? 0 : LOCK_NB)) }
    guard result == 0 else {
      let code = errno
      close(descriptor)
      descriptor = -1
      throw code == EWOULDBLOCK
        ? Fault("locked", "Another process holds \(path).")
        : Fault("file-unwritable", "The lock \(path) cannot be taken: \(String(cString: strerror(code))).")
    }
  }

  deinit { release() }

  func release() {
    lock.withLock {
      guard descriptor >= 0 else { return }
      close(descriptor)
      descriptor = -1
    }
  }
}
