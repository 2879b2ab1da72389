import Model
import Normalization

/// Addresses.
extension Preparer {
  /// What stands in columns of its own: a place and a postcode.
  private struct Locality {
    /// True when there is a column for the place, and it is not empty.
    var hasPlace = false
    var place = RecordDraft.List()
    /// 0 when there is no place.
    var placeHash: UInt64 = 0
    /// 0 when there is none.
    var postcode: UInt64 = 0
  }

  mutating func addAddress(_ cells: PreparationCells) {
    var isChinese = false
    for place in addressColumns where Folding.hasHan(cells[place]) { isChinese = true }
    let locality = locality(cells, hasPlace: !isChinese)
    if has(.address, cells) {
      for place in self[.address] {
        let cell = cell(place, cells)
        if !cell.isEmpty { addAddress(cell, locality) }
      }
    } else if isChinese ? addressColumns.contains(where: { !cells[$0].isEmpty }) : has(.street, cells) {
      let streets = texts(.street, cells)
      let places = [PreparedAttribute.province, .city, .district].flatMap { texts($0, cells) }
      var text = isChinese ? (places + streets).joined(separator: " ") : streets.joined(separator: ", ")
      text.withUTF8 { addAddress($0, locality) }
    }
    if draft.addresses.isEmpty, locality.placeHash != 0 || locality.postcode != 0 {
      draft.addresses.append(.init(isChinese: false))
      complete(locality)
    }
  }

  private mutating func locality(_ cells: PreparationCells, hasPlace: Bool) -> Locality {
    var locality = Locality()
    locality.postcode = Self.packed(first(.postcode, cells))
    let city = first(.city, cells)
    locality.hasPlace = hasPlace && !city.isEmpty
    guard locality.hasPlace else { return locality }
    withUnsafeTemporaryAllocation(of: UInt8.self, capacity: city.count) { buffer in
      if let count = Folding.ascii(city, into: buffer) {
        let folded = UnsafeBufferPointer(rebasing: buffer[..<count])
        locality.place = draft.list(ascii: folded, atMost: 32)
        locality.placeHash = folded.isEmpty ? 0 : ByteHash.of(folded, seed: 0x70)
      } else {
        let folded = Folding.fold(PreparationCells.string(city))
        locality.place = draft.list(text: folded, atMost: 32)
        locality.placeHash = ByteHash.of(folded, seed: 0x70)
      }
    }
    return locality
  }

  private mutating func addAddress(_ text: UnsafeBufferPointer<UInt8>, _ locality: Locality) {
    let count = draft.addresses.count
    readAddress(text)
    if draft.addresses.count > count { complete(locality) }
  }

  /// Gives the last address what stands in columns of its own.
  private mutating func complete(_ locality: Locality) {
    let last = draft.addresses.count - 1
    if locality.hasPlace {
      draft.addresses[last].place = locality.place
      draft.addresses[last].placeHash = locality.placeHash
    }
    if locality.postcode != 0 { draft.addresses[last].postcode = locality.postcode }
  }

  /// Adds one address, or none.
  private mutating func readAddress(_ text: UnsafeBufferPointer<UInt8>) {
    if Normalization.Address.readWestern(text, { draft.add($0) }) { return }
    guard let slot = memory.addresses.slot(of: text) else { return draft.addAddress(text) }
    if let part = memory.addresses[slot] { return draft.add(part.draft) }
    let mark = draft.mark
    draft.addAddress(text)
    memory.addresses[slot] = RecordPart(draft, since: mark)
  }

  // MARK: Postcodes

  /// The first eight letters and digits.
  static func packed(_ text: UnsafeBufferPointer<UInt8>) -> UInt64 {
    if text.isEmpty { return 0 }
    return withUnsafeTemporaryAllocation(of: UInt8.self, capacity: text.count) { buffer in
      if let count = Folding.ascii(text, into: buffer) { return packed(folded: buffer[..<count]) }
      return packed(folded: Folding.fold(PreparationCells.string(text)).utf8)
    }
  }

  fileprivate static func packed(folded text: some Sequence<UInt8>) -> UInt64 {
    var packed: UInt64 = 0
    for byte in text where byte >= 0x30 && byte <= 0x39 || byte >= 0x61 && byte <= 0x7A {
      if packed >> 56 != 0 { break }
      packed = packed << 8 | UInt64(byte)
    }
    return packed
  }
}

extension RecordDraft.Address {
  /// An address of which nothing is known.
  fileprivate init(isChinese: Bool) {
    self.init(
      placeHash: 0, postcode: 0, road: 0, roadSound: 0, number: 0, building: 0, unit: 0, divisions: List(), details: List(), words: List(),
      wordRarities: List(), place: List(), placeRarity: 0, postcodeRarity: 0, streetRarity: 0, isChinese: isChinese ? 1 : 0)
  }
}

extension RecordDraft {
  fileprivate mutating func addAddress(_ text: UnsafeBufferPointer<UInt8>) {
    if let address = Normalization.Address(PreparationCells.string(text)) { add(address) }
  }

  /// As ``add(_:)-(Address)`` of the whole address.
  fileprivate mutating func add(_ reading: borrowing WesternReading) {
    var address = Address(isChinese: false)
    address.postcode = Preparer.packed(folded: reading.postcode)
    address.number = reading.number.isEmpty ? 0 : ByteHash.of(reading.number, seed: 0x6E)
    address.unit = reading.unitHash(seed: 0x55)
    var start = hashes.count
    reading.appendDetails(seed: 0x64, to: &hashes)
    address.details = ordered(from: start)
    start = hashes.count
    reading.appendStreet(seed: 0x77, to: &hashes)
    address.words = ordered(from: start)
    addresses.append(address)
  }

  private mutating func add(_ source: Normalization.Address) {
    var address = Address(isChinese: source.isChinese)
    var start = hashes.count
    for code in source.divisions.map(\.code).sorted() { hashes.append(UInt64(code)) }
    address.divisions = list(hashes: start)
    address.postcode = Preparer.packed(folded: source.postcode.utf8)
    address.roadSound = Self.hash(source.roadSound, 0x53)
    address.number = Self.hash(source.number, 0x6E)
    address.building = Self.hash(source.building, 0x42)
    address.unit = Self.hash(source.unit, 0x55)
    start = hashes.count
    for detail in source.details { hashes.append(ByteHash.of(detail, seed: 0x64)) }
    address.details = ordered(from: start)
    if source.isChinese {
      address.road = Self.hash(source.road, 0x72)
    } else {
      start = hashes.count
      for word in source.streetWords { hashes.append(ByteHash.of(word, seed: 0x77)) }
      address.words = ordered(from: start)
    }
    addresses.append(address)
  }

  private static func hash(_ text: String, _ seed: UInt64) -> UInt64 { text.isEmpty ? 0 : ByteHash.of(text, seed: seed) }
}
