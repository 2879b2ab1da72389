/// Rows of one size, known by their numbers, in chunks that never move: growing copies nothing, pointers stay valid, and a snapshot is a
/// copy of the chunks.
///
/// Reading from several threads is fine while nobody appends. A row may be written while another one is read.
final class RowBlocks<Row: BitwiseCopyable>: @unchecked Sendable {
  /// Rows in a chunk, as a power of two.
  let chunkShift: Int
  private let mask: Int
  private(set) var count = 0
  private var chunks: [UnsafeMutablePointer<Row>] = []
  /// The same addresses where they are found without a bounds check.
  private var table: UnsafeMutablePointer<UnsafeMutablePointer<Row>>
  private var tableSize = 16
  private let memory: Chunks

  /// - Parameter chunkShift: rows in a chunk, as a power of two.
  init(chunkShift: Int) {
    self.chunkShift = chunkShift
    mask = 1 << chunkShift - 1
    memory = Chunks(size: MemoryLayout<Row>.stride << chunkShift, usesLargePages: true)
    table = .allocate(capacity: tableSize)
  }

  deinit { table.deallocate() }

  @inline(__always)
  subscript(_ number: Int) -> UnsafeMutablePointer<Row> { table[number >> chunkShift] + (number & mask) }

  @inline(__always)
  subscript(_ number: Int32) -> UnsafeMutablePointer<Row> { self[Int(number)] }

  /// Bytes of memory taken from the system, and of the snapshot.
  var byteCount: Int { chunks.count << chunkShift * MemoryLayout<Row>.stride }

  /// Rows that fit what is there without another chunk.
  var capacity: Int { chunks.count << chunkShift }

  /// Appends rows that hold nothing in particular.
  /// - Returns: the number of the first one.
  func grow(by added: Int) -> Int {
    let first = count
    count += added
    while capacity < count { add(memory.next().bindMemory(to: Row.self, capacity: 1 << chunkShift)) }
    return first
  }

  func append(_ row: Row) -> Int32 {
    let number = grow(by: 1)
    self[number].initialize(to: row)
    return Int32(number)
  }

  // MARK: Images

  private static var wordStride: Int { MemoryLayout<Row>.stride % 8 == 0 ? MemoryLayout<Row>.stride / 8 : 0 }

  func write(to image: inout IndexImageWriter) {
    image.add(count)
    image.add(
      part: chunks.enumerated().map { place, chunk in
        UnsafeRawBufferPointer(start: chunk, count: min(1 << chunkShift, max(0, count - place << chunkShift)) * MemoryLayout<Row>.stride)
      }, stride: Self.wordStride)
  }

  /// To be called on blocks without rows.
  /// - Returns: false when the image does not hold so many rows.
  func read(from image: inout IndexImageReader) -> Bool {
    guard let count = image.next(below: 1 << 40), image.canHold(count * MemoryLayout<Row>.stride) else { return false }
    _ = grow(by: count)
    return image.nextPart(
      to: chunks.enumerated().map { place, chunk in
        UnsafeMutableRawBufferPointer(start: chunk, count: min(1 << chunkShift, count - place << chunkShift) * MemoryLayout<Row>.stride)
      }, stride: Self.wordStride)
  }

  private func add(_ chunk: UnsafeMutablePointer<Row>) {
    if chunks.count == tableSize {
      let larger = UnsafeMutablePointer<UnsafeMutablePointer<Row>>.allocate(capacity: tableSize * 2)
      larger.moveInitialize(from: table, count: tableSize)
      table.deallocate()
      table = larger
      tableSize *= 2
    }
    (table + chunks.count).initialize(to: chunk)
    chunks.append(chunk)
  }
}
