/// Changes bytes in the ways in which parsers break: cut, doubled, nested, spliced, and with the words of the language in odd places.
public struct Mutator {
  private var generator: SeededGenerator
  private let corpus: [[UInt8]]
  private let words: [[UInt8]]
  private let longest: Int

  /// - Parameters:
  ///   - corpus: what to start from; not empty.
  ///   - words: what to put in besides single bytes.
  ///   - longest: no result has more bytes.
  public init(seed: UInt64, corpus: [[UInt8]], words: [String], longest: Int = 4096) {
    generator = SeededGenerator(seed: seed)
    self.corpus = corpus
    self.words = words.map { Array($0.utf8) }
    self.longest = longest
  }

  public mutating func next() -> [UInt8] {
    var bytes = pick(corpus)
    for _ in 0..<[1, 1, 2, 3, 5, 8][below(6)] { change(&bytes) }
    return bytes.count > longest ? Array(bytes.prefix(longest)) : bytes
  }

  private mutating func below(_ bound: Int) -> Int { Int.random(in: 0..<bound, using: &generator) }
  private mutating func pick(_ choices: [[UInt8]]) -> [UInt8] { choices[below(choices.count)] }

  private mutating func part(of bytes: [UInt8]) -> Range<Int> {
    let start = below(bytes.count + 1)
    return start..<start + below(min(bytes.count - start, [4, 16, 256][below(3)]) + 1)
  }

  private mutating func change(_ bytes: inout [UInt8]) {
    let place = below(bytes.count + 1)
    switch below(10) {
    case 0: bytes.insert(UInt8.random(in: 0...255, using: &generator), at: place)
    case 1: bytes.insert(UInt8.random(in: 0x20...0x7E, using: &generator), at: place)
    case 2: bytes.replaceSubrange(part(of: bytes), with: [])
    case 3: bytes.insert(contentsOf: bytes[part(of: bytes)], at: place)
    case 4:
      let repeated = Array(bytes[part(of: bytes)].prefix(24))
      bytes.insert(contentsOf: Array(repeatElement(repeated, count: [2, 8, 40, 400][below(4)]).joined()), at: place)
    case 5:
      let other = pick(corpus)
      bytes.replaceSubrange(part(of: bytes), with: other[part(of: other)])
    case 6 where place < bytes.count: bytes[place] ^= 1 << UInt8(below(8))
    case 7 where !words.isEmpty:
      let word = pick(words)
      bytes.replaceSubrange(part(of: bytes), with: word)
    default:
      let word = words.isEmpty ? pick(corpus) : pick(words)
      bytes.insert(contentsOf: word, at: place)
    }
  }
}
