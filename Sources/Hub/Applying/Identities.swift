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

  /// Asks the index, reading the store first when that was never done.
  func ask<T>(_ reader: StoreReader, resolvedTypes: [String], _ body: (Resolver) throws -> T) throws -> T {
    try lock.withLock { try body(current(reader, resolvedTypes)) }
  }

  /// Reads the store, and gives back the whole partition.
  func load(_ reader: StoreReader, resolvedTypes: [String]) throws -> [[Int64]] {
    try lock.withLock { try current(reader, resolvedTypes).partition }
  }

  private func current(_ reader: StoreReader, _ types: [String]) throws -> Resolver {
    if let resolver { return resolver }
    let fresh = Resolver(model: model)
    var changes = try reader.decisionsInForce().map { MatchChange.link(Self.link($0.decision)) }
    for type in types {
      try reader.forEachLiveRecord(type: type) { records in
        changes += records.map { .upsert(Self.matchRecord($0)) }
      }
    }
    _ = fresh.apply(changes)
    resolver = fresh
    return fresh
  }

  static func matchRecord(_ record: StoredRecord) -> MatchRecord {
    MatchRecord(id: record.id, keyHash: keyHash(record.key), prepared: Preparation.prepare(record.state.values, source: record.key.source))
  }

  static func keyHash(_ key: RecordKey) -> UInt64 { StableHash.of(key.description) }

  static func link(_ decision: Decision) -> MatchLink {
    MatchLink(decision.kind, keyHash(decision.first), keyHash(decision.second))
  }
}
