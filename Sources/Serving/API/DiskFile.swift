import Connecting
import Foundation
import Model

/// An open file: one that is there, to be read, or one without a name, to be written once and read afterwards. The latter is
/// gone when nobody holds it any more, also after a crash.
final class DiskFile: Sendable {
  static let blockSize = 256 << 10

  private let descriptor: Int32
  /// For messages.
  private let path: String

  /// Opens a file for reading.
  /// - Throws: `file-unreadable`.
  init(reading path: String) throws(Fault) {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.failure("file-unreadable", "\(path) cannot be opened") }
  }

  /// Makes a file without a name.
  /// - Throws: `scratch-full`.
  init() throws(Fault) {
    path = "a temporary file"
    descriptor = try UnnamedFile.open()
  }

  deinit { close(descriptor) }

  /// In bytes.
  var size: Int {
    var status = stat()
    return fstat(descriptor, &status) == 0 ? Int(status.st_size) : 0
  }

  func append(_ bytes: Bytes) throws(Fault) {
    var written = 0
    while written < bytes.count {
      let count = bytes.withUnsafeBytes { write(descriptor, $0.baseAddress! + written, bytes.count - written) }
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw UnnamedFile.full() }
      written += count
    }
  }

  /// Blocks. Fills the buffer as far as the file goes.
  /// - Returns: how many bytes there are; 0 at the end.
  func read(at offset: Int, into buffer: UnsafeMutableRawBufferPointer) throws(Fault) -> Int {
    guard let base = buffer.baseAddress else { return 0 }
    var got = pread(descriptor, base, buffer.count, off_t(offset))
    while got < 0 && errno == EINTR { got = pread(descriptor, base, buffer.count, off_t(offset)) }
    guard got >= 0 else { throw Self.failure("file-unreadable", "\(path) cannot be read") }
    return got
  }

  private func block(at offset: Int) throws -> Bytes {
    try Bytes(unsafeUninitializedCapacity: Self.blockSize) { buffer, count in
      count = try read(at: offset, into: UnsafeMutableRawBufferPointer(buffer))
    }
  }

  /// The content from the start, in blocks.
  /// - Parameter progress: told how far it is read.
  func chunks(progress: @escaping @Sendable (Int) -> Void = { _ in }) -> Chunks { Chunks(file: self, progress: progress) }

  private static func failure(_ code: String, _ message: String) -> Fault {
    Fault(code, "\(message): \(String(cString: strerror(errno))).")
  }

  struct Chunks: AsyncSequence, Sendable {
    typealias Failure = any Error
    let file: DiskFile
    let progress: @Sendable (Int) -> Void

    func makeAsyncIterator() -> Iterator { Iterator(file: file, progress: progress) }

    struct Iterator: AsyncIteratorProtocol {
      let file: DiskFile
      let progress: @Sendable (Int) -> Void
      var offset = 0

      mutating func next() async throws -> Bytes? {
        let (file, offset) = (file, offset)
        let bytes = try await Blocking.run { try file.block(at: offset) }
        self.offset += bytes.count
        progress(self.offset)
        return bytes.isEmpty ? nil : bytes
      }
    }
  }
}
