import Model
import SQLite

extension Fault {
  /// What a failure of the database means to whoever runs the hub.
  init(_ error: DatabaseError, file: String) {
    let location = Location(file: file)
    if error.isDiskFull {
      self.init(
        "storage-full", "The disk is full; nothing was changed.", at: location,
        hint: "Free some space; what was refused can be sent again.")
    } else if error.isCorrupt {
      self.init(
        "storage-corrupt", "The file is damaged or not ours: \(error.message).", at: location,
        hint: "Run `kindred verify`, then restore the last backup.")
    } else if error.isBusy {
      self.init("storage-busy", "Another program holds the file locked.", at: location, hint: "Stop the other program and try again.")
    } else {
      self.init("storage-failed", "The database reported \(error.codeName): \(error.message).", at: location)
    }
  }

  /// Turns whatever storage code threw into a fault; a fault stays what it is.
  init(storage error: any Error, file: String) {
    switch error {
    case let fault as Fault: self = fault
    case let error as DatabaseError: self.init(error, file: file)
    default: self.init("storage-failed", "Storing failed: \(error).", at: Location(file: file))
    }
  }
}

/// Opens a database file with its migrations taken.
func openDatabase(path: String, options: Database.Options, migrations: [Migration]) throws(Fault) -> Database {
  do {
    let database = try Database(path: path, options: options)
    let taken = try database.schemaVersion()
    guard taken <= migrations.count else {
      throw Fault(
        "storage-newer", "A newer Kindred wrote this file (schema \(taken); this program knows up to \(migrations.count)).",
        at: Location(file: path), hint: "Run the newer version, or restore a backup made by this one.")
    }
    if !options.isReader { try database.migrate(migrations) }
    return database
  } catch {
    throw Fault(storage: error, file: path)
  }
}
