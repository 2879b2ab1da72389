import Kernels

/// The nodes that carry a key, where there are several: short lists as they come, long ones as hash sets, so that a key that a million
/// nodes carry costs no more to change than any other.
///
///     list: header | nodes …          set: header | count | slots …
///
/// The header has the length of the run, the level of the key (``Postings/level(of:)``) and, of a list, the count.
struct HolderLists: Sendable {
  private let pool = WordPool()
  /// Runs from this length on are sets.
  private static let setClass = 11
  private static let emptySlot: UInt32 = .max

  private struct Header: BitwiseCopyable {
    var bits: UInt32

    init(length: Int, level: UInt8 = 0, count: Int = 0) { bits = UInt32(length) | UInt32(level) << 5 | UInt32(count) << 8 }
    init(bits: UInt32) { self.bits = bits }

    var length: Int { Int(bits & 31) }
    var level: UInt8 {
      get { UInt8(bits >> 5 & 7) }
      set { bits = bits & ~(7 << 5) | UInt32(newValue) << 5 }
    }
    var count: Int {
      get { Int(bits >> 8) }
      set { bits = bits & 0xFF | UInt32(newValue) << 8 }
    }
    var isSet: Bool { length >= HolderLists.setClass }
  }

  var byteCount: Int { pool.byteCount }

  @inline(__always)
  private func header(_ list: WordPool.Unit) -> Header { Header(bits: pool[list].pointee) }

  func write(to image: inout IndexImageWriter) { pool.write(to: &image) }

  func read(from image: inout IndexImageReader) -> Bool { pool.read(from: &image) }

  func fetch(_ list: WordPool.Unit) { prefetch(pool[list]) }

  @inline(__always)
  func count(_ list: WordPool.Unit) -> Int {
    let header = header(list)
    return header.isSet ? Int(pool[list][1]) : header.count
  }

  func level(_ list: WordPool.Unit) -> UInt8 { header(list).level }

  func setLevel(_ list: WordPool.Unit, _ level: UInt8) {
    var header = header(list)
    header.level = level
    pool[list].pointee = header.bits
  }

  @inline(__always)
  func forEach(_ list: WordPool.Unit, _ body: (Int32) -> Void) {
    let header = header(list)
    if header.isSet { return forEachInSet(list, header, body) }
    let nodes = pool[list] + 1
    for place in 0..<header.count { body(Int32(bitPattern: nodes[place])) }
  }

  /// Calls `body` with one node after the other for as long as it wants more.
  @inline(__always)
  func forEach(_ list: WordPool.Unit, asLongAs body: (Int32) -> Bool) {
    let header = header(list)
    guard header.isSet else {
      let nodes = pool[list] + 1
      for place in 0..<header.count where !body(Int32(bitPattern: nodes[place])) { return }
      return
    }
    for slot in 0..<slots(header) {
      let node = self.slot(list, slot).pointee
      if node != Self.emptySlot, !body(Int32(bitPattern: node)) { return }
    }
  }

  /// Some node of a list that is no set.
  func first(_ list: WordPool.Unit) -> Int32 { Int32(bitPattern: pool[list][1]) }

  // MARK: Writing

  func make(_ one: Int32, _ other: Int32) -> WordPool.Unit {
    let list = pool.take(WordPool.smallestClass)
    let words = pool[list]
    words[0] = Header(length: WordPool.smallestClass, count: 2).bits
    words[1] = UInt32(bitPattern: one)
    words[2] = UInt32(bitPattern: other)
    return list
  }

  func free(_ list: WordPool.Unit) { pool.giveBack(list, header(list).length) }

  /// - Parameter node: not in the list yet.
  /// - Returns: the list, which may lie elsewhere now.
  func insert(_ node: Int32, _ list: WordPool.Unit) -> WordPool.Unit {
    var header = header(list)
    if header.isSet { return insertIntoSet(node, list, header) }
    guard header.count + 1 == 1 << header.length else {
      header.count += 1
      pool[list][header.count] = UInt32(bitPattern: node)
      pool[list][0] = header.bits
      return list
    }
    return insert(node, moved(list, header, to: header.length + 1))
  }

  /// - Returns: the list, which may lie elsewhere now; nil when the node was not in it.
  func remove(_ node: Int32, _ list: WordPool.Unit) -> WordPool.Unit? {
    var header = header(list)
    if header.isSet { return removeFromSet(node, list, header) }
    let nodes = pool[list] + 1
    guard let place = (0..<header.count).first(where: { nodes[$0] == UInt32(bitPattern: node) }) else { return nil }
    header.count -= 1
    nodes[place] = nodes[header.count]
    pool[list][0] = header.bits
    // Halfway to the shorter run: one more or less must not move it to and fro.
    guard header.length > WordPool.smallestClass, header.count <= 1 << (header.length - 2) else { return list }
    return moved(list, header, to: header.length - 1)
  }

  private func moved(_ list: WordPool.Unit, _ header: Header, to length: Int) -> WordPool.Unit {
    let target = pool.take(length)
    if length < Self.setClass {
      let (from, to) = (pool[list], pool[target])
      for place in 1...max(1, header.count) { to[place] = from[place] }
      to[0] = Header(length: length, level: header.level, count: header.count).bits
    } else {
      startSet(target, Header(length: length, level: header.level))
      forEach(list) { _ = insertIntoSet($0, target, self.header(target)) }
    }
    pool.giveBack(list, header.length)
    return target
  }

  // MARK: Sets

  private func slots(_ header: Header) -> Int { 1 << header.length - 2 }

  private func startSet(_ list: WordPool.Unit, _ header: Header) {
    pool[list][0] = header.bits
    pool[list][1] = 0
    for slot in 0..<slots(header) { self.slot(list, slot).pointee = Self.emptySlot }
  }

  @inline(__always)
  private func slot(_ list: WordPool.Unit, _ slot: Int) -> UnsafeMutablePointer<UInt32> { pool.word(list, slot + 2) }

  private func home(_ node: UInt32, _ slots: Int) -> Int { Int((UInt64(node &* 0x9E37_79B1) * UInt64(slots)) >> 32) }

  private func forEachInSet(_ list: WordPool.Unit, _ header: Header, _ body: (Int32) -> Void) {
    for slot in 0..<slots(header) {
      let node = self.slot(list, slot).pointee
      if node != Self.emptySlot { body(Int32(bitPattern: node)) }
    }
  }

  private func insertIntoSet(_ node: Int32, _ list: WordPool.Unit, _ header: Header) -> WordPool.Unit {
    let slots = slots(header)
    let count = Int(pool[list][1])
    if (count + 1) * 4 > slots * 3 { return insert(node, movedSet(list, header, to: header.length + 1)) }
    var place = home(UInt32(bitPattern: node), slots)
    while slot(list, place).pointee != Self.emptySlot { place = place + 1 == slots ? 0 : place + 1 }
    slot(list, place).pointee = UInt32(bitPattern: node)
    pool[list][1] = UInt32(count + 1)
    return list
  }

  private func removeFromSet(_ node: Int32, _ list: WordPool.Unit, _ header: Header) -> WordPool.Unit? {
    let slots = slots(header)
    var hole = home(UInt32(bitPattern: node), slots)
    while slot(list, hole).pointee != UInt32(bitPattern: node) {
      if slot(list, hole).pointee == Self.emptySlot { return nil }
      hole = hole + 1 == slots ? 0 : hole + 1
    }
    var next = hole
    while true {
      next = next + 1 == slots ? 0 : next + 1
      let other = slot(list, next).pointee
      if other == Self.emptySlot { break }
      let way = next - home(other, slots)
      let gap = next - hole
      if (way < 0 ? way + slots : way) >= (gap < 0 ? gap + slots : gap) {
        slot(list, hole).pointee = other
        hole = next
      }
    }
    slot(list, hole).pointee = Self.emptySlot
    let count = Int(pool[list][1]) - 1
    pool[list][1] = UInt32(count)
    return count * 4 > slots ? list : movedSet(list, header, to: header.length - 1)
  }

  private func movedSet(_ list: WordPool.Unit, _ header: Header, to length: Int) -> WordPool.Unit {
    let target = pool.take(length)
    if length >= Self.setClass {
      startSet(target, Header(length: length, level: header.level))
      forEachInSet(list, header) { _ = insertIntoSet($0, target, self.header(target)) }
    } else {
      var count = 0
      let words = pool[target]
      forEachInSet(list, header) {
        count += 1
        words[count] = UInt32(bitPattern: $0)
      }
      words[0] = Header(length: length, level: header.level, count: count).bits
    }
    pool.giveBack(list, header.length)
    return target
  }
}
