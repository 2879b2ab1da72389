/// The bytes of one file as a value: copies share their pages until one of them is written, so that an image of a large
/// disk costs little more than what differs.
public struct FileContent: Sendable {
  private static let pageSize = 16 << 10

  private var pages: [[UInt8]] = []
  public private(set) var size = 0

  public init() {}

  public init(_ bytes: [UInt8]) {
    bytes.withUnsafeBytes { write($0, at: 0) }
  }

  public var bytes: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: size)
    bytes.withUnsafeMutableBytes { _ = read(into: $0, at: 0) }
    return bytes
  }

  /// Fills `buffer` as far as the file reaches.
  /// - Returns: how many bytes that were.
  func read(into buffer: UnsafeMutableRawBufferPointer, at offset: Int) -> Int {
    let count = max(0, min(buffer.count, size - offset))
    var done = 0
    while done < count {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let length = min(count - done, Self.pageSize - start)
      pages[page].withUnsafeBytes { source in
        UnsafeMutableRawBufferPointer(rebasing: buffer[done..<done + length]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: source[start..<start + length]))
      }
      done += length
    }
    return count
  }

  /// Writes `bytes`; a gap behind the old end is filled with zeros.
  public mutating func write(_ bytes: UnsafeRawBufferPointer, at offset: Int) {
    guard !bytes.isEmpty else { return }
    extend(to: offset + bytes.count)
    var done = 0
    while done < bytes.count {
      let (page, start) = (offset + done).quotientAndRemainder(dividingBy: Self.pageSize)
      let length = min(bytes.count - done, Self.pageSize - start)
      pages[page].withUnsafeMutableBytes { target in
        UnsafeMutableRawBufferPointer(rebasing: target[start..<start + length]).copyMemory(
          from: UnsafeRawBufferPointer(rebasing: bytes[done..<done + length]))
      }
      done += length
    }
  }

  public mutating func truncate(to newSize: Int) {
    guard newSize < size else { return extend(to: newSize) }
    pages.removeLast(pages.count - (newSize + Self.pageSize - 1) / Self.pageSize)
    // What grows back later must read as zeros.
    if let last = pages.indices.last, newSize % Self.pageSize != 0 {
      for index in newSize % Self.pageSize..<Self.pageSize { pages[last][index] = 0 }
    }
    size = newSize
  }

  private mutating func extend(to newSize: Int) {
    guard newSize > size else { return }
    while pages.count * Self.pageSize < newSize { pages.append([UInt8](repeating: 0, count: Self.pageSize)) }
    size = newSize
  }
}
