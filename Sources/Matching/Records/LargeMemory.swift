import Kernels

/// Memory that is read at places far apart: on large pages, where the system has them.
public enum LargeMemory {
  /// For a process that does nothing but one job: memory that a phase of it has freed is not kept for the next one.
  public static func isReturnedWhenFreed() { returnFreedBlocks() }

  /// A large page of x86-64 and AArch64.
  static let pageSize = 2 << 20

  static func allocate(byteCount: Int) -> UnsafeMutableRawPointer {
    guard byteCount >= pageSize else { return .allocate(byteCount: max(byteCount, 64), alignment: 64) }
    let whole = (byteCount + pageSize - 1) / pageSize * pageSize
    let start = UnsafeMutableRawPointer.allocate(byteCount: whole, alignment: pageSize)
    preferLargePages(start, whole)
    return start
  }
}
