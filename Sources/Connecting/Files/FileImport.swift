import Formats
import Model

/// Brings one file, or one large upload, into the hub: spooled once, in bounded memory, then accepted as deliveries of
/// whole items. The watched folder, `kindred import` and the API share it.
///
/// CSV and JSON Lines become ranges of about 256 KB; a JSON or XML document is one delivery. Each delivery has
/// - `contentType`: ``MediaType/canonical(_:charset:)`` with the encoding that the whole file has,
/// - `origin` and `meta["file"]`: the file's name; `meta["row"]`, `meta["line"]`: its first item's, counted from 1;
///   `meta["header"]`: the CSV header's bytes as hexadecimal text,
/// - `dedupeKey`: SHA-256 over the stream, the mapping, the format, the content of the whole file and the range. The same
///   file again is therefore recognised, also after a crash in the middle; with another mapping it counts as new.
public struct FileImport: Sendable {
  /// What came of an import.
  public struct Summary: Hashable, Sendable {
    /// One a delivery, in the order of the file.
    public var receipts: [Receipt]
    /// In bytes.
    public var size: Int
    /// Equal for equal content.
    public var fingerprint: [UInt8]
    /// The encoding that was found or given; nil where the format says it by itself.
    public var encoding: String?

    public var duplicates: Int { receipts.count { $0.isDuplicate } }
    /// True when the hub had every part of it before.
    public var isKnown: Bool { !receipts.isEmpty && duplicates == receipts.count }
  }

  /// How far an import is.
  public enum Progress: Hashable, Sendable {
    /// Bytes written to the spool so far.
    case spooled(Int)
    /// Bytes accepted so far.
    case accepted(Int)
  }

  /// One `accept` takes at most this many bytes, so that one commit stays short.
  static let batchBytes = 4 << 20
  /// How often a refused batch is offered again before the import gives up.
  static let attempts = 10

  let stream: StreamName
  let format: Format
  let mapping: String?
  let encoding: String?
  let digests: Digests
  var batchBytes = Self.batchBytes

  /// - Parameters:
  ///   - stream: the connector may be a source that has no connector file, as with `kindred import`.
  ///   - mapping: the mapping to use; nil leaves it to connector and stream.
  ///   - encoding: a label such as `gb18030`, when the caller knows it; nil looks at the bytes.
  public init(stream: StreamName, format: Format, mapping: String? = nil, encoding: String? = nil, digests: Digests) {
    self.stream = stream
    self.format = format
    self.mapping = mapping
    self.encoding = encoding
    self.digests = digests
  }

  /// Imports a file on disk.
  /// - Throws: `Fault` with code `file-unreadable`, `Refusal`, or `CancellationError` when `stop` was raised in the middle; the
  ///   same import again goes on where this one ended.
  public func run(
    file path: String, into sink: some Sink, stop: StopSignal = StopSignal(), progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    do {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return try await run(FileBlocks(path: path), name: name, into: sink, stop: stop, progress: progress)
    } catch let error as FileBlocks.Unreadable {
      throw error.fault
    }
  }

  /// Imports chunks of any size, for example an upload.
  /// - Parameter name: for people and for mappings that read `$meta.file`.
  public func run(
    _ chunks: some AsyncSequence<Bytes, any Error> & Sendable, name: String, into sink: some Sink, stop: StopSignal = StopSignal(),
    progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    try await run(chunks, name: name, into: sink, stop: stop, progress: progress, checkpoint: { _ in nil })
  }

  /// - Parameter checkpoint: what to commit with the last range.
  func run(
    _ chunks: some AsyncSequence<Bytes, any Error> & Sendable, name: String, into sink: some Sink, stop: StopSignal,
    progress: @escaping @Sendable (Progress) -> Void, checkpoint: (FileFacets) -> Checkpoint?
  ) async throws -> Summary {
    let contents = FileContents(format: format, encoding: encoding, digests: digests)
    let blob = try await sink.spool(ObservedChunks(base: chunks, contents: contents) { progress(.spooled($0)) })
    guard let facets = contents.facets else {
      throw Fault("spool-incomplete", "The sink stopped reading \(name) before its end.")
    }
    let last = checkpoint(facets)
    var receipts: [Receipt] = []
    var accepted = 0
    var rest = facets.ranges[...]
    repeat {
      if stop.isRaised { throw CancellationError() }
      let batch = batch(&rest)
      let deliveries = batch.map { delivery($0, of: facets, name: name, blob: blob) }
      let isLast = rest.isEmpty
      if !deliveries.isEmpty || last != nil {
        receipts += try await accept(deliveries, checkpoint: isLast ? last : nil, into: sink, stop: stop)
      }
      accepted += batch.reduce(0) { $0 + $1.length }
      progress(.accepted(accepted))
    } while !rest.isEmpty
    return Summary(
      receipts: receipts, size: facets.size, fingerprint: facets.fingerprint, encoding: encoding ?? facets.encoding)
  }

  private func batch(_ rest: inout ArraySlice<FileRange>) -> ArraySlice<FileRange> {
    var size = 0
    let end = rest.firstIndex { range in
      defer { size += range.length }
      return size > 0 && size + range.length > batchBytes
    }
    let batch = rest[..<(end ?? rest.endIndex)]
    rest = rest[(end ?? rest.endIndex)...]
    return batch
  }

  /// Offers a refused batch again: what is spooled already need not be read and written once more.
  private func accept(
    _ deliveries: [Delivery], checkpoint: Checkpoint?, into sink: some Sink, stop: StopSignal
  ) async throws -> [Receipt] {
    for _ in 1..<Self.attempts {
      do throws(Refusal) {
        return try await sink.accept(deliveries, checkpoint: checkpoint)
      } catch {
        guard let delay = error.retryAfter else { throw error }
        guard await stop.sleep(for: delay) else { throw CancellationError() }
      }
    }
    return try await sink.accept(deliveries, checkpoint: checkpoint)
  }

  private func delivery(_ range: FileRange, of facets: FileFacets, name: String, blob: BlobReference) -> Delivery {
    var meta = ["file": name, "row": String(range.row), "line": String(range.line)]
    if let header = facets.header { meta["header"] = Hex.text(header) }
    return Delivery(
      stream: stream, body: .range(blob, offset: range.offset, length: range.length),
      contentType: MediaType.canonical(format, charset: encoding ?? facets.encoding), origin: name, mapping: mapping, meta: meta,
      dedupeKey: dedupeKey(of: range, in: facets))
  }

  private func dedupeKey(of range: FileRange, in facets: FileFacets) -> Bytes {
    let identity = [stream.stream, stream.partition, mapping ?? "", format.rawValue, encoding ?? ""].joined(separator: "\u{0}")
    let place = "\u{0}\(range.offset)\u{0}\(range.length)\u{0}"
    return digests.sha256(Array(identity.utf8) + Array(place.utf8) + facets.fingerprint)
  }
}
