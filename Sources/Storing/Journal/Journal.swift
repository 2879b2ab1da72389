import Foundation
import Model
import SQLite

/// The journal (`journal.sqlite`): every delivery as it arrived, its dedupe key, and how far each source has been read.
///
/// ``accept(_:checkpoint:)`` returns after the sync that put its deliveries on disk. Callers that arrive together share one
/// transaction and one sync (group commit); a thread of the journal's own does the writing. Readers never wait for it.
public final class Journal: Sendable {
  public let path: String
  private let vfs: String?
  private let receivedAt: @Sendable () -> Int64
  private let writer: JournalWriter
  private let readers: Pool<JournalReader>

  /// Opens the file, creating it or taking its migrations as needed. Spooled bodies that no delivery refers to, left by a
  /// spooling that was cut off, are removed.
  /// - Parameters:
  ///   - vfs: an SQLite VFS by name; `nil` is the system's.
  ///   - receivedAt: the clock: microseconds since 1970.
  /// - Throws: `storage-newer`, `storage-corrupt`, `storage-full`, `storage-busy`, `storage-failed`.
  public init(path: String, vfs: String? = nil, receivedAt: @escaping @Sendable () -> Int64) throws(Fault) {
    self.path = path
    self.vfs = vfs
    self.receivedAt = receivedAt
    let options = Database.Options(vfs: vfs, autocheckpoint: 0)
    let tables = JournalTables(database: try openDatabase(path: path, options: options, migrations: JournalSchema.migrations))
    do {
      writer = try JournalWriter(tables: tables, path: path)
    } catch {
      throw Fault(storage: error, file: path)
    }
    var connections: [JournalReader] = []
    for _ in 0..<3 {
      let options = Database.Options(vfs: vfs, isReader: true)
      connections.append(JournalReader(database: try openDatabase(path: path, options: options, migrations: JournalSchema.migrations)))
    }
    readers = Pool(connections)
    writer.start()
  }

  deinit { writer.close() }

  /// Finishes what was asked for, then refuses everything more with `journal-closed`. Wakes whoever waits for work.
  public func close() { writer.close() }

  // MARK: Accepting

  /// Puts deliveries and the checkpoint on disk, all or nothing, and returns after the sync.
  ///
  /// A delivery whose dedupe key its connector has used before, in this call or ever, is a duplicate: it is counted and gets
  /// the position of the first. No deliveries with a checkpoint is legal; an empty checkpoint never replaces a full one.
  /// - Parameter lease: what the caller feeds the connector by; nothing is taken once somebody else has taken it.
  /// - Returns: a receipt for each delivery, in their order.
  /// - Throws: `storage-full` with nothing accepted (it can be sent again when there is space), `lease-lost`, `blob-range`,
  ///   `journal-closed`, other `storage-…`.
  public func accept(_ deliveries: [Delivery], checkpoint: Checkpoint? = nil, lease: Lease? = nil) async throws(Fault) -> [Receipt] {
    guard !deliveries.isEmpty || checkpoint != nil else { return [] }
    let now = receivedAt()
    let cost = deliveries.reduce(0) { $0 + $1.approximateSize }
    return try await submit(cost: cost) { tables in
      if let lease { try tables.check(lease) }
      let receipts = try deliveries.map { try tables.insert($0, receivedAt: now) }
      if let checkpoint { try tables.save(checkpoint) }
      return receipts
    }
  }

  /// Begins a big body that deliveries will be ranges of.
  public func createBlob() async throws(Fault) -> BlobReference {
    try await submit(cost: 0) { try $0.createBlob() }
  }

  /// Appends to a big body; on disk when this returns. One caller at a time per body.
  /// - Throws: `blob-unknown`, and what ``accept(_:checkpoint:)`` throws.
  public func append(_ bytes: [UInt8], to blob: BlobReference) async throws(Fault) {
    try await submit(cost: bytes.count) { try $0.append(bytes, to: blob) }
  }

  /// Writes a whole big body, a chunk at a time, with memory bounded by the size of two chunks or a megabyte.
  /// - Throws: what `chunks` throws, and the faults of ``append(_:to:)``.
  public func spool(_ chunks: some AsyncSequence<[UInt8], any Error>) async throws -> BlobReference {
    let blob = try await createBlob()
    var pending: [UInt8] = []
    for try await chunk in chunks {
      pending += chunk
      guard pending.count >= 1 << 20 else { continue }
      try await append(pending, to: blob)
      pending.removeAll(keepingCapacity: true)
    }
    if !pending.isEmpty { try await append(pending, to: blob) }
    return blob
  }

  /// Forgets how far a stream or partition has been read: the source will be read again from the start.
  public func removeCheckpoint(_ scope: StreamName) async throws(Fault) {
    try await submit(cost: 0) { try $0.removeCheckpoint(scope) }
  }

  /// Forgets all checkpoints of a connector.
  public func resetCheckpoints(connector: String) async throws(Fault) {
    try await submit(cost: 0) { try $0.resetCheckpoints(connector: connector) }
  }

  func submit<T: Sendable>(cost: Int, _ work: @escaping @Sendable (JournalTables) throws -> T) async throws(Fault) -> T {
    let result: Result<T, Fault> = await withCheckedContinuation { continuation in
      writer.enqueue(cost: cost, work: work) { continuation.resume(returning: $0) }
    }
    return try result.get()
  }

  // MARK: Reading

  /// A connector's deliveries behind a position, in order, with their bodies.
  /// - Parameters:
  ///   - maxBytes: stop before the bodies exceed so many bytes; the first delivery comes whatever its size.
  public func read(connector: String, after: Int64, maxCount: Int, maxBytes: Int) throws(Fault) -> [JournaledDelivery] {
    try reading { try $0.deliveries(connector: connector, after: after, maxCount: maxCount, maxBytes: maxBytes) }
  }

  /// One delivery; `nil` when there is none at that position.
  public func delivery(at position: Int64) throws(Fault) -> JournaledDelivery? {
    try reading { try $0.delivery(at: position) }
  }

  /// The last position of every connector that ever delivered.
  public func heads() throws(Fault) -> [String: Int64] { try reading { try $0.heads() } }

  public func checkpoint(_ scope: StreamName) throws(Fault) -> Checkpoint? { try reading { try $0.checkpoint(scope) } }

  /// All checkpoints, by connector, stream and partition.
  public func checkpoints() throws(Fault) -> [Checkpoint] { try reading { try $0.checkpoints() } }

  /// Deliveries received and duplicates among them, by stream; partitions are counted together (their part of the name is
  /// empty). Received minus duplicate is what the store has to account for.
  public func counts() throws(Fault) -> [StreamName: DeliveryCounts] { try reading { try $0.counts() } }

  /// Writes a consistent copy to `path` while accepting goes on.
  public func backup(to path: String) throws(Fault) { try reading { try $0.database.backup(to: path, vfs: vfs) } }

  /// What is wrong with the file; empty when it is sound.
  public func verify(isQuick: Bool = false) throws(Fault) -> [String] { try reading { try $0.database.problems(isQuick: isQuick) } }

  func reading<T>(_ body: (JournalReader) throws -> T) throws(Fault) -> T {
    do {
      return try readers.use(body)
    } catch {
      throw Fault(storage: error, file: path)
    }
  }

  // MARK: Waiting

  /// Blocks the calling thread until a delivery behind `position` is on disk. Not for the cooperative pool.
  /// - Parameters:
  ///   - connector: only its deliveries count; `nil` for those of all.
  ///   - timeout: in seconds; `nil` waits for ever.
  public func waitForWork(connector: String? = nil, after position: Int64, timeout: Double? = nil) -> Wakening {
    writer.waitForWork(connector: connector, after: position, timeout: timeout)
  }

  /// Makes every present and later ``waitForWork(connector:after:timeout:)`` return `stopped`, while accepting goes on.
  public func stopWaiting() { writer.stopWaiting() }
}

extension Delivery {
  /// About how many bytes it takes in the journal.
  fileprivate var approximateSize: Int {
    switch body {
    case .bytes(let bytes): bytes.count + 128
    case .range: 128
    }
  }
}
