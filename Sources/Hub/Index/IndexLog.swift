import Matching
import Model
import Storing

/// Which records each commit of the store changed in the index: what a saved index that is some commits behind has to read again.
///
/// Kept in the store, in the transaction of the change, in a ring of entries. Every commit is known by its number and a hash of all before
/// it and of its time: a store that was restored from a backup and went on otherwise has another history.
enum IndexLog {
  private static let headKey = "index-commit"
  private static let slots: Int64 = 1 << 16

  private static func slotKey(_ sequence: Int64) -> String { "index-commit-\(sequence % slots)" }

  /// The last commit that changed the index.
  static func head(_ reader: StoreReader) throws -> IndexFile.Commit {
    guard let text = try reader.meta(headKey), let entry = Entry(text) else { return IndexFile.Commit() }
    return entry.commit
  }

  /// - Parameters:
  ///   - records: the ids of the records that were written or deleted.
  ///   - time: now, in microseconds since 1970.
  static func append(_ records: [Int64], at time: Int64, to writer: StoreWriter) throws -> IndexFile.Commit {
    let last = try head(writer)
    var history = StableHash.mix(last.history, UInt64(bitPattern: time))
    for record in records { history = StableHash.mix(history, UInt64(bitPattern: record)) }
    let entry = Entry(commit: .init(sequence: last.sequence + 1, history: history), records: records)
    try writer.setMeta(slotKey(entry.commit.sequence), entry.text)
    try writer.setMeta(headKey, Entry(commit: entry.commit, records: []).text)
    return entry.commit
  }

  /// The ids of the records that changed since a commit, each once.
  /// - Returns: nil when the commit is none of this store's, or the ring does not go back that far.
  static func records(since commit: IndexFile.Commit, _ reader: StoreReader) throws -> [Int64]? {
    let head = try head(reader)
    guard commit.sequence <= head.sequence, head.sequence - commit.sequence < slots else { return nil }
    if commit.sequence == head.sequence { return commit == head ? [] : nil }
    if commit.sequence > 0, try entry(commit.sequence, reader)?.commit != commit { return nil }
    var records: Set<Int64> = []
    for sequence in commit.sequence + 1...head.sequence {
      guard let entry = try entry(sequence, reader) else { return nil }
      records.formUnion(entry.records)
    }
    return records.sorted()
  }

  private static func entry(_ sequence: Int64, _ reader: StoreReader) throws -> Entry? {
    guard let text = try reader.meta(slotKey(sequence)), let entry = Entry(text), entry.commit.sequence == sequence else { return nil }
    return entry
  }

  /// A commit as text: number, history, and the records, the difference of each to the one before.
  private struct Entry {
    var commit: IndexFile.Commit
    var records: [Int64]

    init(commit: IndexFile.Commit, records: [Int64]) {
      self.commit = commit
      self.records = records
    }

    init?(_ text: String) {
      let parts = text.split(separator: " ")
      guard parts.count >= 2, let sequence = Int64(parts[0]), let history = UInt64(parts[1], radix: 16) else { return nil }
      commit = IndexFile.Commit(sequence: sequence, history: history)
      var last: Int64 = 0
      records = parts.dropFirst(2).compactMap { part in
        guard let step = Int64(part) else { return nil }
        last += step
        return last
      }
      if records.count != parts.count - 2 { return nil }
    }

    var text: String {
      var last: Int64 = 0
      let steps = records.map { record -> String in
        defer { last = record }
        return String(record - last)
      }
      return ([String(commit.sequence), String(commit.history, radix: 16)] + steps).joined(separator: " ")
    }
  }
}
