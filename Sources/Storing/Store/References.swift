import Model
import SQLite

// Which records point at which: the timeline of a customer is what points at its records.

/// Where a page of a timeline ended: the next one starts behind it.
public struct TimelineCursor: Hashable, Sendable {
  /// Business time in microseconds since 1970; `Int64.min` for records without one, which come last.
  public var at: Int64
  public var record: Int64

  public init(at: Int64, record: Int64) {
    self.at = at
    self.record = record
  }

  public init(_ record: StoredRecord) { self.init(at: record.at ?? .min, record: record.id) }
}

extension StoreReader {
  /// The live records that point at `target`, newest business time first (ties: the later row first).
  /// - Parameters:
  ///   - type: only records of this type.
  ///   - before: the cursor of the last record of the page before.
  public func recordsReferring(to target: RecordKey, type: String? = nil, before: TimelineCursor? = nil, limit: Int) throws
    -> [StoredRecord]
  {
    try records(ids: cursorsReferring(to: target, type: type, before: before, limit: limit).map(\.record))
  }

  /// The same for several targets at once: the timeline of a customer is that of its records.
  public func timeline(of targets: [RecordKey], types: [String]? = nil, before: TimelineCursor? = nil, limit: Int) throws -> [StoredRecord]
  {
    var found: Set<TimelineCursor> = []
    for target in targets {
      for type in types.map({ $0.map(Optional.some) }) ?? [nil] {
        found.formUnion(try cursorsReferring(to: target, type: type, before: before, limit: limit))
      }
    }
    let newest = found.sorted { ($0.at, $0.record) > ($1.at, $1.record) }.prefix(limit)
    return try records(ids: newest.map(\.record))
  }

  /// What a record points at.
  public func references(of record: Int64) throws -> [StoredReference] {
    try database.statement(
      "SELECT attribute, target_type, target_source, target_key FROM refs WHERE record = ? ORDER BY attribute, target_key"
    ).bind(record).map { row in
      StoredReference(
        record: record, attribute: try name(row.int(0)),
        target: RecordKey(source: try name(row.int(2)), type: try name(row.int(1)), key: row.text(3)))
    }
  }

  private func cursorsReferring(to target: RecordKey, type: String?, before: TimelineCursor?, limit: Int) throws -> [TimelineCursor] {
    guard let targetType = try nameID(target.type), let source = try nameID(target.source) else { return [] }
    let end = before ?? TimelineCursor(at: .max, record: .max)
    let statement: PreparedStatement
    if let type {
      guard let id = try nameID(type) else { return [] }
      statement = try database.statement(
        """
        SELECT DISTINCT at, record FROM refs WHERE target_type = ? AND target_source = ? AND target_key = ? AND (at, record) < (?, ?)
          AND type = ? ORDER BY at DESC, record DESC LIMIT ?
        """
      ).bind(targetType).bind(source).bind(target.key).bind(end.at).bind(end.record).bind(id)
    } else {
      statement = try database.statement(
        """
        SELECT DISTINCT at, record FROM refs WHERE target_type = ? AND target_source = ? AND target_key = ? AND (at, record) < (?, ?)
          ORDER BY at DESC, record DESC LIMIT ?
        """
      ).bind(targetType).bind(source).bind(target.key).bind(end.at).bind(end.record)
    }
    return try statement.bind(limit).map { TimelineCursor(at: $0.int(0), record: $0.int(1)) }
  }
}

extension StoreWriter {
  /// Replaces what a record points at. Call it after ``put(_:)`` whenever references or the business time changed;
  /// with an empty list for a deleted record. Targets may arrive later, or never.
  /// - Parameter record: as it was put; its id, type and business time count.
  public func replaceReferences(_ record: StoredRecord, _ references: [(attribute: String, target: RecordKey)]) throws {
    let isNew = withoutReferences.remove(record.id) != nil
    let pointing = try Pointing(references, at: record.at ?? .min, by: self)
    if !isNew {
      // Most that change point where they pointed: reading that costs a fraction of writing it again, in two trees.
      guard try self.pointing(record.id, at: pointing.at) != pointing else { return }
      try database.statement("DELETE FROM refs WHERE record = ?").bind(record.id).run()
    }
    guard !references.isEmpty else { return }
    let type = try internName(record.key.type)
    for target in pointing.targets {
      try database.statement(
        """
        INSERT OR IGNORE INTO refs (record, attribute, target_type, target_source, target_key, type, at) VALUES (?, ?, ?, ?, ?, ?, ?)
        """
      ).bind(record.id).bind(target.attribute).bind(target.type).bind(target.source).bind(target.key).bind(type).bind(pointing.at).run()
    }
  }

  /// What the store holds.
  /// - Parameter at: the time of a record that points nowhere.
  private func pointing(_ record: Int64, at: Int64) throws -> Pointing {
    var at = at
    let targets = try database.statement("SELECT attribute, target_type, target_source, target_key, at FROM refs WHERE record = ?")
      .bind(record).map { row in
        at = row.int(4)
        return Pointing.Target(attribute: row.int(0), type: row.int(1), source: row.int(2), key: row.text(3))
      }
    return Pointing(at: at, targets: targets)
  }
}

/// What a record points at, by the numbers of names, each once, in the order of the table.
private struct Pointing: Equatable {
  struct Target: Equatable, Comparable {
    var attribute: Int64
    var type: Int64
    var source: Int64
    var key: String

    static func < (left: Target, right: Target) -> Bool {
      let (one, other) = ((left.attribute, left.type, left.source), (right.attribute, right.type, right.source))
      return one == other ? utf8Precedes(left.key, right.key) : one < other
    }
  }

  var at: Int64
  var targets: [Target]
}

extension Pointing {
  init(_ references: [(attribute: String, target: RecordKey)], at: Int64, by writer: StoreWriter) throws {
    self.at = at
    targets = try references.map { reference in
      Target(
        attribute: try writer.internName(reference.attribute), type: try writer.internName(reference.target.type),
        source: try writer.internName(reference.target.source), key: reference.target.key)
    }
    targets.sort()
  }
}
