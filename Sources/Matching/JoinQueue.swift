/// What could be the next join: the strongest first; of equal ones that of the groups that come first.
struct JoinQueue {
  struct Entry {
    var weight: Int32
    var one: Int32
    var other: Int32
    var tie: Int32
    /// Of the tie: another one means that it is out of date.
    var version: UInt32

    @inline(__always)
    func precedes(_ entry: Entry) -> Bool {
      if weight != entry.weight { return weight > entry.weight }
      return one != entry.one ? one < entry.one : other < entry.other
    }
  }

  /// A heap.
  private var entries: [Entry] = []

  mutating func add(_ entry: Entry) {
    entries.append(entry)
    var place = entries.count - 1
    while place > 0, entry.precedes(entries[(place - 1) / 2]) {
      entries[place] = entries[(place - 1) / 2]
      place = (place - 1) / 2
    }
    entries[place] = entry
  }

  mutating func next() -> Entry? {
    guard let first = entries.first, let moved = entries.popLast() else { return nil }
    if entries.isEmpty { return first }
    var place = 0
    while 2 * place + 1 < entries.count {
      var child = 2 * place + 1
      if child + 1 < entries.count, entries[child + 1].precedes(entries[child]) { child += 1 }
      guard entries[child].precedes(moved) else { break }
      entries[place] = entries[child]
      place = child
    }
    entries[place] = moved
    return first
  }
}
