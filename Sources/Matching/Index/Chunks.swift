/// Hands out chunks of memory of one size, and frees them all together. Later ones may be cut from large pages: an index that has so many is
/// read in no order.
final class Chunks: @unchecked Sendable {
  private let size: Int
  private let usesLargePages: Bool
  private var blocks: [UnsafeMutableRawPointer] = []
  private var pages: [UnsafeMutableRawPointer] = []
  /// What is left of the last large page.
  private var rest: UnsafeMutableRawPointer?
  private var left = 0

  /// Chunks that need no large page.
  private static let plain = 2

  /// - Parameter size: in bytes; at most 2 MiB.
  init(size: Int, usesLargePages: Bool) {
    self.size = size
    self.usesLargePages = usesLargePages
  }

  deinit {
    for block in blocks { block.deallocate() }
    for page in pages { LargeMemory.free(page, byteCount: LargeMemory.pageSize) }
  }

  func next() -> UnsafeMutableRawPointer {
    if left >= size, let chunk = rest {
      rest = chunk + size
      left -= size
      return chunk
    }
    guard usesLargePages, blocks.count >= Self.plain else {
      let chunk = UnsafeMutableRawPointer.allocate(byteCount: size, alignment: 64)
      blocks.append(chunk)
      return chunk
    }
    let page = LargeMemory.allocate(byteCount: LargeMemory.pageSize)
    pages.append(page)
    rest = page + size
    left = LargeMemory.pageSize - size
    return page
  }

  /// Frees the chunks of another one together with its own.
  func takeOver(_ other: Chunks) {
    blocks += other.blocks
    pages += other.pages
    (other.blocks, other.pages) = ([], [])
    (other.rest, other.left) = (nil, 0)
  }
}
