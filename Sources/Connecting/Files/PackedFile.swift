import Dispatch
import Formats
import Model

/// An archive or workbook: what lies in it, one part after the other, and the bytes of each as a sequence. All work runs on a queue of
/// its own, so that neither disk nor unpacking blocks a thread of the concurrency pool.
public final class PackedFile: AsyncSequence, @unchecked Sendable {
  public typealias Element = Bytes
  public typealias Failure = any Error

  /// In bytes, as it lies there.
  let size: Int
  private let bytes: any RandomBytes
  /// Only `queue` touches it and `bytes`.
  private let unpacker: Unpacker
  private let queue = DispatchQueue(label: "kindred.unpack")

  private init(_ bytes: any RandomBytes, name: String, options: UnpackOptions) {
    self.bytes = bytes
    size = bytes.count
    unpacker = Unpacker(bytes, name: name, options: options, scratch: DiskScratch())
  }

  /// - Returns: nil when the file needs no unpacking.
  static func open(_ path: String, name: String, options: UnpackOptions = UnpackOptions()) async throws -> PackedFile? {
    try await onQueue(DispatchQueue(label: "kindred.unpack")) {
      let bytes = try DiskBytes(path)
      guard bytes.isRegular, Unpacker.isNeeded(for: try bytes.read(at: 0, count: prefixLength), format: options.format) else { return nil }
      return PackedFile(bytes, name: name, options: options)
    }
  }

  /// Writes what comes to disk, where it is gone when nobody reads it any more.
  static func store(
    _ chunks: some AsyncSequence<Bytes, any Error> & Sendable, name: String, options: UnpackOptions
  ) async throws -> PackedFile {
    let queue = DispatchQueue(label: "kindred.unpack")
    let bytes = try await onQueue(queue) { try DiskScratchBytes() }
    for try await chunk in chunks { try await onQueue(queue) { try bytes.append(chunk) } }
    return PackedFile(bytes, name: name, options: options)
  }

  /// As many bytes tell what a file is.
  static let prefixLength = 16_384

  /// The format of a file on disk, by its name, or by its bytes when that says nothing. Sheets are CSV. Of an archive, the first file
  /// that can be read counts.
  ///
  /// - Returns: nil when nothing in it can be read.
  /// - Throws: ``FileBlocks/Unreadable``.
  static func format(of path: String) async throws -> Format? {
    let name = path.split(separator: "/").last.map(String.init) ?? path
    if let format = Format(name: name) { return format }
    guard let file = try await open(path, name: name) else {
      for try await block in FileBlocks(path: path, blockSize: prefixLength) { return Format(text: block) }
      return nil
    }
    while let part = try await file.nextPart() {
      if part.fault == nil { return part.format }
    }
    return nil
  }

  /// The next part; then the sequence gives its bytes, once.
  /// - Throws: ``FileBlocks/Unreadable``.
  func nextPart() async throws -> FilePart? { try await Self.onQueue(queue) { try self.unpacker.nextPart() } }

  /// As ``FileFingerprint`` has it.
  func fingerprint(_ digests: Digests) async throws -> Bytes {
    try await Self.onQueue(queue) {
      var fingerprint = FileFingerprint(digests: digests)
      var at = 0
      while at < self.size {
        let block = try self.bytes.read(at: at, count: FileFingerprint.blockSize)
        if block.isEmpty { break }
        fingerprint.add(block)
        at += block.count
      }
      return fingerprint.value
    }
  }

  public func makeAsyncIterator() -> Iterator { Iterator(file: self) }

  public struct Iterator: AsyncIteratorProtocol {
    fileprivate let file: PackedFile

    public mutating func next() async throws -> Bytes? {
      let file = file
      return try await PackedFile.onQueue(file.queue) { try file.unpacker.nextChunk() }
    }
  }

  private static func onQueue<Result: Sendable>(_ queue: DispatchQueue, _ work: @escaping @Sendable () throws -> Result) async throws
    -> Result
  {
    try await withCheckedThrowingContinuation { continuation in
      queue.async {
        continuation.resume(
          with: Swift.Result {
            do {
              return try work()
            } catch let fault as Fault {
              throw FileBlocks.Unreadable(fault: fault, isGone: false)
            }
          })
      }
    }
  }
}
