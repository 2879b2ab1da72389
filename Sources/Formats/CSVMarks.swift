import CText

/// Finds the bytes of CSV that may end a cell or make a row unusual: delimiters, quotes and what is not above CR. 64 bytes at a time.
struct CSVMarks {
  let delimiter: UInt8

  /// A bit for each of 64 bytes, fewer where the bytes end.
  @inline(__always) func marks(_ bytes: UnsafeBufferPointer<UInt8>, at block: Int) -> UInt64 {
    guard let start = bytes.baseAddress, block + 64 <= bytes.count else { return finalMarks(bytes, at: block) }
    return kindred_csv_marks(start + block, delimiter)
  }

  private func finalMarks(_ bytes: UnsafeBufferPointer<UInt8>, at block: Int) -> UInt64 {
    var marks: UInt64 = 0
    for place in block..<min(bytes.count, block + 64)
    where bytes[place] == delimiter || bytes[place] == UInt8(ascii: "\"") || bytes[place] <= 0x0D {
      marks |= 1 << UInt64(place - block)
    }
    return marks
  }
}

/// Goes forwards from mark to mark.
struct CSVMarkCursor {
  private let finder: CSVMarks
  private let bytes: UnsafeBufferPointer<UInt8>
  private var block: Int
  private var marks: UInt64

  /// - Parameter from: nothing in front of it is asked for.
  @inline(__always) init(_ finder: CSVMarks, _ bytes: UnsafeBufferPointer<UInt8>, from: Int) {
    self.finder = finder
    self.bytes = bytes
    block = from
    marks = from < bytes.count ? finder.marks(bytes, at: from) : 0
  }

  /// The first mark at a place or behind it, or the end. Places are asked for in ascending order.
  @inline(__always) mutating func next(from at: Int) -> Int {
    if at < block + 64 {
      marks &= ~0 << UInt64(truncatingIfNeeded: at - block)
    } else {
      guard at < bytes.count else { return bytes.count }
      block = at
      marks = finder.marks(bytes, at: at)
    }
    while marks == 0 {
      block += 64
      guard block < bytes.count else { return bytes.count }
      marks = finder.marks(bytes, at: block)
    }
    return block + marks.trailingZeroBitCount
  }
}

/// Bytes that are LF or CR.
func lineEnds(_ bytes: UnsafeBufferPointer<UInt8>) -> Int {
  let raw = UnsafeRawBufferPointer(bytes)
  let lineFeeds = SIMD16(repeating: 0x0A as UInt8)
  let carriageReturns = SIMD16(repeating: 0x0D as UInt8)
  var count = 0
  var at = 0
  while at + 16 <= raw.count {
    // A lane counts to 255 at most.
    let blocks = min((raw.count - at) / 16, 255)
    var lanes = SIMD16<UInt8>(repeating: 0)
    for block in 0..<blocks {
      let group = raw.loadUnaligned(fromByteOffset: at + block * 16, as: SIMD16<UInt8>.self)
      // What is true has all bits set: -1.
      lanes = lanes &- unsafeBitCast((group .== lineFeeds) .| (group .== carriageReturns), to: SIMD16<UInt8>.self)
    }
    count += lanes.indices.reduce(0) { $0 + Int(lanes[$1]) }
    at += blocks * 16
  }
  return raw[at...].reduce(count) { $0 + ($1 == 0x0A || $1 == 0x0D ? 1 : 0) }
}
