import Model

/// The texts that the cells of a workbook refer to by number: one after the other in blocks, with the place of each sixteenth. Blocks
/// beyond the first 48 MB go to scratch space, and a few of them stay in memory: cells mostly refer to texts in their order.
final class SharedStrings {
  private(set) var count = 0
  private let scratch: any ScratchSpace
  /// The block that is being filled.
  private var open: [UInt8] = []
  private var inMemory: [[UInt8]] = []
  private var spilled: (any ScratchBytes)?
  /// Where blocks in scratch space are.
  private var spilledStarts: [Int] = []
  private var cache: [(block: Int, bytes: [UInt8])] = []
  /// Block and offset of each sixteenth text.
  private var places: [UInt64] = []

  private static let blockSize = 1 << 20
  private static let blocksInMemory = 48
  private static let cachedBlocks = 8
  private static let stride = 16

  init(_ scratch: any ScratchSpace) { self.scratch = scratch }

  func append(_ text: some Collection<UInt8>) throws(Fault) {
    if count % Self.stride == 0 {
      if open.count >= Self.blockSize { try close() }
      places.append(UInt64(blockCount) << 32 | UInt64(open.count))
    }
    var length = text.count
    while length >= 0x80 {
      open.append(UInt8(truncatingIfNeeded: length) | 0x80)
      length >>= 7
    }
    open.append(UInt8(length))
    open.append(contentsOf: text)
    count += 1
  }

  private var blockCount: Int { inMemory.count + spilledStarts.count }

  private func close() throws(Fault) {
    if inMemory.count < Self.blocksInMemory {
      inMemory.append(open)
    } else {
      if spilled == nil { spilled = try scratch.make() }
      spilledStarts.append(spilled?.count ?? 0)
      try spilled?.append(open)
    }
    open.removeAll(keepingCapacity: true)
  }

  /// `nil` when there is no text of that number.
  func text(_ number: Int) throws(Fault) -> ArraySlice<UInt8>? {
    guard number >= 0, number < count else { return nil }
    let place = places[number / Self.stride]
    let block = try block(Int(place >> 32))
    var at = Int(place & 0xFFFF_FFFF)
    for _ in 0..<number % Self.stride {
      let length = Self.length(block, &at)
      at += length
    }
    let length = Self.length(block, &at)
    return block[at..<at + length]
  }

  private static func length(_ block: [UInt8], _ at: inout Int) -> Int {
    var length = 0
    var shift = 0
    while block[at] >= 0x80 {
      length |= Int(block[at] & 0x7F) << shift
      shift += 7
      at += 1
    }
    length |= Int(block[at]) << shift
    at += 1
    return length
  }

  private func block(_ number: Int) throws(Fault) -> [UInt8] {
    if number < inMemory.count { return inMemory[number] }
    let spilledNumber = number - inMemory.count
    guard spilledNumber < spilledStarts.count, let spilled else { return open }
    if let known = cache.firstIndex(where: { $0.block == number }) { return cache[known].bytes }
    let end = spilledNumber + 1 < spilledStarts.count ? spilledStarts[spilledNumber + 1] : spilled.count
    let start = spilledStarts[spilledNumber]
    let bytes = try spilled.read(at: start, count: end - start)
    guard bytes.count == end - start else { throw Fault("scratch-full", "Scratch space gave back less than was written to it.") }
    if cache.count == Self.cachedBlocks { cache.removeFirst() }
    cache.append((number, bytes))
    return bytes
  }
}
