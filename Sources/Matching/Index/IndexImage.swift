/// An index as one run of bytes, laid out as it lies in memory: saving is copying, opening is pointing into the bytes.
///
///     count of fields | fields (64-bit) | parts …          each part starts at a multiple of 64 bytes
struct IndexImageWriter {
  private var fields: [UInt64] = []
  private var parts: [(pieces: [UnsafeRawBufferPointer], byteCount: Int)] = []

  mutating func add(_ field: Int) { fields.append(UInt64(field)) }
  mutating func add(_ field: UInt64) { fields.append(field) }

  /// - Parameter pieces: bytes that stay as they are until the image is written.
  mutating func add(part pieces: [UnsafeRawBufferPointer]) {
    parts.append((pieces, pieces.reduce(0) { $0 + $1.count }))
  }

  /// Hands out the bytes in order.
  func write(_ body: (UnsafeRawBufferPointer) throws -> Void) rethrows {
    let zeros = [UInt8](repeating: 0, count: 64)
    func pad(_ count: Int) throws {
      try zeros.withUnsafeBytes { try body(UnsafeRawBufferPointer(rebasing: $0[..<(IndexImageReader.padded(count) - count)])) }
    }
    try ([UInt64(fields.count)] + fields).withUnsafeBytes { try body($0) }
    try pad(fields.count * 8 + 8)
    for part in parts {
      for piece in part.pieces where !piece.isEmpty { try body(piece) }
      try pad(part.byteCount)
    }
  }
}

/// Reads what ``IndexImageWriter`` wrote. The bytes may be written to; their owner keeps them as long as anything points there.
struct IndexImageReader {
  private let bytes: UnsafeMutableRawBufferPointer
  let owner: AnyObject
  private var field = 8
  private var fieldEnd: Int
  private var part: Int

  static func padded(_ count: Int) -> Int { (count + 63) & ~63 }

  init?(_ bytes: UnsafeMutableRawBufferPointer, owner: AnyObject) {
    guard bytes.count >= 64 else { return nil }
    let count = bytes.load(as: UInt64.self)
    guard count < UInt64(bytes.count / 8) else { return nil }
    self.bytes = bytes
    self.owner = owner
    fieldEnd = 8 + Int(count) * 8
    part = Self.padded(fieldEnd)
  }

  /// Nil behind the last one.
  mutating func next() -> UInt64? {
    guard field < fieldEnd else { return nil }
    defer { field += 8 }
    return bytes.load(fromByteOffset: field, as: UInt64.self)
  }

  mutating func next(below limit: Int) -> Int? { next().flatMap { $0 < UInt64(limit) ? Int($0) : nil } }

  /// - Returns: nil when so many bytes are not there.
  mutating func nextPart(_ byteCount: Int) -> UnsafeMutableRawBufferPointer? {
    guard byteCount >= 0, part + byteCount <= bytes.count else { return nil }
    defer { part += Self.padded(byteCount) }
    return UnsafeMutableRawBufferPointer(rebasing: bytes[part..<part + byteCount])
  }
}
