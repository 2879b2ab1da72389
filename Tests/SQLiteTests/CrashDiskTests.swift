import CrashDisk
import Foundation
import SQLite
import Testing

/// The harness itself: a test that uses it is worth something only if it can fail.
@Suite struct CrashDiskTests {
  private func rows(_ image: DiskImage) throws -> Int64? {
    let disk = image.mount()
    let database = try Database(path: "/a.sqlite", options: Database.Options(vfs: disk.vfsName))
    #expect(try database.problems() == [])
    let tables = try database.statement("SELECT count(*) FROM sqlite_schema WHERE name = 't'").first { $0.int(0) }
    return tables == 1 ? try database.statement("SELECT count(*) FROM t").first { $0.int(0) } : nil
  }

  /// Inserts `count` rows, one a transaction.
  /// - Returns: the number of operations after each commit.
  private func insert(_ count: Int, into disk: CrashDisk, synchronous: String) throws -> [Int] {
    let database = try Database(path: "/a.sqlite", options: Database.Options(vfs: disk.vfsName, autocheckpoint: 20))
    try database.execute("PRAGMA synchronous = \(synchronous)")
    try database.execute("CREATE TABLE t (i INTEGER PRIMARY KEY, pad BLOB)")
    return try (0..<count).map { _ in
      try database.statement("INSERT INTO t (pad) VALUES (randomblob(3000))").run()
      return disk.operationCount
    }
  }

  /// At how many crash points a committed row is missing or the file is damaged.
  private func losses(synchronous: String, seed: UInt64) throws -> Int {
    let disk = CrashDisk()
    let commits = try insert(60, into: disk, synchronous: synchronous)
    var losses = 0
    for operation in stride(from: commits[0], through: disk.operationCount, by: 3) {
      let committed = Int64(commits.count { $0 <= operation })
      let found = try? rows(disk.image(at: operation, fate: .seeded(seed &+ UInt64(operation))))
      if (found ?? nil).map({ $0 < committed || $0 > committed + 1 }) ?? true { losses += 1 }
    }
    return losses
  }

  @Test func fullSyncLosesNothing() throws {
    #expect(try losses(synchronous: "FULL", seed: 7) == 0)
  }

  @Test func withoutSyncCommittedRowsAreLost() throws {
    #expect(try losses(synchronous: "NORMAL", seed: 7) > 10)
  }

  @Test func lostAndKeptAreTheTwoEnds() throws {
    let disk = CrashDisk()
    let commits = try insert(5, into: disk, synchronous: "NORMAL")
    let end = try #require(commits.last)
    #expect(try rows(disk.image(at: end, fate: .kept)) == 5)
    #expect(try rows(disk.image(at: end, fate: .lost)) ?? 0 < 5)
    #expect(disk.image(at: 0, fate: .kept).files.isEmpty)
    #expect(try rows(disk.image(at: commits[1], fate: .kept)) == 2, "going back in the log")
  }

  @Test func oneSeedIsOneImage() throws {
    let disk = CrashDisk()
    let commits = try insert(20, into: disk, synchronous: "NORMAL")
    let end = try #require(commits.last)
    func image(_ seed: UInt64) -> [String: [UInt8]] { disk.image(at: end, fate: .seeded(seed)).files.mapValues(\.bytes) }
    #expect(image(3) == image(3))
    #expect(Set((0..<20).map { image($0) }).count > 5)
  }

  @Test func aFullDiskIsReportedAndEnds() throws {
    let disk = CrashDisk()
    let database = try Database(path: "/a.sqlite", options: Database.Options(vfs: disk.vfsName))
    try database.execute("CREATE TABLE t (i INTEGER)")
    disk.fill(from: disk.operationCount, count: 2)
    for _ in 0..<2 {
      let full = #expect(throws: DatabaseError.self) { try database.transaction { try database.execute("INSERT INTO t VALUES (1)") } }
      #expect(full?.isDiskFull == true)
      #expect(full?.codeName == "SQLITE_FULL")
    }
    try database.transaction { try database.execute("INSERT INTO t VALUES (2)") }
    #expect(try rows(disk.image(at: disk.operationCount, fate: .lost)) == 1)
  }

  @Test func imagesCanBeWrittenToAFolder() throws {
    let disk = CrashDisk()
    let commits = try insert(3, into: disk, synchronous: "FULL")
    let folder = FileManager.default.temporaryDirectory.appendingPathComponent("kindred-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    defer { try? FileManager.default.removeItem(at: folder) }
    try disk.image(at: commits[2], fate: .lost).write(to: folder)
    let database = try Database(path: folder.appendingPathComponent("a.sqlite").path)
    #expect(try database.statement("SELECT count(*) FROM t").first { $0.int(0) } == 3)
  }

  @Test func contentsAreValues() {
    var random = SystemRandomNumberGenerator()
    let seed = random.next()
    var generator = Generator(state: seed)
    var model: [UInt8] = []
    var content = FileContent()
    for _ in 0..<200 {
      let copy = content
      let before = model
      let offset = Int.random(in: 0...60_000, using: &generator)
      if Bool.random(using: &generator) {
        let bytes = (0..<Int.random(in: 1...20_000, using: &generator)).map { UInt8(truncatingIfNeeded: $0 &+ offset) }
        if model.count < offset + bytes.count { model += [UInt8](repeating: 0, count: offset + bytes.count - model.count) }
        model.replaceSubrange(offset..<offset + bytes.count, with: bytes)
        bytes.withUnsafeBytes { content.write($0, at: offset) }
      } else {
        model = offset < model.count ? Array(model[..<offset]) : model + [UInt8](repeating: 0, count: offset - model.count)
        content.truncate(to: offset)
      }
      #expect(content.bytes == model, "seed \(seed)")
      #expect(copy.bytes == before, "seed \(seed)")
    }
  }
}

private struct Generator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
    return state ^ (state >> 29)
  }
}
