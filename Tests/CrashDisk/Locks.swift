import CSQLite

/// The five-state lock of one database file among the connections that have it open
/// (<https://www.sqlite.org/lockingv3.html> §3).
struct FileLocks {
  private var levels: [ObjectIdentifier: Int32] = [:]

  mutating func raise(_ file: OpenFile, to level: Int32) -> Int32 {
    let own = ObjectIdentifier(file)
    let current = levels[own] ?? SQLITE_LOCK_NONE
    guard level > current else { return SQLITE_OK }
    let others = levels.filter { $0.key != own }.values.max() ?? SQLITE_LOCK_NONE
    if level == SQLITE_LOCK_SHARED {
      guard others < SQLITE_LOCK_PENDING else { return SQLITE_BUSY }
    } else {
      guard others < SQLITE_LOCK_RESERVED else { return SQLITE_BUSY }
      if level == SQLITE_LOCK_EXCLUSIVE, others >= SQLITE_LOCK_SHARED {
        // Keeps new readers out while the old ones finish.
        levels[own] = SQLITE_LOCK_PENDING
        return SQLITE_BUSY
      }
    }
    levels[own] = level
    return SQLITE_OK
  }

  mutating func lower(_ file: OpenFile, to level: Int32) {
    levels[ObjectIdentifier(file)] = level == SQLITE_LOCK_NONE ? nil : level
  }

  mutating func release(_ file: OpenFile) { levels[ObjectIdentifier(file)] = nil }

  var isReserved: Bool { levels.values.contains { $0 >= SQLITE_LOCK_RESERVED } }
}

/// The WAL index of one database: memory that its connections share, and the eight locks on it
/// (<https://www.sqlite.org/walformat.html> §2). It does not survive a crash.
final class SharedMemory {
  private var regions: [UnsafeMutableRawPointer] = []
  private var users: Set<ObjectIdentifier> = []
  private var shared: [ObjectIdentifier: UInt32] = [:]
  private var exclusive: [ObjectIdentifier: UInt32] = [:]

  deinit { freeRegions() }

  func region(_ index: Int, size: Int, extends: Bool, for file: OpenFile) -> UnsafeMutableRawPointer? {
    users.insert(ObjectIdentifier(file))
    while extends, regions.count <= index {
      let region = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 16)
      region.initializeMemory(as: UInt8.self, repeating: 0, count: size)
      regions.append(region)
    }
    return index < regions.count ? regions[index] : nil
  }

  func lock(_ slots: UInt32, isExclusive: Bool, for file: OpenFile) -> Int32 {
    let own = ObjectIdentifier(file)
    let heldExclusively = exclusive.filter { $0.key != own }.values.reduce(0, |)
    let held = isExclusive ? shared.filter { $0.key != own }.values.reduce(heldExclusively, |) : heldExclusively
    guard held & slots == 0 else { return SQLITE_BUSY }
    if isExclusive { exclusive[own, default: 0] |= slots } else { shared[own, default: 0] |= slots }
    return SQLITE_OK
  }

  func unlock(_ slots: UInt32, for file: OpenFile) {
    let own = ObjectIdentifier(file)
    exclusive[own, default: 0] &= ~slots
    shared[own, default: 0] &= ~slots
  }

  func detach(_ file: OpenFile) {
    let own = ObjectIdentifier(file)
    users.remove(own)
    exclusive[own] = nil
    shared[own] = nil
    if users.isEmpty { freeRegions() }
  }

  private func freeRegions() {
    for region in regions { region.deallocate() }
    regions = []
  }
}
