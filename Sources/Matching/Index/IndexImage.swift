/// An index as one run of bytes: its tables as they lie in memory, packed (``WordPacking``).
///
///     count of fields | fields (64-bit) | parts …          part = its pieces, each in blocks: length (32-bit) | packed bytes
struct IndexImageWriter {
  private var fields: [UInt64] = []
  private var pieces: [(bytes: UnsafeRawBufferPointer, stride: Int)] = []

  mutating func add(_ field: Int) { fields.append(UInt64(field)) }
  mutating func add(_ field: UInt64) { fields.append(field) }

  /// - Parameters:
  ///   - pieces: bytes that stay as they are until the image is written.
  ///   - stride: of a row, in 64-bit words; 0 for bytes that are no rows.
  mutating func add(part pieces: [UnsafeRawBufferPointer], stride: Int = 0) { self.pieces += pieces.map { ($0, stride) } }

  /// Hands out the bytes in order.
  func write(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    try ([UInt64(fields.count)] + fields).withUnsafeBytes { try body($0) }
    var packed: [UInt8] = []
    for (piece, rowStride) in pieces {
      for start in stride(from: 0, to: piece.count, by: WordPacking.blockSize) {
        let block = piece[start..<min(piece.count, start + WordPacking.blockSize)]
        packed.removeAll(keepingCapacity: true)
        WordPacking.pack(UnsafeRawBufferPointer(rebasing: block), stride: rowStride, to: &packed)
        try withUnsafeBytes(of: UInt32(packed.count)) { try body($0) }
        try packed.withUnsafeBytes { try body($0) }
      }
    }
    try withUnsafeBytes(of: UInt64(0)) { try body($0) }
  }
}

/// Reads what ``IndexImageWriter`` wrote.
struct IndexImageReader {
  private let bytes: UnsafeRawBufferPointer
  private let workers: Workers
  private var field = 8
  private let fieldEnd: Int
  private var block: Int

  init?(_ bytes: UnsafeRawBufferPointer, _ workers: Workers) {
    guard bytes.count >= 16 else { return nil }
    let count = bytes.load(as: UInt64.self)
    guard count < UInt64(bytes.count / 8) else { return nil }
    self.bytes = bytes
    self.workers = workers
    fieldEnd = 8 + Int(count) * 8
    block = fieldEnd
  }

  /// Nil behind the last one.
  mutating func next() -> UInt64? {
    guard field < fieldEnd else { return nil }
    defer { field += 8 }
    return bytes.load(fromByteOffset: field, as: UInt64.self)
  }

  mutating func next(below limit: Int) -> Int? { next().flatMap { $0 < UInt64(limit) ? Int($0) : nil } }

  /// False when so many bytes cannot be in the image, however well they are packed.
  func canHold(_ byteCount: Int) -> Bool { byteCount / 8 <= bytes.count }

  private struct Block: @unchecked Sendable {
    var packed: UnsafeRawBufferPointer
    var target: UnsafeMutableRawBufferPointer
  }

  /// Reads a part to where its pieces shall lie.
  /// - Parameter rowStride: as it was written with.
  /// - Returns: false when it is not there.
  mutating func nextPart(to pieces: [UnsafeMutableRawBufferPointer], stride rowStride: Int = 0) -> Bool {
    var blocks: [Block] = []
    for piece in pieces {
      for start in stride(from: 0, to: piece.count, by: WordPacking.blockSize) {
        let target = UnsafeMutableRawBufferPointer(rebasing: piece[start..<min(piece.count, start + WordPacking.blockSize)])
        guard block + 4 + WordPacking.slack <= bytes.count else { return false }
        let size = Int(bytes.loadUnaligned(fromByteOffset: block, as: UInt32.self))
        guard block + 4 + size + WordPacking.slack <= bytes.count else { return false }
        blocks.append(Block(packed: UnsafeRawBufferPointer(rebasing: bytes[(block + 4)..<(block + 4 + size)]), target: target))
        block += 4 + size
      }
    }
    let found = blocks
    return workers.map(parts: found.count) { WordPacking.unpack(found[$0].packed, stride: rowStride, to: found[$0].target) }.allSatisfy {
      $0
    }
  }
}
