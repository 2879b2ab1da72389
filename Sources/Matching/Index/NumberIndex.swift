/// From hashes to the numbers of rows that know their hash themselves: open addressing, four bytes an entry. Its segments grow one by one,
/// so that growing never stops the index for long.
final class NumberIndex: @unchecked Sendable {
  struct Segment: TableSegment {
    /// Of a slot.
    static let unit = 4
    /// Numbers plus one; 0 where there is none.
    var slots: UnsafeMutablePointer<UInt32>?
    let size: UInt32
    var count: UInt32

    init(size: UInt32, count: UInt32) { (self.size, self.count) = (size, count) }

    var memory: UnsafeMutableRawPointer? {
      get { UnsafeMutableRawPointer(slots) }
      set { slots = newValue?.assumingMemoryBound(to: UInt32.self) }
    }
  }

  private static let segmentCount = 256
  private let list = SegmentList<Segment>(segmentCount)
  private let segments: UnsafeMutablePointer<Segment>

  init() { segments = list.segments }

  var byteCount: Int { list.byteCount }

  func write(to image: inout IndexImageWriter) { list.write(to: &image) }

  /// To be called on an index without numbers.
  func read(from image: inout IndexImageReader) -> Bool { list.read(from: &image) != nil }

  // MARK: Numbers

  @inline(__always)
  private static func scramble(_ hash: UInt64) -> UInt64 { (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15 }

  @inline(__always)
  private static func segment(_ bits: UInt64) -> Int { Int(bits >> 56) }

  @inline(__always)
  private static func start(_ bits: UInt64, _ size: UInt32) -> Int { Int((((bits << 8) >> 40) * UInt64(size)) >> 24) }

  /// The first number with this hash that `isWanted`.
  @inline(__always)
  func find(_ hash: UInt64, _ isWanted: (Int32) -> Bool) -> Int32? {
    let bits = Self.scramble(hash)
    let segment = segments[Self.segment(bits)]
    guard let slots = segment.slots else { return nil }
    var place = Self.start(bits, segment.size)
    while slots[place] != 0 {
      let number = Int32(slots[place] - 1)
      if isWanted(number) { return number }
      place = place + 1 == Int(segment.size) ? 0 : place + 1
    }
    return nil
  }

  /// - Parameter hash: of any number that is here already.
  func insert(_ hash: UInt64, _ number: Int32, hash hashOf: (Int32) -> UInt64) {
    let bits = Self.scramble(hash)
    let segment = segments + Self.segment(bits)
    if (segment.pointee.count + 1) * 4 > segment.pointee.size * 3 { grow(segment, hashOf) }
    Self.insert(bits, number, segment)
  }

  private static func insert(_ bits: UInt64, _ number: Int32, _ segment: UnsafeMutablePointer<Segment>) {
    guard let slots = segment.pointee.slots else { return }
    var place = start(bits, segment.pointee.size)
    while slots[place] != 0 { place = place + 1 == Int(segment.pointee.size) ? 0 : place + 1 }
    slots[place] = UInt32(number) + 1
    segment.pointee.count += 1
  }

  private func grow(_ segment: UnsafeMutablePointer<Segment>, _ hashOf: (Int32) -> UInt64) {
    let old = segment.pointee
    let size = max(8, old.size + old.size / 4)
    let slots = UnsafeMutablePointer<UInt32>.allocate(capacity: Int(size))
    slots.initialize(repeating: 0, count: Int(size))
    segment.pointee = Segment(size: size, count: 0)
    segment.pointee.slots = slots
    for place in 0..<Int(old.size) {
      guard let number = old.slots?[place], number != 0 else { continue }
      Self.insert(Self.scramble(hashOf(Int32(number - 1))), Int32(number - 1), segment)
    }
    old.memory?.deallocate()
  }

  func remove(_ hash: UInt64, _ number: Int32, hash hashOf: (Int32) -> UInt64) {
    let bits = Self.scramble(hash)
    let segment = segments + Self.segment(bits)
    guard let slots = segment.pointee.slots else { return }
    let size = Int(segment.pointee.size)
    var hole = Self.start(bits, segment.pointee.size)
    while slots[hole] != UInt32(number) + 1 {
      if slots[hole] == 0 { return }
      hole = hole + 1 == size ? 0 : hole + 1
    }
    var next = hole
    while true {
      next = next + 1 == size ? 0 : next + 1
      guard slots[next] != 0 else { break }
      let home = Self.start(Self.scramble(hashOf(Int32(slots[next] - 1))), segment.pointee.size)
      if (next - home + size) % size >= (next - hole + size) % size {
        slots[hole] = slots[next]
        hole = next
      }
    }
    slots[hole] = 0
    segment.pointee.count -= 1
  }
}
