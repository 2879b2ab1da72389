/// Bytes in less room: of every eight, which of them are not 0, then those. An index is full of numbers that are small for their room,
/// and of room that is not taken. Of rows, that is what differs from the row before: numbers that rise by little change one byte.
///
///     block = for each eight bytes: a bit for each byte that is not 0 | the bytes that are not 0
enum WordPacking {
  /// Bytes of a block, at most.
  static let blockSize = 1 << 16

  /// So many bytes behind a packed block can be read.
  static let slack = 8

  /// Appends a block.
  /// - Parameter stride: of a row, in 64-bit words; 0 for bytes that are no rows.
  static func pack(_ bytes: UnsafeRawBufferPointer, stride: Int = 0, to packed: inout [UInt8]) {
    let table = Moves.table
    let words = (bytes.count + 7) / 8
    let start = packed.count
    packed += repeatElement(0, count: words * 9 + slack)
    let end = packed.withUnsafeMutableBytes { packed in
      var end = start + words
      for place in 0..<words {
        let word = stride > 0 && place >= stride ? word(bytes, place) ^ word(bytes, place - stride) : word(bytes, place)
        let mask = nonzeroBytes(word)
        packed[start + place] = mask
        let moves = table[Int(mask)]
        var rest = word
        for (move, shift) in [(moves.byOne, UInt64(8)), (moves.byTwo, 16), (moves.byFour, 32)] {
          let moved = rest & move
          rest = rest ^ moved | moved >> shift
        }
        packed.storeBytes(of: rest, toByteOffset: end, as: UInt64.self)
        end += Int(moves.count)
      }
      return end
    }
    packed.removeLast(packed.count - end)
  }

  private static func word(_ bytes: UnsafeRawBufferPointer, _ place: Int) -> UInt64 {
    if place * 8 + 8 <= bytes.count { return bytes.loadUnaligned(fromByteOffset: place * 8, as: UInt64.self).littleEndian }
    return bytes[(place * 8)...].reversed().reduce(0) { $0 << 8 | UInt64($1) }
  }

  /// - Parameters:
  ///   - packed: a block, with ``slack`` bytes behind it.
  ///   - stride: as it was packed with.
  ///   - target: as long as what was packed.
  /// - Returns: false when it is no such block.
  static func unpack(_ packed: UnsafeRawBufferPointer, stride: Int = 0, to target: UnsafeMutableRawBufferPointer) -> Bool {
    let words = (target.count + 7) / 8
    guard words > 0 else { return packed.isEmpty }
    guard packed.count >= words, let masks = packed.baseAddress, let base = target.baseAddress else { return false }
    let table = Moves.table
    let end = masks + packed.count
    var next = masks + words
    for place in 0..<words {
      let moves = table + Int(masks.load(fromByteOffset: place, as: UInt8.self))
      guard next + Int(moves.pointee.count) <= end else { return false }
      var word = UInt64(littleEndian: next.loadUnaligned(as: UInt64.self))
      word = word & ~moves.pointee.byFour | word << 32 & moves.pointee.byFour
      word = word & ~moves.pointee.byTwo | word << 16 & moves.pointee.byTwo
      word = word & ~moves.pointee.byOne | word << 8 & moves.pointee.byOne
      word &= moves.pointee.all
      if stride > 0, place >= stride { word ^= base.loadUnaligned(fromByteOffset: (place - stride) * 8, as: UInt64.self).littleEndian }
      if place * 8 + 8 <= target.count {
        base.storeBytes(of: word.littleEndian, toByteOffset: place * 8, as: UInt64.self)
      } else {
        withUnsafeBytes(of: word.littleEndian) { (base + place * 8).copyMemory(from: $0.baseAddress!, byteCount: target.count - place * 8) }
      }
      next += Int(moves.pointee.count)
    }
    return next == end
  }

  @inline(__always)
  private static func nonzeroBytes(_ word: UInt64) -> UInt8 {
    var bits = word | word >> 4
    bits |= bits >> 2
    bits |= bits >> 1
    return UInt8(((bits & 0x0101_0101_0101_0101) &* 0x0102_0408_1020_4080) >> 56)
  }

  /// How the bytes of a word get to their places: by four, two and one (Warren, Hacker's Delight, 7-5).
  private struct Moves {
    /// Where bytes are after they were moved that far.
    var byFour: UInt64 = 0
    var byTwo: UInt64 = 0
    var byOne: UInt64 = 0
    var all: UInt64 = 0
    var count: UInt64 = 0

    init(_ mask: Int) {
      for place in 0..<8 where mask >> place & 1 == 1 {
        let way = place - Int(count)
        func byte(_ place: Int) -> UInt64 { 0xFF << UInt64(8 * place) }
        if way & 4 != 0 { byFour |= byte(Int(count) + 4) }
        if way & 2 != 0 { byTwo |= byte(Int(count) + (way & 6)) }
        if way & 1 != 0 { byOne |= byte(place) }
        all |= byte(place)
        count += 1
      }
    }

    /// By mask.
    nonisolated(unsafe) static let table: UnsafePointer<Moves> = {
      let table = UnsafeMutablePointer<Moves>.allocate(capacity: 256)
      for mask in 0..<256 { (table + mask).initialize(to: Moves(mask)) }
      return UnsafePointer(table)
    }()
  }
}
