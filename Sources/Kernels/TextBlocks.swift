/// Texts grouped by length into blocks, so that one query is compared with 8 to 64 of them at once.
///
/// Immutable: any number of threads may query it. Costs about 2 × the number of different units' root in bits for every unit, so a
/// text of 13 lower-case letters takes some 34 bytes. Texts of more than 64 units are kept apart and compared one by one.
public final class TextBlocks: @unchecked Sendable {
  public let count: Int
  let alphabet: Alphabet
  let runs: [Run]
  /// Texts that no block holds, with their places.
  let apart: [(place: Int, units: [UInt16])]
  let memory: UnsafeMutableRawPointer
  let order: UnsafeMutablePointer<UInt32>

  /// Texts of one length, in blocks that follow each other.
  struct Run {
    let length: Int
    let textCount: Int
    /// Where its blocks start, in vectors, and its texts' places in `order`.
    let firstVector: Int
    let firstText: Int
  }

  /// Takes fewer than 2³² texts. Results come in their order.
  public init(_ texts: [[UInt16]]) {
    count = texts.count
    let alphabet = Alphabet(of: texts)
    self.alphabet = alphabet
    var places = [[UInt32]](repeating: [], count: 65)
    var apart: [(place: Int, units: [UInt16])] = []
    for (place, text) in texts.enumerated() {
      if (1...64).contains(text.count) { places[text.count].append(UInt32(place)) } else { apart.append((place, text)) }
    }
    self.apart = apart
    var (runs, vectors, texts64): ([Run], Int, Int) = ([], 0, 0)
    for length in 1...64 where !places[length].isEmpty {
      let lanes = Self.lanes(length)
      runs.append(Run(length: length, textCount: places[length].count, firstVector: vectors, firstText: texts64))
      vectors += (places[length].count + lanes - 1) / lanes * alphabet.vectorsPerBlock
      texts64 += places[length].count
    }
    self.runs = runs
    order = .allocate(capacity: texts64)
    memory = .allocate(byteCount: vectors * vectorBytes, alignment: vectorBytes)
    memory.initializeMemory(as: UInt8.self, repeating: 0, count: vectors * vectorBytes)
    for run in runs {
      (order + run.firstText).initialize(from: places[run.length], count: run.textCount)
      let start = memory + run.firstVector * vectorBytes
      switch run.length {
      case ...8: fill(start, run, texts, as: UInt8.self)
      case ...16: fill(start, run, texts, as: UInt16.self)
      case ...32: fill(start, run, texts, as: UInt32.self)
      default: fill(start, run, texts, as: UInt64.self)
      }
    }
  }

  deinit {
    memory.deallocate()
    order.deallocate()
  }

  /// Texts in a block: a lane has a bit for each of their units.
  private static func lanes(_ length: Int) -> Int { length <= 8 ? 64 : length <= 16 ? 32 : length <= 32 ? 16 : 8 }

  @inline(__always)
  private func fill<Lane: FixedWidthInteger & UnsignedInteger>(
    _ start: UnsafeMutableRawPointer, _ run: Run, _ texts: [[UInt16]], as type: Lane.Type
  ) {
    let lanes = vectorBytes / MemoryLayout<Lane>.size
    for number in 0..<run.textCount {
      let block = (start + number / lanes * alphabet.vectorsPerBlock * vectorBytes).assumingMemoryBound(to: Lane.self)
      for (index, unit) in texts[Int(order[run.firstText + number])].enumerated() {
        alphabet.eachVector(of: unit) { block[$1 * lanes + number % lanes] |= 1 << Lane(truncatingIfNeeded: index) }
      }
    }
  }
}

/// The different units of some texts, numbered and written in digits: a block needs one vector for every value of every digit.
struct Alphabet {
  let digitCount: Int
  private let units: [UInt16]
  private let radix: Int

  init(of texts: [[UInt16]]) {
    var present = [UInt64](repeating: 0, count: 1 << 10)
    for text in texts { for unit in text { present[Int(unit >> 6)] |= 1 << UInt64(unit & 63) } }
    var units: [UInt16] = []
    for (index, word) in present.enumerated() {
      var word = word
      while word != 0 {
        units.append(UInt16(index << 6 + word.trailingZeroBitCount))
        word &= word - 1
      }
    }
    self.units = units
    // Two digits read fastest; with more units than these, more digits take less memory.
    let digits = units.count <= 100 ? 2 : units.count <= 4096 ? 3 : 4
    digitCount = digits
    let count = units.count
    radix = (1...256).first { radix in (0..<digits).reduce(1) { power, _ in power * radix } >= count } ?? 256
  }

  /// The vectors of all digits' values, and the zero one.
  var vectorsPerBlock: Int { digitCount * radix + 1 }

  /// Gives the numbers of the vectors that tell where a unit stands, digit by digit.
  @inline(__always)
  func eachVector(of unit: UInt16, _ take: (_ digit: Int, _ vector: Int) -> Void) {
    var code = place(of: unit)
    let isKnown = code < units.count
    for digit in 0..<digitCount {
      take(digit, isKnown ? digit * radix + code % radix : digitCount * radix)
      code /= radix
    }
  }

  /// The unit's place among all, or their count.
  private func place(of unit: UInt16) -> Int {
    var (low, high) = (0, units.count)
    while low < high {
      let middle = (low + high) / 2
      if units[middle] < unit { low = middle + 1 } else { high = middle }
    }
    return low < units.count && units[low] == unit ? low : units.count
  }
}

/// Bytes in a vector of the batch kernels: two registers of AVX2, so that two chains of operations run side by side.
let vectorBytes = 64
