/// Numbers by 64-bit hash: open addressing with linear probing. The hash 0 is not allowed, the number 0 means that there is none.
struct NumberTable: Sendable {
  /// Side by side, so that a number costs one wait for memory.
  private struct Slot {
    var hash: UInt64 = 0
    var number: Int32 = 0
  }

  private var slots: [Slot] = []
  private(set) var count = 0
  private var shift: UInt64 = 64

  @inline(__always)
  private func start(_ hash: UInt64) -> Int { Int(truncatingIfNeeded: ((hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15) >> shift) }

  /// The number of a hash that is there, else 0.
  subscript(_ hash: UInt64) -> Int32 {
    guard !slots.isEmpty else { return 0 }
    var place = start(hash)
    while slots[place].hash != 0 {
      if slots[place].hash == hash { return slots[place].number }
      place = (place + 1) & (slots.count - 1)
    }
    return 0
  }

  /// Adds to the number of a hash; sums stop at the largest number.
  mutating func add(_ hash: UInt64, _ amount: Int32) {
    if count * 4 >= slots.count * 3 { resize(max(64, slots.count * 2)) }
    var place = start(hash)
    while slots[place].hash != 0 {
      if slots[place].hash == hash {
        let sum = slots[place].number.addingReportingOverflow(amount)
        slots[place].number = sum.overflow ? .max : sum.partialValue
        return
      }
      place = (place + 1) & (slots.count - 1)
    }
    slots[place] = Slot(hash: hash, number: amount)
    count += 1
  }

  mutating func add(_ other: NumberTable) {
    guard count > 0 else { return self = other }
    // In the order of their hashes they would fill one part of this table after the other, and search long for free slots there.
    for number in other.slots.indices {
      let slot = other.slots[(number &* 0x9E37_79B1) & (other.slots.count - 1)]
      if slot.hash != 0 { add(slot.hash, slot.number) }
    }
  }

  func forEach(_ body: (UInt64, Int32) -> Void) {
    for slot in slots where slot.hash != 0 { body(slot.hash, slot.number) }
  }

  private mutating func resize(_ size: Int) {
    let old = slots
    slots = Array(repeating: Slot(), count: size)
    shift = UInt64(64 - size.trailingZeroBitCount)
    for slot in old where slot.hash != 0 {
      var place = start(slot.hash)
      while slots[place].hash != 0 { place = (place + 1) & (size - 1) }
      slots[place] = slot
    }
  }
}
