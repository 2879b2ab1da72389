/// The most that a part of a comparison can be worth while its values are only known to differ: what lets ``Comparison`` give up on a
/// pair early.
struct Ceilings: Sendable {
  /// Of a surname, given name, place or mailbox that is not equal.
  let surname: Int32
  let given: Int32
  let place: Int32
  let email: Int32
  /// Of a Latin name against a Chinese one.
  let rendered: Int32
  let renderedGiven: Int32
  let samePlace: Int32
  let unit: Int32
  /// Of a western street with the same number, with no number on one side, with another one.
  let streetSameNumber: Int32
  let streetNoNumber: Int32
  let streetOtherNumber: Int32
  /// Of a Chinese street that is not the same house.
  let street: Int32
  let brand: Int32
  /// Industry, region and branch together.
  let structures: Int32
  /// By column: of a value that is not equal.
  let columns: SIMD8<Int32>

  init(_ weights: LevelWeights) {
    func most(_ levels: Level...) -> Int32 { levels.map { Int32(weights.weight($0.aspect, $0)) }.max() ?? 0 }
    surname = most(.surnameNear, .surnameSimilar, .surnameDiffers)
    given = most(.givenNickname, .givenInitial, .givenNear, .givenSimilar, .givenDiffers)
    place = most(.placeNear, .placeDiffers)
    email = most(.nearEmail, .sameDomain, .sameLocalPart, .emailDiffers)
    rendered = max(most(.surnameRendered), most(.surnameDiffers) / 2)
    renderedGiven = max(0, most(.givenRendered, .givenDiffers))
    samePlace = most(.samePlace, .placeDiffers)
    unit = max(0, most(.sameUnit, .unitDiffers))
    streetSameNumber = most(.streetNear, .streetSimilar, .streetWithoutNumber, .numberDiffers, .streetDiffers)
    streetNoNumber = most(.streetWithoutNumber, .streetDiffers)
    streetOtherNumber = most(.numberDiffers, .streetDiffers)
    street = max(0, most(.streetWithoutNumber, .numberDiffers, .streetDiffers))
    brand = max(
      0,
      most(
        .brandSoundsSame, .brandNear, .brandContains, .brandAbbreviates, .brandRendered, .brandOverlaps, .unmarkedBrandDiffers,
        .brandDiffers))
    structures =
      max(0, most(.sameIndustry, .industryContains, .industryDiffers)) + max(0, most(.sameRegion, .regionDiffers))
      + max(0, most(.sameBranch, .branchDiffers, .ordinalDiffers))
    var columns = SIMD8<Int32>.zero
    for number in 0..<Aspect.columnCount {
      let levels: [Level] = [.valueNear, .valueSimilar, .valuePartly, .valueWeakly, .valueDiffers]
      columns[number] = levels.map { Int32(weights.weight(Aspect.column(number), $0)) }.max() ?? 0
    }
    self.columns = columns
  }
}
