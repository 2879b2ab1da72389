/// Runs of 32-bit words whose lengths are powers of two, from four words on, in chunks that never move. What is given back is taken again
/// by the next run of that length.
///
/// A run is known by its unit: its first word divided by four.
final class WordPool: @unchecked Sendable {
  typealias Unit = UInt32

  static let smallestClass = 2
  private static let chunkShift = 18
  private static let chunkSize = 1 << chunkShift

  private let words = RowBlocks<UInt32>(chunkShift: chunkShift)
  /// By class: the first free run, whose first word is the next one.
  private var free = Array(repeating: WordPool.none, count: 32)
  /// Words that no run has taken yet lie behind this one.
  private var used = 0

  static let none: Unit = .max

  var byteCount: Int { words.byteCount }

  /// The words of a run, as far as its chunk goes.
  @inline(__always)
  subscript(_ unit: Unit) -> UnsafeMutablePointer<UInt32> { words[Int(unit) << 2] }

  /// One word of a run that may be longer than a chunk.
  @inline(__always)
  func word(_ unit: Unit, _ place: Int) -> UnsafeMutablePointer<UInt32> { words[Int(unit) << 2 + place] }

  func write(to image: inout IndexImageWriter) {
    image.add(used)
    for unit in free { image.add(UInt64(unit)) }
    words.write(to: &image)
  }

  func read(from image: inout IndexImageReader) -> Bool {
    guard let used = image.next(below: 1 << 40) else { return false }
    self.used = used
    for place in free.indices {
      guard let unit = image.next() else { return false }
      free[place] = Unit(truncatingIfNeeded: unit)
    }
    return words.read(from: &image) && words.count >= used
  }

  /// - Parameter length: of the run: 2^length words; at least ``smallestClass``.
  func take(_ length: Int) -> Unit {
    let unit = free[length]
    if unit != Self.none {
      free[length] = self[unit].pointee
      return unit
    }
    let size = 1 << length
    let left = Self.chunkSize - used & (Self.chunkSize - 1)
    if left != Self.chunkSize, left < size { giveAway(left) }
    let first = used
    used += size
    if used > words.count { _ = words.grow(by: used - words.count) }
    return Unit(first >> 2)
  }

  /// The rest of a chunk is cut into runs.
  private func giveAway(_ left: Int) {
    var left = left
    while left > 0 {
      let length = left.trailingZeroBitCount
      let first = used
      used += 1 << length
      left -= 1 << length
      if used > words.count { _ = words.grow(by: used - words.count) }
      giveBack(Unit(first >> 2), length)
    }
  }

  func giveBack(_ unit: Unit, _ length: Int) {
    self[unit].pointee = free[length]
    free[length] = unit
  }
}
