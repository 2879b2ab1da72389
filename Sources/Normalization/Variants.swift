/// Traditional and simplified forms of one character, as a flat table over the unified ideographs: 1–2 ns a character.
enum Variants {
  static func simplified(_ scalar: Unicode.Scalar) -> Unicode.Scalar {
    let index = Int(scalar.value) - 0x4E00
    guard index >= 0, index < table.count else { return scalar }
    return Unicode.Scalar(table[index]) ?? scalar
  }

  private static let table: [UInt16] = {
    var table = (0x4E00...0x9FFF).map { UInt16($0) }
    // 於 is a surname of its own, not the traditional form of the surname 于.
    for (from, to) in zip(traditionalForms.unicodeScalars, simplifiedForms.unicodeScalars) where from != "於" {
      table[Int(from.value) - 0x4E00] = UInt16(to.value)
    }
    // Forms that the transform leaves alone or maps to another traditional one.
    for (from, to) in zip("諮谘強戶溫眞靑淸緑祕裏裡峯牀栢菓砲盃傢綫麪徳産", "咨咨强户温真青清绿秘里里峰床柏果炮杯家线面德产") {
      guard let one = from.unicodeScalars.first, let other = to.unicodeScalars.first else { continue }
      table[Int(one.value) - 0x4E00] = UInt16(other.value)
    }
    return table
  }()
}
