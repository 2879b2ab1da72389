/// Characters of GB18030 that need no iconv: those of two bytes, which is nearly all Chinese text in files, and those of four bytes
/// behind U+FFFF, whose places follow each other (GB 18030-2022: 0x90308130 is U+10000). Other characters of four bytes, and what is no
/// character, are left to iconv.
enum GB18030 {
  /// By the two bytes, the lead byte lowest: up to three bytes of UTF-8, the first one lowest, and their number in the top byte; 0 for
  /// ASCII and what is left to iconv.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 1 << 16)
    let decoder = TextDecoder(.gb18030)
    for lead in 0x81...0xFE {
      for trail in 0x40...0xFE where trail != 0x7F {
        let text = [UInt8(lead), UInt8(trail)].withUnsafeBufferPointer { decoder.decodeSlowly($0) }
        guard let text, text.count <= 3 else { continue }
        let bytes = text.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        table[trail << 8 | lead] = bytes | UInt32(text.count) << 24
      }
    }
    return table
  }()

  /// How much room decoding needs.
  static func room(for count: Int) -> Int { count * 2 + 8 }

  /// Decodes up to the first character that is left to iconv.
  ///
  /// - Parameters:
  ///   - readable: how many bytes may be looked at, from the first one on; what is behind `bytes` is not decoded.
  ///   - output: has ``room(for:)`` the bytes.
  static func decode(
    _ bytes: UnsafeBufferPointer<UInt8>, readable: Int, to output: UnsafeMutableBufferPointer<UInt8>
  ) -> (read: Int, written: Int) {
    table.withUnsafeBufferPointer { table in
      guard let start = bytes.baseAddress, let output = output.baseAddress, let table = table.baseAddress else { return (0, 0) }
      let text = UnsafeRawPointer(start)
      let (read, place) = decode(text, to: text + bytes.count, readable: text + readable, UnsafeMutableRawPointer(output), table)
      return (read - text, place - UnsafeMutableRawPointer(output))
    }
  }

  /// Decodes the cells of a row, without the quotes around them and each with a zero behind it.
  ///
  /// - Parameters:
  ///   - bytes: from the row's first byte to the last one that may be looked at.
  ///   - ends: where the cells end in the row, the next one a byte further; then where they end in `output`.
  ///   - output: has ``room(for:)`` the row and a byte for every cell.
  /// - Returns: how much was written; `nil`, and the ends spoilt, when there is something that is left to iconv.
  static func decode(
    cells bytes: UnsafeBufferPointer<UInt8>, ends: UnsafeMutableBufferPointer<UInt32>, to output: UnsafeMutableBufferPointer<UInt8>
  ) -> Int? {
    table.withUnsafeBufferPointer { table in
      guard let start = bytes.baseAddress, let output = output.baseAddress, let table = table.baseAddress else { return nil }
      let text = UnsafeRawPointer(start)
      let readable = text + bytes.count
      let first = UnsafeMutableRawPointer(output)
      var (from, place) = (text, first)
      for column in ends.indices {
        var to = text + Int(ends[column])
        let next = to + 1
        let isQuoted = from < to && from.load(as: UInt8.self) == quote
        if isQuoted { (from, to) = (from + 1, to - 1) }
        var (read, end) = decode(from, to: to, readable: readable, place, table)
        guard read == to else { return nil }
        if isQuoted { end = undoubled(place, end) }
        ends[column] = UInt32(truncatingIfNeeded: end - first)
        end.storeBytes(of: 0, as: UInt8.self)
        (from, place) = (next, end + 1)
      }
      return place - first
    }
  }

  /// Leaves one of two quotes that follow each other, and says where the text ends then.
  private static func undoubled(_ start: UnsafeMutableRawPointer, _ end: UnsafeMutableRawPointer) -> UnsafeMutableRawPointer {
    var (read, written) = (start, start)
    while read < end {
      let byte = read.load(as: UInt8.self)
      written.storeBytes(of: byte, as: UInt8.self)
      read += byte == quote ? 2 : 1
      written += 1
    }
    return written
  }

  /// Writes up to seven bytes more than it says.
  @inline(__always) private static func decode(
    _ start: UnsafeRawPointer, to end: UnsafeRawPointer, readable: UnsafeRawPointer, _ output: UnsafeMutableRawPointer,
    _ table: UnsafePointer<UInt32>
  ) -> (UnsafeRawPointer, UnsafeMutableRawPointer) {
    var (at, place) = (start, output)
    while at < end {
      if at.load(as: UInt8.self) < 0x80 {
        let count = ascii(at, end, readable, to: place)
        (at, place) = (at + count, place + count)
      }
      while end - at > 1 {
        let entry = table[Int(UInt16(littleEndian: at.loadUnaligned(as: UInt16.self)))]
        guard entry != 0 else { break }
        place.storeBytes(of: entry.littleEndian, as: UInt32.self)
        (at, place) = (at + 2, place + Int(entry >> 24))
      }
      guard at < end, at.load(as: UInt8.self) >= 0x80 else { continue }
      guard let text = supplementary(UnsafeRawBufferPointer(start: at, count: end - at)) else { break }
      place.storeBytes(of: text.littleEndian, as: UInt32.self)
      (at, place) = (at + 4, place + 4)
    }
    return (at, place)
  }

  /// Copies ASCII, at most eight bytes, and at least one.
  @inline(__always) private static func ascii(
    _ at: UnsafeRawPointer, _ end: UnsafeRawPointer, _ readable: UnsafeRawPointer, to output: UnsafeMutableRawPointer
  ) -> Int {
    guard readable - at >= 8 else {
      output.storeBytes(of: at.load(as: UInt8.self), as: UInt8.self)
      return 1
    }
    let eight = at.loadUnaligned(as: UInt64.self)
    output.storeBytes(of: eight, as: UInt64.self)
    let others = UInt64(littleEndian: eight) & 0x8080_8080_8080_8080
    return min(end - at, others.trailingZeroBitCount >> 3)
  }

  /// The four bytes of UTF-8 of a character behind U+FFFF, the first one lowest.
  private static func supplementary(_ bytes: UnsafeRawBufferPointer) -> UInt32? {
    guard bytes.count >= 4, bytes[0] >= 0x90, case let (second, third, fourth) = (bytes[1], bytes[2], bytes[3]),
      (0x30...0x39).contains(second), (0x81...0xFE).contains(third), (0x30...0x39).contains(fourth)
    else { return nil }
    let tens = (UInt32(bytes[0]) - 0x90) * 10 + UInt32(second) - 0x30
    let scalar = (tens * 126 + UInt32(third) - 0x81) * 10 + UInt32(fourth) - 0x30 + 0x10000
    guard scalar <= 0x10FFFF else { return nil }
    let last = 0x80 | scalar >> 6 & 0x3F | (0x80 | scalar & 0x3F) << 8
    return 0xF0 | scalar >> 18 | (0x80 | scalar >> 12 & 0x3F) << 8 | last << 16
  }
}

private let quote = UInt8(ascii: "\"")
