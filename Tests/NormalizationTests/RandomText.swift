/// SplitMix64.
struct SeededGenerator: RandomNumberGenerator {
  private var state: UInt64

  init(seed: UInt64) { state = seed }

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// Texts as tables have them, and as nobody expects them: pieces of one kind, now and then with anything between.
struct RandomText {
  private var generator: SeededGenerator
  private let pieces: [String]

  init(seed: UInt64, _ pieces: String) {
    generator = SeededGenerator(seed: seed)
    self.pieces = pieces.split(separator: " ").map { $0 == "␣" ? " " : String($0) }
  }

  private static let odd = Array("é ßİıſﬁ＠Ａ０　，。、·—（）*'\"’\u{A0}\u{200B}\u{301}\u{FE0F}🦋\u{F900}\u{2F800}㐀𠀀苎苧Ω٣Ⅳ①ﾃ각".unicodeScalars)

  /// Up to eight pieces; one text of three has odd characters in it.
  mutating func next() -> String {
    var text = String.UnicodeScalarView()
    let isOdd = Int.random(in: 0..<3, using: &generator) == 0
    for _ in 0..<Int.random(in: 1...8, using: &generator) {
      if let piece = pieces.randomElement(using: &generator) { text.append(contentsOf: piece.unicodeScalars) }
      if isOdd, Bool.random(using: &generator), let scalar = Self.odd.randomElement(using: &generator) { text.append(scalar) }
    }
    return String(text)
  }
}

/// The bytes of a text.
func withBytes<Result>(_ text: String, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
  var text = text
  return text.withUTF8 { body($0) }
}
