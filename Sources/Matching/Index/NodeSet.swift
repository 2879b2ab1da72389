/// A set of small numbers that is filled and emptied again and again: open addressing, emptied by raising a generation.
struct NodeSet: ~Copyable {
  /// The generation in the upper half, the number in the lower.
  private var slots: UnsafeMutableBufferPointer<UInt64>
  private var shift: UInt64
  private var generation: UInt64 = 1
  private(set) var count = 0

  init() {
    slots = .allocate(capacity: 256)
    slots.initialize(repeating: 0)
    shift = 64 - 8
  }

  deinit { slots.deallocate() }

  mutating func removeAll() {
    count = 0
    generation += 1
    guard generation > UInt64(UInt32.max) else { return }
    slots.update(repeating: 0)
    generation = 1
  }

  /// - Returns: true when the number was not there.
  @inline(__always)
  mutating func insert(_ number: Int32) -> Bool {
    if (count + 1) * 2 > slots.count { grow() }
    return insert(entry: generation << 32 | UInt64(UInt32(bitPattern: number)))
  }

  func contains(_ number: Int32) -> Bool {
    let entry = generation << 32 | UInt64(UInt32(bitPattern: number))
    var place = start(entry)
    while slots[place] >> 32 == generation {
      if slots[place] == entry { return true }
      place = (place + 1) & (slots.count - 1)
    }
    return false
  }

  @inline(__always)
  private func start(_ entry: UInt64) -> Int { Int(((entry << 32) &* 0x9E37_79B9_7F4A_7C15) >> shift) }

  @inline(__always)
  private mutating func insert(entry: UInt64) -> Bool {
    var place = start(entry)
    while slots[place] >> 32 == generation {
      if slots[place] == entry { return false }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = entry
    count += 1
    return true
  }

  private mutating func grow() {
    let old = slots
    slots = .allocate(capacity: old.count * 2)
    slots.initialize(repeating: 0)
    shift -= 1
    count = 0
    for entry in old where entry >> 32 == generation { _ = insert(entry: entry) }
    old.deallocate()
  }
}
