import Model
import SQLite

/// Reads one snapshot of the store. Valid only inside ``Store/read(_:)`` or ``Store/write(_:)``; never keep it.
/// What it can read is in the files of this folder, by subject.
public class StoreReader {
  let database: Database
  private var idsByName: [String: Int64] = [:]
  private var namesByID: [Int64: String] = [:]

  init(database: Database) { self.database = database }

  /// The number of a source, type, attribute or kind; `nil` when the store has never seen it.
  func nameID(_ text: String) throws -> Int64? {
    if let known = idsByName[text] { return known }
    guard let id = try database.statement("SELECT id FROM names WHERE text = ?").bind(text).first({ $0.int(0) }) else { return nil }
    remember(id, text)
    return id
  }

  func name(_ id: Int64) throws -> String {
    if let known = namesByID[id] { return known }
    guard let text = try database.statement("SELECT text FROM names WHERE id = ?").bind(id).first({ $0.text(0) }) else {
      throw Fault("storage-corrupt", "The store refers to name \(id), which it does not hold.")
    }
    remember(id, text)
    return text
  }

  func remember(_ id: Int64, _ text: String) {
    idsByName[text] = id
    namesByID[id] = text
  }

  /// Forgets what was read inside a transaction that was rolled back.
  func forget() {
    idsByName.removeAll()
    namesByID.removeAll()
  }
}

/// Writes to the store, and reads what it has written. Valid only inside ``Store/write(_:)``; never keep it.
public final class StoreWriter: StoreReader {
  private var counters: [String: Int64] = [:]
  private var changedCounters: Set<String> = []
  /// Rows inserted by this write that have no references, no lookup entries, or no search texts, yet: nothing to compare them with.
  var withoutReferences: Set<Int64> = []
  var withoutEntries: Set<Int64> = []
  var withoutTexts: Set<Int64> = []

  /// The number of a name, given out when it is new.
  func internName(_ text: String) throws -> Int64 {
    if let known = try nameID(text) { return known }
    try database.statement("INSERT INTO names (text) VALUES (?)").bind(text).run()
    let id = database.lastInsertedRow
    remember(id, text)
    return id
  }

  /// The next number of a series that never gives one out twice, whatever is deleted later.
  func next(_ series: String) throws -> Int64 {
    let last: Int64
    if let known = counters[series] {
      last = known
    } else {
      last = try database.statement("SELECT value FROM counters WHERE name = ?").bind(series).first { $0.int(0) } ?? 0
    }
    counters[series] = last + 1
    changedCounters.insert(series)
    return last + 1
  }

  /// The last thing before the commit.
  func finish() throws {
    for series in changedCounters.sorted() {
      guard let value = counters[series] else { continue }
      try database.statement("INSERT INTO counters (name, value) VALUES (?, ?) ON CONFLICT (name) DO UPDATE SET value = excluded.value")
        .bind(series).bind(value).run()
    }
    changedCounters.removeAll(keepingCapacity: true)
    withoutReferences.removeAll(keepingCapacity: true)
    withoutEntries.removeAll(keepingCapacity: true)
    withoutTexts.removeAll(keepingCapacity: true)
  }

  override func forget() {
    super.forget()
    counters.removeAll()
    changedCounters.removeAll()
    withoutReferences.removeAll()
    withoutEntries.removeAll()
    withoutTexts.removeAll()
  }
}
