import CrashDisk
import Foundation
import SQLite
import Testing

@Suite struct DatabaseTests {
  private func open(_ disk: CrashDisk = CrashDisk(), path: String = "/a.sqlite") throws -> Database {
    try Database(path: path, options: Database.Options(vfs: disk.vfsName))
  }

  @Test func opensDurable() throws {
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kindred-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    for database in [try Database(path: folder.appendingPathComponent("a.sqlite").path), try open()] {
      #expect(try database.pragma("journal_mode") == "wal")
      #expect(try database.pragma("synchronous") == "2")
      #expect(try database.pragma("secure_delete") == "1")
      #expect(try database.pragma("foreign_keys") == "1")
    }
  }

  @Test func bindsWhatItReads() throws {
    let database = try open()
    try database.execute("CREATE TABLE t (i INTEGER, s TEXT, b BLOB)")
    let insert: StaticString = "INSERT INTO t VALUES (?, ?, ?)"
    try database.statement(insert).bind(Int64.min).bind("计算机 \u{0} end").bind([0, 255] as [UInt8]).run()
    try database.statement(insert).bind(nil as Int64?).bind("").bind([] as [UInt8]).run()
    try database.statement(insert).bindNull().bind(nil as String?).bind(nil as [UInt8]?).run()
    try database.statement(insert).bind(true).bindText(Array("云".utf8)).bindText([]).run()
    let rows = try database.statement("SELECT i, s, b FROM t ORDER BY rowid").map {
      "\($0.optionalInt(0) ?? -1) \($0.optionalText(1) ?? "-") \($0.optionalBytes(2).map { "\($0)" } ?? "-")"
    }
    #expect(rows == ["\(Int64.min) 计算机 \u{0} end [0, 255]", "-1  []", "-1 - -", "1 云 []"])
    #expect(
      try database.statement("SELECT typeof(s) || typeof(b) FROM t WHERE i IS NULL ORDER BY rowid").map { $0.text(0) } == [
        "textblob", "nullnull",
      ])
  }

  @Test func nestedUseOfOneStatementKeepsBothApart() throws {
    let database = try open()
    try database.execute("CREATE TABLE t (i INTEGER); INSERT INTO t VALUES (1), (2), (3)")
    func sums(_ depth: Int) throws -> [Int64] {
      try database.statement("SELECT i FROM t ORDER BY i").map { row in
        let own = row.int(0)
        return depth == 0 ? own : own + (try sums(depth - 1)).reduce(0, +)
      }
    }
    #expect(try sums(1) == [7, 8, 9])
    #expect(try sums(2) == [25, 26, 27])
  }

  @Test func aFailedTransactionLeavesNothing() throws {
    struct Stop: Error {}
    let database = try open()
    try database.execute("CREATE TABLE t (i INTEGER UNIQUE)")
    #expect(throws: Stop.self) {
      try database.transaction {
        try database.execute("INSERT INTO t VALUES (1)")
        throw Stop()
      }
    }
    let conflict = #expect(throws: DatabaseError.self) {
      try database.transaction {
        for _ in 0..<2 { try database.statement("INSERT INTO t VALUES (?)").bind(7).run() }
      }
    }
    #expect(conflict?.codeName == "SQLITE_CONSTRAINT")
    #expect(conflict?.sql == "INSERT INTO t VALUES (?)")
    #expect(try database.statement("SELECT count(*) FROM t").first { $0.int(0) } == 0)
    #expect(!database.isInTransaction)
  }

  @Test func migratesOnceAndRefusesTheFuture() throws {
    let disk = CrashDisk()
    let first = Migration("first", ["CREATE TABLE t (i INTEGER)", "INSERT INTO t VALUES (1)"])
    let second = Migration("second", ["ALTER TABLE t ADD COLUMN j INTEGER", "UPDATE t SET j = i + 1"])
    let broken = Migration("broken", ["UPDATE t SET i = 5", "UPDATE nothing SET i = 5"])
    try open(disk).migrate([first])
    let database = try open(disk)
    try database.migrate([first, second])
    try database.migrate([first, second])
    #expect(throws: DatabaseError.self) { try database.migrate([first, second, broken]) }
    #expect(try database.schemaVersion() == 2)
    #expect(try database.statement("SELECT i, j FROM t").map { [$0.int(0), $0.int(1)] } == [[1, 2]])
    #expect(throws: DatabaseError.self) { try database.migrate([first]) }
  }

  @Test func backsUpWhileOthersWrite() throws {
    let disk = CrashDisk()
    let writer = try open(disk)
    try writer.execute("CREATE TABLE t (i INTEGER, pad BLOB)")
    for index in 0..<500 { try writer.statement("INSERT INTO t VALUES (?, zeroblob(2000))").bind(index).run() }
    let reader = try Database(path: "/a.sqlite", options: Database.Options(vfs: disk.vfsName, isReader: true))
    try reader.transaction(.deferred) {
      #expect(try reader.statement("SELECT count(*) FROM t").first { $0.int(0) } == 500)
      try writer.execute("DELETE FROM t")
      try reader.backup(to: "/copy.sqlite", vfs: disk.vfsName)
    }
    let copy = try open(disk, path: "/copy.sqlite")
    #expect(try copy.statement("SELECT count(*) FROM t").first { $0.int(0) } == 500)
    #expect(try copy.problems() == [])
    #expect(try writer.statement("SELECT count(*) FROM t").first { $0.int(0) } == 0)
  }

  @Test func readersCannotWriteAndASecondWriterIsBusy() throws {
    let disk = CrashDisk()
    let writer = try open(disk)
    try writer.execute("CREATE TABLE t (i INTEGER)")
    let reader = try Database(path: "/a.sqlite", options: Database.Options(vfs: disk.vfsName, isReader: true))
    #expect(throws: DatabaseError.self) { try reader.execute("INSERT INTO t VALUES (1)") }
    var options = Database.Options(vfs: disk.vfsName)
    options.busyTimeout = 20
    let second = try Database(path: "/a.sqlite", options: options)
    try writer.transaction {
      let busy = #expect(throws: DatabaseError.self) { try second.begin() }
      #expect(busy?.isBusy == true)
    }
    try second.transaction { try second.execute("INSERT INTO t VALUES (1)") }
    #expect(try reader.statement("SELECT count(*) FROM t").first { $0.int(0) } == 1)
  }

  @Test func secureDeleteLeavesNoTrace() throws {
    let disk = CrashDisk()
    let database = try open(disk)
    let secret = "李秘密-13800138000"
    try database.execute("CREATE TABLE t (id INTEGER PRIMARY KEY, s TEXT)")
    for _ in 0..<50 { try database.statement("INSERT INTO t (s) VALUES (?)").bind(secret).run() }
    try database.checkpoint(.truncate)
    func holds() -> Bool {
      disk.image(at: disk.operationCount, fate: .kept).files.values.contains { Data($0.bytes).range(of: Data(secret.utf8)) != nil }
    }
    #expect(holds())
    try database.execute("DELETE FROM t")
    try database.checkpoint(.truncate)
    #expect(!holds())
  }
}
