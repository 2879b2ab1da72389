import Foundation
import Matching
import Model
import Storing

/// The match index over the live records of the store. The applier writes, anybody may ask; both hold the lock, so a
/// question waits at most for one batch.
///
/// `@unchecked Sendable`: everything below is touched only under `lock`.
final class Identities: @unchecked Sendable {
  private let lock = NSLock()
  private let model: MatchModel
  private var resolver: Resolver?

  init(model: MatchModel) { self.model = model }

  /// Says that the index may differ from the store; the next use reads the store again.
  func invalidate() { lock.withLock { resolver = nil } }

  /// Reads the store when the index is missing. To be called at the start of a batch, before it writes.
  func catchUp(_ reader: StoreReader, resolvedTypes: [String]) throws {
    try lock.withLock { _ = try current(reader, resolvedTypes) }
  }

  /// Applies a batch's changes to the index.
  func apply(_ changes: [MatchChange]) throws -> PartitionDelta {
    try lock.withLock {
      guard let resolver else { throw Fault("index-missing", "The index was not caught up before a batch was applied.") }
      return resolver.apply(changes)
    }
  }

  /// Asks the index. While it is missing (after a batch that failed, until the next one) a question reads the store for
  /// itself: an index from a reader's snapshot may lack what was committed since, so it is never kept.
  func ask<T>(_ reader: StoreReader, resolvedTypes: [String], _ body: (Resolver) throws -> T) throws -> T {
    let standing = try lock.withLock { try resolver.map(body) }
    return try standing ?? body(Self.read(reader, resolvedTypes, model))
  }

  /// The whole partition, after reading the store when the index is missing. For the writer only, as ``catchUp(_:resolvedTypes:)``.
  func load(_ reader: StoreReader, resolvedTypes: [String]) throws -> [[Int64]] {
    try lock.withLock { try current(reader, resolvedTypes).partition }
  }

  private func current(_ reader: StoreReader, _ types: [String]) throws -> Resolver {
    if let resolver { return resolver }
    let fresh = try Self.read(reader, types, model)
    resolver = fresh
    return fresh
  }

  private static func read(_ reader: StoreReader, _ types: [String], _ model: MatchModel) throws -> Resolver {
    let fresh = Resolver(model: model)
    var changes = try reader.decisionsInForce().map { MatchChange.link(link($0.decision)) }
    for type in types {
      try reader.forEachLiveRecord(type: type) { records in
        changes += records.map { .upsert(matchRecord($0)) }
      }
    }
    _ = fresh.apply(changes)
    return fresh
  }

  /// The record as the matcher takes it.
  static func matchRecord(_ record: StoredRecord) -> MatchRecord {
    MatchRecord(
      id: record.id, keyHash: keyHash(record.key), prepared: Preparation.prepare(record.state.values, source: record.key.source))
  }

  static func keyHash(_ key: RecordKey) -> UInt64 { StableHash.of(key.description) }

  static func link(_ decision: Decision) -> MatchLink {
    MatchLink(decision.kind, keyHash(decision.first), keyHash(decision.second))
  }
}
