import Formats
import Foundation
import Model

/// A file on disk, read at any place.
class DiskBytes: RandomBytes, @unchecked Sendable {
  fileprivate let descriptor: Int32
  private let path: String
  fileprivate(set) var count: Int
  /// False for a pipe, which can only be read from its start to its end.
  let isRegular: Bool

  /// - Throws: `file-unreadable`.
  init(_ path: String) throws {
    self.path = path
    descriptor = open(path, O_RDONLY | O_CLOEXEC)
    var facts = stat()
    guard descriptor >= 0, fstat(descriptor, &facts) == 0 else {
      let code = errno
      let fault = Fault(
        "file-unreadable", "The file \(path) cannot be opened: \(String(cString: strerror(code))).",
        hint: "Give the user that runs the daemon the right to read it.")
      throw FileBlocks.Unreadable(fault: fault, isGone: code == ENOENT)
    }
    count = Int(facts.st_size)
    isRegular = facts.st_mode & S_IFMT == S_IFREG
  }

  fileprivate init(descriptor: Int32) {
    self.descriptor = descriptor
    path = "scratch space"
    count = 0
    isRegular = true
  }

  deinit {
    if descriptor >= 0 { close(descriptor) }
  }

  /// All that a pipe gives.
  func drain() -> [UInt8] {
    var all: [UInt8] = []
    while true {
      let piece = Bytes(unsafeUninitializedCapacity: 1 << 18) { buffer, filled in
        filled = max(0, Foundation.read(descriptor, buffer.baseAddress, buffer.count))
      }
      if piece.isEmpty { return all }
      all += piece
    }
  }

  func read(at offset: Int, count wanted: Int) throws(Fault) -> [UInt8] {
    guard offset >= 0, offset < count, wanted > 0 else { return [] }
    var failed = false
    let bytes = Bytes(unsafeUninitializedCapacity: min(wanted, count - offset)) { buffer, filled in
      while filled < buffer.count {
        let got = pread(descriptor, buffer.baseAddress! + filled, buffer.count - filled, off_t(offset + filled))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { failed = true }
        if got <= 0 { break }
        filled += got
      }
    }
    guard !failed else { throw Fault("file-unreadable", "The file \(path) cannot be read: \(String(cString: strerror(errno))).") }
    return bytes
  }
}

/// Scratch space in the folder for temporary files. A file has no name, and so is gone with whoever made it.
struct DiskScratch: ScratchSpace {
  func make() throws(Fault) -> any ScratchBytes { try DiskScratchBytes() }
}

final class DiskScratchBytes: DiskBytes, ScratchBytes, @unchecked Sendable {
  init() throws(Fault) { super.init(descriptor: try UnnamedFile.open()) }

  func append(_ bytes: [UInt8]) throws(Fault) {
    let isWritten = bytes.withUnsafeBytes { buffer in
      var written = 0
      while written < buffer.count {
        let got = pwrite(descriptor, buffer.baseAddress! + written, buffer.count - written, off_t(count + written))
        if got < 0 && errno == EINTR { continue }
        guard got > 0 else { return false }
        written += got
      }
      return true
    }
    guard isWritten else { throw UnnamedFile.full() }
    count += bytes.count
  }
}

/// Chunks whose first ones were looked at already. For one reader.
final class StartedChunks<Base: AsyncSequence>: AsyncSequence, @unchecked Sendable where Base.Element == Bytes, Base.Failure == any Error {
  typealias Element = Bytes
  typealias Failure = any Error

  /// The first bytes, as many as tell what a file is.
  let beginning: Bytes
  private var first: Bytes?
  private var rest: Base.AsyncIterator

  init(_ chunks: Base) async throws {
    var rest = chunks.makeAsyncIterator()
    var first: Bytes = []
    while first.count < PackedFile.prefixLength, let chunk = try await rest.next() { first += chunk }
    beginning = Bytes(first.prefix(PackedFile.prefixLength))
    self.first = first
    self.rest = rest
  }

  func makeAsyncIterator() -> Iterator { Iterator(chunks: self) }

  struct Iterator: AsyncIteratorProtocol {
    fileprivate let chunks: StartedChunks

    mutating func next() async throws -> Bytes? { try await chunks.next() }
  }

  private func next() async throws -> Bytes? {
    if let first, !first.isEmpty {
      self.first = nil
      return first
    }
    return try await rest.next()
  }
}
