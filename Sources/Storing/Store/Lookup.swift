import Model
import SQLite

// Exact lookup: which records carry a phone number, an e-mail address, an id.
//
// The table is clustered by blocks of record ids, then by value. One b-tree over all values would take a random page for
// every entry: at millions of entries a batch of 1,000 records would rewrite thousands of pages, each of them twice (WAL
// and file). With blocks, a bulk load touches only the newest block; a lookup pays one seek per block (65,536 records).

/// A value under which a record can be found.
public struct LookupEntry: Hashable, Sendable {
  /// What the value is: `phone`, `email`, …
  public var kind: String
  /// In normal form; compared byte by byte.
  public var value: String

  public init(kind: String, value: String) {
    self.kind = kind
    self.value = value
  }
}

let lookupBlockBits: Int64 = 16

extension StoreReader {
  /// The rows of the records that carry a value, in row order, at most `limit`.
  public func find(kind: String, value: String, limit: Int = 10_000) throws -> [Int64] {
    guard let kind = try nameID(kind) else { return [] }
    var found: [Int64] = []
    for block in 0...(try lastRecord() >> lookupBlockBits) where found.count < limit {
      found += try database.statement("SELECT record FROM lookup WHERE block = ? AND kind = ? AND value = ? ORDER BY record LIMIT ?")
        .bind(block).bind(kind).bind(value).bind(limit - found.count).map { $0.int(0) }
    }
    return found
  }

  /// The values under which a record can be found.
  public func lookupEntries(of record: Int64) throws -> [LookupEntry] {
    let stored = try database.statement("SELECT entries FROM lookup_entries WHERE record = ?").bind(record).first {
      try $0.withBytes(0) { try TextList.decode($0) }
    }
    let parts = stored ?? []
    return stride(from: 0, to: parts.count - 1, by: 2).map { LookupEntry(kind: parts[$0], value: parts[$0 + 1]) }
  }

  /// The highest row in use; 0 in an empty store.
  func lastRecord() throws -> Int64 {
    try database.statement("SELECT max(id) FROM records").first { $0.int(0) } ?? 0
  }
}

extension StoreWriter {
  /// Replaces the values under which a record can be found; writes only what differs from before.
  public func replaceLookup(_ record: Int64, _ entries: [LookupEntry]) throws {
    let before = withoutEntries.remove(record) == nil ? try lookupEntries(of: record) : []
    guard before != entries else { return }
    let block = record >> lookupBlockBits
    // A handful of entries: quicker to search than to hash.
    for entry in before where !entries.contains(entry) {
      try database.statement("DELETE FROM lookup WHERE block = ? AND kind = ? AND value = ? AND record = ?")
        .bind(block).bind(internName(entry.kind)).bind(entry.value).bind(record).run()
    }
    var new = before.isEmpty ? entries[...] : entries.filter { !before.contains($0) }[...]
    while !new.isEmpty {
      // Most records have three entries or more; one statement for three costs half of three.
      let statement =
        if new.count >= 3 {
          try database.statement(
            "INSERT OR IGNORE INTO lookup (block, kind, value, record) VALUES (?, ?, ?, ?), (?, ?, ?, ?), (?, ?, ?, ?)")
        } else {
          try database.statement("INSERT OR IGNORE INTO lookup (block, kind, value, record) VALUES (?, ?, ?, ?)")
        }
      let count = new.count >= 3 ? 3 : 1
      for entry in new.prefix(count) { statement.bind(block).bind(try internName(entry.kind)).bind(entry.value).bind(record) }
      try statement.run()
      new = new.dropFirst(count)
    }
    guard !entries.isEmpty else {
      return try database.statement("DELETE FROM lookup_entries WHERE record = ?").bind(record).run()
    }
    try database.statement("INSERT OR REPLACE INTO lookup_entries (record, entries) VALUES (?, ?)")
      .bind(record).bind(TextList.encode(entries.flatMap { [$0.kind, $0.value] })).run()
  }
}

/// Several texts in one blob: each as the length of its UTF-8 in four bytes, little-endian, then the UTF-8.
enum TextList {
  static func encode(_ texts: [String]) -> [UInt8] {
    var bytes: [UInt8] = []
    for text in texts {
      let length = UInt32(text.utf8.count)
      for shift: UInt32 in [0, 8, 16, 24] { bytes.append(UInt8(truncatingIfNeeded: length >> shift)) }
      bytes.append(contentsOf: text.utf8)
    }
    return bytes
  }

  static func decode(_ bytes: UnsafeRawBufferPointer) throws(Fault) -> [String] {
    var texts: [String] = []
    var offset = 0
    while offset < bytes.count {
      guard offset + 4 <= bytes.count else { throw damaged }
      let length = (0..<4).reduce(0) { $0 | Int(bytes[offset + $1]) << (8 * $1) }
      offset += 4
      guard offset + length <= bytes.count else { throw damaged }
      texts.append(String(decoding: bytes[offset..<offset + length], as: UTF8.self))
      offset += length
    }
    return texts
  }

  private static var damaged: Fault { Fault("storage-corrupt", "A list of texts in the store is cut short.") }
}
