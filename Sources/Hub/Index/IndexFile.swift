import Foundation
import Matching
import Model

/// The match index as a file, so that a start need not make it again from the store.
///
///     header (4096 bytes) | image of the index | a checksum for each block of the image
struct IndexFile: Sendable {
  /// A commit of the store: how often the index was changed before it, and a hash of that history.
  struct Commit: Hashable, Sendable {
    var sequence: Int64 = 0
    var history: UInt64 = 0
  }

  /// Why an index has to be made again.
  enum Refusal: Error, CustomStringConvertible {
    case missing
    case unreadable(String)
    case otherFormat
    case otherConfiguration
    case damaged(String)

    var description: String {
      switch self {
      case .missing: "there is none"
      case .unreadable(let what): "it cannot be read: \(what)"
      case .otherFormat: "it was written by another version"
      case .otherConfiguration: "the configuration is another one"
      case .damaged(let what): "it is damaged: \(what)"
      }
    }
  }

  let path: String
  /// A hash of everything that the index depends on besides the records and decisions.
  let configuration: UInt64

  /// - Parameter folder: made when the file is written.
  init(folder: String, model: MatchModel, types: [String]) {
    path = folder + "/matching.index"
    var hash = StableHash(seed: 0x1DE)
    hash.combine(model.digest)
    hash.combine(model.cut.rawValue)
    hash.combine(Preparation.version)
    for type in types { hash.combine(type) }
    configuration = hash.value
  }

  private static let headerSize = 4_096
  private static let blockSize = 1 << 20

  /// What the first bytes say, in this order.
  private struct Header: BitwiseCopyable {
    static let signature: UInt64 = 0x7865_646E_6972_646B
    var signature = Header.signature
    var imageVersion = Resolver.imageVersion
    var configuration: UInt64
    var sequence: Int64
    var history: UInt64
    var imageSize: UInt64
    var blockSize = UInt64(IndexFile.blockSize)
    /// Of the list of the blocks' checksums.
    var list: UInt64
    /// Of everything before.
    var own: UInt64 = 0

    mutating func seal() { own = checksum }

    var checksum: UInt64 {
      var copy = self
      copy.own = 0
      return withUnsafeBytes(of: copy) { BlockChecksum.of($0) }
    }
  }

  // MARK: Writing

  /// Writes a new file beside the old one, then puts it in its place.
  /// - Throws: what the file system says.
  func save(_ resolver: Resolver, at commit: Commit) throws {
    try FileManager.default.createDirectory(atPath: (path as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    let temporary = path + ".new"
    let file = try DurableFile(temporary)
    do {
      var blocks = IndexBlocks(file: file, size: Self.blockSize, at: Self.headerSize)
      try resolver.writeImage { try blocks.add($0) }
      let list = try blocks.finish()
      var header = Header(
        configuration: configuration, sequence: commit.sequence, history: commit.history, imageSize: UInt64(blocks.byteCount), list: list)
      header.seal()
      try withUnsafeBytes(of: header) { try file.write($0, at: 0) }
      try file.close()
      guard rename(temporary, path) == 0 else { throw DurableFile.Failure("rename", temporary) }
    } catch {
      try? FileManager.default.removeItem(atPath: temporary)
      throw error
    }
  }

  func remove() { try? FileManager.default.removeItem(atPath: path) }

  // MARK: Reading

  /// - Throws: ``Refusal``.
  func open(model: MatchModel) throws(Refusal) -> (resolver: Resolver, commit: Commit) {
    let mapping = try MappedFile(path)
    let bytes = mapping.bytes
    guard bytes.count >= Self.headerSize else { throw .damaged("it is too short") }
    let header = bytes.load(as: Header.self)
    guard header.signature == Header.signature else { throw .damaged("it is no index") }
    guard header.imageVersion == Resolver.imageVersion, header.blockSize == UInt64(Self.blockSize) else { throw .otherFormat }
    guard header.own == header.checksum else { throw .damaged("the header") }
    guard header.configuration == configuration else { throw .otherConfiguration }
    let image = try verified(bytes, header)
    let resolver = withExtendedLifetime(mapping) {
      Resolver(model: model, image: image, threads: ProcessInfo.processInfo.activeProcessorCount)
    }
    guard let resolver else { throw .damaged("the image") }
    return (resolver, Commit(sequence: header.sequence, history: header.history))
  }

  private func verified(_ bytes: UnsafeRawBufferPointer, _ header: Header) throws(Refusal) -> UnsafeRawBufferPointer {
    let size = Int(clamping: header.imageSize)
    let count = size / Self.blockSize + (size % Self.blockSize == 0 ? 0 : 1)
    guard bytes.count - Self.headerSize >= size, bytes.count == Self.headerSize + size + count * 8 else { throw .damaged("its length") }
    let image = UnsafeRawBufferPointer(rebasing: bytes[Self.headerSize..<Self.headerSize + size])
    let list = UnsafeRawBufferPointer(rebasing: bytes[(Self.headerSize + size)...])
    guard BlockChecksum.of(list) == header.list else { throw .damaged("the list of checksums") }
    let shared = SharedBytes(image: image, list: list)
    let damaged = Workers(ProcessInfo.processInfo.activeProcessorCount).map(parts: count) { block -> Int? in
      let start = block * Self.blockSize
      let part = UnsafeRawBufferPointer(rebasing: shared.image[start..<min(size, start + Self.blockSize)])
      return BlockChecksum.of(part) == shared.list.loadUnaligned(fromByteOffset: block * 8, as: UInt64.self) ? nil : block
    }
    if let block = damaged.compactMap({ $0 }).first { throw .damaged("block \(block)") }
    return image
  }

  /// Bytes that several threads read.
  private struct SharedBytes: @unchecked Sendable {
    let image: UnsafeRawBufferPointer
    let list: UnsafeRawBufferPointer
  }
}

/// Cuts an image into blocks and remembers their checksums.
private struct IndexBlocks {
  let file: DurableFile
  let size: Int
  private var place: Int
  private var block: [UInt8] = []
  private var checksums: [UInt64] = []
  private(set) var byteCount = 0

  init(file: DurableFile, size: Int, at place: Int) {
    self.file = file
    self.size = size
    self.place = place
    block.reserveCapacity(size)
  }

  mutating func add(_ bytes: UnsafeRawBufferPointer) throws {
    var rest = bytes[...]
    while !rest.isEmpty {
      let part = rest.prefix(size - block.count)
      block += part
      rest = rest.dropFirst(part.count)
      if block.count == size { try flush() }
    }
    byteCount += bytes.count
  }

  private mutating func flush() throws {
    try block.withUnsafeBytes { bytes in
      checksums.append(BlockChecksum.of(bytes))
      try file.write(bytes, at: place)
    }
    place += block.count
    block.removeAll(keepingCapacity: true)
  }

  /// - Returns: the checksum of the list of checksums, which is written behind the image.
  mutating func finish() throws -> UInt64 {
    if !block.isEmpty { try flush() }
    return try checksums.withUnsafeBytes { list in
      try file.write(list, at: place)
      return BlockChecksum.of(list)
    }
  }
}
