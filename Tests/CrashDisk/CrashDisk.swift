import CSQLite
import Foundation

/// A disk in memory under SQLite that remembers everything that was asked of it, and can say what a power cut at any moment
/// could have left.
///
/// It is registered as an SQLite VFS of its own; any number of connections in this process may use it, in WAL mode too.
///
/// **The model.** Per file, a sync makes everything durable that was written to that file before, and nothing else. What
/// was not synced is, in a power cut, kept, lost, torn between 512-byte sectors, or there although something earlier is
/// not; a file that grew may hold zeros or old bytes where its new ones are missing. Bytes outside a write never change.
/// Creating or deleting a file is durable only after a sync of the directory (there is one directory). Sources: "Atomic
/// Commit In SQLite" §2 (<https://www.sqlite.org/atomiccommit.html>) and "Powersafe Overwrite"
/// (<https://www.sqlite.org/psow.html>); when the directory is synced follows SQLite's own Unix VFS (after the first sync
/// of a new journal or WAL, and after a deletion that asks for it). Not in the model: sectors that are damaged while they
/// are written, a sync that lies, a sync that fails.
///
/// `@unchecked Sendable`: everything is guarded by `lock`.
public final class CrashDisk: @unchecked Sendable {
  /// The VFS to give to SQLite. It is registered while the disk lives. Who has asked for the name may drop the disk: it lives
  /// on until a file has been opened, and then until the last one is closed.
  public var vfsName: String {
    lock.withLock { expectsOpening = self }
    return name
  }

  private let name: String
  private let lock = NSLock()
  private let records: Bool
  private var names: [String: Int] = [:]
  private var contents: [Int: FileContent] = [:]
  private var log: [Operation] = []
  private var operations = 0
  private var statisticsSoFar = DiskStatistics()
  private var nextFile = 1
  private let start: Replay
  private var replay: Replay
  private var locks: [Int: FileLocks] = [:]
  private var memories: [Int: SharedMemory] = [:]
  private var fullFrom = Int.max
  private var fullCount = 0
  private var registration: VFSRegistration?
  private var expectsOpening: CrashDisk?

  /// - Parameters:
  ///   - image: what the disk holds at first, all of it durable.
  ///   - records: false keeps no log: operations are counted, images cannot be made.
  public init(image: DiskImage = DiskImage(), records: Bool = true) {
    self.records = records
    for (name, content) in image.files.sorted(by: { $0.key < $1.key }) {
      names[name] = nextFile
      contents[nextFile] = content
      nextFile += 1
    }
    start = Replay(names: names, contents: contents)
    replay = start
    name = "crash-disk-\(UUID().uuidString)"
    registration = VFSRegistration(name: name, disk: self)
  }

  deinit { registration?.unregister() }

  // MARK: What happened

  /// How many operations there have been: the place of "now" in the log.
  public var operationCount: Int { lock.withLock { operations } }

  public var statistics: DiskStatistics { lock.withLock { statisticsSoFar } }

  /// The operations so far. A copy; for looking at a failure.
  public var operationLog: [Operation] { lock.withLock { log } }

  /// What the disk could hold if the power had been cut after the first `operation` operations.
  /// Cheap when places are asked for in ascending order: each goes on from where the last one was.
  public func image(at operation: Int, fate: Fate) -> DiskImage {
    precondition(records, "this disk keeps no log")
    return lock.withLock {
      precondition((0...log.count).contains(operation), "there were \(log.count) operations")
      if operation < replay.position { replay = start }
      replay.advance(to: operation, in: log)
      return replay.image(fate)
    }
  }

  // MARK: A full disk

  /// From operation `operation` on, the next `count` writes find the disk full: they write a part at most and fail with
  /// `SQLITE_FULL`.
  public func fill(from operation: Int, count: Int = .max) {
    lock.withLock {
      fullFrom = operation
      fullCount = count
    }
  }

  /// There is space again.
  public func makeSpace() { lock.withLock { fullCount = 0 } }

  // MARK: What SQLite asks for

  private func note(_ operation: Operation) {
    operations += 1
    if records { log.append(operation) }
    switch operation {
    case .write(_, _, let bytes):
      statisticsSoFar.writes += 1
      statisticsSoFar.bytesWritten += bytes.count
    case .sync, .syncDirectory: statisticsSoFar.syncs += 1
    default: break
    }
  }

  /// Opens or creates; `nil` when the flags forbid it.
  func open(_ name: String?, flags: Int32) -> OpenFile? {
    lock.withLock {
      expectsOpening = nil
      guard let name else {
        // A temporary file: nobody finds it after a crash.
        defer { nextFile += 1 }
        contents[nextFile] = FileContent()
        return OpenFile(disk: self, file: nextFile, name: nil, isTemporary: true, syncsDirectory: false)
      }
      let isNewJournal =
        flags & SQLITE_OPEN_CREATE != 0 && flags & (SQLITE_OPEN_MAIN_JOURNAL | SQLITE_OPEN_SUPER_JOURNAL | SQLITE_OPEN_WAL) != 0
      let isTemporary = flags & SQLITE_OPEN_DELETEONCLOSE != 0
      if let file = names[name] {
        guard flags & SQLITE_OPEN_EXCLUSIVE == 0 else { return nil }
        return OpenFile(disk: self, file: file, name: name, isTemporary: isTemporary, syncsDirectory: isNewJournal)
      }
      guard flags & SQLITE_OPEN_CREATE != 0 else { return nil }
      let file = nextFile
      nextFile += 1
      names[name] = file
      contents[file] = FileContent()
      note(.create(name: name, file: file))
      return OpenFile(disk: self, file: file, name: name, isTemporary: isTemporary, syncsDirectory: isNewJournal)
    }
  }

  func read(_ file: OpenFile, into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int32 {
    lock.withLock {
      let count = contents[file.file]?.read(into: buffer, at: offset) ?? 0
      guard count < buffer.count else { return SQLITE_OK }
      UnsafeMutableRawBufferPointer(rebasing: buffer[count...]).initializeMemory(as: UInt8.self, repeating: 0)
      return SQLITE_IOERR | (2 << 8)  // SQLITE_IOERR_SHORT_READ
    }
  }

  func write(_ file: OpenFile, _ bytes: UnsafeRawBufferPointer, at offset: Int) -> Int32 {
    lock.withLock {
      let isFull = operations >= fullFrom && fullCount > 0
      if isFull { fullCount -= 1 }
      let written = isFull ? UnsafeRawBufferPointer(rebasing: bytes[..<(bytes.count / 2)]) : bytes
      contents[file.file, default: FileContent()].write(written, at: offset)
      if !file.isAnonymous { note(.write(file: file.file, offset: offset, bytes: Array(written))) }
      return isFull ? SQLITE_FULL : SQLITE_OK
    }
  }

  func truncate(_ file: OpenFile, to size: Int) {
    lock.withLock {
      contents[file.file]?.truncate(to: size)
      if !file.isAnonymous { note(.truncate(file: file.file, size: size)) }
    }
  }

  func sync(_ file: OpenFile) {
    lock.withLock {
      guard !file.isAnonymous else { return }
      note(.sync(file: file.file))
      if file.syncsDirectory { note(.syncDirectory) }
      file.syncsDirectory = false
    }
  }

  func size(_ file: OpenFile) -> Int { lock.withLock { contents[file.file]?.size ?? 0 } }

  func delete(_ name: String, syncsDirectory: Bool) -> Int32 {
    lock.withLock {
      guard names.removeValue(forKey: name) != nil else { return SQLITE_IOERR | (23 << 8) }  // SQLITE_IOERR_DELETE_NOENT
      note(.delete(name: name))
      if syncsDirectory { note(.syncDirectory) }
      return SQLITE_OK
    }
  }

  /// Like SQLite's Unix VFS, an empty file counts as absent.
  func exists(_ name: String) -> Bool {
    lock.withLock { (names[name].flatMap { contents[$0]?.size } ?? 0) > 0 }
  }

  func close(_ file: OpenFile) {
    lock.withLock {
      locks[file.file]?.release(file)
      memories[file.file]?.detach(file)
      if file.isAnonymous { contents[file.file] = nil }
    }
    if let name = file.name, file.isTemporary { _ = delete(name, syncsDirectory: false) }
  }

  // MARK: Locks and shared memory

  func withLocks<T>(_ file: OpenFile, _ body: (inout FileLocks) -> T) -> T {
    lock.withLock { body(&locks[file.file, default: FileLocks()]) }
  }

  func withMemory<T>(_ file: OpenFile, _ body: (SharedMemory) -> T) -> T {
    lock.withLock {
      let memory = memories[file.file] ?? SharedMemory()
      memories[file.file] = memory
      return body(memory)
    }
  }

  func barrier() { lock.withLock {} }
}

/// A file as one connection has it open.
final class OpenFile {
  let disk: CrashDisk
  let file: Int
  let name: String?
  let isTemporary: Bool
  var syncsDirectory: Bool

  init(disk: CrashDisk, file: Int, name: String?, isTemporary: Bool, syncsDirectory: Bool) {
    self.disk = disk
    self.file = file
    self.name = name
    self.isTemporary = isTemporary
    self.syncsDirectory = syncsDirectory
  }

  var isAnonymous: Bool { name == nil }
}
