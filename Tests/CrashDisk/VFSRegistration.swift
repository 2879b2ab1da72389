import CSQLite
import Foundation

/// The C side: an `sqlite3_vfs` whose functions find their disk or file and ask it
/// (<https://www.sqlite.org/c3ref/vfs.html>, <https://www.sqlite.org/c3ref/io_methods.html>).
final class VFSRegistration {
  private let vfs: UnsafeMutablePointer<sqlite3_vfs>
  private let name: UnsafeMutablePointer<CChar>?

  init(name: String, disk: CrashDisk) {
    self.name = strdup(name)
    vfs = .allocate(capacity: 1)
    vfs.initialize(to: sqlite3_vfs())
    vfs.pointee.iVersion = 2
    vfs.pointee.szOsFile = Int32(FileSlot.size)
    vfs.pointee.mxPathname = 1_024
    vfs.pointee.zName = UnsafePointer(self.name)
    vfs.pointee.pAppData = Unmanaged.passUnretained(disk).toOpaque()
    fillFileFunctions()
    fillSystemFunctions()
    sqlite3_vfs_register(vfs, 0)
  }

  func unregister() { sqlite3_vfs_unregister(vfs) }

  deinit {
    vfs.deallocate()
    free(name)
  }

  private func fillFileFunctions() {
    vfs.pointee.xOpen = { vfs, name, file, flags, outFlags in
      guard let file else { return SQLITE_MISUSE }
      file.pointee.pMethods = nil
      guard let disk = disk(of: vfs) else { return SQLITE_MISUSE }
      guard let open = disk.open(name.map { String(cString: $0) }, flags: flags) else { return SQLITE_CANTOPEN }
      FileSlot.fill(file, with: open)
      outFlags?.pointee = flags
      return SQLITE_OK
    }
    vfs.pointee.xDelete = { vfs, name, syncsDirectory in
      guard let disk = disk(of: vfs), let name else { return SQLITE_MISUSE }
      return disk.delete(String(cString: name), syncsDirectory: syncsDirectory != 0)
    }
    vfs.pointee.xAccess = { vfs, name, _, result in
      guard let disk = disk(of: vfs), let name else { return SQLITE_MISUSE }
      result?.pointee = disk.exists(String(cString: name)) ? 1 : 0
      return SQLITE_OK
    }
    vfs.pointee.xFullPathname = { _, name, size, output in
      guard let name, let output, strlen(name) < Int(size) else { return SQLITE_CANTOPEN }
      strcpy(output, name)
      return SQLITE_OK
    }
  }

  private func fillSystemFunctions() {
    vfs.pointee.xRandomness = { _, count, output in
      guard let output else { return 0 }
      for index in 0..<Int(count) { output[index] = CChar(bitPattern: UInt8.random(in: .min ... .max)) }
      return count
    }
    vfs.pointee.xSleep = { _, microseconds in
      usleep(UInt32(microseconds))
      return microseconds
    }
    vfs.pointee.xCurrentTimeInt64 = { _, output in
      // Milliseconds since noon of day zero of the Julian calendar.
      output?.pointee = 210_866_760_000_000 + Int64(Date().timeIntervalSince1970 * 1_000)
      return SQLITE_OK
    }
    vfs.pointee.xCurrentTime = { _, output in
      output?.pointee = 2_440_587.5 + Date().timeIntervalSince1970 / 86_400
      return SQLITE_OK
    }
    vfs.pointee.xGetLastError = { _, _, _ in 0 }
  }
}

private func disk(of vfs: UnsafeMutablePointer<sqlite3_vfs>?) -> CrashDisk? {
  vfs?.pointee.pAppData.map { Unmanaged<CrashDisk>.fromOpaque($0).takeUnretainedValue() }
}

/// The memory that SQLite keeps for an open file: the pointer to its methods, then a retained `OpenFile`.
private enum FileSlot {
  static let size = 2 * MemoryLayout<UnsafeRawPointer>.size

  static func fill(_ slot: UnsafeMutablePointer<sqlite3_file>, with file: OpenFile) {
    slot.pointee.pMethods = methods
    UnsafeMutableRawPointer(slot).storeBytes(
      of: Unmanaged.passRetained(file).toOpaque(), toByteOffset: size / 2, as: UnsafeMutableRawPointer.self)
  }

  static func file(_ slot: UnsafeMutablePointer<sqlite3_file>?) -> Unmanaged<OpenFile>? {
    slot.map { Unmanaged.fromOpaque(UnsafeRawPointer($0).load(fromByteOffset: size / 2, as: UnsafeRawPointer.self)) }
  }
}

private func open(_ slot: UnsafeMutablePointer<sqlite3_file>?) -> OpenFile? { FileSlot.file(slot)?.takeUnretainedValue() }

/// One table for all disks; written once, before the first file is opened.
nonisolated(unsafe) private let methods: UnsafePointer<sqlite3_io_methods> = {
  let methods = UnsafeMutablePointer<sqlite3_io_methods>.allocate(capacity: 1)
  methods.initialize(to: sqlite3_io_methods())
  methods.pointee.iVersion = 2
  fillContentMethods(&methods.pointee)
  fillLockMethods(&methods.pointee)
  fillMemoryMethods(&methods.pointee)
  return UnsafePointer(methods)
}()

private func fillContentMethods(_ methods: inout sqlite3_io_methods) {
  methods.xClose = { slot in
    guard let file = FileSlot.file(slot) else { return SQLITE_MISUSE }
    let open = file.takeRetainedValue()
    open.disk.close(open)
    slot?.pointee.pMethods = nil
    return SQLITE_OK
  }
  methods.xRead = { slot, buffer, count, offset in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    return file.disk.read(file, into: UnsafeMutableRawBufferPointer(start: buffer, count: Int(count)), at: Int(offset))
  }
  methods.xWrite = { slot, buffer, count, offset in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    return file.disk.write(file, UnsafeRawBufferPointer(start: buffer, count: Int(count)), at: Int(offset))
  }
  methods.xTruncate = { slot, size in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    file.disk.truncate(file, to: Int(size))
    return SQLITE_OK
  }
  methods.xSync = { slot, _ in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    file.disk.sync(file)
    return SQLITE_OK
  }
  methods.xFileSize = { slot, size in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    size?.pointee = Int64(file.disk.size(file))
    return SQLITE_OK
  }
  methods.xFileControl = { _, _, _ in SQLITE_NOTFOUND }
  // What SQLite's Unix VFS says of an ordinary file system.
  methods.xSectorSize = { _ in 4_096 }
  methods.xDeviceCharacteristics = { _ in SQLITE_IOCAP_POWERSAFE_OVERWRITE }
}

private func fillLockMethods(_ methods: inout sqlite3_io_methods) {
  methods.xLock = { slot, level in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    return file.disk.withLocks(file) { $0.raise(file, to: level) }
  }
  methods.xUnlock = { slot, level in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    file.disk.withLocks(file) { $0.lower(file, to: level) }
    return SQLITE_OK
  }
  methods.xCheckReservedLock = { slot, result in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    result?.pointee = file.disk.withLocks(file) { $0.isReserved } ? 1 : 0
    return SQLITE_OK
  }
}

private func fillMemoryMethods(_ methods: inout sqlite3_io_methods) {
  methods.xShmMap = { slot, index, size, extends, output in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    let region = file.disk.withMemory(file) { $0.region(Int(index), size: Int(size), extends: extends != 0, for: file) }
    output?.pointee = region
    return SQLITE_OK
  }
  methods.xShmLock = { slot, offset, count, flags in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    let slots = ((UInt32(1) << UInt32(count)) - 1) << UInt32(offset)
    return file.disk.withMemory(file) { memory in
      guard flags & SQLITE_SHM_UNLOCK == 0 else {
        memory.unlock(slots, for: file)
        return SQLITE_OK
      }
      return memory.lock(slots, isExclusive: flags & SQLITE_SHM_EXCLUSIVE != 0, for: file)
    }
  }
  methods.xShmBarrier = { slot in open(slot)?.disk.barrier() }
  methods.xShmUnmap = { slot, _ in
    guard let file = open(slot) else { return SQLITE_MISUSE }
    file.disk.withMemory(file) { $0.detach(file) }
    return SQLITE_OK
  }
}
