import Foundation
import Model
import SQLite

/// The master-data store (`store.sqlite`): records, customers, decisions, the change feed, dead letters and accounting.
///
/// One writer at a time; everything of one ``write(_:)`` is one transaction, on disk when it returns. Readers see snapshots
/// and never wait for the writer.
///
/// `@unchecked Sendable`: the writer is touched only under `writing`; the pool lends a reader to one thread at a time.
public final class Store: @unchecked Sendable {
  public let path: String
  private let vfs: String?
  private let writer: StoreWriter
  private let writing = NSLock()
  private let readers: Pool<StoreReader>

  /// WAL frames (4 KiB pages) after which a write is followed by a checkpoint.
  private static let checkpointPages = 4_000

  /// Opens the file, creating it or taking its migrations as needed.
  /// - Parameters:
  ///   - vfs: an SQLite VFS by name; `nil` is the system's.
  ///   - readers: how many threads may read at the same time; one more waits. At least 1.
  /// - Throws: `storage-newer`, `storage-corrupt`, `storage-full`, `storage-busy`, `storage-failed`.
  public init(path: String, vfs: String? = nil, readers: Int = 4) throws(Fault) {
    self.path = path
    self.vfs = vfs
    let database = try openDatabase(
      path: path, options: Database.Options(vfs: vfs, autocheckpoint: 0, cacheSize: 65_536), migrations: StoreSchema.migrations)
    writer = StoreWriter(database: database)
    var connections: [StoreReader] = []
    for _ in 0..<max(1, readers) {
      let options = Database.Options(vfs: vfs, isReader: true)
      connections.append(StoreReader(database: try openDatabase(path: path, options: options, migrations: StoreSchema.migrations)))
    }
    self.readers = Pool(connections)
  }

  /// Runs `body` in one transaction. When `body` or the commit throws, nothing of it remains. Not reentrant.
  @discardableResult
  public func write<T>(_ body: (StoreWriter) throws -> T) throws -> T {
    writing.lock()
    defer { writing.unlock() }
    do {
      let result = try writer.database.transaction {
        let result = try body(writer)
        try writer.finish()
        return result
      }
      // The transaction is durable already; a checkpoint that fails is tried again after the next one.
      if writer.database.walPages >= Self.checkpointPages { _ = try? writer.database.checkpoint() }
      return result
    } catch {
      writer.forget()
      throw asFault(error)
    }
  }

  /// Runs `body` on one snapshot: it sees every committed write as a whole and nothing that is committed meanwhile.
  public func read<T>(_ body: (StoreReader) throws -> T) throws -> T {
    do {
      return try readers.use { reader in try reader.database.transaction(.deferred) { try body(reader) } }
    } catch {
      throw asFault(error)
    }
  }

  /// Writes a consistent copy to `path` while writes go on.
  public func backup(to path: String) throws(Fault) {
    do {
      try readers.use { try $0.database.backup(to: path, vfs: vfs) }
    } catch {
      throw Fault(storage: error, file: path)
    }
  }

  /// What is wrong with the file; empty when it is sound.
  public func verify(isQuick: Bool = false) throws -> [String] {
    try read { try $0.database.problems(isQuick: isQuick) }
  }

  /// Copies the write-ahead log into the file and cuts it to nothing: after bulk loads and erasures.
  public func checkpoint() throws {
    writing.lock()
    defer { writing.unlock() }
    do {
      try writer.database.checkpoint(.truncate)
    } catch {
      throw asFault(error)
    }
  }

  /// Storage failures become faults; what the caller's own code threw passes unchanged.
  private func asFault(_ error: any Error) -> any Error {
    (error as? DatabaseError).map { Fault($0, file: path) } ?? error
  }
}
