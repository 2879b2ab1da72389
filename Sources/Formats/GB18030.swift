/// Characters of two bytes in GB18030, which is nearly all Chinese text in files. Those of four bytes, and what is no character, are left
/// to iconv.
enum GB18030 {
  /// By lead byte from 0x81 and trail byte from 0x40: up to three bytes of UTF-8, the first one lowest, and their number in the top byte;
  /// 0 for what is left to iconv.
  private static let table: [UInt32] = {
    var table = [UInt32](repeating: 0, count: 126 * 192)
    let decoder = TextDecoder(.gb18030)
    for lead in 0x81...0xFE {
      for trail in 0x40...0xFE where trail != 0x7F {
        let text = [UInt8(lead), UInt8(trail)].withUnsafeBufferPointer { decoder.decodeSlowly($0) }
        guard let text, text.count <= 3 else { continue }
        let bytes = text.reversed().reduce(UInt32(0)) { $0 << 8 | UInt32($1) }
        table[(lead - 0x81) * 192 + trail - 0x40] = bytes | UInt32(text.count) << 24
      }
    }
    return table
  }()

  /// Decodes up to the first character that is left to iconv.
  ///
  /// - Parameter output: has room for twice the bytes and 8 more.
  static func decode(_ bytes: UnsafeBufferPointer<UInt8>, to output: UnsafeMutableBufferPointer<UInt8>) -> (read: Int, written: Int) {
    table.withUnsafeBufferPointer { table in
      guard let start = bytes.baseAddress, let output = output.baseAddress, let table = table.baseAddress else { return (0, 0) }
      let raw = UnsafeRawPointer(start)
      let count = bytes.count
      var (at, place) = (0, output)
      while at < count {
        while at + 8 <= count, case let eight = raw.loadUnaligned(fromByteOffset: at, as: UInt64.self), eight & 0x8080_8080_8080_8080 == 0 {
          UnsafeMutableRawPointer(place).storeBytes(of: eight, as: UInt64.self)
          (at, place) = (at + 8, place + 8)
        }
        while at < count, start[at] < 0x80 {
          place.pointee = start[at]
          (at, place) = (at + 1, place + 1)
        }
        while at + 1 < count, start[at] > 0x80, start[at] < 0xFF, start[at + 1] >= 0x40, start[at + 1] < 0xFF {
          let entry = table[(Int(start[at]) - 0x81) * 192 + Int(start[at + 1]) - 0x40]
          guard entry != 0 else { return (at, place - output) }
          UnsafeMutableRawPointer(place).storeBytes(of: entry, as: UInt32.self)
          (at, place) = (at + 2, place + Int(entry >> 24))
        }
        guard at == count || start[at] < 0x80 else { break }
      }
      return (at, place - output)
    }
  }
}
