import Model
import Normalization

/// Addresses.
extension Preparer {
  /// An address without the place and the postcode that stand in columns of their own.
  final class AddressPart: Sendable {
    /// Nil when the text is no address.
    let feature: PreparedRecord.AddressFeature?

    init(_ text: UnsafeBufferPointer<UInt8>) {
      feature = Address(PreparationCells.string(text)).map(Preparer.feature)
    }
  }

  /// A place that has a column of its own.
  final class PlacePart: Sendable {
    let units: [UInt16]
    /// 0 when there is no place.
    let hash: UInt64

    init(_ text: UnsafeBufferPointer<UInt8>) {
      let folded = Folding.fold(PreparationCells.string(text))
      units = Array(folded.utf16.prefix(32))
      hash = folded.isEmpty ? 0 : ByteHash.of(folded, seed: 0x70)
    }
  }

  mutating func addAddress(_ cells: PreparationCells) {
    let (whole, street, city, postcode) = (self[.address], self[.street], self[.city], Self.packed(cells.first(self[.postcode])))
    let isChinese = addressColumns.contains { Folding.hasHan(cells[$0]) }
    let place = isChinese ? nil : place(cells.first(city))
    if cells.hasAny(whole) {
      for text in whole where !cells[text].isEmpty { addAddress(cells[text], place, postcode) }
    } else if cells.hasAny(isChinese ? addressColumns : street) {
      let streets = cells.texts(street)
      let places = [.province, .city, .district].flatMap { cells.texts(self[$0]) }
      var text = isChinese ? (places + streets).joined(separator: " ") : streets.joined(separator: ", ")
      text.withUTF8 { addAddress($0, place, postcode) }
    }
    if record.addresses.isEmpty, place?.hash ?? 0 != 0 || postcode != 0 {
      record.addresses.append(
        .init(
          divisions: [], place: place?.units ?? [], placeHash: place?.hash ?? 0, postcode: postcode, road: 0, roadSound: 0, number: 0,
          building: 0, unit: 0, details: [], words: [], isChinese: false))
    }
  }

  private mutating func addAddress(_ text: UnsafeBufferPointer<UInt8>, _ place: PlacePart?, _ postcode: UInt64) {
    guard var feature = addressFeature(text) else { return }
    if let place {
      feature.place = place.units
      feature.placeHash = place.hash
    }
    if postcode != 0 { feature.postcode = postcode }
    record.addresses.append(feature)
  }

  private mutating func addressFeature(_ text: UnsafeBufferPointer<UInt8>) -> PreparedRecord.AddressFeature? {
    // Few western addresses come again.
    var western: PreparedRecord.AddressFeature?
    if Address.readWestern(text, { western = Self.feature($0) }) { return western }
    guard let (slot, isKnown) = memory.addresses.slot(of: text) else { return AddressPart(text).feature }
    if isKnown, let part = memory.chineseAddresses[slot] { return part.feature }
    let part = AddressPart(text)
    memory.chineseAddresses[slot] = part
    return part.feature
  }

  private mutating func place(_ text: UnsafeBufferPointer<UInt8>) -> PlacePart? {
    guard !text.isEmpty else { return nil }
    guard let (slot, isKnown) = memory.cities.slot(of: text) else { return PlacePart(text) }
    if isKnown, let part = memory.places[slot] { return part }
    let part = PlacePart(text)
    memory.places[slot] = part
    return part
  }

  /// As `feature(_:)` of the whole address.
  private static func feature(_ reading: WesternReading) -> PreparedRecord.AddressFeature {
    .init(
      divisions: [], place: [], placeHash: 0, postcode: packed(folded: reading.postcode), road: 0, roadSound: 0,
      number: reading.number.isEmpty ? 0 : ByteHash.of(reading.number, seed: 0x6E), building: 0, unit: reading.unitHash(seed: 0x55),
      details: ordered(reading.detailHashes(seed: 0x64)), words: ordered(reading.streetHashes(seed: 0x77)), isChinese: false)
  }

  private static func feature(_ address: Address) -> PreparedRecord.AddressFeature {
    let isWestern = !address.isChinese
    return .init(
      divisions: address.divisions.map(\.code).sorted(), place: [], placeHash: 0, postcode: packed(address.postcode),
      road: isWestern ? 0 : hash(address.road, 0x72), roadSound: hash(address.roadSound, 0x53), number: hash(address.number, 0x6E),
      building: hash(address.building, 0x42), unit: hash(address.unit, 0x55),
      details: ordered(address.details.map { ByteHash.of($0, seed: 0x64) }),
      words: isWestern ? ordered(address.streetWords.map { ByteHash.of($0, seed: 0x77) }) : [], isChinese: address.isChinese)
  }

  private static func hash(_ text: String, _ seed: UInt64) -> UInt64 { text.isEmpty ? 0 : ByteHash.of(text, seed: seed) }

  /// The first eight letters and digits.
  static func packed(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { buffer in
      if let count = Folding.ascii(text, into: buffer) { return packed(folded: buffer[..<count]) }
      return packed(folded: Folding.fold(PreparationCells.string(text)).utf8)
    }
  }

  private static func packed(_ text: String) -> UInt64 {
    var text = text
    return text.withUTF8 { packed($0) }
  }

  private static func packed(folded text: some Sequence<UInt8>) -> UInt64 {
    var packed: UInt64 = 0
    for byte in text where byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7A {
      if packed >> 56 != 0 { break }
      packed = packed << 8 | UInt64(byte)
    }
    return packed
  }
}
