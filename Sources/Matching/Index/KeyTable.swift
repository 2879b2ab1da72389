import Kernels

/// From keys to references, in entries of eight bytes, eight to a bucket: a key is looked up in one line of memory.
///
/// A key is 52 bits, scrambled so that all are equally random. Its first twelve bits name a segment, which grows by itself, so that growing
/// never stops the index for long; what the place of its bucket does not say about the rest stands in the entry.
///
///     entry = reference + 1 | distance from the home bucket | rest of the key
///
/// An entry lies in its home bucket or in one of the next fifteen; all buckets between are full.
final class KeyTable: @unchecked Sendable {
  struct Segment: TableSegment {
    /// Of a bucket.
    static let unit = 64
    var entries: UnsafeMutablePointer<UInt64>?
    var bucketCount: UInt32
    var count: UInt32

    init(size: UInt32, count: UInt32) { (bucketCount, self.count) = (size, count) }

    var size: UInt32 { bucketCount }
    var memory: UnsafeMutableRawPointer? {
      get { UnsafeMutableRawPointer(entries) }
      set { entries = newValue?.assumingMemoryBound(to: UInt64.self) }
    }
  }

  private static let segmentCount = 1 << Int(segmentBits)
  private static let segmentBits: UInt64 = 12
  private static let restBits = MatchKey.bits - segmentBits
  private static let distanceBits: UInt64 = 4
  private static let bucketSize = 8

  private(set) var count = 0
  private let list = SegmentList<Segment>(segmentCount)
  private let segments: UnsafeMutablePointer<Segment>

  init() { segments = list.segments }

  var byteCount: Int { Self.segmentCount * MemoryLayout<Segment>.stride + list.byteCount }

  func write(to image: inout IndexImageWriter) { list.write(to: &image) }

  /// To be called on a table without keys.
  func read(from image: inout IndexImageReader) -> Bool {
    guard let count = list.read(from: &image) else { return false }
    self.count = count
    return true
  }

  // MARK: Where a key belongs

  /// The bits of a key in another order, each depending on all.
  @inline(__always)
  static func scramble(_ key: UInt64) -> UInt64 {
    let mask: UInt64 = 1 << MatchKey.bits - 1
    var bits = key ^ key >> 27
    bits = bits &* 0x9E37_79B9_7F4A_7C15 & mask
    bits ^= bits >> 25
    bits = bits &* 0xD6E8_FEB8_6659_FD93 & mask
    return bits ^ bits >> 27
  }

  /// What is known of a key in a segment with so many buckets.
  private struct Home {
    let bucket: Int
    let rest: UInt64
    let shape: Shape

    @inline(__always)
    init(_ bits: UInt64, _ bucketCount: UInt32) {
      shape = Shape(bucketCount)
      bucket = Int(((bits & (1 << KeyTable.restBits - 1)) &* UInt64(bucketCount)) >> KeyTable.restBits)
      rest = bits & shape.restMask
    }
  }

  /// How the entries of a segment are divided.
  private struct Shape {
    let width: UInt64
    let restMask: UInt64

    @inline(__always)
    init(_ bucketCount: UInt32) {
      width = KeyTable.restBits - UInt64(31 - bucketCount.leadingZeroBitCount)
      restMask = 1 << width - 1
    }

    @inline(__always) var referenceShift: UInt64 { width + KeyTable.distanceBits }
    @inline(__always) var keyMask: UInt64 { 1 << referenceShift - 1 }
    @inline(__always) func holds(_ reference: UInt32) -> Bool { (UInt64(reference) + 1) >> (64 - referenceShift) == 0 }
    @inline(__always) func distance(_ entry: UInt64) -> Int { Int(entry >> width & (1 << KeyTable.distanceBits - 1)) }
    @inline(__always) func reference(_ entry: UInt64) -> UInt32 { UInt32(truncatingIfNeeded: entry >> referenceShift &- 1) }
  }

  /// Asks for the line of a key that is to be read soon.
  @inline(__always)
  func fetch(_ key: MatchKey) {
    let bits = Self.scramble(key.compact)
    let segment = segments[Int(bits >> Self.restBits)]
    guard let entries = segment.entries else { return }
    let bucket = Int(((bits & (1 << Self.restBits - 1)) &* UInt64(segment.bucketCount)) >> Self.restBits)
    prefetch(entries + bucket * Self.bucketSize)
  }

  // MARK: Reading

  /// The reference of a key; nil when it is not there.
  @inline(__always)
  subscript(_ key: MatchKey) -> UInt32? {
    let bits = Self.scramble(key.compact)
    let segment = segments[Int(bits >> Self.restBits)]
    guard let entries = segment.entries, let place = Self.place(bits, entries, segment.bucketCount) else { return nil }
    return Shape(segment.bucketCount).reference(entries[place])
  }

  @inline(__always)
  private static func place(_ bits: UInt64, _ entries: UnsafeMutablePointer<UInt64>, _ bucketCount: UInt32) -> Int? {
    let home = Home(bits, bucketCount)
    let mask = home.shape.keyMask
    var wanted = home.rest
    var bucket = home.bucket
    for _ in 0..<min(1 << Int(distanceBits), Int(bucketCount)) {
      let start = bucket * bucketSize
      var hasRoom = false
      for place in start..<start + bucketSize {
        let entry = entries[place]
        if entry == 0 { hasRoom = true } else if entry & mask == wanted { return place }
      }
      if hasRoom { return nil }
      wanted += 1 << home.shape.width
      bucket += 1
      if bucket == Int(bucketCount) { bucket = 0 }
    }
    return nil
  }

  // MARK: Writing

  /// Sets the reference of a key that is there, or adds one.
  func set(_ key: MatchKey, _ reference: UInt32) {
    let bits = Self.scramble(key.compact)
    let number = Int(bits >> Self.restBits)
    let segment = segments[number]
    if let entries = segment.entries, let place = Self.place(bits, entries, segment.bucketCount) {
      let shape = Shape(segment.bucketCount)
      if shape.holds(reference) {
        entries[place] = entries[place] & shape.keyMask | (UInt64(reference) + 1) << shape.referenceShift
        return
      }
      remove(at: place, &segments[number])
    }
    insert(bits, reference, &segments[number])
    count += 1
  }

  private func insert(_ bits: UInt64, _ reference: UInt32, _ segment: inout Segment) {
    // At most 27 in 32 entries are taken: above, ways get long.
    while Int(segment.count + 1) * 32 > Int(segment.bucketCount) * Self.bucketSize * 27
      || !Shape(max(1, segment.bucketCount)).holds(reference) || !Self.place(bits, reference, segment)
    {
      grow(&segment)
    }
    segment.count += 1
  }

  /// - Returns: false when there is no room near the key's home.
  private static func place(_ bits: UInt64, _ reference: UInt32, _ segment: Segment) -> Bool {
    guard let entries = segment.entries else { return false }
    let home = Home(bits, segment.bucketCount)
    var bucket = home.bucket
    for distance in 0..<min(1 << Int(distanceBits), Int(segment.bucketCount)) {
      for place in bucket * bucketSize..<(bucket + 1) * bucketSize where entries[place] == 0 {
        entries[place] = home.rest | UInt64(distance) << home.shape.width | (UInt64(reference) + 1) << home.shape.referenceShift
        return true
      }
      bucket += 1
      if bucket == Int(segment.bucketCount) { bucket = 0 }
    }
    return false
  }

  private func grow(_ segment: inout Segment) {
    var larger = Segment(size: segment.bucketCount + max(1, segment.bucketCount / 4), count: 0)
    while !fill(&larger, from: segment) { larger.bucketCount += max(1, larger.bucketCount / 4) }
    segment.memory?.deallocate()
    segment = larger
  }

  private func fill(_ larger: inout Segment, from segment: Segment) -> Bool {
    let size = Int(larger.bucketCount) * Self.bucketSize
    let entries = UnsafeMutableRawPointer.allocate(byteCount: size * 8, alignment: 64).bindMemory(to: UInt64.self, capacity: size)
    entries.initialize(repeating: 0, count: size)
    larger.entries = entries
    larger.count = segment.count
    guard let old = segment.entries else { return true }
    let shape = Shape(segment.bucketCount)
    for place in 0..<Int(segment.bucketCount) * Self.bucketSize where old[place] != 0 {
      let reference = shape.reference(old[place])
      guard Shape(larger.bucketCount).holds(reference), Self.place(Self.bits(old, place, segment.bucketCount), reference, larger) else {
        entries.deallocate()
        return false
      }
    }
    return true
  }

  /// The scrambled key of an entry, without its segment.
  private static func bits(_ entries: UnsafeMutablePointer<UInt64>, _ place: Int, _ bucketCount: UInt32) -> UInt64 {
    let shape = Shape(bucketCount)
    var home = place / bucketSize - shape.distance(entries[place])
    if home < 0 { home += Int(bucketCount) }
    // The keys of a bucket are neighbours, fewer than the rest can tell apart.
    let first = (UInt64(home) << restBits + UInt64(bucketCount) - 1) / UInt64(bucketCount)
    return first + (entries[place] &- first) & shape.restMask
  }

  func remove(_ key: MatchKey) {
    let bits = Self.scramble(key.compact)
    let number = Int(bits >> Self.restBits)
    guard let entries = segments[number].entries, let place = Self.place(bits, entries, segments[number].bucketCount) else { return }
    remove(at: place, &segments[number])
  }

  private func remove(at place: Int, _ segment: inout Segment) {
    guard let entries = segment.entries else { return }
    entries[place] = 0
    segment.count -= 1
    count -= 1
    let bucketCount = Int(segment.bucketCount)
    let shape = Shape(segment.bucketCount)
    func isFull(_ bucket: Int) -> Bool {
      (bucket * Self.bucketSize..<(bucket + 1) * Self.bucketSize).allSatisfy { entries[$0] != 0 }
    }
    // What lies behind a bucket that was full may have come over it: one of those takes the empty place.
    var hole = place
    var distance = 0
    var bucket = place / Self.bucketSize
    var wasFull = (bucket * Self.bucketSize..<(bucket + 1) * Self.bucketSize).allSatisfy { $0 == hole || entries[$0] != 0 }
    while wasFull, distance + 1 < min(1 << Int(Self.distanceBits), bucketCount) {
      distance += 1
      bucket = bucket + 1 == bucketCount ? 0 : bucket + 1
      wasFull = isFull(bucket)
      let range = bucket * Self.bucketSize..<(bucket + 1) * Self.bucketSize
      if let moved = range.first(where: { entries[$0] != 0 && shape.distance(entries[$0]) >= distance }) {
        entries[hole] = entries[moved] - UInt64(distance) << shape.width
        entries[moved] = 0
        (hole, distance) = (moved, 0)
      }
    }
  }
}
