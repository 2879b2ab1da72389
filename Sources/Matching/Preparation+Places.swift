import Model
import Normalization

/// Addresses and days.
extension Preparation {
  mutating func addAddress(_ attributes: [String: Value]) {
    var whole = Self.texts(attributes["address"])
    let street = Self.texts(attributes["address.street"])
    let places = ["address.province", "address.city", "address.district"].flatMap { Self.texts(attributes[$0]) }
    let isChinese = (whole + street + places).contains { $0.unicodeScalars.contains(where: Folding.isHan) }
    if whole.isEmpty, isChinese, !(street + places).isEmpty { whole = [(places + street).joined(separator: " ")] }
    if whole.isEmpty, !street.isEmpty { whole = [street.joined(separator: ", ")] }
    let place = isChinese ? "" : Folding.fold(Self.texts(attributes["address.city"]).first ?? "")
    let postcode = Self.packed(Self.texts(attributes["postcode"]).first ?? "")
    for text in whole {
      if let address = Address(text) { add(address, place: place, postcode: postcode) }
    }
    if record.addresses.isEmpty, !place.isEmpty || postcode != 0 {
      record.addresses.append(
        .init(
          divisions: [], place: Array(place.utf16.prefix(32)), placeHash: Self.hash(ofPlace: place), postcode: postcode, road: 0,
          roadSound: 0,
          number: 0, building: 0, unit: 0, details: [], words: [], isChinese: false))
    }
  }

  private mutating func add(_ address: Address, place: String, postcode: UInt64) {
    let isWestern = !address.isChinese
    record.addresses.append(
      .init(
        divisions: address.divisions.map(\.code).sorted(), place: Array(place.utf16.prefix(32)), placeHash: Self.hash(ofPlace: place),
        postcode: postcode == 0 ? Self.packed(address.postcode) : postcode, road: isWestern ? 0 : Self.hash(address.road, 0x72),
        roadSound: Self.hash(address.roadSound, 0x53), number: Self.hash(address.number, 0x6E), building: Self.hash(address.building, 0x42),
        unit: Self.hash(address.unit, 0x55), details: Set(address.details.map { StableHash.of($0, seed: 0x64) }).sorted(),
        words: isWestern ? Set(address.streetWords.map { StableHash.of($0, seed: 0x77) }).sorted() : [], isChinese: address.isChinese))
  }

  private static func hash(_ text: String, _ seed: UInt64) -> UInt64 { text.isEmpty ? 0 : StableHash.of(text, seed: seed) }

  private static func hash(ofPlace place: String) -> UInt64 { place.isEmpty ? 0 : StableHash.of(place, seed: 0x70) }

  /// The first eight letters and digits.
  static func packed(_ text: String) -> UInt64 {
    var packed: UInt64 = 0
    for byte in Folding.fold(text).utf8 where byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7A {
      if packed >> 56 != 0 { break }
      packed = packed << 8 | UInt64(byte)
    }
    return packed
  }

  mutating func addBirthDate(_ attributes: [String: Value]) {
    record.birthDates += Self.texts(attributes["birth_date"]).compactMap { DateReading.day($0) }
  }
}
