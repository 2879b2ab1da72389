import Model

/// Recognises a file by its content: SHA-256 over the SHA-256 of each of its blocks of 1 MiB, so that a file of any size
/// is read in bounded memory with a digest that works on whole arrays.
struct FileFingerprint: Sendable {
  static let blockSize = 1 << 20

  private let digests: Digests
  private var blocks: [UInt8] = []

  init(digests: Digests) { self.digests = digests }

  /// - Parameter block: exactly ``blockSize`` bytes, only the last one may have fewer.
  mutating func add(_ block: Bytes) { blocks += digests.sha256(block) }

  var value: Bytes { digests.sha256(blocks) }

  static func of(path: String, digests: Digests) async throws -> Bytes {
    var fingerprint = FileFingerprint(digests: digests)
    for try await block in FileBlocks(path: path, blockSize: blockSize) { fingerprint.add(block) }
    return fingerprint.value
  }
}
