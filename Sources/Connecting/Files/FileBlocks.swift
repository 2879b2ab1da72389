import Dispatch
import Foundation
import Model

/// The bytes of a file on disk, in blocks. Each read runs on a queue of its own, so that a slow network share blocks no
/// thread of the concurrency pool.
struct FileBlocks: AsyncSequence, Sendable {
  /// The file cannot be opened or read.
  struct Unreadable: Error {
    var fault: Fault
    /// True when it is not there (any more).
    var isGone: Bool
  }

  let path: String
  var blockSize = 1 << 20

  func makeAsyncIterator() -> Iterator { Iterator(reader: Reader(path: path, blockSize: blockSize)) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let reader: Reader

    mutating func next() async throws -> Bytes? { try await reader.next() }
  }

  /// Only ``queue`` touches the descriptor.
  fileprivate final class Reader: @unchecked Sendable {
    private let path: String
    private let blockSize: Int
    private let queue = DispatchQueue(label: "kindred.files")
    private var descriptor: Int32 = -1

    init(path: String, blockSize: Int) {
      self.path = path
      self.blockSize = blockSize
    }

    deinit {
      if descriptor >= 0 { close(descriptor) }
    }

    func next() async throws -> Bytes? {
      try await withCheckedThrowingContinuation { continuation in
        queue.async { continuation.resume(with: Result { try self.read() }) }
      }
    }

    /// A full block, or what is left; nil at the end.
    private func read() throws(Unreadable) -> Bytes? {
      if descriptor < 0 {
        descriptor = open(path, O_RDONLY | O_CLOEXEC)
        guard descriptor >= 0 else { throw failure("opened") }
      }
      var failed = false
      let block = Bytes(unsafeUninitializedCapacity: blockSize) { buffer, count in
        count = 0
        while count < blockSize {
          let got = Foundation.read(descriptor, buffer.baseAddress! + count, blockSize - count)
          if got < 0 && errno == EINTR { continue }
          if got < 0 { failed = true }
          if got <= 0 { break }
          count += got
        }
      }
      if failed { throw failure("read") }
      return block.isEmpty ? nil : block
    }

    private func failure(_ what: String) -> Unreadable {
      let code = errno
      let fault = Fault(
        "file-unreadable", "The file \(path) cannot be \(what): \(String(cString: strerror(code))).",
        hint: "Give the user that runs the daemon the right to read it.")
      return Unreadable(fault: fault, isGone: code == ENOENT)
    }
  }
}
