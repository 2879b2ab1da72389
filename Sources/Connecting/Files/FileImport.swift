import Formats
import Model

/// Brings one file, or one large upload, into the hub: spooled once, in bounded memory, then accepted as deliveries of
/// whole items. The watched folder, `kindred import` and the API share it.
///
/// What is packed (gzip, zip) is unpacked, and sheets (XLSX, XLS, tables in HTML, XML Spreadsheet 2003) are spooled as CSV; what a file is,
/// its bytes say. Each file in an archive is spooled and accepted by itself.
///
/// CSV and JSON Lines become ranges of about 256 KB; a JSON document is one delivery, and so is an XML document of up to 64 MB. A larger
/// one becomes parts of about 1 MB that are documents of their own. Each delivery has
/// - `contentType`: ``MediaType/canonical(_:charset:)`` with the encoding that the whole file has,
/// - `origin` and `meta["file"]`: the file's name; `meta["row"]`, `meta["line"]`: its first item's, counted from 1;
///   `meta["header"]`: the CSV header's bytes as hexadecimal text, and behind a space all of the file up to its end where titles stand
///   above it; or what goes in front of a part of an XML document, with `meta["ending"]` behind it; `meta["sheet"]` for what was a sheet,
///   whose lines are its rows,
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
  let sheet: SheetChoice?
  let digests: Digests
  var batchBytes = Self.batchBytes

  /// - Parameters:
  ///   - stream: the connector may be a source that has no connector file, as with `kindred import`.
  ///   - mapping: the mapping to use; nil leaves it to connector and stream.
  ///   - encoding: a label such as `gb18030`, when the caller knows it; nil looks at the bytes.
  ///   - sheet: of a workbook; nil takes the first that is not hidden.
  public init(
    stream: StreamName, format: Format, mapping: String? = nil, encoding: String? = nil, sheet: SheetChoice? = nil, digests: Digests
  ) {
    self.stream = stream
    self.format = format
    self.mapping = mapping
    self.encoding = encoding
    self.sheet = sheet
    self.digests = digests
  }

  /// Imports a file on disk.
  /// - Throws: `Fault` with code `file-unreadable` or one of ``Unpacker``, `Refusal`, or `CancellationError` when `stop` was raised in the
  ///   middle; the same import again goes on where this one ended.
  public func run(
    file path: String, into sink: some Sink, stop: StopSignal = StopSignal(), progress: @escaping @Sendable (Progress) -> Void = { _ in }
  ) async throws -> Summary {
    do {
      let name = path.split(separator: "/").last.map(String.init) ?? path
      return try await run(file: path, name: name, into: sink, stop: stop, progress: progress, checkpoint: { _ in nil })
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
    do {
      let started = try await StartedChunks(chunks)
      guard Unpacker.isNeeded(for: started.beginning, format: format) else {
        let part = FilePart(name: name, format: format)
        return try await run(started, part, into: sink, stop: stop, progress: progress, checkpoint: { _ in nil })
      }
      let file = try await PackedFile.store(started, name: name, options: options)
      return try await run(file, into: sink, stop: stop, progress: progress, checkpoint: { _ in nil })
    } catch let error as FileBlocks.Unreadable {
      throw error.fault
    }
  }

  /// - Parameter checkpoint: what to commit with the last range.
  /// - Throws: ``FileBlocks/Unreadable`` for what is wrong with the file.
  func run(
    file path: String, name: String, into sink: some Sink, stop: StopSignal, progress: @escaping @Sendable (Progress) -> Void,
    checkpoint: (FileFacets) -> Checkpoint?
  ) async throws -> Summary {
    guard let file = try await PackedFile.open(path, name: name, options: options) else {
      let part = FilePart(name: name, format: format)
      return try await run(FileBlocks(path: path), part, into: sink, stop: stop, progress: progress, checkpoint: checkpoint)
    }
    return try await run(file, into: sink, stop: stop, progress: progress, checkpoint: checkpoint)
  }

  private var options: UnpackOptions { UnpackOptions(format: format, encoding: encoding, sheet: sheet) }

  /// Imports what lies in an archive or workbook, one part after the other.
  private func run(
    _ file: PackedFile, into sink: some Sink, stop: StopSignal, progress: @escaping @Sendable (Progress) -> Void,
    checkpoint: (FileFacets) -> Checkpoint?
  ) async throws -> Summary {
    var receipts: [Receipt] = []
    var unread: Fault?
    while let part = try await file.nextPart() {
      if let fault = part.fault ?? mismatch(part) {
        unread = unread ?? fault
      } else {
        receipts += try await run(file, part, into: sink, stop: stop, progress: progress, checkpoint: { _ in nil }).receipts
      }
    }
    // What could be read is in; the file is not done all the same.
    if let unread { throw FileBlocks.Unreadable(fault: unread, isGone: false) }
    let fingerprint = try await file.fingerprint(digests)
    let facets = FileFacets(size: file.size, fingerprint: fingerprint, encoding: nil, header: nil, ranges: [])
    if let last = checkpoint(facets) { receipts += try await accept([], checkpoint: last, into: sink, stop: stop) }
    return Summary(receipts: receipts, size: facets.size, fingerprint: fingerprint, encoding: nil)
  }

  private func mismatch(_ part: FilePart) -> Fault? {
    guard part.format != format else { return nil }
    return Fault(
      "format-differs", "\(part.name) is \(part.format.rawValue), and the stream \(stream.stream) takes \(format.rawValue).",
      at: Location(file: part.name), hint: "Unpack it and import it by itself.")
  }

  /// - Parameter checkpoint: what to commit with the last range.
  private func run(
    _ chunks: some AsyncSequence<Bytes, any Error> & Sendable, _ part: FilePart, into sink: some Sink, stop: StopSignal,
    progress: @escaping @Sendable (Progress) -> Void, checkpoint: (FileFacets) -> Checkpoint?
  ) async throws -> Summary {
    let encoding = encoding(of: part)
    let contents = FileContents(format: format, encoding: encoding, isSheet: part.isSheet, digests: digests)
    let blob = try await sink.spool(ObservedChunks(base: chunks, contents: contents) { progress(.spooled($0)) })
    guard let facets = contents.facets else {
      throw Fault("spool-incomplete", "The sink stopped reading \(part.name) before its end.")
    }
    let last = checkpoint(facets)
    var receipts: [Receipt] = []
    var accepted = 0
    var rest = facets.ranges[...]
    repeat {
      if stop.isRaised { throw CancellationError() }
      let batch = batch(&rest)
      let deliveries = batch.map { delivery($0, of: facets, part: part, blob: blob) }
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

  /// A sheet's CSV is UTF-8, whatever the file is.
  private func encoding(of part: FilePart) -> String? { part.isSheet ? part.encoding : encoding }

  private func delivery(_ range: FileRange, of facets: FileFacets, part: FilePart, blob: BlobReference) -> Delivery {
    var meta = ["file": part.name, "row": String(range.row), "line": String(range.line)]
    if part.isSheet { meta["sheet"] = "1" }
    if let ending = range.ending { meta["ending"] = Hex.text(ending) }
    if let header = range.header ?? facets.header {
      meta["header"] = ([header] + (facets.beginning.map { [$0] } ?? [])).map { Hex.text($0) }.joined(separator: " ")
    }
    return Delivery(
      stream: stream, body: .range(blob, offset: range.offset, length: range.length),
      contentType: MediaType.canonical(format, charset: encoding(of: part) ?? facets.encoding), origin: part.name, mapping: mapping,
      meta: meta,
      dedupeKey: dedupeKey(of: range, in: facets))
  }

  private func dedupeKey(of range: FileRange, in facets: FileFacets) -> Bytes {
    let identity = [stream.stream, stream.partition, mapping ?? "", format.rawValue, encoding ?? ""].joined(separator: "\u{0}")
    let place = "\u{0}\(range.offset)\u{0}\(range.length)\u{0}"
    return digests.sha256(Array(identity.utf8) + Array(place.utf8) + facets.fingerprint)
  }
}
