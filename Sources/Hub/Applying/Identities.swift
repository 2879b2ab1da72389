import Foundation
import Logging
import Matching
import Model
import Storing

/// The match index over the live records of the store. The applier writes, anybody may ask. Questions about pairs and clusters wait for
/// the batch under way, at most; looking up records waits for single changes of the index only.
///
/// `@unchecked Sendable`: the resolver is touched only under `lock`, what lookups read is changed only under `changing`.
final class Identities: @unchecked Sendable {
  private let lock = NSLock()
  private let changing = ReadersLock()
  private let finders = Finders()
  private let model: MatchModel
  private let types: [String]
  private let file: IndexFile?
  private let logger: Logger
  private var resolver: Resolver?
  /// The commit of the store at which the resolver stands.
  private var commit = IndexFile.Commit()
  /// Records that changed in the index since it was saved.
  private var unsaved = 0

  /// - Parameters:
  ///   - types: those whose records are matched.
  ///   - folder: where the index is saved; nil when it is not.
  init(model: MatchModel, types: [String], folder: String? = nil, logger: Logger = Logger(label: "kindred")) {
    self.model = model
    self.types = types
    self.logger = logger
    file = folder.map { IndexFile(folder: $0, model: model, types: types) }
  }

  // MARK: Writing

  /// Says that the index may differ from the store; the next use reads it again.
  func invalidate() { lock.withLock { replace(by: nil) } }

  /// Reads the index, or else the store, when the index is missing. To be called at the start of a batch, before it writes.
  func catchUp(_ reader: StoreReader) throws {
    try lock.withLock { _ = try current(reader) }
  }

  /// Applies a batch's changes to the index, and notes them in the store.
  /// - Parameter time: now, in microseconds since 1970.
  func apply(_ changes: [MatchChange], at time: Int64, _ writer: StoreWriter) throws -> PartitionDelta {
    try lock.withLock {
      guard let resolver else { throw Fault("index-missing", "The index was not caught up before a batch was applied.") }
      let records = Set(changes.compactMap(\.record)).sorted()
      commit = try IndexLog.append(records, at: time, to: writer)
      unsaved += records.count
      return resolver.apply(changes) { change in changing.write(change) }
    }
  }

  /// The whole partition, after reading the store when the index is missing. For the writer only, as ``catchUp(_:)``.
  func load(_ reader: StoreReader) throws -> [[Int64]] {
    try lock.withLock { try current(reader).partition }
  }

  // MARK: Asking

  /// Asks the index. While it is missing (after a batch that failed, until the next one) a question reads the store for
  /// itself: an index from a reader's snapshot may lack what was committed since, so it is never kept.
  func ask<T>(_ reader: StoreReader, _ body: (Resolver) throws -> T) throws -> T {
    let standing = try lock.withLock { try resolver.map(body) }
    return try standing ?? body(read(reader))
  }

  /// Looks up records that might be the same as this one.
  /// - Returns: nil while the index is missing.
  func find(_ record: PreparedRecord, limit: Int, budget: Int) -> Finder.Answer? {
    changing.read { finders.use { $0.find(record, limit: limit, budget: budget) } }
  }

  // MARK: Saving

  /// So many changed records, at least, make it worth to save the index again.
  private static let fewestUnsaved = 50_000

  /// Saves the index when so much has changed that catching up would take long. To be called between batches.
  func saveIfDue() {
    lock.withLock {
      if let resolver, unsaved >= max(Self.fewestUnsaved, resolver.count / 4) { save(resolver) }
    }
  }

  /// Saves the index when anything has changed. To be called when no batch is under way.
  func save() {
    lock.withLock {
      if let resolver, unsaved > 0 { save(resolver) }
    }
  }

  private func save(_ resolver: Resolver) {
    guard let file else { return }
    do {
      try file.save(resolver, at: commit)
    } catch {
      logger.warning("the match index could not be saved; the next start makes it again", metadata: ["reason": "\(error)"])
    }
    // After a failure it is tried again when as much has changed again.
    unsaved = 0
  }

  // MARK: Reading

  private func current(_ reader: StoreReader) throws -> Resolver {
    if let resolver { return resolver }
    let fresh = try opened(reader) ?? made(reader)
    commit = try IndexLog.head(reader)
    replace(by: fresh)
    return fresh
  }

  private func replace(by fresh: Resolver?) {
    changing.write {
      resolver = fresh
      finders.replace(by: fresh)
    }
  }

  /// The saved index, brought up to date; nil when it does not fit.
  private func opened(_ reader: StoreReader) throws -> Resolver? {
    guard let file else { return nil }
    do {
      let (resolver, saved) = try file.open(model: model)
      guard let changed = try IndexLog.records(since: saved, reader) else { throw IndexFile.Refusal.damaged("it is of another store") }
      try catchUp(resolver, changed, reader)
      unsaved = changed.count
      return resolver
    } catch let refusal as IndexFile.Refusal {
      let count = try reader.liveRecordCounts().filter { types.contains($0.key) }.values.reduce(0, +)
      if count > 0 {
        logger.notice("the match index is made again from the store", metadata: ["reason": "\(refusal)", "records": "\(count)"])
      }
      return nil
    }
  }

  private func catchUp(_ resolver: Resolver, _ changed: [Int64], _ reader: StoreReader) throws {
    var decided: [MatchLink: Int] = [:]
    for decision in try reader.decisionsInForce() { decided[Self.link(decision.decision), default: 0] += 1 }
    let known = resolver.linksInForce
    try resolver.load { change in
      for (link, count) in known where count > decided[link] ?? 0 { for _ in (decided[link] ?? 0)..<count { change(.unlink(link)) } }
      for (link, count) in decided where count > known[link] ?? 0 { for _ in (known[link] ?? 0)..<count { change(.link(link)) } }
      for id in changed {
        if let record = try reader.record(id: id), !record.state.isDeleted {
          change(.upsert(Self.matchRecord(record)))
        } else {
          change(.remove(id: id))
        }
      }
    }
  }

  private func made(_ reader: StoreReader) throws -> Resolver {
    let fresh = try read(reader)
    unsaved = fresh.count
    return fresh
  }

  private func read(_ reader: StoreReader) throws -> Resolver {
    let fresh = Resolver(model: model)
    try fresh.load { change in
      for decision in try reader.decisionsInForce() { change(.link(Self.link(decision.decision))) }
      for type in types {
        try reader.forEachLiveRecord(type: type) { records in
          for record in records { change(.upsert(Self.matchRecord(record))) }
        }
      }
    }
    return fresh
  }

  // MARK: Records as the matcher takes them

  static func matchRecord(_ record: StoredRecord) -> MatchRecord {
    MatchRecord(
      id: record.id, keyHash: keyHash(record.key), prepared: Preparation.prepare(record.state.values, source: record.key.source))
  }

  static func keyHash(_ key: RecordKey) -> UInt64 { StableHash.of(key.description) }

  static func link(_ decision: Decision) -> MatchLink {
    MatchLink(decision.kind, keyHash(decision.first), keyHash(decision.second))
  }
}

/// Finders that threads take turns to use; whoever finds none has one made.
///
/// `@unchecked Sendable`: a finder is used only by the thread that took it.
private final class Finders: @unchecked Sendable {
  private let lock = NSLock()
  private var make: (@Sendable () -> Finder)?
  private var idle: [Finder] = []

  func replace(by resolver: Resolver?) {
    lock.withLock {
      make = resolver?.finders
      idle = []
    }
  }

  /// - Returns: nil when there is no index. Not to be called while the index is replaced.
  func use<T>(_ body: (Finder) -> T) -> T? {
    guard let finder = lock.withLock({ idle.popLast() ?? make?() }) else { return nil }
    defer { lock.withLock { idle.append(finder) } }
    return body(finder)
  }
}

extension MatchChange {
  /// The record that it is about; nil for decisions.
  fileprivate var record: Int64? {
    switch self {
    case .upsert(let record): record.id
    case .remove(let id): id
    case .link, .unlink: nil
    }
  }
}
