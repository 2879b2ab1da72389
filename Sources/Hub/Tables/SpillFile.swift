import Connecting
import Foundation
import Matching
import Model
import Synchronization

/// Room for tables in a temporary file that is mapped into memory: the system writes what is not needed to disk, and forgets it.
///
/// The file has no name and is gone with the process. Disk is taken for what is used only, and before it is used, so that a full disk is
/// no surprise later.
public final class SpillFile: LargeMemory.Elsewhere {
  private struct State {
    /// Bytes behind this one were never used.
    var used = 0
    /// Freed runs by their length: their disk is given back, their addresses are used again.
    var free: [Int: [Int]] = [:]
  }

  private let descriptor: Int32
  // `UnsafeMutableRawPointer` is not Sendable; the mapping is made once and lasts as long as this.
  nonisolated(unsafe) private let base: UnsafeMutableRawPointer
  private let mapping: (start: UInt, size: Int)
  private let size: Int
  private let state = Mutex(State())

  private static let alignment = 2 << 20
  /// Of the room on the disk, so much stays for others.
  private static let reserve = 1 << 28

  /// - Throws: `scratch-full`.
  public init() throws(Fault) {
    descriptor = try UnnamedFile.open()
    var facts = statvfs()
    guard fstatvfs(descriptor, &facts) == 0 else {
      close(descriptor)
      throw UnnamedFile.full("The room for temporary files is unknown")
    }
    let room = Int(facts.f_bavail) * Int(facts.f_frsize) - Self.reserve
    size = max(0, room) / Self.alignment * Self.alignment
    let whole = size + Self.alignment
    guard ftruncate(descriptor, off_t(whole)) == 0,
      let start = mmap(nil, whole, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_NORESERVE, descriptor, 0), start != MAP_FAILED
    else {
      close(descriptor)
      throw UnnamedFile.full("A temporary file cannot be mapped")
    }
    mapping = (UInt(bitPattern: start), whole)
    let aligned = (UInt(bitPattern: start) + UInt(Self.alignment - 1)) / UInt(Self.alignment) * UInt(Self.alignment)
    base = start + Int(aligned - UInt(bitPattern: start))
  }

  deinit {
    munmap(UnsafeMutableRawPointer(bitPattern: mapping.start), mapping.size)
    close(descriptor)
  }

  /// Bytes of disk that tables take now.
  public var byteCount: Int {
    state.withLock { state in state.used - state.free.reduce(0) { $0 + $1.key * $1.value.count } }
  }

  public func allocate(byteCount: Int) -> UnsafeMutableRawPointer? {
    state.withLock { state in
      let reused = state.free[byteCount]?.popLast()
      let place = reused ?? state.used
      guard byteCount <= size - place, posix_fallocate(descriptor, offset(place), off_t(byteCount)) == 0 else {
        if let reused { state.free[byteCount]?.append(reused) }
        return nil
      }
      if reused == nil { state.used += byteCount }
      return base + place
    }
  }

  public func free(_ start: UnsafeMutableRawPointer, byteCount: Int) -> Bool {
    let place = start - base
    guard place >= 0, place < size else { return false }
    // Gives the disk back, too; where the file system cannot, the bytes are used again as they are.
    madvise(start, byteCount, MADV_REMOVE)
    state.withLock { $0.free[byteCount, default: []].append(place) }
    return true
  }

  /// Where a place lies in the file.
  private func offset(_ place: Int) -> off_t { off_t(Int(UInt(bitPattern: base) - mapping.start) + place) }
}

/// The memory of the machine, or of the container that this runs in.
public enum MachineMemory {
  public static var byteCount: Int {
    let machine = Int(clamping: ProcessInfo.processInfo.physicalMemory)
    // Of control groups, version 2 (kernel.org, admin-guide/cgroup-v2); "max" when there is no limit.
    let limit = (try? String(contentsOfFile: "/sys/fs/cgroup/memory.max", encoding: .utf8)).flatMap {
      Int($0.trimmingCharacters(in: .whitespacesAndNewlines))
    }
    return min(machine, limit ?? machine)
  }
}
