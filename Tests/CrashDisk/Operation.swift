/// One thing that SQLite asked of the disk. Files are named by number, as a file system names them by inode: a name that is
/// deleted and created again is another file.
public enum Operation: Sendable {
  case create(name: String, file: Int)
  case write(file: Int, offset: Int, bytes: [UInt8])
  case truncate(file: Int, size: Int)
  /// Everything written to the file before is durable now.
  case sync(file: Int)
  case delete(name: String)
  /// Every creation and deletion before is durable now.
  case syncDirectory
}

/// How much a disk was asked to do.
public struct DiskStatistics: Hashable, Sendable {
  public var writes = 0
  public var bytesWritten = 0
  /// Syncs of files and of the directory.
  public var syncs = 0

  public static func - (left: DiskStatistics, right: DiskStatistics) -> DiskStatistics {
    var difference = left
    difference.writes -= right.writes
    difference.bytesWritten -= right.bytesWritten
    difference.syncs -= right.syncs
    return difference
  }
}

/// What becomes, in a power cut, of what was not synced.
public enum Fate: Hashable, Sendable {
  /// All of it reached the disk: the same as killing the process.
  case kept
  /// None of it did.
  case lost
  /// Seeded choices, one operation at a time: kept, lost, torn between sectors, kept although earlier ones are lost.
  case seeded(UInt64)
}
