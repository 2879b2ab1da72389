import CKernels

/// Asks for the line of memory at an address, without waiting for it. The address need not be readable.
@inlinable @inline(__always)
public func prefetch(_ address: UnsafeRawPointer) { kindred_prefetch(address) }

/// Asks for large pages behind some memory, of which fewer have to be found again and again. Nothing but its speed depends on it.
/// - Parameter size: in bytes; address and size are multiples of 2 MiB.
public func preferLargePages(_ address: UnsafeMutableRawPointer, _ size: Int) { kindred_prefer_large_pages(address, size) }
