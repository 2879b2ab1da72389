import Kernels
import Synchronization

/// Memory that is read at places far apart: on large pages, where the system has them; and elsewhere, when there is more than shall be in
/// memory.
public enum LargeMemory {
  /// For a process that does nothing but one job: memory that a phase of it has freed is not kept for the next one.
  public static func isReturnedWhenFreed() { returnFreedBlocks() }

  /// Where tables lie that do not fit into memory.
  public protocol Elsewhere: AnyObject, Sendable {
    /// - Parameter byteCount: a multiple of 2 MiB.
    /// - Returns: readable and writable bytes that start at a multiple of 2 MiB, and are freed with this object at the latest; nil when
    ///   there is no room.
    func allocate(byteCount: Int) -> UnsafeMutableRawPointer?
    /// - Returns: false for bytes that are not from here.
    func free(_ start: UnsafeMutableRawPointer, byteCount: Int) -> Bool
  }

  /// From now on large tables lie elsewhere as soon as those in memory take so many bytes. Holds for the whole process; what lies somewhere
  /// stays there.
  public static func spill(beyond limit: Int, to elsewhere: any Elsewhere) {
    state.withLock { state in
      state.limit = limit
      state.elsewhere.append(elsewhere)
    }
  }

  /// Large tables lie in memory again.
  public static func stopSpilling() { state.withLock { $0.limit = .max } }

  private struct State {
    var limit = Int.max
    /// The last one is used; others may still hold tables.
    var elsewhere: [any Elsewhere] = []
    /// Bytes in memory.
    var taken = 0
  }

  private static let state = Mutex(State())

  /// A large page of x86-64 and AArch64.
  static let pageSize = 2 << 20

  /// - Returns: bytes that ``free(_:byteCount:)`` gives back.
  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= pageSize else { return .allocate(byteCount: max(byteCount, 64), alignment: 64) }
    let whole = wholePages(byteCount)
    let elsewhere = state.withLock { state in
      let place = state.taken + whole > state.limit ? state.elsewhere.last?.allocate(byteCount: whole) : nil
      if place == nil { state.taken += whole }
      return place
    }
    if let elsewhere { return elsewhere }
    let start = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: pageSize)
    preferLargePages(start, whole)
    return start
  }

  /// - Parameter byteCount: as it was asked for.
  static func free(_ start: UnsafeMutableRawPointer, byteCount: Int) {
    guard byteCount >= pageSize else { return start.deallocate() }
    let whole = wholePages(byteCount)
    let isElsewhere = state.withLock { state in
      if state.elsewhere.contains(where: { $0.free(start, byteCount: whole) }) { return true }
      state.taken -= whole
      return false
    }
    if !isElsewhere { start.deallocate() }
  }

  private static func wholePages(_ byteCount: Int) -> Int { (byteCount + pageSize - 1) / pageSize * pageSize }
}
