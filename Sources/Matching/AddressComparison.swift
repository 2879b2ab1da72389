/// Whether lists of GB/T 2260 codes can name the same place.
enum Places {
  static func areCompatible(_ left: [UInt32], _ right: [UInt32]) -> Bool {
    for mine in left {
      for other in right where isCompatible(mine, other) { return true }
    }
    return false
  }

  /// Equal as far as both go; the four municipalities (11, 12, 31, 50) have no city level of their own.
  private static func isCompatible(_ left: UInt32, _ right: UInt32) -> Bool {
    guard left / 10_000 == right / 10_000 else { return false }
    let isMunicipality = [11, 12, 31, 50].contains(left / 10_000)
    let (leftCity, rightCity) = (left / 100 % 100, right / 100 % 100)
    if !isMunicipality {
      guard leftCity != 0, rightCity != 0 else { return true }
      guard leftCity == rightCity else { return false }
    }
    let (leftCounty, rightCounty) = (left % 100, right % 100)
    return leftCounty == 0 || rightCounty == 0 || (leftCounty == rightCounty && leftCity == rightCity)
  }
}

enum AddressComparison {
  static func bits(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ weights: MatchModel.Weights
  ) -> Double {
    let isWestern = (!left.words.isEmpty, !right.words.isEmpty)
    if isWestern.0 && isWestern.1 { return western(left, right, weights) }
    // An address in Chinese against one in English: nothing can be said.
    if isWestern.0 != isWestern.1 { return 0 }
    return chinese(left, right, weights)
  }

  private static func chinese(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ weights: MatchModel.Weights
  ) -> Double {
    let bothPlaced = !left.divisions.isEmpty && !right.divisions.isEmpty
    if bothPlaced, !Places.areCompatible(left.divisions, right.divisions) { return weights.divisionOfAddressDiffers }
    guard left.road != 0, right.road != 0 else { return bothPlaced ? weights.sameCity : 0 }
    guard left.road == right.road else { return weights.numberDiffers }
    guard left.number != 0, right.number != 0 else { return weights.road }
    guard left.number == right.number else { return weights.numberDiffers }
    var bits = weights.roadAndNumber - (bothPlaced ? 0 : 1.5)
    let shared = overlap(left.details, right.details)
    if shared > 0 { bits += weights.addressDetail }
    if shared == 0, !left.details.isEmpty, !right.details.isEmpty { bits -= weights.addressDetail * 1.5 }
    return bits
  }

  private static func western(
    _ left: PreparedRecord.AddressFeature, _ right: PreparedRecord.AddressFeature, _ weights: MatchModel.Weights
  ) -> Double {
    let shared = overlap(left.words, right.words)
    let smaller = min(left.words.count, right.words.count)
    let sameNumber = left.number == right.number
    if shared * 10 >= smaller * 8, sameNumber, smaller >= 2 { return weights.westernAddress }
    if shared * 10 >= smaller * 5, sameNumber { return weights.westernAddressNear }
    if shared * 10 >= smaller * 6 { return left.number == 0 || right.number == 0 ? weights.road : 0 }
    return weights.westernAddressDiffers
  }

  /// How many values two sorted lists share.
  private static func overlap(_ left: [UInt64], _ right: [UInt64]) -> Int {
    var (i, j, shared) = (0, 0, 0)
    while i < left.count, j < right.count {
      if left[i] == right[j] {
        shared += 1
        i += 1
        j += 1
      } else if left[i] < right[j] {
        i += 1
      } else {
        j += 1
      }
    }
    return shared
  }
}
