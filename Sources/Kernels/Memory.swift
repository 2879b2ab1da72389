import CKernels

/// Asks for the line of memory at an address, without waiting for it. The address need not be readable.
@inlinable @inline(__always)
public func prefetch(_ address: UnsafeRawPointer) { kindred_prefetch(address) }

/// Asks for large pages behind some memory, of which fewer have to be found again and again. Nothing but its speed depends on it.
/// - Parameter size: in bytes; address and size are multiples of 2 MiB.
public func preferLargePages(_ address: UnsafeMutableRawPointer, _ size: Int) { kindred_prefer_large_pages(address, size) }

/// Has blocks of a megabyte and more go back to the system when they are freed, in the whole process. glibc would raise that limit with
/// every block that is freed, and keep what one phase of the work has used while the next one takes its own.
public func returnFreedBlocks() { kindred_return_freed_blocks(1 << 20) }
