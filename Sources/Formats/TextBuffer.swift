/// Text in UTF-8 that is written and handed on again and again, in memory that is kept. Used by one thread.
final class TextBuffer {
  private var memory: UnsafeMutableBufferPointer<UInt8>
  private(set) var count = 0

  init(capacity: Int = 4096) { memory = .allocate(capacity: capacity) }

  deinit { memory.deallocate() }

  /// Valid until something is written.
  var bytes: UnsafeBufferPointer<UInt8> { UnsafeBufferPointer(rebasing: memory[..<count]) }

  /// Keeps the first `count` bytes, of which there must be as many.
  func truncate(_ count: Int = 0) { self.count = min(count, self.count) }

  /// Room for `more` bytes at the end, of which ``wrote(_:)`` then tells how many are text.
  @inline(__always) func room(_ more: Int) -> UnsafeMutableBufferPointer<UInt8> {
    if count + more > memory.count { grow(more) }
    return UnsafeMutableBufferPointer(rebasing: memory[count...])
  }

  @inline(__always) func wrote(_ written: Int) {
    precondition(written <= memory.count - count, "more was written than there was room for")
    count += written
  }

  @inline(__always) func append(_ byte: UInt8) {
    room(1)[0] = byte
    count += 1
  }

  func append(_ bytes: UnsafeBufferPointer<UInt8>) {
    _ = room(bytes.count).update(fromContentsOf: bytes)
    count += bytes.count
  }

  /// Of two quotes that follow each other behind `start`, one stays.
  func undouble(_ quote: UInt8, from start: Int) {
    var (read, written) = (start, start)
    while read < count {
      memory[written] = memory[read]
      read += memory[read] == quote ? 2 : 1
      written += 1
    }
    count = written
  }

  /// Hands over the text; another one may be written then.
  func finish() -> FinishedText {
    defer { (memory, count) = (.allocate(capacity: 0), 0) }
    return FinishedText(memory, count: count)
  }

  private func grow(_ more: Int) {
    let larger = UnsafeMutableBufferPointer<UInt8>.allocate(capacity: max(memory.count * 2, count + more))
    _ = larger.update(fromContentsOf: UnsafeBufferPointer(rebasing: memory[..<count]))
    memory.deallocate()
    memory = larger
  }
}

/// Text in UTF-8 that is not written to any more. Any number of threads may read it.
final class FinishedText: @unchecked Sendable {
  /// Valid as long as this object is there.
  let bytes: UnsafeBufferPointer<UInt8>

  /// Takes the memory over.
  fileprivate init(_ memory: UnsafeMutableBufferPointer<UInt8>, count: Int) {
    bytes = UnsafeBufferPointer(start: memory.baseAddress, count: count)
  }

  deinit { bytes.deallocate() }
}
