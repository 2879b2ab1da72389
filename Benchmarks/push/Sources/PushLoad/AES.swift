/// AES-256 (FIPS 197), encrypting only: what a sender needs. Not for secrets, its time depends on them.
struct AES256 {
  private let roundKeys: [UInt8]
  private static let box = makeBox()

  init(key: [UInt8]) {
    var words = key
    var constant: UInt8 = 1
    for index in 8..<60 {
      var word = Array(words[(4 * index - 4)..<(4 * index)])
      if index % 8 == 0 {
        word = [word[1], word[2], word[3], word[0]].map { Self.box[Int($0)] }
        word[0] ^= constant
        constant = Self.doubled(constant)
      } else if index % 8 == 4 {
        word = word.map { Self.box[Int($0)] }
      }
      for place in 0..<4 { words.append(words[4 * (index - 8) + place] ^ word[place]) }
    }
    roundKeys = words
  }

  /// In CBC mode (SP 800-38A); the text has whole blocks.
  func encryptCBC(_ text: [UInt8], vector: [UInt8]) -> [UInt8] {
    var output: [UInt8] = []
    output.reserveCapacity(text.count)
    var last = vector
    for start in stride(from: 0, to: text.count, by: 16) {
      for place in 0..<16 { last[place] ^= text[start + place] }
      encrypt(&last)
      output += last
    }
    return output
  }

  private func encrypt(_ block: inout [UInt8]) {
    addKey(0, &block)
    for round in 1..<15 {
      var mixed = block
      for column in 0..<4 {
        for row in 0..<4 { mixed[4 * column + row] = Self.box[Int(block[(4 * (column + row) + row) % 16])] }
      }
      if round < 14 {
        for column in stride(from: 0, to: 16, by: 4) {
          let (a, b, c, d) = (mixed[column], mixed[column + 1], mixed[column + 2], mixed[column + 3])
          let all = a ^ b ^ c ^ d
          mixed[column] = a ^ all ^ Self.doubled(a ^ b)
          mixed[column + 1] = b ^ all ^ Self.doubled(b ^ c)
          mixed[column + 2] = c ^ all ^ Self.doubled(c ^ d)
          mixed[column + 3] = d ^ all ^ Self.doubled(d ^ a)
        }
      }
      block = mixed
      addKey(round, &block)
    }
  }

  private func addKey(_ round: Int, _ block: inout [UInt8]) {
    for place in 0..<16 { block[place] ^= roundKeys[16 * round + place] }
  }

  private static func doubled(_ byte: UInt8) -> UInt8 { byte << 1 ^ (byte & 0x80 == 0 ? 0 : 0x1B) }

  /// The inverse in GF(2^8), then the affine map: walked through by a generator and its inverse at once.
  private static func makeBox() -> [UInt8] {
    var box = [UInt8](repeating: 0, count: 256)
    var (power, inverse): (UInt8, UInt8) = (1, 1)
    repeat {
      power ^= doubled(power)
      inverse ^= inverse << 1
      inverse ^= inverse << 2
      inverse ^= inverse << 4
      if inverse & 0x80 != 0 { inverse ^= 0x09 }
      let turned = (1...4).reduce(inverse) { $0 ^ (inverse << $1 | inverse >> (8 - $1)) }
      box[Int(power)] = turned ^ 0x63
    } while power != 1
    box[0] = 0x63
    return box
  }
}
