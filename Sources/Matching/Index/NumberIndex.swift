/// From hashes to the numbers of rows that know their hash themselves: open addressing, four bytes an entry. Its segments grow one by one,
/// so that growing never stops the index for long.
final class NumberIndex: @unchecked Sendable {
  struct Segment: BitwiseCopyable {
    /// Numbers plus one; 0 where there is none.
    var slots: UnsafeMutablePointer<UInt32>?
    var size: UInt32 = 0
    var count: UInt32 = 0
  }

  static let segmentCount = 256
  let segments: UnsafeMutablePointer<Segment>
  private var borrowed: UnsafeRawBufferPointer?
  private var owner: AnyObject?

  init() {
    segments = .allocate(capacity: Self.segmentCount)
    segments.initialize(repeating: Segment(), count: Self.segmentCount)
  }

  deinit {
    for segment in 0..<Self.segmentCount { free(segments[segment].slots) }
    segments.deallocate()
  }

  private func free(_ slots: UnsafeMutablePointer<UInt32>?) {
    guard let slots else { return }
    if let borrowed, let base = borrowed.baseAddress, base <= slots, UnsafeRawPointer(slots) < base + borrowed.count { return }
    slots.deallocate()
  }

  var byteCount: Int { (0..<Self.segmentCount).reduce(0) { $0 + Int(segments[$1].size) * 4 } }

  // MARK: Images

  func write(to image: inout IndexImageWriter) {
    var pieces: [UnsafeRawBufferPointer] = []
    for number in 0..<Self.segmentCount {
      let segment = segments[number]
      image.add(UInt64(segment.size) << 32 | UInt64(segment.count))
      pieces.append(UnsafeRawBufferPointer(start: segment.slots, count: Int(segment.size) * 4))
    }
    image.add(part: pieces)
  }

  /// To be called on an index without numbers.
  func read(from image: inout IndexImageReader) -> Bool {
    var read: [Segment] = []
    for _ in 0..<Self.segmentCount {
      guard let field = image.next() else { return false }
      read.append(Segment(size: UInt32(field >> 32), count: UInt32(truncatingIfNeeded: field)))
    }
    guard let part = image.nextPart(read.reduce(0) { $0 + Int($1.size) * 4 }) else { return false }
    (borrowed, owner) = (UnsafeRawBufferPointer(part), image.owner)
    var start = 0
    for (number, segment) in read.enumerated() where segment.size > 0 {
      segments[number] = segment
      segments[number].slots = part.baseAddress.map { ($0 + start).assumingMemoryBound(to: UInt32.self) }
      start += Int(segment.size) * 4
    }
    return true
  }

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
    segment.pointee = Segment(slots: slots, size: size)
    for place in 0..<Int(old.size) {
      guard let number = old.slots?[place], number != 0 else { continue }
      Self.insert(Self.scramble(hashOf(Int32(number - 1))), Int32(number - 1), segment)
    }
    free(old.slots)
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
