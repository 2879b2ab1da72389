import CSQLite

/// One step in the history of a schema. The file's `user_version` counts the steps that it has taken.
public struct Migration: Sendable {
  public let name: String
  public let steps: [String]

  public init(_ name: String, _ steps: [String]) {
    self.name = name
    self.steps = steps
  }
}

extension Database {
  /// The number of migrations that the file has taken.
  public func schemaVersion() throws(DatabaseError) -> Int {
    try pragma("user_version").flatMap { Int($0) } ?? 0
  }

  /// Takes the migrations that the file has not taken yet, each in a transaction of its own.
  /// Throws `SQLITE_MISMATCH` when the file has taken more than there are: a newer program wrote it.
  public func migrate(_ migrations: [Migration]) throws {
    let taken = try schemaVersion()
    guard taken <= migrations.count else {
      throw DatabaseError(
        code: SQLITE_MISMATCH, message: "the file has schema version \(taken); this program knows versions up to \(migrations.count)")
    }
    for (index, migration) in migrations.enumerated().dropFirst(taken) {
      try transaction {
        for step in migration.steps { try execute(step) }
        try execute("PRAGMA user_version = \(index + 1)")
      }
    }
  }
}
