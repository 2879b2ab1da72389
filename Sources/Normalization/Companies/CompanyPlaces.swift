/// Places at the start of a name that the table of divisions does not have as they are written.
enum CompanyPlaces {
  /// Length of 东凤镇 or 渌口区, after its city or alone: towns, and counties newer than the table; these not after a short name (杭州花园区).
  static func townLength(_ text: ArraySlice<Unicode.Scalar>, isFull: Bool) -> Int? {
    for length in 3...4 where text.count >= length + 2 {
      switch text[text.startIndex + length - 1] {
      case "镇", "乡": return length
      case "区", "县": if length == 3, isFull { return length }
      case "道": if text[text.startIndex + length - 2] == "街" { return length }
      default: continue
      }
    }
    return nil
  }

  /// 江酥省 for 江苏省: a province or city with its suffix, of whose two characters one is wrong and sounds or looks like the right one.
  static func misspelt(_ text: ArraySlice<Unicode.Scalar>) -> (divisions: [Division], length: Int)? {
    guard text.count >= 5 else { return nil }
    let (first, second, suffix) = (text[text.startIndex], text[text.startIndex + 1], text[text.startIndex + 2])
    guard suffix == "省" || suffix == "市" else { return nil }
    var found: [Division] = []
    for place in places where place.isProvince == (suffix == "省") {
      let isMatch =
        place.first == first && isAlike(place.second, second) || place.second == second && isAlike(place.first, first)
      if isMatch { found.append(Division(code: place.code)) }
    }
    if found.count == 1 { return (found, 3) }
    return suffix == "省" ? ([], 3) : nil
  }

  private static func isAlike(_ one: Unicode.Scalar, _ other: Unicode.Scalar) -> Bool {
    one != other && (HanForms.soundsAlike(one, other) || HanForms.looksAlike(one, other))
  }

  private struct Place {
    var code: UInt32
    var first: Unicode.Scalar
    var second: Unicode.Scalar
    var isProvince: Bool
  }

  /// The provinces and cities whose names have two characters.
  private static let places: [Place] = Division.provincesAndCities.compactMap { code, name in
    let scalars = Array(name.unicodeScalars)
    let division = Division(code: code)
    guard scalars.count == 2 else { return nil }
    return Place(
      code: code, first: scalars[0], second: scalars[1],
      isProvince: code % 10_000 == 0 && !Division.municipalities.contains(division.province))
  }
}
